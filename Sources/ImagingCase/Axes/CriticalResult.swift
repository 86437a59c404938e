public import EventLog

/// The clocks of a category of critical results, in minutes after the finding was raised. Policy may shorten them.
///
/// Source: RadLex RID49480 to RID49482; ACR Practice Parameter for Communication (minutes, hours, days).
public struct CriticalClocks: Hashable, Sendable {
    /// When the first call is due.
    public let firstCallMinutes: Int64
    /// When it escalates, step by step.
    public let escalationMinutes: [Int64]
    /// When the responsible caregiver must have acknowledged.
    public let acknowledgeMinutes: Int64

    /// States clocks.
    public init(firstCallMinutes: Int64, escalationMinutes: [Int64], acknowledgeMinutes: Int64) {
        self.firstCallMinutes = firstCallMinutes
        self.escalationMinutes = escalationMinutes
        self.acknowledgeMinutes = acknowledgeMinutes
    }

    /// The clocks of a category; one that is not known counts as the most urgent.
    public static func of(category: Int) -> CriticalClocks {
        switch category {
        case 2: CriticalClocks(firstCallMinutes: 60, escalationMinutes: [120, 150], acknowledgeMinutes: 180)
        case 3: CriticalClocks(firstCallMinutes: 4320, escalationMinutes: [14_400, 20_160], acknowledgeMinutes: 21_600)
        default: CriticalClocks(firstCallMinutes: 5, escalationMinutes: [15, 30], acknowledgeMinutes: 60)
        }
    }
}

/// One receipt on the way of a critical result: an act, who did it, to whom and when.
public struct CriticalStep: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who acted.
    public let by: String
    /// In which role.
    public let role: String
    /// When, as asserted.
    public let at: Instant
    /// Who was told or asked.
    public internal(set) var to = ""
    /// By which medium.
    public internal(set) var medium = ""
    /// Whether it was read back.
    public internal(set) var readBack = false
    /// Step of the escalation.
    public internal(set) var step = 0
    /// What will be done, or why it was withdrawn.
    public internal(set) var note = ""
    /// What came of an attempt that reached nobody.
    public internal(set) var outcome: AttemptOutcome = .unspecified
}

/// A finding that somebody must learn of in time, and how far the news has come.
public struct CriticalCard: Hashable, Sendable {
    /// How far it is. Sent, communicated and acknowledged are different facts.
    public enum Status: String, Sendable {
        case open
        /// Somebody was called and not reached: the clock runs on.
        case attempted
        case communicated
        case escalated
        case acknowledged
        /// Withdrawn, and somebody who was told does not know yet.
        case withdrawnPending
        case withdrawn
    }

    /// The event that raised it.
    public let event: EventID
    /// Cards raised apart for one patient are shown as one group: the lowest event among them.
    public internal(set) var group: EventID
    /// 1 minutes, 2 hours, 3 days; 0 was not said and counts as 1.
    public let category: Int
    /// The finding.
    public let finding: String
    /// The report that holds it.
    public let report: EventID?
    /// Whether that report was withdrawn: the finding stays active all the same.
    public internal(set) var isReportRetracted = false
    /// Who must be told.
    public let responsible: String
    /// Doctors who came to order the examination apart from or after the finding: they too must learn of it.
    public internal(set) var alsoResponsible: [String] = []
    /// Who raised it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// How far it is.
    public internal(set) var status: Status = .open
    /// Who was called and not reached, in causal order.
    public internal(set) var attempts: [CriticalStep] = []
    /// Who was told, in causal order; an acknowledgement by somebody who is not licensed to receive it is listed here.
    public internal(set) var communications: [CriticalStep] = []
    /// Who was asked next, in causal order.
    public internal(set) var escalations: [CriticalStep] = []
    /// Who took note, in causal order; never undone.
    public internal(set) var acknowledgements: [CriticalStep] = []
    /// Who took it back.
    public internal(set) var withdrawals: [CriticalStep] = []
    /// People who were told and do not know of the withdrawal yet, ascending.
    public internal(set) var unaware: [String] = []
    /// Escalations made apart from an acknowledgement whose addressee has not been told that it is closed, in causal order.
    public internal(set) var untold: [EventID] = []

    /// Its clocks.
    public var clocks: CriticalClocks { .of(category: category) }
    /// When the first call is due.
    public var firstCallDue: Instant { at.advanced(byMilliseconds: clocks.firstCallMinutes * 60_000) }
    /// When the acknowledgement is due.
    public var acknowledgeDue: Instant { at.advanced(byMilliseconds: clocks.acknowledgeMinutes * 60_000) }
    /// When each escalation is due.
    public var escalationsDue: [Instant] { clocks.escalationMinutes.map { at.advanced(byMilliseconds: $0 * 60_000) } }
    /// Whether somebody must still learn of it.
    public var isLive: Bool { status == .open || status == .attempted || status == .communicated || status == .escalated }
}

/// The critical results of a case.
public struct CriticalResultState: Hashable, Sendable {
    /// The steps of the axis: that of the card that needs most.
    public enum Status: String, Sendable {
        case none
        case open
        case attempted
        case communicated
        case escalated
        case acknowledged
        case withdrawnPending
        case withdrawn
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// One card for each raised finding, in causal order.
    public internal(set) var cards: [CriticalCard] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// None raised.
    public init() {}

    /// The cards of which somebody must still learn.
    public var live: [CriticalCard] { cards.filter(\.isLive) }
}

/// Critical results: a closed loop in which silence is never an acknowledgement.
///
/// Open → attempted → communicated → acknowledged; escalated while nobody acknowledges; withdrawn once everybody told knows.
///
/// Source: Joint Commission NPSG.02.03.01; LOINC 73568-8; house rules for conflicts 44, 45, 46, 47 and 73.
public enum CriticalResultAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "criticalResult" }
    /// What it looks at.
    public static var concern: Concerns { .criticalResult }

    /// Derives one card for each raised finding.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> CriticalResultState {
        var state = CriticalResultState()
        let ledger = CriticalLedger(history)
        guard !ledger.isEmpty else { return state }
        state.cards = ledger.cards()
        ledger.raiseConflicts(of: stream, groups: &state.cards, into: &conflicts)
        state.oddities = ledger.oddities
        for word in [
            CriticalCard.Status.escalated, .open, .attempted, .communicated, .withdrawnPending, .acknowledged, .withdrawn,
        ] where state.cards.contains(where: { $0.status == word }) {
            state.status = CriticalResultState.Status(rawValue: word.rawValue) ?? .none
            break
        }
        return state
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: CriticalResultState) -> [Anomaly] { state.oddities }

    /// Explains each card.
    public static func explain(_ state: CriticalResultState, _ history: CaseHistory) -> [Explanation] {
        state.cards.map { card in
            let (rule, events) = reason(for: card)
            return Explanation(axis: label, state: card.status.rawValue, rule: rule, events: [card.event] + events.map(\.event))
        }
    }

    private static func reason(for card: CriticalCard) -> (String, [CriticalStep]) {
        switch card.status {
        case .open: ("Raised, and nobody has been told; silence is not an acknowledgement.", [])
        case .attempted: ("Somebody was called and not reached: that is not telling, and the clock runs on.", card.attempts)
        case .communicated:
            ("Somebody was told; the clock runs until the responsible caregiver acknowledges.", card.communications)
        case .escalated: ("Nobody acknowledged in time, and the next was asked.", card.escalations)
        case .acknowledged: ("Somebody licensed to receive it took note by name; that is never undone.", card.acknowledgements)
        case .withdrawnPending:
            ("Taken back, and not everybody who was told knows: \(card.unaware.joined(separator: ", ")).", card.withdrawals)
        case .withdrawn: ("Taken back, and everybody who was told knows.", card.withdrawals)
        }
    }
}
