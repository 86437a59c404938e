public import EventLog

/// One point of the checklist with the answer that counts.
public struct PreparedPoint: Hashable, Sendable {
    /// The point: fasting, ivAccess, bladder ...
    public let kind: String
    /// The answer.
    public let value: String
    /// The event that gave it.
    public let event: EventID
    /// Whether it is done.
    public let isDone: Bool
}

/// What the preparation is at.
public struct PreparationState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        /// Something is missing, or nobody said that it is complete.
        case incomplete
        case ready
        /// All of it was made for an earlier visit.
        case expired
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// The points of this visit's checklist with the answers that count, by point.
    public internal(set) var points: [PreparedPoint] = []
    /// How the person was positioned, with aids; what was said last.
    public internal(set) var position = ""
    /// The side that was positioned; what was said last.
    public internal(set) var laterality = Laterality.unspecified
    /// Remarks, in causal order.
    public internal(set) var notes: [String] = []
    /// The records of this visit, in causal order.
    public internal(set) var records: [EventID] = []
    /// The records of earlier visits, in causal order.
    public internal(set) var expired: [EventID] = []
    /// Events that arrived although they were illegal.
    var anomalies: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// What is missing before the person is ready.
    public var missing: [PreparedPoint] { points.filter { !$0.isDone } }

    /// Whether a point is done.
    public func isDone(_ kind: String) -> Bool {
        points.contains { $0.isDone && $0.kind.lowercased() == kind.lowercased() }
    }
}

/// Preparation: none → incomplete → ready, for each visit anew. Of answers to one point given apart the one that is not done stands.
///
/// Source: DICOM (0040,0012) Pre-Medication; house rule for the checklist.
public enum PreparationAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "preparation" }

    /// What it looks at.
    public static var concern: Concerns { .preparation }

    /// Answers that say that a point is not done, in lower case; every other answer says that it is.
    static let undone: Set<String> = [
        "", "no", "not done", "missing", "pending", "open", "unknown", "refused", "false", "failed",
    ]

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> PreparationState {
        var state = PreparationState()
        var visits = Visits(history)
        var records: [(position: Int, said: PreparationRecorded)] = []
        for position in history.positions(of: .preparation) {
            switch history.facts[position].event {
            case .preparation(.preparationRecorded(let said)): records.append((position, said))
            case .patientArrived(let arrival): visits.take(arrival, at: position)
            default: continue
            }
        }
        guard !records.isEmpty else { return state }
        state.expired = records.filter { visits.end(of: $0.position) != nil }.map { history.facts[$0.position].id }
        records.removeAll { visits.end(of: $0.position) != nil }
        state.records = records.map { history.facts[$0.position].id }
        guard !records.isEmpty else {
            state.status = .expired
            return state
        }
        state.points = points(records, history)
        for record in records {
            if !record.said.position.isEmpty { state.position = record.said.position }
            if record.said.laterality != .unspecified { state.laterality = record.said.laterality }
            if !record.said.note.isEmpty { state.notes.append(record.said.note) }
            if record.said.isComplete, let open = record.said.items.first(where: { !isDone($0) }) {
                state.anomalies.append(
                    Anomaly(
                        event: history.facts[record.position].id, axis: label,
                        what: "Said to be complete while \"\(open.kind)\" is not done: it does not count as ready."))
            }
        }
        let latest = history.ancestry.latest(of: records.map(\.position))
        let isComplete = records.contains { latest.contains($0.position) && $0.said.isComplete }
        state.status = isComplete && state.missing.isEmpty ? .ready : .incomplete
        return state
    }

    /// Whether an answer says that the point is done.
    static func isDone(_ item: ScreeningItem) -> Bool {
        !undone.contains(item.value.lowercased()) && item.label.lowercased() != "missing"
    }

    /// For each point the latest answer; of answers given apart one that is not done.
    private static func points(
        _ records: [(position: Int, said: PreparationRecorded)], _ history: CaseHistory
    ) -> [PreparedPoint] {
        var answers: [String: [(position: Int, item: ScreeningItem)]] = [:]
        for record in records {
            for item in record.said.items where !item.kind.isEmpty {
                answers[item.kind, default: []].append((record.position, item))
            }
        }
        return answers.keys.sorted().compactMap { kind in
            let given = answers[kind] ?? []
            let latest = history.ancestry.latest(of: given.map(\.position))
            let standing = given.filter { latest.contains($0.position) }
            guard let counts = standing.first(where: { !isDone($0.item) }) ?? standing.last else { return nil }
            return PreparedPoint(
                kind: kind, value: counts.item.value, event: history.facts[counts.position].id, isDone: isDone(counts.item))
        }
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: PreparationState) -> Bool { state.status == .none }

    /// Writes the state.
    public static func write(_ state: PreparationState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if !state.missing.isEmpty { json.member("missing", texts: state.missing.map(\.kind)) }
        if !state.points.isEmpty {
            json.key("points")
            json.beginArray()
            for point in state.points {
                json.beginObject()
                json.member("kind", point.kind)
                json.memberIfSaid("value", point.value)
                json.member("done", point.isDone)
                json.member("event", point.event)
                json.endObject()
            }
            json.endArray()
        }
        json.memberIfSaid("position", state.position)
        if state.laterality != .unspecified { json.member("laterality", state.laterality.word) }
        if !state.notes.isEmpty { json.member("notes", texts: state.notes) }
        if !state.records.isEmpty { json.member("records", events: state.records) }
        if !state.expired.isEmpty { json.member("expired", events: state.expired) }
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: PreparationState, _ history: CaseHistory) -> [Explanation] {
        let rule: String
        switch state.status {
        case .none: return []
        case .incomplete where state.missing.isEmpty: rule = "Nobody has said that the preparation is complete."
        case .incomplete: rule = "Not done: \(state.missing.map(\.kind).joined(separator: ", "))."
        case .ready: rule = "Every point is done and the latest record says that it is complete."
        case .expired: rule = "The person came for another visit; preparation counts for the visit in which it was made."
        }
        return [Explanation(axis: label, state: state.status.rawValue, rule: rule, events: state.records + state.expired)]
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: PreparationState) -> [Anomaly] { state.anomalies }

    /// Refuses a record that says nothing, and one that contradicts itself.
    public static func mayAuthor(
        _ event: CaseEvent, in state: PreparationState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .preparation(.preparationRecorded(let said)) = event else { return }
        if said == PreparationRecorded() {
            throw AuthoringRefusal(
                .content, "items: expected the points of the checklist, got nothing.",
                remedy: "Say items, isComplete, position, laterality or note.")
        }
        for (index, item) in said.items.enumerated() where item.kind.isEmpty {
            throw AuthoringRefusal(
                .content, "items[\(index)].kind: expected a point of the checklist, got nothing.",
                remedy: "Name the point, such as fasting or ivAccess.")
        }
        for (index, item) in said.items.enumerated() where said.isComplete && !isDone(item) {
            throw AuthoringRefusal(
                .content, "isComplete: expected false while items[\(index)] \"\(item.kind)\" is \"\(item.value)\".",
                remedy: "Do the point first, or leave isComplete out.")
        }
    }
}
