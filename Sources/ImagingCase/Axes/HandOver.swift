public import EventLog

/// One declaration that a study is complete.
public struct HandOverDeclaration: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who handed over.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// What was declared.
    public let said: StudyHandedOver
    /// Whether it is the one that counts.
    public internal(set) var isCurrent = false
}

/// What the hand-over is at.
public struct HandOverState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        case handedOver
        /// The archive does not hold what was declared.
        case incomplete
        /// Content came that the declaration had not seen: hand over again.
        case reopened
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// All declarations, in causal order.
    public internal(set) var declarations: [HandOverDeclaration] = []
    /// Series that archives reported, the union of all; 0 where none reported.
    public internal(set) var heldSeries = 0
    /// Instances that archives reported, the union of all.
    public internal(set) var heldInstances = 0
    /// The content reports that came after the declaration or beside it and hold more than was declared.
    public internal(set) var later: [EventID] = []
    /// What is said of the side; nothing is published while it is unconfirmed.
    public internal(set) var side = SideState()

    /// Not handed over.
    public init() {}

    /// The declaration that counts; nil where there is none.
    public var current: HandOverDeclaration? { declarations.first(where: \.isCurrent) }
}

/// The technologist's hand-over: what was declared, against what the archive holds; and the side, as it was ordered and positioned.
///
/// Source: house rule for conflict 71.
public enum HandOverAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "handOver" }
    /// What it looks at.
    public static var concern: Concerns { .handOver }

    /// Derives the state. Of declarations made apart the one with most instances counts, then the greater hash.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> HandOverState {
        var state = HandOverState()
        var positions: [Int] = []
        var contents: [Int] = []
        var isPositioned = false
        for position in history.positions(of: .handOver) {
            switch history.facts[position].event {
            case .studyHandedOver(let said):
                let fact = history.facts[position]
                positions.append(position)
                state.declarations.append(
                    HandOverDeclaration(event: fact.id, by: fact.actor.person, at: fact.occurredAt.instant, said: said))
            case .studyContentChanged: contents.append(position)
            case .preparation: isPositioned = true
            default: continue
            }
        }
        if isPositioned { state.side = SideFacts(history).state(of: stream, &conflicts) }
        guard !positions.isEmpty else { return state }
        let latest = history.ancestry.latest(of: positions)
        let current = positions.indices.filter { latest.contains(positions[$0]) }.max { left, right in
            let (one, other) = (state.declarations[left].said, state.declarations[right].said)
            if one.declaredInstances != other.declaredInstances { return one.declaredInstances < other.declaredInstances }
            return history.facts[positions[left]].hash < history.facts[positions[right]].hash
        }
        guard let current else { return state }
        state.declarations[current].isCurrent = true
        compare(with: contents, at: positions[current], history, &state)
        return state
    }

    private static func compare(
        with contents: [Int], at position: Int, _ history: CaseHistory, _ state: inout HandOverState
    ) {
        guard let said = state.current?.said else { return }
        var told: [Series] = []
        for content in contents {
            guard case .studyContentChanged(let report) = history.facts[content].event else { continue }
            told += report.series
            let instances = report.series.reduce(0) { $0 &+ $1.instances }
            let isMore = instances > said.declaredInstances || report.series.count > said.declaredSeries
            if isMore && !history.precedes(content, position) && !declaresNothing(said) {
                state.later.append(history.facts[content].id)
            }
        }
        let held = SeriesContent.union(of: told)
        state.heldSeries = held.count
        state.heldInstances = held.reduce(0) { $0 &+ $1.instances }
        let lacks = state.heldSeries < said.declaredSeries || state.heldInstances < said.declaredInstances
        state.status = !state.later.isEmpty ? .reopened : !contents.isEmpty && lacks ? .incomplete : .handedOver
    }

    private static func declaresNothing(_ said: StudyHandedOver) -> Bool {
        said.declaredSeries == 0 && said.declaredInstances == 0
    }

    /// Writes the state.
    public static func write(_ state: HandOverState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if let current = state.current {
            write(current, to: &json)
            json.member("heldSeries", state.heldSeries)
            json.member("heldInstances", state.heldInstances)
            if !state.later.isEmpty { json.member("later", events: state.later) }
            if state.declarations.count > 1 {
                json.key("others")
                json.beginArray()
                for declaration in state.declarations where !declaration.isCurrent {
                    json.beginObject()
                    write(declaration, to: &json)
                    json.endObject()
                }
                json.endArray()
            }
        }
        state.side.write(to: &json)
        json.endObject()
    }

    private static func write(_ declaration: HandOverDeclaration, to json: inout JSONWriter) {
        json.member("event", declaration.event)
        json.member("by", declaration.by)
        json.moment("at", declaration.at)
        json.member("declaredSeries", declaration.said.declaredSeries)
        json.member("declaredInstances", declaration.said.declaredInstances)
        json.memberIfSaid("note", declaration.said.note)
        if declaration.said.patientState != .unspecified { json.member("patientState", declaration.said.patientState.word) }
        json.memberIfSaid("viewerURL", declaration.said.viewerURL)
        if !declaration.said.administered.isEmpty { json.member("administered", texts: declaration.said.administered) }
    }

    /// Explains the state.
    public static func explain(_ state: HandOverState, _ history: CaseHistory) -> [Explanation] {
        let rule =
            switch state.status {
            case .none: "Nobody has handed the study over."
            case .handedOver: "The latest declaration, and the archive holds what it declares or has not reported."
            case .incomplete: "The archive holds less than the latest declaration says."
            case .reopened: "Content came that goes beyond the latest declaration."
            }
        let events = (state.current.map { [$0.event] } ?? []) + state.later
        return [Explanation(axis: label, state: state.status.rawValue, rule: rule, events: events)] + explain(state.side)
    }

    private static func explain(_ side: SideState) -> [Explanation] {
        let rule: String
        switch side.status {
        case .none: return []
        case .agreed: rule = "The side that was positioned is the side that is ordered."
        case .unconfirmed:
            rule = "Ordered and positioned differ: technologist and radiologist confirm before anything is published."
        case .confirmed: rule = "Ordered and positioned differed; both confirmed, or it was put right before any image."
        }
        let events = side.ordered.map(\.event) + side.positioned.map(\.event)
        return [Explanation(axis: label, state: "side \(side.status.rawValue)", rule: rule, events: events)]
    }

    /// Every hand-over is legal: one may follow another, and one may come before the archive reports anything.
    public static func mayAuthor(
        _ event: CaseEvent, in state: HandOverState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
