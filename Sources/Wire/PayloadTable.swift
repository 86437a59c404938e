import EventLog
import ImagingCase
import WireSchema

/// One row a kind: the typed event, its bytes, and the generated message that maps its JSON.
extension PayloadCoding {
    /// Reads a body of a known kind; nil for a kind that this version does not know or a body that it cannot read.
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> CaseEvent? {
        switch kind {
        case .orderPlaced: ProtoReader.read(OrderPlaced.self, bytes).map(CaseEvent.orderPlaced)
        case .orderChanged: ProtoReader.read(OrderChanged.self, bytes).map(CaseEvent.orderChanged)
        case .orderCancelled: ProtoReader.read(OrderCancelled.self, bytes).map(CaseEvent.orderCancelled)
        case .orderReviewed: ProtoReader.read(OrderReviewed.self, bytes).map(CaseEvent.orderReviewed)
        case .protocolAssigned: ProtoReader.read(ProtocolAssigned.self, bytes).map(CaseEvent.protocolAssigned)
        case .protocolWithdrawn: ProtoReader.read(ProtocolWithdrawn.self, bytes).map(CaseEvent.protocolWithdrawn)
        case .mriScreened: ProtoReader.read(MRIScreened.self, bytes).map(CaseEvent.mriScreened)
        case .contrastScreened: ProtoReader.read(ContrastScreened.self, bytes).map(CaseEvent.contrastScreened)
        case .pregnancyScreened: ProtoReader.read(PregnancyScreened.self, bytes).map(CaseEvent.pregnancyScreened)
        case .riskAccepted: ProtoReader.read(RiskAccepted.self, bytes).map(CaseEvent.riskAccepted)
        case .procedureStepStarted: ProtoReader.read(ProcedureStepStarted.self, bytes).map(CaseEvent.procedureStepStarted)
        case .procedureStepCompleted: ProtoReader.read(ProcedureStepCompleted.self, bytes).map(CaseEvent.procedureStepCompleted)
        case .procedureStepDiscontinued:
            ProtoReader.read(ProcedureStepDiscontinued.self, bytes).map(CaseEvent.procedureStepDiscontinued)
        case .studyContentChanged: ProtoReader.read(StudyContentChanged.self, bytes).map(CaseEvent.studyContentChanged)
        case .studyHandedOver: ProtoReader.read(StudyHandedOver.self, bytes).map(CaseEvent.studyHandedOver)
        case .readingClaimed: ProtoReader.read(ReadingClaimed.self, bytes).map(CaseEvent.readingClaimed)
        case .readingReleased: ProtoReader.read(ReadingReleased.self, bytes).map(CaseEvent.readingReleased)
        case .readingPriorityChanged: ProtoReader.read(ReadingPriorityChanged.self, bytes).map(CaseEvent.readingPriorityChanged)
        case .preliminaryIssued: ProtoReader.read(PreliminaryIssued.self, bytes).map(CaseEvent.preliminaryIssued)
        case .finalSigned: ProtoReader.read(FinalSigned.self, bytes).map(CaseEvent.finalSigned)
        case .addendumSigned: ProtoReader.read(AddendumSigned.self, bytes).map(CaseEvent.addendumSigned)
        case .reportCorrected: ProtoReader.read(ReportCorrected.self, bytes).map(CaseEvent.reportCorrected)
        case .reportRetracted: ProtoReader.read(ReportRetracted.self, bytes).map(CaseEvent.reportRetracted)
        case .reportReconciled: ProtoReader.read(ReportReconciled.self, bytes).map(CaseEvent.reportReconciled)
        case .criticalResultRaised: ProtoReader.read(CriticalResultRaised.self, bytes).map(CaseEvent.criticalResultRaised)
        case .criticalResultCommunicated:
            ProtoReader.read(CriticalResultCommunicated.self, bytes).map(CaseEvent.criticalResultCommunicated)
        case .criticalResultAcknowledged:
            ProtoReader.read(CriticalResultAcknowledged.self, bytes).map(CaseEvent.criticalResultAcknowledged)
        case .criticalResultEscalated:
            ProtoReader.read(CriticalResultEscalated.self, bytes).map(CaseEvent.criticalResultEscalated)
        case .criticalResultWithdrawn:
            ProtoReader.read(CriticalResultWithdrawn.self, bytes).map(CaseEvent.criticalResultWithdrawn)
        case .instructionIssued: ProtoReader.read(InstructionIssued.self, bytes).map(CaseEvent.instructionIssued)
        case .instructionAcknowledged:
            ProtoReader.read(InstructionAcknowledged.self, bytes).map(CaseEvent.instructionAcknowledged)
        case .instructionCompleted: ProtoReader.read(InstructionCompleted.self, bytes).map(CaseEvent.instructionCompleted)
        case .instructionDeclined: ProtoReader.read(InstructionDeclined.self, bytes).map(CaseEvent.instructionDeclined)
        case .instructionWithdrawn: ProtoReader.read(InstructionWithdrawn.self, bytes).map(CaseEvent.instructionWithdrawn)
        case .doseRecorded: ProtoReader.read(DoseRecorded.self, bytes).map(CaseEvent.doseRecorded)
        case .patientArrived: ProtoReader.read(PatientArrived.self, bytes).map(CaseEvent.patientArrived)
        case .demographicsCorrected: ProtoReader.read(DemographicsCorrected.self, bytes).map(CaseEvent.demographicsCorrected)
        case .identityVerified: ProtoReader.read(IdentityVerified.self, bytes).map(CaseEvent.identityVerified)
        case .identityDisputed: ProtoReader.read(IdentityDisputed.self, bytes).map(CaseEvent.identityDisputed)
        case .identityDisputeCleared: ProtoReader.read(IdentityDisputeCleared.self, bytes).map(CaseEvent.identityDisputeCleared)
        case .commentAdded: ProtoReader.read(CommentAdded.self, bytes).map(CaseEvent.commentAdded)
        case .caseRouted: ProtoReader.read(CaseRouted.self, bytes).map(CaseEvent.caseRouted)
        case .caseWithdrawn: ProtoReader.read(CaseWithdrawn.self, bytes).map(CaseEvent.caseWithdrawn)
        case .conflictResolved: ProtoReader.read(ConflictResolved.self, bytes).map(CaseEvent.conflictResolved)
        default: nil
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
        default: nil
        }
    }
}
