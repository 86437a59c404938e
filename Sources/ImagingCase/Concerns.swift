/// Which parts of a case an event concerns: each axis then looks at its own facts and not at everybody's.
public struct Concerns: OptionSet, Sendable {
    /// One bit for each part.
    public let rawValue: UInt64

    /// Gathers parts by their bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    static let order = Concerns(rawValue: 1 << 0)
    static let protocoling = Concerns(rawValue: 1 << 1)
    static let safety = Concerns(rawValue: 1 << 2)
    static let acquisition = Concerns(rawValue: 1 << 3)
    static let handOver = Concerns(rawValue: 1 << 4)
    static let reading = Concerns(rawValue: 1 << 5)
    static let report = Concerns(rawValue: 1 << 6)
    static let criticalResult = Concerns(rawValue: 1 << 7)
    static let instruction = Concerns(rawValue: 1 << 8)
    static let dose = Concerns(rawValue: 1 << 9)
    static let identity = Concerns(rawValue: 1 << 10)
    static let priority = Concerns(rawValue: 1 << 11)
    static let general = Concerns(rawValue: 1 << 12)
    /// A person's decision of a conflict.
    static let decision = Concerns(rawValue: 1 << 13)
    /// What only a case with something unusual has: a case without it skips the axes of `RareAxes`.
    static let rare = Concerns(rawValue: 1 << 63)
    /// Recorded in a role that may not: no part takes it, the case lists it.
    static let doubt = Concerns(rawValue: 1 << 62)
    static let everything = Concerns(rawValue: .max)
    static let schedule = Concerns(rawValue: 1 << 14)
    static let preparation = Concerns(rawValue: 1 << 15)
    static let consent = Concerns(rawValue: 1 << 16)
    static let medication = Concerns(rawValue: 1 << 17)
    static let imageQuality = Concerns(rawValue: 1 << 18)
    static let availability = Concerns(rawValue: 1 << 19)
    static let receipt = Concerns(rawValue: 1 << 20)
    static let recommendation = Concerns(rawValue: 1 << 21)
    static let question = Concerns(rawValue: 1 << 22)
    static let consult = Concerns(rawValue: 1 << 23)
    static let discrepancy = Concerns(rawValue: 1 << 24)
    static let linkage = Concerns(rawValue: 1 << 25)
    static let attachment = Concerns(rawValue: 1 << 26)
    static let intervention = Concerns(rawValue: 1 << 27)
    static let treatment = Concerns(rawValue: 1 << 28)
    static let review = Concerns(rawValue: 1 << 29)
    static let cluster = Concerns(rawValue: 1 << 30)
    static let incident = Concerns(rawValue: 1 << 31)
    static let staffDose = Concerns(rawValue: 1 << 32)
    static let equipment = Concerns(rawValue: 1 << 33)
    static let credential = Concerns(rawValue: 1 << 34)
    static let research = Concerns(rawValue: 1 << 35)
}

extension CaseEvent {
    /// The parts of a case that take something from the event: the one table that the axes' `gather` rests on.
    var concerns: Concerns {
        switch self {
        case .orderPlaced: [.order, .handOver, .criticalResult, .identity, .priority, .general]
        case .orderChanged: [.order, .handOver, .criticalResult, .priority, .medication]
        case .orderCancelled, .orderReviewed: [.order, .medication]
        case .protocolAssigned, .protocolWithdrawn: [.protocoling, .medication]
        case .mriScreened: .safety
        case .contrastScreened: [.safety, .medication]
        case .pregnancyScreened: .safety
        case .riskAccepted: [.safety, .medication]
        case .procedureStepStarted:
            [.order, .protocoling, .safety, .acquisition, .instruction, .general, .schedule, .consent, .availability]
        case .procedureStepCompleted:
            [
                .order, .protocoling, .safety, .acquisition, .handOver, .reading, .general, .schedule, .consent, .imageQuality,
                .availability,
            ]
        case .procedureStepDiscontinued:
            [.order, .acquisition, .handOver, .reading, .general, .schedule, .consent, .imageQuality, .availability]
        case .studyContentChanged:
            [.order, .acquisition, .handOver, .reading, .report, .general, .schedule, .imageQuality, .availability]
        case .studyHandedOver: [.order, .acquisition, .handOver, .reading, .instruction, .general, .schedule, .availability]
        case .readingClaimed, .readingReleased: [.reading, .imageQuality]
        case .readingPriorityChanged: .priority
        case .preliminaryIssued, .finalSigned, .addendumSigned, .reportCorrected:
            [.reading, .report, .instruction, .imageQuality, .receipt, .recommendation, .discrepancy]
        case .reportRetracted: [.reading, .report, .criticalResult, .imageQuality, .receipt, .recommendation, .discrepancy]
        case .reportReconciled: .report
        case .criticalResultRaised, .criticalResultCommunicated, .criticalResultAcknowledged, .criticalResultEscalated,
            .criticalResultWithdrawn:
            [.criticalResult, .receipt]
        case .instructionIssued: [.instruction, .medication, .receipt]
        case .instructionAcknowledged, .instructionCompleted, .instructionDeclined, .instructionWithdrawn:
            [.instruction, .receipt]
        case .doseRecorded: .dose
        case .patientArrived: [.safety, .instruction, .identity, .schedule, .preparation]
        case .demographicsCorrected, .identityVerified, .identityDisputed, .identityDisputeCleared: .identity
        case .commentAdded, .caseRouted, .caseWithdrawn, .unknown: .general
        case .conflictResolved: [.reading, .decision]
        case .ordering(let event): event.concerns.union(.rare)
        case .deviation(let event): event.concerns.union(.rare)
        case .schedule(let event): event.concerns.union(.rare)
        case .preparation(let event): event.concerns.union(.rare)
        case .imageQuality(let event): event.concerns.union(.rare)
        case .doseAlert(let event): event.concerns.union(.rare)
        case .transfer(let event): event.concerns.union(.rare)
        case .readingTask(let event): event.concerns.union(.rare)
        case .reportReceipt(let event): event.concerns.union(.rare)
        case .criticalAttempt(let event): event.concerns.union(.rare)
        case .recommendation(let event): event.concerns.union(.rare)
        case .dialogue(let event): event.concerns.union(.rare)
        case .consult(let event): event.concerns.union(.rare)
        case .discrepancy(let event): event.concerns.union(.rare)
        case .linkage(let event): event.concerns.union(.rare)
        case .attachment(let event): event.concerns.union(.rare)
        case .intervention(let event): event.concerns.union(.rare)
        case .treatment(let event): event.concerns.union(.rare)
        case .review(let event): event.concerns.union(.rare)
        case .person(let event): event.concerns.union(.rare)
        case .register(let event): event.concerns.union(.rare)
        }
    }
}

extension CaseHistory {
    /// Whether any fact concerns one of some parts of the case.
    func concernsAnything(of wanted: Concerns) -> Bool { concerns.contains { !$0.isDisjoint(with: wanted) } }

    /// Whether the fact at a position was recorded in a role that may not.
    func isDoubtful(at position: Int) -> Bool { concerns[position].contains(.doubt) }

    /// The positions of the facts that concern one part of the case, in causal order.
    func positions(of concern: Concerns) -> ConcernedPositions {
        ConcernedPositions(concerns: concerns, wanted: concern)
    }
}

/// Walks over the positions of the facts that concern one part of a case.
struct ConcernedPositions: Sequence, IteratorProtocol {
    fileprivate let concerns: [Concerns]
    fileprivate let wanted: Concerns
    private var place = 0

    fileprivate init(concerns: [Concerns], wanted: Concerns) {
        self.concerns = concerns
        self.wanted = wanted
    }

    mutating func next() -> Int? {
        while place < concerns.count {
            place += 1
            if !concerns[place - 1].isDisjoint(with: wanted) { return place - 1 }
        }
        return nil
    }
}
