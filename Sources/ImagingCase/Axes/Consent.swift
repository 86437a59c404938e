public import EventLog

/// One record of what a person consents to.
public struct ConsentRecord: Hashable, Sendable {
    /// How a record stands.
    public enum Standing: String, Sendable {
        case stands
        /// Asked again, or decided against, by somebody who had seen it.
        case superseded
    }

    /// The event.
    public let event: EventID
    /// Who recorded it.
    public let by: String
    /// What was recorded.
    public let said: ConsentRecorded
    /// How it stands.
    public internal(set) var standing: Standing
}

/// What the person says to one kind of act.
public struct ConsentEntry: Hashable, Sendable {
    /// To what.
    public let kind: ConsentKind
    /// What is in force: of standing records the most cautious.
    public internal(set) var decision: ConsentDecision = .unspecified
    /// All records, in causal order.
    public internal(set) var records: [ConsentRecord] = []
    /// What was done before consent was refused or taken back, or apart from that: it stands.
    public internal(set) var done: [EventID] = []

    /// Whether what has not been done yet may not be done.
    public var isBlocked: Bool { decision.blocks }
    /// The standing records that block.
    public var blockedBy: [EventID] { records.filter { $0.standing == .stands && $0.said.state.blocks }.map(\.event) }
}

/// What the person consents to.
public struct ConsentState: Hashable, Sendable {
    /// Each kind that was asked about, in the order of the vocabulary.
    public internal(set) var entries: [ConsentEntry] = []
    /// Events that arrived although they were illegal.
    var anomalies: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// What the person says to one kind of act; nil where nobody asked.
    public subscript(kind: ConsentKind) -> ConsentEntry? { entries.first { $0.kind == kind } }

    /// The word of the state: the most cautious of all kinds.
    public var word: String {
        entries.map(\.decision).max { $0.caution < $1.caution }.map { $0 == .unspecified ? "none" : $0.word } ?? "none"
    }
}

extension ConsentDecision {
    /// Whether it forbids.
    public var blocks: Bool { self == .refused || self == .withdrawn }

    /// By caution, ascending: what was taken back was thought over once more than what was refused at first.
    var caution: UInt8 { rawValue }
}

/// Consent: none → given, refused or withdrawn, kind by kind. Consent that is taken back blocks what has not been done; what was done
/// stands. Of answers recorded apart the more cautious holds.
///
/// Source: FHIR R4 Consent.status; house rule for conflict 51.
public enum ConsentAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "consent" }

    /// What it looks at.
    public static var concern: Concerns { .consent }

    static let givenWhenWithdrawn = ConflictRule(
        number: 51, kind: "consentDiffers", owner: .radiologist, dueMinutes: 15,
        rule: "Of consent recorded apart the more cautious holds: it blocks what is not done yet, and what was done stands.",
        inForce: "Not consented: nothing more is done.", told: [.interventionalRadiologist, .nurse, .technologist])

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ConsentState {
        var state = ConsentState()
        var records: [(position: Int, said: ConsentRecorded)] = []
        var acts: [Int] = []
        for position in history.positions(of: .consent) {
            if case .preparation(.consentRecorded(let said)) = history.facts[position].event {
                guard said.kind != .unspecified && said.state != .unspecified else {
                    flag(position, "The record says neither to what nor whether: it changes nothing.", history, &state)
                    continue
                }
                guard said.state != .given || history.isByEntitled(position) else {
                    flag(position, "Consent recorded in a role that may not: it lifts nothing.", history, &state)
                    continue
                }
                records.append((position, said))
            } else {
                acts.append(position)
            }
        }
        for kind in ConsentKind.allCases where records.contains(where: { $0.said.kind == kind }) {
            let own = records.filter { $0.said.kind == kind }
            state.entries.append(entry(kind, own, history, stream, &conflicts))
            judge(acts.filter { isAct(history.facts[$0].event, under: kind) }, own, history, &state)
        }
        return state
    }

    private static func entry(
        _ kind: ConsentKind, _ records: [(position: Int, said: ConsentRecorded)], _ history: CaseHistory, _ stream: StreamID,
        _ conflicts: inout [Conflict]
    ) -> ConsentEntry {
        let positions = records.map(\.position)
        func blocks(_ position: Int) -> Bool { records.first { $0.position == position }?.said.state.blocks ?? false }
        var overruled: [Int] = []
        for group in history.standoffs(among: positions, where: { blocks($0) != blocks($1) }) {
            let words = group.compactMap { position in records.first { $0.position == position }?.said.state.word }
            let conflict = Conflict(
                givenWhenWithdrawn, between: group, in: history, of: stream, settling: positions,
                inForce: "Consent to \(kind.word) is recorded as \(words.joined(separator: " and ")): nothing more is done.")
            conflicts.append(conflict)
            if let chosen = history.chosenPosition(by: conflict), group.contains(chosen) {
                overruled += group.filter { $0 != chosen }
            }
        }
        let latest = history.ancestry.latest(of: positions)
        var entry = ConsentEntry(kind: kind)
        for record in records {
            let stands = latest.contains(record.position) && !overruled.contains(record.position)
            let fact = history[record.position]
            entry.records.append(
                ConsentRecord(
                    event: fact.id, by: fact.actor.person, said: record.said, standing: stands ? .stands : .superseded))
            if stands && record.said.state.caution > entry.decision.caution { entry.decision = record.said.state }
        }
        return entry
    }

    /// Acts that came before or apart from what forbids them stand and are listed; one by somebody who knew is flagged.
    private static func judge(
        _ acts: [Int], _ records: [(position: Int, said: ConsentRecorded)], _ history: CaseHistory, _ state: inout ConsentState
    ) {
        let last = state.entries.count - 1
        let forbidding = records.filter(\.said.state.blocks).map(\.position)
        for act in acts {
            let known = history.ancestry.latest(of: records.map(\.position).filter { history.precedes($0, act) })
            if known.contains(where: forbidding.contains) {
                let kind = state.entries[last].kind
                flag(act, "Done although consent to \(kind.word) was known to be refused: it stands as done.", history, &state)
            }
            if state.entries[last].isBlocked { state.entries[last].done.append(history.facts[act].id) }
        }
    }

    private static func flag(_ position: Int, _ what: String, _ history: CaseHistory, _ state: inout ConsentState) {
        state.anomalies.append(Anomaly(event: history.facts[position].id, axis: label, what: what))
    }

    /// Whether an event is an act that the kind of consent covers.
    private static func isAct(_ event: CaseEvent, under kind: ConsentKind) -> Bool {
        switch (kind, event) {
        case (.procedure, .procedureStepStarted), (.procedure, .procedureStepCompleted), (.procedure, .procedureStepDiscontinued):
            true
        case (.contrast, .preparation(.medicationAdministered(let given))): given.isContrast
        default: false
        }
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ConsentState) -> Bool { state.entries.isEmpty }

    /// Writes the state.
    public static func write(_ state: ConsentState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.word)
        json.member("blocked", state.entries.contains(where: \.isBlocked))
        for entry in state.entries {
            json.key(entry.kind.word)
            json.beginObject()
            json.member("state", entry.decision == .unspecified ? "none" : entry.decision.word)
            json.member("blocked", entry.isBlocked)
            if !entry.done.isEmpty { json.member("done", events: entry.done) }
            json.key("records")
            json.beginArray()
            for record in entry.records {
                json.beginObject()
                json.member("event", record.event)
                json.member("standing", record.standing.rawValue)
                json.member("by", record.by)
                json.member("said", record.said.state.word)
                json.memberIfSaid("documentDigest", record.said.documentDigest)
                json.memberIfSaid("note", record.said.note)
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }
        json.endObject()
    }

    /// Explains each kind.
    public static func explain(_ state: ConsentState, _ history: CaseHistory) -> [Explanation] {
        state.entries.map { entry in
            Explanation(
                axis: label, state: "\(entry.kind.word) \(entry.decision == .unspecified ? "none" : entry.decision.word)",
                rule: entry.isBlocked
                    ? "Not consented: what is not done yet may not be done, and what was done stands."
                    : "The latest record; of records made apart the more cautious.",
                events: entry.records.filter { $0.standing == .stands }.map(\.event) + entry.done)
        }
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: ConsentState) -> [Anomaly] { state.anomalies }

    /// Refuses records that say nothing, and to begin what the person does not consent to. What a device reports has happened.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ConsentState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .preparation(.consentRecorded(let said)): try mayRecord(said, state)
        case .procedureStepStarted where author.role != .system:
            guard let entry = state[.procedure], entry.isBlocked else { return }
            throw AuthoringRefusal(
                .state, "Consent to the procedure is \(entry.decision.word).",
                remedy: "Speak with the person, and record consent when it is given.")
        default: return
        }
    }

    private static func mayRecord(_ said: ConsentRecorded, _ state: ConsentState) throws(AuthoringRefusal) {
        if said.kind == .unspecified {
            throw AuthoringRefusal(
                .content, "kind: expected to what, got nothing.",
                remedy: "Say procedure, contrast, teleradiology or research.")
        }
        if said.state == .unspecified {
            throw AuthoringRefusal(
                .content, "state: expected whether it is given, got nothing.", remedy: "Say given, refused or withdrawn.")
        }
        let digest = said.documentDigest.utf8
        if !digest.isEmpty && (digest.count != 64 || !digest.allSatisfy(isHexadecimal)) {
            throw AuthoringRefusal(
                .content, "documentDigest: expected 64 hexadecimal digits, got \(digest.count) characters.",
                remedy: "Give the SHA-256 of the signed document, or leave it out.")
        }
        // Of words made apart one may give what another takes back: whoever has seen both may say that it is withdrawn.
        let isGiven = state[said.kind]?.records.contains { $0.standing == .stands && $0.said.state == .given } ?? false
        if said.state == .withdrawn && !isGiven {
            throw AuthoringRefusal(
                .state, "No consent to \(said.kind.word) is given that could be withdrawn.", remedy: "Record it as refused.")
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
    }
}
