public import EventLog

/// One document, known by its content. Equal bytes are one document, however often they were added and under which names.
public struct Attachment: Hashable, Sendable {
    /// One telling that the document is there.
    public struct Addition: Hashable, Sendable {
        /// The event.
        public let event: EventID
        /// The file's name there.
        public let name: String
        /// Who added it.
        public let by: String
        /// When, as asserted.
        public let at: Instant
        /// The event that took this telling back.
        public internal(set) var withdrawnBy: EventID?
        /// Why it was taken back.
        public internal(set) var reason = ""
    }

    /// SHA-256 of the content; empty where nobody said one.
    public let digest: String
    /// Media type, where it was said.
    public internal(set) var mediaType = ""
    /// Size in bytes; 0 where nobody said one.
    public internal(set) var bytes = 0
    /// Every telling, in causal order.
    public internal(set) var additions: [Addition] = []
    /// Other documents in use under one of its names: both are kept.
    public internal(set) var sharesNameWith: [String] = []

    /// Whether it is to be used: one telling was not taken back.
    public var isInUse: Bool { additions.contains { $0.withdrawnBy == nil } }
    /// The names, in the order in which they were told.
    public var names: [String] {
        var names: [String] = []
        for addition in additions where !addition.name.isEmpty && !names.contains(addition.name) { names.append(addition.name) }
        return names
    }
}

/// Documents by their hash.
public struct AttachmentState: Hashable, Sendable {
    /// Every document, by the first event that told of it.
    public internal(set) var all: [Attachment] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// The documents that are to be used.
    public var inUse: [Attachment] { all.filter(\.isInUse) }
}

/// Documents by their hash: a set, so that two files of one name are both kept and one file sent twice is one.
///
/// Source: FHIR R4 DocumentReference; house rule for conflict 67.
public enum AttachmentAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "attachment" }

    /// What it looks at.
    public static var concern: Concerns { .attachment }

    /// Derives the set of documents.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> AttachmentState {
        var state = AttachmentState()
        for position in history.positions(of: .attachment) {
            guard case .attachment(let event) = history.facts[position].event else { continue }
            let isEntitled = history.facts[position].role.map { Authority.mayRecord(.attachment(event), as: $0) } ?? false
            guard isEntitled else {
                flag(
                    position, "Its author's role may not add or withdraw documents: it is kept and changes nothing.", history,
                    &state)
                continue
            }
            switch event {
            case .added(let said): add(said, at: position, history, &state)
            case .withdrawn(let said): withdraw(said, at: position, history, &state)
            }
        }
        compareNames(&state)
        return state
    }

    private static func flag(_ position: Int, _ what: String, _ history: CaseHistory, _ state: inout AttachmentState) {
        state.oddities.append(Anomaly(event: history.facts[position].id, axis: label, what: what))
    }

    /// What has no digest cannot be compared and stays by itself.
    private static func add(
        _ said: AttachmentAdded, at position: Int, _ history: CaseHistory, _ state: inout AttachmentState
    ) {
        let fact = history.facts[position]
        let digest = said.digest.lowercased()
        if digest.isEmpty { flag(position, "A document without a digest: it is kept by itself.", history, &state) }
        let known = digest.isEmpty ? nil : state.all.firstIndex { $0.digest == digest }
        let index = known ?? state.all.count
        if known == nil { state.all.append(Attachment(digest: digest)) }
        if state.all[index].mediaType.isEmpty { state.all[index].mediaType = said.mediaType }
        state.all[index].bytes = max(state.all[index].bytes, said.bytes)
        state.all[index].additions.append(
            Attachment.Addition(event: fact.id, name: said.name, by: fact.actor.person, at: fact.occurredAt.instant))
    }

    /// Takes back every telling of the document that its author had seen; who told of it apart or later still vouches for it.
    private static func withdraw(
        _ said: AttachmentWithdrawn, at position: Int, _ history: CaseHistory, _ state: inout AttachmentState
    ) {
        let seen = { (event: EventID) in
            history.position(of: event).map { history.precedes($0, position) } ?? false
        }
        let named = state.all.firstIndex { document in
            document.additions.contains { $0.event == said.attachment && seen($0.event) }
        }
        guard let named else {
            return flag(position, "It withdraws no document that its author had seen: it changes nothing.", history, &state)
        }
        for index in state.all[named].additions.indices {
            guard state.all[named].additions[index].withdrawnBy == nil, seen(state.all[named].additions[index].event) else {
                continue
            }
            state.all[named].additions[index].withdrawnBy = history.facts[position].id
            state.all[named].additions[index].reason = said.reason
        }
    }

    /// Conflict 67: one name for different bytes is no question for anybody; both stay, and each says so.
    private static func compareNames(_ state: inout AttachmentState) {
        let inUse = state.all.indices.filter { state.all[$0].isInUse }
        for one in inUse {
            let names = state.all[one].names
            state.all[one].sharesNameWith = inUse.filter { other in
                other != one && state.all[other].names.contains { names.contains($0) }
            }.map { state.all[$0].digest }.sorted()
        }
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: AttachmentState) -> Bool { state.all.isEmpty }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: AttachmentState) -> [Anomaly] { state.oddities }

    /// Explains each document that was taken back or shares its name, and the rest together.
    public static func explain(_ state: AttachmentState, _ history: CaseHistory) -> [Explanation] {
        state.all.map { document in
            let events = document.additions.map(\.event) + document.additions.compactMap(\.withdrawnBy)
            let rule =
                !document.isInUse
                ? "Every telling of it was taken back; it stays readable as evidence."
                : document.sharesNameWith.isEmpty
                    ? "Equal bytes are one document, however often they were added."
                    : "Another document has the same name and different bytes: both are kept."
            var unique: [EventID] = []
            for event in events where !unique.contains(event) { unique.append(event) }
            return Explanation(axis: label, state: document.isInUse ? "inUse" : "withdrawn", rule: rule, events: unique)
        }
    }
}
