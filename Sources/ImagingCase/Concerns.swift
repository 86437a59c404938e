/// Which parts of a case an event concerns: each axis then looks at its own facts and not at everybody's.
struct Concerns: OptionSet, Sendable {
    let rawValue: UInt16

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
}

extension CaseEvent {
    /// The parts of a case that take something from the event: the one table that the axes' `gather` rests on.
    var concerns: Concerns {
        switch self {
        case .orderPlaced: [.order, .identity, .priority, .general]
        case .orderChanged: [.order, .priority]
        case .orderCancelled, .orderReviewed: .order
        case .protocolAssigned, .protocolWithdrawn: .protocoling
        case .mriScreened, .contrastScreened, .pregnancyScreened, .riskAccepted: .safety
        case .procedureStepStarted: [.order, .protocoling, .safety, .acquisition, .general]
        case .procedureStepCompleted: [.order, .protocoling, .safety, .acquisition, .reading, .general]
        case .procedureStepDiscontinued: [.order, .acquisition, .reading, .general]
        case .studyContentChanged: [.order, .acquisition, .handOver, .reading, .report, .general]
        case .studyHandedOver: [.order, .acquisition, .handOver, .reading, .general]
        case .readingClaimed, .readingReleased: .reading
        case .readingPriorityChanged: .priority
        case .preliminaryIssued: [.report, .instruction]
        case .finalSigned, .addendumSigned, .reportCorrected: [.reading, .report, .instruction]
        case .reportRetracted: [.reading, .report, .criticalResult]
        case .reportReconciled: .report
        case .criticalResultRaised, .criticalResultCommunicated, .criticalResultAcknowledged, .criticalResultEscalated,
            .criticalResultWithdrawn:
            .criticalResult
        case .instructionIssued, .instructionAcknowledged, .instructionCompleted, .instructionDeclined, .instructionWithdrawn:
            .instruction
        case .doseRecorded: .dose
        case .patientArrived, .demographicsCorrected, .identityVerified, .identityDisputed, .identityDisputeCleared: .identity
        case .commentAdded, .caseRouted, .caseWithdrawn, .unknown: .general
        case .conflictResolved: [.reading, .decision]
        }
    }
}

extension CaseHistory {
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
