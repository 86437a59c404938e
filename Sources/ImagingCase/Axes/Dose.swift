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
}

/// What dose is at.
public struct DoseState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        case recorded
        /// A value lies above the level at which somebody must look.
        case alert
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// Irradiations that count, by UID.
    public internal(set) var irradiations: [Irradiation] = []
    /// Values without a UID beside such with one: kept, not counted.
    public internal(set) var uncounted: [Irradiation] = []
    /// Dose length product of all, in mGy*cm, to 0.0001.
    public internal(set) var dlpMilligrayCentimetre = 0.0
    /// The greatest CTDIvol in mGy; such values do not add up.
    public internal(set) var ctdiVolMilligrayMaximum = 0.0

    /// Nothing recorded.
    public init() {}
}

/// Dose: a set of irradiations by UID, never a sum of reports. A report that is sent again, cumulative or additional, counts each
/// irradiation once.
///
/// Source: DICOM PS3.16 TID 10011, 10013; house rule for conflicts 49 and 50.
public enum DoseAxis: Axis {
    /// The CTDIvol in mGy from which somebody must look.
    public static let alertCTDIvolMilligray = 1000.0

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
        let reports = Array(history.positions(of: .dose))
        guard !reports.isEmpty else { return DoseState() }
        var state = DoseState()
        state.status = .recorded
        let entries = entries(of: reports, history)
        let hasUID = entries.contains { !$0.key.uid.isEmpty }
        for entry in entries {
            let irradiation = judge(entry, history, stream, &conflicts)
            if hasUID && entry.key.uid.isEmpty {
                state.uncounted.append(irradiation)
            } else {
                state.irradiations.append(irradiation)
            }
        }
        sum(&state)
        return state
    }

    /// One irradiation's reports. What has no UID is told apart by its report and place in it.
    private struct Entry {
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

    /// All that was reported, by irradiation; sorted instead of looked up, because reports are cumulative and may be long.
    private static func entries(of reports: [Int], _ history: CaseHistory) -> [Entry] {
        var told: [(key: Entry.Key, position: Int, value: IrradiationEvent, source: String)] = []
        for position in reports {
            guard case .doseRecorded(let report) = history.facts[position].event else { continue }
            for (index, value) in report.irradiationEvents.enumerated() {
                let name = report.reportUID.isEmpty ? history.facts[position].id.description : report.reportUID
                let key =
                    value.uid.isEmpty
                    ? Entry.Key(uid: "", report: name, index: index) : Entry.Key(uid: value.uid, report: "", index: 0)
                told.append((key, position, value, report.source))
            }
        }
        told.sort { $0.key == $1.key ? $0.position < $1.position : $0.key < $1.key }
        var entries: [Entry] = []
        for report in told {
            if entries.last?.key != report.key { entries.append(Entry(key: report.key, reported: [])) }
            entries[entries.count - 1].reported.append((report.position, report.value, report.source))
        }
        return entries
    }

    /// Which of several values counts: the better source, then the latest, then of those made apart the greater dose.
    private static func judge(
        _ entry: Entry, _ history: CaseHistory, _ stream: StreamID, _ conflicts: inout [Conflict]
    ) -> Irradiation {
        var candidates = entry.reported
        if candidates.count > 1 {
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
        }
        let counted = candidates.max { left, right in
            (left.value.dlpMilligrayCentimetre, left.value.ctdiVolMilligray, right.position)
                < (right.value.dlpMilligrayCentimetre, right.value.ctdiVolMilligray, left.position)
        }
        var irradiation = Irradiation(
            uid: entry.key.uid, value: counted?.value ?? IrradiationEvent(), source: counted?.source ?? "", events: [])
        for report in entry.reported {
            let event = history.facts[report.position].id
            if !irradiation.events.contains(event) { irradiation.events.append(event) }
            if report.value != irradiation.value && !irradiation.others.contains(report.value) {
                irradiation.others.append(report.value)
            }
        }
        return irradiation
    }

    private static func differing(
        _ candidates: [(position: Int, value: IrradiationEvent, source: String)], _ positions: [Int], _ history: CaseHistory
    ) -> [[Int]] {
        history.standoffs(among: positions) { one, other in
            candidates.first { $0.position == one }?.value != candidates.first { $0.position == other }?.value
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

    private static func sum(_ state: inout DoseState) {
        for irradiation in state.irradiations {
            state.dlpMilligrayCentimetre += irradiation.value.dlpMilligrayCentimetre
            state.ctdiVolMilligrayMaximum = max(state.ctdiVolMilligrayMaximum, irradiation.value.ctdiVolMilligray)
        }
        // Decimal fractions do not add up in binary; nobody measures below this.
        state.dlpMilligrayCentimetre = (state.dlpMilligrayCentimetre * 10_000).rounded() / 10_000
        if state.ctdiVolMilligrayMaximum >= alertCTDIvolMilligray { state.status = .alert }
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
    }

    /// Refuses a report that says nothing.
    public static func mayAuthor(
        _ event: CaseEvent, in state: DoseState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .doseRecorded(let report) = event else { return }
        if report.irradiationEvents.isEmpty {
            throw AuthoringRefusal(.content, "No irradiation is given.", remedy: "List the irradiation events.")
        }
        for value in report.irradiationEvents
        where
            !(value.ctdiVolMilligray >= 0 && value.dlpMilligrayCentimetre >= 0 && value.ctdiVolMilligray.isFinite
            && value.dlpMilligrayCentimetre.isFinite)
        {
            throw AuthoringRefusal(.content, "A dose is negative or no number.", remedy: "Give the dose in mGy and mGy*cm.")
        }
    }
}
