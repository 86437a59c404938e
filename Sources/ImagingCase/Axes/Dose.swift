public import EventLog

/// One physical irradiation, however often it was reported.
public struct Irradiation: Hashable, Sendable {
    /// Irradiation Event UID; empty where the report gave none.
    public let uid: String
    /// The values that count.
    public internal(set) var value: IrradiationEvent
    /// Which report they come from.
    public internal(set) var source: String
    /// The events that reported it, in causal order.
    public internal(set) var events: [EventID]
    /// Different values that other reports gave; kept, not counted.
    public internal(set) var others: [IrradiationEvent] = []
    /// When the first report of it was asserted: its date where no report says when it began.
    public let at: Instant
}

/// What dose is at.
public struct DoseState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        case recorded
        /// A value lies above the level at which somebody must look.
        case alert
        /// Somebody looked at every such value, at its present height.
        case acknowledged
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// Irradiations that count, by UID.
    public internal(set) var irradiations: [Irradiation] = []
    /// Values without a UID beside such with one: kept, not counted.
    public internal(set) var uncounted: [Irradiation] = []
    /// All that counts, added up.
    public internal(set) var totals = DoseTotals(of: [])
    /// Dose length product of all, in mGy*cm, to 0.0001.
    public var dlpMilligrayCentimetre: Double { totals.dlpMilligrayCentimetre }
    /// The greatest CTDIvol in mGy; such values do not add up.
    public var ctdiVolMilligrayMaximum: Double { totals.ctdiVolMilligrayMaximum }
    /// Notes that people took of high doses, in causal order.
    public internal(set) var acknowledgements: [DoseAcknowledgement] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing recorded.
    public init() {}
}

/// Dose: a set of irradiations by UID, never a sum of reports. A report that is sent again, cumulative or additional, counts each
/// irradiation once.
///
/// Source: DICOM PS3.16 TID 10011, 10013; house rule for conflicts 49 and 50.
public enum DoseAxis: Axis {
    static let valuesDiffer = ConflictRule(
        number: 49, kind: "doseValuesDiffer", owner: .physicist, dueMinutes: 24 * 60,
        rule: "An irradiation counts once; of different values for one UID the better source, else the greater dose, counts.",
        inForce: "The greater dose counts, the other value is kept.", told: [.physicist])

    /// The JSON key.
    public static var name: StaticString { "dose" }
    /// What it looks at.
    public static var concern: Concerns { .dose }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> DoseState {
        var reports: [Int] = []
        var notes: [Int] = []
        for position in history.positions(of: .dose) {
            if case .doseAlert = history.facts[position].event { notes.append(position) } else { reports.append(position) }
        }
        guard !reports.isEmpty || !notes.isEmpty else { return DoseState() }
        var state = DoseState()
        let entries = entries(of: reports, history, flagging: &state.oddities)
        let hasUID = entries.contains { !$0.key.uid.isEmpty }
        var counted: [DoseEntry] = []
        state.irradiations.reserveCapacity(entries.count)
        for entry in entries {
            let irradiation = judge(entry, history, stream, &conflicts)
            if hasUID && entry.key.uid.isEmpty {
                state.uncounted.append(irradiation)
            } else {
                state.irradiations.append(irradiation)
                if !notes.isEmpty { counted.append(entry) }
            }
        }
        noteAlerts(notes, counted, history, &state)
        state.totals = DoseTotals(of: state.irradiations.lazy.map(\.value))
        if !reports.isEmpty { state.status = status(of: state) }
        return state
    }

    static func status(of state: DoseState) -> DoseState.Status {
        let alerts = state.alerts()
        return alerts.isEmpty ? .recorded : alerts.contains(where: \.isOpen) ? .alert : .acknowledged
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: DoseState) -> [Anomaly] { state.oddities }

    /// All that was reported, by irradiation; sorted instead of looked up, because reports are cumulative and may be long.
    private static func entries(
        of reports: [Int], _ history: CaseHistory, flagging oddities: inout [Anomaly]
    ) -> [DoseEntry] {
        var told: [(key: DoseEntry.Key, position: Int, value: IrradiationEvent, source: String)] = []
        for position in reports {
            guard case .doseRecorded(let report) = history.facts[position].event else { continue }
            for (index, value) in report.irradiationEvents.enumerated() {
                guard value.isPossible else {
                    let what = "A dose that is negative or no number: the irradiation is kept and not counted."
                    oddities.append(Anomaly(event: history.facts[position].id, axis: label, what: what))
                    continue
                }
                let key =
                    value.uid.isEmpty
                    ? DoseEntry.Key(uid: "", report: name(of: report, history.facts[position]), index: index)
                    : DoseEntry.Key(uid: value.uid, report: "", index: 0)
                told.append((key, position, value, report.source))
            }
        }
        // Most reports come in order already, and moving them costs more than seeing that.
        let isOrdered = zip(told, told.dropFirst()).allSatisfy { $0.key < $1.key }
        if !isOrdered { told.sort { $0.key == $1.key ? $0.position < $1.position : $0.key < $1.key } }
        var entries: [DoseEntry] = []
        entries.reserveCapacity(told.count)
        for report in told {
            let said = (report.position, report.value, report.source)
            if entries.last?.key == report.key {
                entries[entries.count - 1].reported.append(said)
            } else {
                entries.append(DoseEntry(key: report.key, reported: [said]))
            }
        }
        return entries
    }

    /// A report's own UID, else the event that brought it.
    private static func name(of report: DoseRecorded, _ fact: CaseFact) -> String {
        report.reportUID.isEmpty ? fact.id.description : report.reportUID
    }

    /// Which of several values counts: the better source, then the latest, then of those made apart the greater dose.
    private static func judge(
        _ entry: DoseEntry, _ history: CaseHistory, _ stream: StreamID, _ conflicts: inout [Conflict]
    ) -> Irradiation {
        let first = history.facts[entry.reported[0].position]
        if entry.reported.count == 1 {
            let (_, value, source) = entry.reported[0]
            return Irradiation(uid: entry.key.uid, value: value, source: source, events: [first.id], at: first.occurredAt.instant)
        }
        var candidates = entry.reported
        let best = candidates.map { rank($0.source) }.max() ?? 0
        candidates.removeAll { rank($0.source) < best }
        let positions = candidates.map(\.position)
        for group in differing(candidates, positions, history) {
            let conflict = Conflict(valuesDiffer, between: group, in: history, of: stream, settling: positions)
            conflicts.append(conflict)
            if let chosen = history.chosenPosition(by: conflict), group.contains(chosen) {
                candidates.removeAll { group.contains($0.position) && $0.position != chosen }
            }
        }
        let latest = history.ancestry.latest(of: candidates.map(\.position))
        candidates.removeAll { !latest.contains($0.position) }
        let counted = candidates.max { left, right in
            isLess(left.value, right.value) || (left.value.hasDose(of: right.value) && right.position < left.position)
        }
        var irradiation = Irradiation(
            uid: entry.key.uid, value: counted?.value ?? IrradiationEvent(), source: counted?.source ?? "", events: [],
            at: first.occurredAt.instant)
        for report in entry.reported {
            let event = history.facts[report.position].id
            if !irradiation.events.contains(event) { irradiation.events.append(event) }
            irradiation.value.take(circumstancesOf: report.value)
            let isKnown = irradiation.others.contains { $0.hasDose(of: report.value) }
            if !report.value.hasDose(of: irradiation.value) && !isKnown { irradiation.others.append(report.value) }
        }
        return irradiation
    }

    private static func isLess(_ left: IrradiationEvent, _ right: IrradiationEvent) -> Bool { left.weight < right.weight }

    /// Whether one telling of an irradiation counts before another: the better source, then the greater dose.
    static func outweighs(_ one: Irradiation, _ other: Irradiation) -> Bool {
        if rank(one.source) != rank(other.source) { return rank(one.source) > rank(other.source) }
        return isLess(other.value, one.value)
    }

    private static func differing(
        _ candidates: [(position: Int, value: IrradiationEvent, source: String)], _ positions: [Int], _ history: CaseHistory
    ) -> [[Int]] {
        history.standoffs(among: positions) { one, other in
            let left = candidates.first { $0.position == one }?.value ?? IrradiationEvent()
            return !left.hasDose(of: candidates.first { $0.position == other }?.value ?? IrradiationEvent())
        }
    }

    /// How much a source is worth: the dose report of the device, then the step's record, then what somebody typed.
    private static func rank(_ source: String) -> Int {
        switch source.uppercased() {
        case "RDSR": 2
        case "MPPS": 1
        default: 0
        }
    }

    /// Writes the state.
    public static func write(_ state: DoseState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if state.status != .none {
            json.key("dlpMilligrayCentimetre")
            json.real(state.dlpMilligrayCentimetre)
            json.key("ctdiVolMilligrayMaximum")
            json.real(state.ctdiVolMilligrayMaximum)
            state.totals.write(to: &json)
            write(alertsOf: state, to: &json)
            write(state.irradiations, as: "irradiationEvents", to: &json)
            if !state.uncounted.isEmpty { write(state.uncounted, as: "uncounted", to: &json) }
        }
        json.endObject()
    }

    private static func write(_ irradiations: [Irradiation], as name: StaticString, to json: inout JSONWriter) {
        json.key(name)
        json.beginArray()
        for irradiation in irradiations {
            json.beginObject()
            json.memberIfSaid("uid", irradiation.uid)
            write(irradiation.value, to: &json)
            json.memberIfSaid("source", irradiation.source)
            json.member("events", events: irradiation.events)
            if !irradiation.others.isEmpty {
                json.key("others")
                json.beginArray()
                for other in irradiation.others {
                    json.beginObject()
                    write(other, to: &json)
                    json.endObject()
                }
                json.endArray()
            }
            json.endObject()
        }
        json.endArray()
    }

    private static func write(_ value: IrradiationEvent, to json: inout JSONWriter) {
        json.key("ctdiVolMilligray")
        json.real(value.ctdiVolMilligray)
        json.key("dlpMilligrayCentimetre")
        json.real(value.dlpMilligrayCentimetre)
        if value.projection != nil { DoseTotals(of: [value]).write(to: &json) }
        json.memberIfSaid("modality", value.modality)
        if let start = value.startedAt { json.moment("startedAt", start) }
    }

    /// Explains the totals.
    public static func explain(_ state: DoseState, _ history: CaseHistory) -> [Explanation] {
        guard state.status != .none else { return [] }
        var events: [EventID] = []
        for event in state.irradiations.flatMap(\.events) where !events.contains(event) { events.append(event) }
        return [
            Explanation(
                axis: label, state: state.status.rawValue,
                rule: "Each irradiation event UID counts once, however many reports list it; totals follow from the set.",
                events: events)
        ]
            + state.alerts().map { alert in
                Explanation(
                    axis: label, state: "\(alert.id) \(alert.isOpen ? "open" : "acknowledged")",
                    rule: alert.isOpen
                        ? "The total reaches the level at which somebody must look; a note does not cover what came after it."
                        : "Somebody took note of the dose at its present height.",
                    events: alert.acknowledgement.map { [$0.event] } ?? events)
            }
    }
}

/// One irradiation's reports. What has no UID is told apart by its report and place in it.
struct DoseEntry {
    struct Key: Equatable, Comparable {
        let uid: String
        let report: String
        let index: Int

        static func < (left: Key, right: Key) -> Bool {
            (left.uid, left.report, left.index) < (right.uid, right.report, right.index)
        }
    }

    let key: Key
    var reported: [(position: Int, value: IrradiationEvent, source: String)]
}

extension IrradiationEvent {
    /// Whether both say the same dose, whatever else they say.
    func hasDose(of other: IrradiationEvent) -> Bool {
        weight == other.weight && projection?.skinDoseGray ?? 0 == other.projection?.skinDoseGray ?? 0
    }

    /// Whether every value can be a dose.
    var isPossible: Bool {
        func isDose(_ value: Double) -> Bool { value >= 0 && value.isFinite }
        guard isDose(dlpMilligrayCentimetre), isDose(ctdiVolMilligray) else { return false }
        guard let projection else { return true }
        return isDose(projection.referencePointAirKermaGray) && isDose(projection.kermaAreaProductGraySquareCentimetre)
            && isDose(projection.fluoroscopySeconds) && isDose(projection.skinDoseGray)
    }

    /// What is compared first, second and so on where one of two values must count.
    fileprivate var weight: (Double, Double, Double, Double, Double) {
        (
            dlpMilligrayCentimetre, ctdiVolMilligray, projection?.referencePointAirKermaGray ?? 0,
            projection?.kermaAreaProductGraySquareCentimetre ?? 0, projection?.fluoroscopySeconds ?? 0
        )
    }

    /// Takes modality and beginning from another report where this one leaves them out.
    fileprivate mutating func take(circumstancesOf other: IrradiationEvent) {
        if modality.isEmpty { modality = other.modality }
        if startedAt == nil { startedAt = other.startedAt }
    }
}
