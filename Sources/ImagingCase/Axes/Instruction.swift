public import EventLog

/// An answer to an instruction.
public struct InstructionAnswer: Hashable, Sendable {
    /// What kind of answer.
    public enum Kind: String, Sendable {
        /// It is on a screen at the site; nobody need have looked.
        case delivered
        case acknowledged
        /// The technologist will do it.
        case accepted
        case completed
        /// It cannot be done any more.
        case impossible
        case declined
        case withdrawn

        /// Whether it leaves the instruction open.
        var leavesOpen: Bool { self == .delivered || self == .acknowledged || self == .accepted }
    }

    /// The event.
    public let event: EventID
    /// What kind of answer.
    public let kind: Kind
    /// Who answered.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// The evidence, or the reason.
    public let note: String
}

/// One instruction to the technologist and its answers.
public struct InstructionCard: Hashable, Sendable {
    /// How far it is.
    public enum Status: String, Sendable {
        case issued
        /// It is on a screen at the site: sent, and not yet seen.
        case delivered
        case acknowledged
        case accepted
        case completed
        case impossible
        case declined
        case withdrawn
        /// A later instruction by somebody who had seen it, or a decision, says the contrary.
        case replaced
    }

    /// The event that issued it.
    public let event: EventID
    /// What is asked.
    public let kind: InstructionKind
    /// In words.
    public let text: String
    /// How soon.
    public let urgency: Urgency
    /// Until when it makes sense; judged by whoever looks, never by the state.
    public let validUntil: Instant?
    /// Who issued it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// How far it is.
    public internal(set) var status: Status = .issued
    /// Every answer, in causal order.
    public internal(set) var answers: [InstructionAnswer] = []
    /// The event that replaced it.
    public internal(set) var replacedBy: EventID?
    /// Instructions made apart that say the contrary and wait for a decision.
    public internal(set) var contradicts: [EventID] = []
    /// What the facts suggest while nobody has said it: that it is impossible, because the patient has left.
    public internal(set) var proposal: InstructionProposal?

    init(_ fact: CaseFact, _ said: InstructionIssued) {
        event = fact.id
        kind = said.kind
        text = said.text
        urgency = said.urgency
        validUntil = said.validUntil
        by = fact.actor.person
        at = fact.occurredAt.instant
    }

    /// Whether it waits to be done.
    public var isOpen: Bool { status == .issued || status == .delivered || status == .acknowledged || status == .accepted }

    /// Whether it waits to be done and its time has passed: it is closed then without anybody's word.
    public func isExpired(at now: Instant) -> Bool { isOpen && !isValid(at: now) }

    /// When the technologist's answer is due: by its urgency, and before it expires.
    public func due(_ policy: TalkPolicy = TalkPolicy()) -> Instant {
        let minutes = urgency == .unspecified ? policy.instructionMinutes : policy.answerMinutes(urgency)
        let answer = at.advanced(byMilliseconds: minutes * 60_000)
        return validUntil.map { min($0, answer) } ?? answer
    }

    /// Whether it makes sense at a moment.
    public func isValid(at now: Instant) -> Bool { validUntil.map { now < $0 } ?? true }
}

/// What the facts say of an instruction that nobody has answered: it came when the patient had left.
public struct InstructionProposal: Hashable, Sendable {
    /// The hand-over that says that the patient left.
    public let event: EventID
    /// The proposed answer, such as `impossible: patient left 10:41`.
    public let text: String
}

/// The instructions of a case.
public struct InstructionState: Hashable, Sendable {
    /// The steps of the axis: that of the instruction that needs most.
    public enum Status: String, Sendable {
        case none
        case issued
        case delivered
        case acknowledged
        case accepted
        case impossible
        case declined
        case completed
        case withdrawn
        case replaced
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// Every instruction: of contradictory ones the cautious first, else in causal order.
    public internal(set) var cards: [InstructionCard] = []
    /// The hand-over that says that the patient has left; nil while he is there or nobody said.
    public internal(set) var patientLeft: InstructionProposal?
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// None issued.
    public init() {}

    /// The instructions that wait to be done.
    public var open: [InstructionCard] { cards.filter(\.isOpen) }
}

/// Instructions of radiologists to technologists. What was done is done, whatever was said meanwhile.
///
/// Issued → delivered → acknowledged → accepted → completed | impossible | declined; withdrawn or expired closes it too.
///
/// Source: FHIR R4 CommunicationRequest and Task; house rules for conflicts 31, 32, 33 and 34.
public enum InstructionAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "instruction" }
    /// What it looks at.
    public static var concern: Concerns { .instruction }

    /// Derives each instruction with its answers.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> InstructionState {
        var state = InstructionState()
        var ledger = InstructionLedger(history)
        state.patientLeft = ledger.patientLeft
        guard !ledger.isEmpty else { return state }
        ledger.raiseConflicts(of: stream, into: &conflicts)
        state.cards = ledger.cards()
        state.oddities = ledger.oddities
        state.status = neediest(of: state.cards)
        return state
    }

    /// The step of the instruction that needs most.
    static func neediest(of cards: [InstructionCard]) -> InstructionState.Status {
        var found = InstructionState.Status.none
        var rank = Int.max
        for index in cards.indices {
            let (status, place) = need(of: cards[index].status)
            if place < rank { (found, rank) = (status, place) }
        }
        return found
    }

    /// The step of an instruction for the axis, and its place among them: the lowest needs most.
    private static func need(of status: InstructionCard.Status) -> (InstructionState.Status, Int) {
        switch status {
        case .issued: (.issued, 0)
        case .delivered: (.delivered, 1)
        case .acknowledged: (.acknowledged, 2)
        case .accepted: (.accepted, 3)
        case .impossible: (.impossible, 4)
        case .declined: (.declined, 5)
        case .completed: (.completed, 6)
        case .withdrawn: (.withdrawn, 7)
        case .replaced: (.replaced, 8)
        }
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: InstructionState) -> [Anomaly] { state.oddities }

    /// Writes the state.
    public static func write(_ state: InstructionState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if !state.cards.isEmpty {
            json.key("instructions")
            json.beginArray()
            for card in state.cards { write(card, to: &json) }
            json.endArray()
        }
        json.endObject()
    }

    private static func write(_ card: InstructionCard, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", card.event)
        json.member("state", card.status.rawValue)
        json.member("kind", card.kind.word)
        json.memberIfSaid("text", card.text)
        if card.urgency != .unspecified { json.member("urgency", card.urgency.word) }
        if let end = card.validUntil { json.moment("validUntil", end) }
        json.member("by", card.by)
        json.moment("at", card.at)
        if let proposal = card.proposal {
            json.member("proposal", proposal.text)
            json.member("proposedBy", proposal.event)
        }
        if let event = card.replacedBy { json.member("replacedBy", event) }
        if !card.contradicts.isEmpty { json.member("contradicts", events: card.contradicts) }
        if !card.answers.isEmpty {
            json.key("answers")
            json.beginArray()
            for answer in card.answers {
                json.beginObject()
                json.member("event", answer.event)
                json.member("kind", answer.kind.rawValue)
                json.member("by", answer.by)
                json.moment("at", answer.at)
                json.memberIfSaid("note", answer.note)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    /// Explains each instruction.
    public static func explain(_ state: InstructionState, _ history: CaseHistory) -> [Explanation] {
        state.cards.map { card in
            let rule =
                switch card.status {
                case .issued where !card.contradicts.isEmpty:
                    "Radiologists asked for the contrary apart from each other: the cautious one first, none done by itself."
                case .issued: "Issued, and the technologist has not answered."
                case .delivered: "It is on a screen at the site; that is not yet seen."
                case .accepted: "The technologist will do it; whoever accepts prevails over who declines apart from him."
                case .impossible: "The technologist says that it cannot be done any more."
                case .acknowledged: "The technologist has seen it; whoever accepts prevails over who declines apart from him."
                case .completed: "It was done; what was done prevails over any withdrawal."
                case .declined: "The technologist cannot or may not."
                case .withdrawn: "Taken back before it was done."
                case .replaced: "Somebody who had seen it asked for the contrary, or decided against it."
                }
            let events = [card.event] + card.answers.map(\.event) + (card.replacedBy.map { [$0] } ?? []) + card.contradicts
            return Explanation(axis: label, state: card.status.rawValue, rule: rule, events: events)
        }
    }
}
