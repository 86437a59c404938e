public import EventLog

/// One slot of the appointment book, with everything that was said of it until then.
public struct ScheduledSlot: Hashable, Sendable {
    /// The event that booked or moved it.
    public let event: EventID
    /// Who did.
    public let by: String
    /// When it begins; nil where it was not said.
    public internal(set) var start: Instant?
    /// How long it is planned for, in minutes; 0 where it was not said.
    public internal(set) var minutes = 0
    /// Scheduled station AE title.
    public internal(set) var station = ""
    /// Room or place.
    public internal(set) var location = ""
    /// Whether it counts: false where it was moved, cancelled or given up.
    public internal(set) var stands = true
    /// Whether it is offered to others, because the person came at another time.
    public internal(set) var isFreed = false
}

/// What the appointment and the visit are at: the part of an order's way that is called scheduled.
public struct ScheduleState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        case scheduled
        case arrived
        case inProgress
        case fulfilled
        case cancelled
        case noShow
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// All slots, in causal order.
    public internal(set) var slots: [ScheduledSlot] = []
    /// The events by which slots were given up, in causal order.
    public internal(set) var cancelledBy: [EventID] = []
    /// The events that say that the person did not come, and count.
    public internal(set) var noShows: [EventID] = []
    /// The arrivals since the slot was booked, in causal order.
    public internal(set) var arrivals: [EventID] = []
    /// What the appointment book says against a person who came apart from that, until somebody who has seen both says what holds.
    public internal(set) var contested: [EventID] = []
    /// Events that arrived although they were illegal.
    var anomalies: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// The slots that count: more than one only where two were booked apart.
    public var standing: [ScheduledSlot] { slots.filter(\.stands) }

    /// Whether the person should have come by now.
    ///
    /// - Parameter graceMinutes: how long after the start nobody asks.
    public func overdue(at now: Instant, graceMinutes: Int64 = 15) -> Bool {
        guard status == .scheduled, let start = standing.compactMap(\.start).min() else { return false }
        return start.advanced(byMilliseconds: graceMinutes * 60_000) < now
    }
}

/// The schedule: none → scheduled → arrived → in progress → fulfilled; scheduled → cancelled or no-show. Who came has come, whatever
/// the appointment book says.
///
/// Source: HL7 v2.5.1 chapter 10 (SIU), FHIR R4 Appointment.status, DICOM (0040,0002); house rule for conflict 70.
public enum ScheduleAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "schedule" }

    /// What it looks at.
    public static var concern: Concerns { .schedule }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ScheduleState {
        var facts = ScheduleFacts(history)
        facts.gather()
        guard !facts.isEmpty else { return ScheduleState() }
        return facts.state(of: stream, &conflicts)
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ScheduleState) -> Bool { state == ScheduleState() }

    /// Writes the state.
    public static func write(_ state: ScheduleState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if !state.slots.isEmpty {
            json.key("slots")
            json.beginArray()
            for slot in state.slots { write(slot, to: &json) }
            json.endArray()
        }
        if !state.cancelledBy.isEmpty { json.member("cancelledBy", events: state.cancelledBy) }
        if !state.noShows.isEmpty { json.member("noShows", events: state.noShows) }
        if !state.arrivals.isEmpty { json.member("arrivals", events: state.arrivals) }
        if !state.contested.isEmpty { json.member("contested", events: state.contested) }
        json.endObject()
    }

    private static func write(_ slot: ScheduledSlot, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", slot.event)
        json.member("by", slot.by)
        json.member("stands", slot.stands)
        if slot.isFreed { json.member("freed", true) }
        if let start = slot.start { json.moment("start", start) }
        if slot.minutes > 0 { json.member("minutes", slot.minutes) }
        json.memberIfSaid("station", slot.station)
        json.memberIfSaid("location", slot.location)
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: ScheduleState, _ history: CaseHistory) -> [Explanation] {
        let slots = state.standing.map(\.event)
        let rule: String
        let events: [EventID]
        switch state.status {
        case .none: return []
        case .scheduled: (rule, events) = ("The latest slot that was not given up; slots booked apart are both shown.", slots)
        case .arrived:
            (rule, events) = ("The person came after the slot was booked, or apart from any change of it.", state.arrivals)
        case .inProgress: (rule, events) = ("A step has begun.", slots + state.arrivals)
        case .fulfilled: (rule, events) = ("The person was examined.", slots + state.arrivals)
        case .cancelled: (rule, events) = ("The slot was given up; the order stays.", state.cancelledBy)
        case .noShow: (rule, events) = ("The person did not come, and nobody saw him apart from that.", state.noShows)
        }
        return [Explanation(axis: label, state: state.status.rawValue, rule: rule, events: events)]
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: ScheduleState) -> [Anomaly] { state.anomalies }

    /// Nobody goes ahead without the person.
    public static func holdUps(_ state: ScheduleState) -> [GoAhead.Reason] {
        switch state.status {
        case .noShow:
            let what = "the person did not come"
            return [GoAhead.Reason(.notYet, .unready, label, what, state.noShows, by: [.frontDesk], "record the arrival")]
        case .cancelled:
            let what = "appointment cancelled"
            return [GoAhead.Reason(.notYet, .unready, label, what, state.cancelledBy, by: [.frontDesk], "book a new slot")]
        case .none, .scheduled, .arrived, .inProgress, .fulfilled: return []
        }
    }
}
