public import EventLog

/// One axis of a case: its state machine, its conflict rules and its authoring guard, each in one file.
///
/// A case's state is a vector of axes, never one status word. An axis' fold sees the whole history and takes what concerns it.
public protocol Axis {
    /// What the axis is at.
    associatedtype State: Hashable, Sendable
    /// The JSON key below "axes".
    static var name: StaticString { get }
    /// Which facts it looks at; it looks at no others, besides people's decisions.
    static var concern: Concerns { get }
    /// Derives the state. Pure and independent of the order of arrival; refuses nothing; appends the conflicts that it finds.
    static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> State
    /// The state with one fact more that comes after all others, where that follows from the earlier state alone; nil where the axis
    /// has to look at its facts again. Equal to folding all of them anew, only cheaper: a long case grows by what is new.
    ///
    /// Asked only where the axis had found no conflict, and of facts that decide none and whose author had seen everything: nothing can
    /// stand against such a fact.
    static func advanced(_ state: State, by fact: CaseFact) -> State?
    /// Whether nothing is said that people would look for: such an axis is left out of the published state.
    static func isSilent(_ state: State) -> Bool
    /// Writes one JSON object that begins with the member "state".
    static func write(_ state: State, to json: inout JSONWriter)
    /// Says which events and which rule made this state.
    static func explain(_ state: State, _ history: CaseHistory) -> [Explanation]
    /// Refuses an illegal act when it is authored; never consulted by the fold. Events of other axes pass.
    ///
    /// - Throws: `AuthoringRefusal` with the reason and what would be legal; nothing has been recorded then.
    static func mayAuthor(
        _ event: CaseEvent, in state: State, by author: Author, now: Instant
    ) throws(AuthoringRefusal)
    /// Events that arrived although they are illegal: kept, inert where unsafe.
    static func anomalies(_ state: State) -> [Anomaly]
    /// What in this axis alone stands against going ahead with the examination, or is to be minded; see `CaseState.goAhead`.
    static func holdUps(_ state: State) -> [GoAhead.Reason]
}

extension Axis {
    /// Never from the earlier state alone.
    public static func advanced(_ state: State, by fact: CaseFact) -> State? { nil }

    /// Never, where an axis is part of every case.
    public static func isSilent(_ state: State) -> Bool { false }

    /// None, where an axis knows no illegal arrival.
    public static func anomalies(_ state: State) -> [Anomaly] { [] }

    /// None, where an axis stops no examination, or where that takes more than the axis itself.
    public static func holdUps(_ state: State) -> [GoAhead.Reason] { [] }

    /// The name as text.
    static var label: String { "\(name)" }
}

/// Who wants to record something, as the authoring guard sees it.
public struct Author: Hashable, Sendable {
    /// The person's id or name as the site knows it.
    public let person: String
    /// In which role.
    public let role: Role

    /// Names an author.
    public init(person: String, role: Role) {
        self.person = person
        self.role = role
    }
}

/// Which events and which rule made a state, for people who ask why.
public struct Explanation: Hashable, Sendable {
    /// The axis' JSON key.
    public let axis: String
    /// The state that is explained.
    public let state: String
    /// The rule, in one sentence.
    public let rule: String
    /// The events that it rests on.
    public let events: [EventID]

    /// States an explanation.
    public init(axis: String, state: String, rule: String, events: [EventID]) {
        self.axis = axis
        self.state = state
        self.rule = rule
        self.events = events
    }
}

/// An event that arrived although its author should not have recorded it: kept, inert where unsafe, and shown.
public struct Anomaly: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// The axis' JSON key.
    public let axis: String
    /// What is odd about it and what was done, in one sentence.
    public let what: String

    /// Flags an event.
    public init(event: EventID, axis: String, what: String) {
        self.event = event
        self.axis = axis
        self.what = what
    }
}
