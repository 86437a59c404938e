public import EventLog

/// What an event says, once its payload was read. Closed, so that the compiler finds every place that a new kind needs;
/// what this version does not know is carried as `unknown`, never dropped.
public indirect enum CaseEvent: Hashable, Sendable {
    case orderPlaced(OrderPlaced)
    case orderChanged(OrderChanged)
    case orderCancelled(OrderCancelled)
    case orderReviewed(OrderReviewed)
    case protocolAssigned(ProtocolAssigned)
    case protocolWithdrawn(ProtocolWithdrawn)
    case mriScreened(MRIScreened)
    case contrastScreened(ContrastScreened)
    case pregnancyScreened(PregnancyScreened)
    case riskAccepted(RiskAccepted)
    case procedureStepStarted(ProcedureStepStarted)
    case procedureStepCompleted(ProcedureStepCompleted)
    case procedureStepDiscontinued(ProcedureStepDiscontinued)
    case studyContentChanged(StudyContentChanged)
    case studyHandedOver(StudyHandedOver)
    case readingClaimed(ReadingClaimed)
    case readingReleased(ReadingReleased)
    case readingPriorityChanged(ReadingPriorityChanged)
    case preliminaryIssued(PreliminaryIssued)
    case finalSigned(FinalSigned)
    case addendumSigned(AddendumSigned)
    case reportCorrected(ReportCorrected)
    case reportRetracted(ReportRetracted)
    case reportReconciled(ReportReconciled)
    case criticalResultRaised(CriticalResultRaised)
    case criticalResultCommunicated(CriticalResultCommunicated)
    case criticalResultAcknowledged(CriticalResultAcknowledged)
    case criticalResultEscalated(CriticalResultEscalated)
    case criticalResultWithdrawn(CriticalResultWithdrawn)
    case instructionIssued(InstructionIssued)
    case instructionAcknowledged(InstructionAcknowledged)
    case instructionCompleted(InstructionCompleted)
    case instructionDeclined(InstructionDeclined)
    case instructionWithdrawn(InstructionWithdrawn)
    case doseRecorded(DoseRecorded)
    case patientArrived(PatientArrived)
    case demographicsCorrected(DemographicsCorrected)
    case identityVerified(IdentityVerified)
    case identityDisputed(IdentityDisputed)
    case identityDisputeCleared(IdentityDisputeCleared)
    case commentAdded(CommentAdded)
    case caseRouted(CaseRouted)
    case caseWithdrawn(CaseWithdrawn)
    case conflictResolved(ConflictResolved)
    /// What happens to an order beside its placement: holds, a request to cancel, replacement.
    case ordering(OrderingEvent)
    /// What differed from what was assigned.
    case deviation(DeviationEvent)
    /// The appointment and the visit.
    case schedule(ScheduleEvent)
    /// What is done with the person before and beside the examination.
    case preparation(PreparationEvent)
    /// What happens to images after they were made.
    case imageQuality(ImageQualityEvent)
    /// Answers to dose alerts.
    case doseAlert(DoseAlertEvent)
    /// Images on their way to a destination.
    case transfer(TransferEvent)
    /// The reading as a task that is asked for, offered and handed on.
    case readingTask(ReadingTaskEvent)
    /// What is known of a report's way: a draft exists, it was delivered, it was read.
    case reportReceipt(ReportReceiptEvent)
    /// Attempts to tell somebody of a critical result.
    case criticalAttempt(CriticalAttemptEvent)
    /// The next step that a radiologist recommends, to its end.
    case recommendation(RecommendationEvent)
    /// What passes between technologist and radiologist beside the instruction itself.
    case dialogue(DialogueEvent)
    /// A referrer asks a radiologist for advice.
    case consult(ConsultEvent)
    /// Two readings that differ, until the difference is told and settled.
    case discrepancy(DiscrepancyEvent)
    /// Which case belongs to which order and person; every link can be undone.
    case linkage(LinkageEvent)
    /// Documents by their hash.
    case attachment(AttachmentEvent)
    /// Treatment under image guidance, as it was done.
    case intervention(InterventionEvent)
    /// A course of radiotherapy: prescription, plan versions, fractions, reviews.
    case treatment(TreatmentEvent)
    /// Peer review, in a file of its own that only reviewers see.
    case review(ReviewEvent)
    /// What is known of which identifiers are one person.
    case person(PersonEvent)
    /// The registers of a site: incidents, staff dose, equipment, credentials, research.
    case register(RegisterEvent)
    /// A kind or a message that this version cannot read: stored, forwarded and shown as newer information.
    case unknown(EventKind)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .orderPlaced: .orderPlaced
        case .orderChanged: .orderChanged
        case .orderCancelled: .orderCancelled
        case .orderReviewed: .orderReviewed
        case .protocolAssigned: .protocolAssigned
        case .protocolWithdrawn: .protocolWithdrawn
        case .mriScreened: .mriScreened
        case .contrastScreened: .contrastScreened
        case .pregnancyScreened: .pregnancyScreened
        case .riskAccepted: .riskAccepted
        case .procedureStepStarted: .procedureStepStarted
        case .procedureStepCompleted: .procedureStepCompleted
        case .procedureStepDiscontinued: .procedureStepDiscontinued
        case .studyContentChanged: .studyContentChanged
        case .studyHandedOver: .studyHandedOver
        case .readingClaimed: .readingClaimed
        case .readingReleased: .readingReleased
        case .readingPriorityChanged: .readingPriorityChanged
        case .preliminaryIssued: .preliminaryIssued
        case .finalSigned: .finalSigned
        case .addendumSigned: .addendumSigned
        case .reportCorrected: .reportCorrected
        case .reportRetracted: .reportRetracted
        case .reportReconciled: .reportReconciled
        case .criticalResultRaised: .criticalResultRaised
        case .criticalResultCommunicated: .criticalResultCommunicated
        case .criticalResultAcknowledged: .criticalResultAcknowledged
        case .criticalResultEscalated: .criticalResultEscalated
        case .criticalResultWithdrawn: .criticalResultWithdrawn
        case .instructionIssued: .instructionIssued
        case .instructionAcknowledged: .instructionAcknowledged
        case .instructionCompleted: .instructionCompleted
        case .instructionDeclined: .instructionDeclined
        case .instructionWithdrawn: .instructionWithdrawn
        case .doseRecorded: .doseRecorded
        case .patientArrived: .patientArrived
        case .demographicsCorrected: .demographicsCorrected
        case .identityVerified: .identityVerified
        case .identityDisputed: .identityDisputed
        case .identityDisputeCleared: .identityDisputeCleared
        case .commentAdded: .commentAdded
        case .caseRouted: .caseRouted
        case .caseWithdrawn: .caseWithdrawn
        case .conflictResolved: .conflictResolved
        case .ordering(let event): event.kind
        case .deviation(let event): event.kind
        case .schedule(let event): event.kind
        case .preparation(let event): event.kind
        case .imageQuality(let event): event.kind
        case .doseAlert(let event): event.kind
        case .transfer(let event): event.kind
        case .readingTask(let event): event.kind
        case .reportReceipt(let event): event.kind
        case .criticalAttempt(let event): event.kind
        case .recommendation(let event): event.kind
        case .dialogue(let event): event.kind
        case .consult(let event): event.kind
        case .discrepancy(let event): event.kind
        case .linkage(let event): event.kind
        case .attachment(let event): event.kind
        case .intervention(let event): event.kind
        case .treatment(let event): event.kind
        case .review(let event): event.kind
        case .person(let event): event.kind
        case .register(let event): event.kind
        case .unknown(let kind): kind
        }
    }
}

extension EventKind {
    /// An order for an examination.
    public static let orderPlaced = EventKind("order.placed")
    /// New content of an order; empty fields stay as they were.
    public static let orderChanged = EventKind("order.changed")
    /// A request to cancel; it cancels only while nothing has happened to the patient.
    public static let orderCancelled = EventKind("order.cancelled")
    /// Justification by a radiologist.
    public static let orderReviewed = EventKind("order.reviewed")
    /// The protocol that the technologist shall run.
    public static let protocolAssigned = EventKind("protocol.assigned")
    /// A protocol version taken back.
    public static let protocolWithdrawn = EventKind("protocol.withdrawn")
    /// An MRI safety screen.
    public static let mriScreened = EventKind("safety.mriScreened")
    /// A contrast medium screen.
    public static let contrastScreened = EventKind("safety.contrastScreened")
    /// A pregnancy screen.
    public static let pregnancyScreened = EventKind("safety.pregnancyScreened")
    /// A privileged person accepts the named screens and no others.
    public static let riskAccepted = EventKind("safety.riskAccepted")
    /// A performed procedure step began: the patient is being examined.
    public static let procedureStepStarted = EventKind("procedureStep.started")
    /// A step ended as planned.
    public static let procedureStepCompleted = EventKind("procedureStep.completed")
    /// A step ended early.
    public static let procedureStepDiscontinued = EventKind("procedureStep.discontinued")
    /// What the archive holds of the study now.
    public static let studyContentChanged = EventKind("study.contentChanged")
    /// The technologist declares the study complete and hands it to the readers.
    public static let studyHandedOver = EventKind("study.handedOver")
    /// A reader takes the study as a lease, not a lock.
    public static let readingClaimed = EventKind("reading.claimed")
    /// A reader gives the study back.
    public static let readingReleased = EventKind("reading.released")
    /// The urgency of the reading changes.
    public static let readingPriorityChanged = EventKind("reading.priorityChanged")
    /// A preliminary reading for immediate use.
    public static let preliminaryIssued = EventKind("report.preliminaryIssued")
    /// A signed final report.
    public static let finalSigned = EventKind("report.finalSigned")
    /// A signed addition to one exact version.
    public static let addendumSigned = EventKind("report.addendumSigned")
    /// A signed correction that replaces one exact version.
    public static let reportCorrected = EventKind("report.corrected")
    /// A version withdrawn from use; the evidence stays.
    public static let reportRetracted = EventKind("report.retracted")
    /// Competing versions brought to one, with the reason.
    public static let reportReconciled = EventKind("report.reconciled")
    /// A finding that somebody must learn of in time.
    public static let criticalResultRaised = EventKind("criticalResult.raised")
    /// Somebody was told.
    public static let criticalResultCommunicated = EventKind("criticalResult.communicated")
    /// The responsible caregiver takes note.
    public static let criticalResultAcknowledged = EventKind("criticalResult.acknowledged")
    /// Nobody answered in time; the next is asked.
    public static let criticalResultEscalated = EventKind("criticalResult.escalated")
    /// The finding turned out not to be critical; all who were told must hear.
    public static let criticalResultWithdrawn = EventKind("criticalResult.withdrawn")
    /// A radiologist asks the technologist for something.
    public static let instructionIssued = EventKind("instruction.issued")
    /// The technologist has seen it.
    public static let instructionAcknowledged = EventKind("instruction.acknowledged")
    /// The technologist has done it.
    public static let instructionCompleted = EventKind("instruction.completed")
    /// The technologist cannot or may not.
    public static let instructionDeclined = EventKind("instruction.declined")
    /// The radiologist takes it back.
    public static let instructionWithdrawn = EventKind("instruction.withdrawn")
    /// Irradiation events as one report lists them.
    public static let doseRecorded = EventKind("dose.recorded")
    /// The person is on site.
    public static let patientArrived = EventKind("patient.arrived")
    /// A source says something else about the person.
    public static let demographicsCorrected = EventKind("person.demographicsCorrected")
    /// Two identifiers were checked with the person.
    public static let identityVerified = EventKind("identity.verified")
    /// Something does not fit the person; publication is frozen.
    public static let identityDisputed = EventKind("identity.disputed")
    /// A dispute ended with evidence.
    public static let identityDisputeCleared = EventKind("identity.disputeCleared")
    /// A remark on the case.
    public static let commentAdded = EventKind("comment.added")
    /// The case is shared with a site from now on, its past included.
    public static let caseRouted = EventKind("case.routed")
    /// The case is no longer routed to a site.
    public static let caseWithdrawn = EventKind("case.withdrawn")
    /// A person closes a conflict by choosing what stands, with the reason.
    public static let conflictResolved = EventKind("conflict.resolved")

    /// Every kind that this version reads, in the order of the catalogue.
    public static let known: [EventKind] =
        [
            .orderPlaced, .orderChanged, .orderCancelled, .orderReviewed, .protocolAssigned, .protocolWithdrawn, .mriScreened,
            .contrastScreened, .pregnancyScreened, .riskAccepted, .procedureStepStarted, .procedureStepCompleted,
            .procedureStepDiscontinued, .studyContentChanged, .studyHandedOver, .readingClaimed, .readingReleased,
            .readingPriorityChanged, .preliminaryIssued, .finalSigned, .addendumSigned, .reportCorrected, .reportRetracted,
            .reportReconciled, .criticalResultRaised, .criticalResultCommunicated, .criticalResultAcknowledged,
            .criticalResultEscalated, .criticalResultWithdrawn, .instructionIssued, .instructionAcknowledged,
            .instructionCompleted, .instructionDeclined, .instructionWithdrawn, .doseRecorded, .patientArrived,
            .demographicsCorrected, .identityVerified, .identityDisputed, .identityDisputeCleared, .commentAdded, .caseRouted,
            .caseWithdrawn, .conflictResolved,
        ] + CaseEvent.groups.flatMap { $0 }
}

extension CaseEvent {
    /// The kinds of each group, in the order of the groups.
    public static let groups: [[EventKind]] = [
        OrderingEvent.kinds, DeviationEvent.kinds, ScheduleEvent.kinds, PreparationEvent.kinds, ImageQualityEvent.kinds,
        DoseAlertEvent.kinds, TransferEvent.kinds, ReadingTaskEvent.kinds, ReportReceiptEvent.kinds, CriticalAttemptEvent.kinds,
        RecommendationEvent.kinds, DialogueEvent.kinds, ConsultEvent.kinds, DiscrepancyEvent.kinds, LinkageEvent.kinds,
        AttachmentEvent.kinds, InterventionEvent.kinds, TreatmentEvent.kinds, ReviewEvent.kinds, PersonEvent.kinds,
        RegisterEvent.kinds,
    ]
}
