import EventLog
import ImagingCase
import WireSchema

/// One row a kind: the typed event, its bytes, and the generated message that maps its JSON.
extension PayloadCoding {
    /// The place of each known kind in the catalogue: one look-up instead of a comparison with every name.
    private static let places = KindIndex(EventKind.known)

    /// Reads a body of a known kind; nil for a kind that this version does not know or a body that it cannot read.
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> CaseEvent? {
        switch places[kind] {
        case 0: ProtoReader.read(OrderPlaced.self, bytes).map(CaseEvent.orderPlaced)
        case 1: ProtoReader.read(OrderChanged.self, bytes).map(CaseEvent.orderChanged)
        case 2: ProtoReader.read(OrderCancelled.self, bytes).map(CaseEvent.orderCancelled)
        case 3: ProtoReader.read(OrderReviewed.self, bytes).map(CaseEvent.orderReviewed)
        case 4: ProtoReader.read(ProtocolAssigned.self, bytes).map(CaseEvent.protocolAssigned)
        case 5: ProtoReader.read(ProtocolWithdrawn.self, bytes).map(CaseEvent.protocolWithdrawn)
        case 6: ProtoReader.read(MRIScreened.self, bytes).map(CaseEvent.mriScreened)
        case 7: ProtoReader.read(ContrastScreened.self, bytes).map(CaseEvent.contrastScreened)
        case 8: ProtoReader.read(PregnancyScreened.self, bytes).map(CaseEvent.pregnancyScreened)
        case 9: ProtoReader.read(RiskAccepted.self, bytes).map(CaseEvent.riskAccepted)
        case 10: ProtoReader.read(ProcedureStepStarted.self, bytes).map(CaseEvent.procedureStepStarted)
        case 11: ProtoReader.read(ProcedureStepCompleted.self, bytes).map(CaseEvent.procedureStepCompleted)
        case 12: ProtoReader.read(ProcedureStepDiscontinued.self, bytes).map(CaseEvent.procedureStepDiscontinued)
        case 13: ProtoReader.read(StudyContentChanged.self, bytes).map(CaseEvent.studyContentChanged)
        case 14: ProtoReader.read(StudyHandedOver.self, bytes).map(CaseEvent.studyHandedOver)
        case 15: ProtoReader.read(ReadingClaimed.self, bytes).map(CaseEvent.readingClaimed)
        case 16: ProtoReader.read(ReadingReleased.self, bytes).map(CaseEvent.readingReleased)
        case 17: ProtoReader.read(ReadingPriorityChanged.self, bytes).map(CaseEvent.readingPriorityChanged)
        case 18: ProtoReader.read(PreliminaryIssued.self, bytes).map(CaseEvent.preliminaryIssued)
        case 19: ProtoReader.read(FinalSigned.self, bytes).map(CaseEvent.finalSigned)
        case 20: ProtoReader.read(AddendumSigned.self, bytes).map(CaseEvent.addendumSigned)
        case 21: ProtoReader.read(ReportCorrected.self, bytes).map(CaseEvent.reportCorrected)
        case 22: ProtoReader.read(ReportRetracted.self, bytes).map(CaseEvent.reportRetracted)
        case 23: ProtoReader.read(ReportReconciled.self, bytes).map(CaseEvent.reportReconciled)
        case 24: ProtoReader.read(CriticalResultRaised.self, bytes).map(CaseEvent.criticalResultRaised)
        case 25: ProtoReader.read(CriticalResultCommunicated.self, bytes).map(CaseEvent.criticalResultCommunicated)
        case 26: ProtoReader.read(CriticalResultAcknowledged.self, bytes).map(CaseEvent.criticalResultAcknowledged)
        case 27: ProtoReader.read(CriticalResultEscalated.self, bytes).map(CaseEvent.criticalResultEscalated)
        case 28: ProtoReader.read(CriticalResultWithdrawn.self, bytes).map(CaseEvent.criticalResultWithdrawn)
        case 29: ProtoReader.read(InstructionIssued.self, bytes).map(CaseEvent.instructionIssued)
        case 30: ProtoReader.read(InstructionAcknowledged.self, bytes).map(CaseEvent.instructionAcknowledged)
        case 31: ProtoReader.read(InstructionCompleted.self, bytes).map(CaseEvent.instructionCompleted)
        case 32: ProtoReader.read(InstructionDeclined.self, bytes).map(CaseEvent.instructionDeclined)
        case 33: ProtoReader.read(InstructionWithdrawn.self, bytes).map(CaseEvent.instructionWithdrawn)
        case 34: ProtoReader.read(DoseRecorded.self, bytes).map(CaseEvent.doseRecorded)
        case 35: ProtoReader.read(PatientArrived.self, bytes).map(CaseEvent.patientArrived)
        case 36: ProtoReader.read(DemographicsCorrected.self, bytes).map(CaseEvent.demographicsCorrected)
        case 37: ProtoReader.read(IdentityVerified.self, bytes).map(CaseEvent.identityVerified)
        case 38: ProtoReader.read(IdentityDisputed.self, bytes).map(CaseEvent.identityDisputed)
        case 39: ProtoReader.read(IdentityDisputeCleared.self, bytes).map(CaseEvent.identityDisputeCleared)
        case 40: ProtoReader.read(CommentAdded.self, bytes).map(CaseEvent.commentAdded)
        case 41: ProtoReader.read(CaseRouted.self, bytes).map(CaseEvent.caseRouted)
        case 42: ProtoReader.read(CaseWithdrawn.self, bytes).map(CaseEvent.caseWithdrawn)
        case 43: ProtoReader.read(ConflictResolved.self, bytes).map(CaseEvent.conflictResolved)
        default: PayloadGroups.read(kind, bytes)
        }
    }

    /// The bytes of a body.
    static func write(_ event: CaseEvent) -> [UInt8] {
        switch event {
        case .orderPlaced(let body): ProtoWriter.bytes(of: body)
        case .orderChanged(let body): ProtoWriter.bytes(of: body)
        case .orderCancelled(let body): ProtoWriter.bytes(of: body)
        case .orderReviewed(let body): ProtoWriter.bytes(of: body)
        case .protocolAssigned(let body): ProtoWriter.bytes(of: body)
        case .protocolWithdrawn(let body): ProtoWriter.bytes(of: body)
        case .mriScreened(let body): ProtoWriter.bytes(of: body)
        case .contrastScreened(let body): ProtoWriter.bytes(of: body)
        case .pregnancyScreened(let body): ProtoWriter.bytes(of: body)
        case .riskAccepted(let body): ProtoWriter.bytes(of: body)
        case .procedureStepStarted(let body): ProtoWriter.bytes(of: body)
        case .procedureStepCompleted(let body): ProtoWriter.bytes(of: body)
        case .procedureStepDiscontinued(let body): ProtoWriter.bytes(of: body)
        case .studyContentChanged(let body): ProtoWriter.bytes(of: body)
        case .studyHandedOver(let body): ProtoWriter.bytes(of: body)
        case .readingClaimed(let body): ProtoWriter.bytes(of: body)
        case .readingReleased(let body): ProtoWriter.bytes(of: body)
        case .readingPriorityChanged(let body): ProtoWriter.bytes(of: body)
        case .preliminaryIssued(let body): ProtoWriter.bytes(of: body)
        case .finalSigned(let body): ProtoWriter.bytes(of: body)
        case .addendumSigned(let body): ProtoWriter.bytes(of: body)
        case .reportCorrected(let body): ProtoWriter.bytes(of: body)
        case .reportRetracted(let body): ProtoWriter.bytes(of: body)
        case .reportReconciled(let body): ProtoWriter.bytes(of: body)
        case .criticalResultRaised(let body): ProtoWriter.bytes(of: body)
        case .criticalResultCommunicated(let body): ProtoWriter.bytes(of: body)
        case .criticalResultAcknowledged(let body): ProtoWriter.bytes(of: body)
        case .criticalResultEscalated(let body): ProtoWriter.bytes(of: body)
        case .criticalResultWithdrawn(let body): ProtoWriter.bytes(of: body)
        case .instructionIssued(let body): ProtoWriter.bytes(of: body)
        case .instructionAcknowledged(let body): ProtoWriter.bytes(of: body)
        case .instructionCompleted(let body): ProtoWriter.bytes(of: body)
        case .instructionDeclined(let body): ProtoWriter.bytes(of: body)
        case .instructionWithdrawn(let body): ProtoWriter.bytes(of: body)
        case .doseRecorded(let body): ProtoWriter.bytes(of: body)
        case .patientArrived(let body): ProtoWriter.bytes(of: body)
        case .demographicsCorrected(let body): ProtoWriter.bytes(of: body)
        case .identityVerified(let body): ProtoWriter.bytes(of: body)
        case .identityDisputed(let body): ProtoWriter.bytes(of: body)
        case .identityDisputeCleared(let body): ProtoWriter.bytes(of: body)
        case .commentAdded(let body): ProtoWriter.bytes(of: body)
        case .caseRouted(let body): ProtoWriter.bytes(of: body)
        case .caseWithdrawn(let body): ProtoWriter.bytes(of: body)
        case .conflictResolved(let body): ProtoWriter.bytes(of: body)
        case .ordering(let event): event.payload
        case .deviation(let event): event.payload
        case .schedule(let event): event.payload
        case .preparation(let event): event.payload
        case .imageQuality(let event): event.payload
        case .doseAlert(let event): event.payload
        case .transfer(let event): event.payload
        case .readingTask(let event): event.payload
        case .reportReceipt(let event): event.payload
        case .criticalAttempt(let event): event.payload
        case .recommendation(let event): event.payload
        case .dialogue(let event): event.payload
        case .consult(let event): event.payload
        case .discrepancy(let event): event.payload
        case .linkage(let event): event.payload
        case .attachment(let event): event.payload
        case .intervention(let event): event.payload
        case .treatment(let event): event.payload
        case .review(let event): event.payload
        case .person(let event): event.payload
        case .register(let event): event.payload
        case .unknown: []
        }
    }

    /// The generated message that maps a kind's JSON; nil for an unknown kind.
    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .orderPlaced: SchemaOrderPlaced.self
        case .orderChanged: SchemaOrderChanged.self
        case .orderCancelled: SchemaOrderCancelled.self
        case .orderReviewed: SchemaOrderReviewed.self
        case .protocolAssigned: SchemaProtocolAssigned.self
        case .protocolWithdrawn: SchemaProtocolWithdrawn.self
        case .mriScreened: SchemaMRIScreened.self
        case .contrastScreened: SchemaContrastScreened.self
        case .pregnancyScreened: SchemaPregnancyScreened.self
        case .riskAccepted: SchemaRiskAccepted.self
        case .procedureStepStarted: SchemaProcedureStepStarted.self
        case .procedureStepCompleted: SchemaProcedureStepCompleted.self
        case .procedureStepDiscontinued: SchemaProcedureStepDiscontinued.self
        case .studyContentChanged: SchemaStudyContentChanged.self
        case .studyHandedOver: SchemaStudyHandedOver.self
        case .readingClaimed: SchemaReadingClaimed.self
        case .readingReleased: SchemaReadingReleased.self
        case .readingPriorityChanged: SchemaReadingPriorityChanged.self
        case .preliminaryIssued: SchemaPreliminaryIssued.self
        case .finalSigned: SchemaFinalSigned.self
        case .addendumSigned: SchemaAddendumSigned.self
        case .reportCorrected: SchemaReportCorrected.self
        case .reportRetracted: SchemaReportRetracted.self
        case .reportReconciled: SchemaReportReconciled.self
        case .criticalResultRaised: SchemaCriticalResultRaised.self
        case .criticalResultCommunicated: SchemaCriticalResultCommunicated.self
        case .criticalResultAcknowledged: SchemaCriticalResultAcknowledged.self
        case .criticalResultEscalated: SchemaCriticalResultEscalated.self
        case .criticalResultWithdrawn: SchemaCriticalResultWithdrawn.self
        case .instructionIssued: SchemaInstructionIssued.self
        case .instructionAcknowledged: SchemaInstructionAcknowledged.self
        case .instructionCompleted: SchemaInstructionCompleted.self
        case .instructionDeclined: SchemaInstructionDeclined.self
        case .instructionWithdrawn: SchemaInstructionWithdrawn.self
        case .doseRecorded: SchemaDoseRecorded.self
        case .patientArrived: SchemaPatientArrived.self
        case .demographicsCorrected: SchemaDemographicsCorrected.self
        case .identityVerified: SchemaIdentityVerified.self
        case .identityDisputed: SchemaIdentityDisputed.self
        case .identityDisputeCleared: SchemaIdentityDisputeCleared.self
        case .commentAdded: SchemaCommentAdded.self
        case .caseRouted: SchemaCaseRouted.self
        case .caseWithdrawn: SchemaCaseWithdrawn.self
        case .conflictResolved: SchemaConflictResolved.self
        default: PayloadGroups.schema(of: kind)
        }
    }
}
