public import EventLog

/// One assignment of a protocol and how it stands.
public struct ProtocolVersion: Hashable, Sendable {
    /// How an assignment stands.
    public enum Standing: String, Sendable {
        case current
        /// Another one was assigned by somebody who had seen it, or chosen against it.
        case superseded
        case withdrawn
        /// Assigned apart from another one; none may be run until one is chosen.
        case competing
    }

    /// The event.
    public let event: EventID
    /// Who assigned it.
    public let by: String
    /// What was assigned.
    public let plan: ProtocolAssigned
    /// How it stands.
    public internal(set) var standing: Standing
}

/// Where the technologist departed from the protocol: the reader shall know.
public struct ProtocolDeviation: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who ran something else.
    public let by: String
    /// What differed, why and by whose leave.
    public let said: ProtocolDeviated
}

/// What the protocol is at.
public struct ProtocolState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case needed
        case assigned
        /// Two were assigned apart; none may be run until one is chosen.
        case competing
        case used
    }

    /// Where it is.
    public internal(set) var status: Status = .needed
    /// The assignment to run; nil where there is none or where two compete.
    public internal(set) var current: EventID?
    /// The assignment under which the examination was made.
    public internal(set) var used: EventID?
    /// Whether the examination was made under another assignment than the current one.
    public internal(set) var usedIsOutdated = false
    /// All assignments: competing ones without contrast first, otherwise in causal order.
    public internal(set) var versions: [ProtocolVersion] = []
    /// Where the technologist departed from it, in causal order.
    public internal(set) var deviations: [ProtocolDeviation] = []
    /// Events that arrived although they were illegal.
    var anomalies: [Anomaly] = []

    /// None assigned.
    public init() {}

    /// The plan to run; nil where there is none or where two compete.
    public var plan: ProtocolAssigned? { versions.first { $0.event == current }?.plan }
}

/// The protocol that the technologist shall run: needed, assigned, used.
///
/// Source: DICOM (0040,0008); house rule for conflicts 29 and 30.
public enum ProtocolAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "protocol" }
    /// What it looks at.
    public static var concern: Concerns { .protocoling }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ProtocolState {
        var facts = ProtocolFacts()
        facts.gather(history)
        var state = ProtocolState()
        facts.judgeDeviations(history, &state)
        guard !facts.assigned.isEmpty else { return state }
        facts.judgeStandings(history, stream, &state, &conflicts)
        facts.judgeUse(history, stream, &state, &conflicts)
        let competes = state.versions.contains { $0.standing == .competing }
        if competes {
            let ordered = state.versions.enumerated().sorted { left, right in
                (left.element.rank, left.offset) < (right.element.rank, right.offset)
            }
            state.versions = ordered.map(\.element)
        }
        state.status = competes ? .competing : facts.isUsed(state, history) ? .used : state.current == nil ? .needed : .assigned
        return state
    }

    /// Writes the state.
    public static func write(_ state: ProtocolState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if let current = state.current { json.member("current", current) }
        if let used = state.used {
            json.member("used", used)
            json.member("usedIsOutdated", state.usedIsOutdated)
        }
        if !state.versions.isEmpty {
            json.key("versions")
            json.beginArray()
            for version in state.versions {
                json.beginObject()
                json.member("event", version.event)
                json.member("standing", version.standing.rawValue)
                json.member("by", version.by)
                json.member("name", version.plan.name)
                json.memberIfSaid("contrast", version.plan.contrast)
                json.memberIfSaid("instructions", version.plan.instructions)
                if let until = version.plan.validUntil { json.moment("validUntil", until) }
                json.endObject()
            }
            json.endArray()
        }
        if !state.deviations.isEmpty { writeDeviations(state.deviations, to: &json) }
        json.endObject()
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: ProtocolState) -> [Anomaly] { state.anomalies }

    /// Explains the state.
    public static func explain(_ state: ProtocolState, _ history: CaseHistory) -> [Explanation] {
        let rule: String
        var events = state.versions.map(\.event)
        switch state.status {
        case .needed where events.isEmpty: rule = "No protocol was assigned."
        case .needed: rule = "The assigned protocol was withdrawn, or none of the competing ones was chosen."
        case .assigned:
            rule = "The latest assignment that was not withdrawn."
            events = state.current.map { [$0] } ?? []
        case .competing:
            rule = "Assigned apart: none may be run until one is chosen; the one without contrast is shown first."
            events = state.versions.filter { $0.standing == .competing }.map(\.event)
        case .used:
            rule = "The examination was made under this assignment."
            events = state.used.map { [$0] } ?? []
        }
        let deviated = state.deviations.map {
            Explanation(
                axis: label, state: "deviated", rule: "The technologist ran something else and said so: a flag to the reader.",
                events: [$0.event])
        }
        return [Explanation(axis: label, state: state.status.rawValue, rule: rule, events: events)] + deviated
    }

    /// Refuses what is illegal in the protocol's state. What a device reports has happened and passes.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ProtocolState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .protocolAssigned(let plan):
            if plan.name.isEmpty && plan.instructions.isEmpty {
                throw AuthoringRefusal(
                    .content, "The protocol has neither a name nor instructions.", remedy: "Name the protocol.")
            }
            if let until = plan.validUntil, until <= now {
                throw AuthoringRefusal(
                    .content, "The protocol's validity has ended already.", remedy: "Say a later end of validity.")
            }
        case .protocolWithdrawn(let withdrawal):
            let live = state.versions.filter { $0.standing == .current || $0.standing == .competing }
            if live.isEmpty {
                throw AuthoringRefusal(.state, "No protocol is assigned.", remedy: "Nothing is left to withdraw.")
            }
            if let which = withdrawal.which, !live.contains(where: { $0.event == which }) {
                throw AuthoringRefusal(.state, "That assignment does not stand.", remedy: "Withdraw the one that stands.")
            }
        case .deviation(.protocolDeviated(let said)): try mayDeviate(said, state)
        case .procedureStepStarted where author.role != .system: try mayStart(state, now)
        default: return
        }
    }

    private static func mayStart(_ state: ProtocolState, _ now: Instant) throws(AuthoringRefusal) {
        if state.status == .competing {
            throw AuthoringRefusal(
                .state, "Two protocols were assigned apart and none is chosen.",
                remedy: "Call the radiologists and have one chosen; without one, keep to the lower dose and give no contrast.")
        }
        if let until = state.plan?.validUntil, until <= now {
            throw AuthoringRefusal(
                .state, "The protocol was valid until \(Timestamp.text(of: until)).", remedy: "Have the protocol assigned anew.")
        }
    }
}

extension ProtocolVersion {
    /// Whether contrast medium is part of the plan.
    var hasContrast: Bool { plan.hasContrast }

    /// Competing ones without contrast come first: the cautious choice is on top.
    fileprivate var rank: Int {
        switch standing {
        case .competing: hasContrast ? 1 : 0
        case .current, .superseded, .withdrawn: 2
        }
    }
}
