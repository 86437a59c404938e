import EventLog

extension Authoring {
    /// Fills in what a body left out and the case knows: the study, the content that is being read, the step that is under way, and
    /// the one critical result, instruction or report that an act can be about. What a body says stays as it is.
    public static func completed(_ event: CaseEvent, in state: CaseState) -> CaseEvent {
        switch event {
        case .procedureStepStarted(var step):
            fill(&step.studyUID, state.currentStudyUID)
            return .procedureStepStarted(step)
        case .procedureStepCompleted(var step):
            fill(&step.studyUID, state.currentStudyUID)
            fill(&step.stepUID, state.stepUnderWay)
            return .procedureStepCompleted(step)
        case .procedureStepDiscontinued(var step):
            fill(&step.studyUID, state.currentStudyUID)
            fill(&step.stepUID, state.stepUnderWay)
            return .procedureStepDiscontinued(step)
        case .studyContentChanged(var content):
            fill(&content.studyUID, state.currentStudyUID)
            if !content.series.isEmpty { fill(&content.contentVersion, ContentDigest.version(of: content.series)) }
            return .studyContentChanged(content)
        case .studyHandedOver(var said):
            fill(&said.studyUID, state.currentStudyUID)
            return .studyHandedOver(said)
        case .deviation(.protocolDeviated(var said)):
            fill(&said.assigned, state.protocoling.current)
            return .deviation(.protocolDeviated(said))
        case .imageQuality(.imagesGone(var said)):
            fill(&said.studyUID, state.currentStudyUID)
            return .imageQuality(.imagesGone(said))
        case .doseAlert(.acknowledged(var said)):
            let open = state.dose.alerts().filter(\.isOpen)
            if open.count == 1 { fill(&said.alert, open[0].id) }
            return .doseAlert(.acknowledged(said))
        case .transfer(let transfer): return .transfer(completed(transfer, in: state))
        default: return completedAnswer(completedReport(event, in: state), in: state)
        }
    }

    /// A transfer is of the present content unless it says otherwise.
    private static func completed(_ transfer: TransferEvent, in state: CaseState) -> TransferEvent {
        let acquired = state.acquisition
        switch transfer {
        case .started(var said):
            if said.contentVersion.isEmpty && said.instances == 0 { said.instances = acquired.instances }
            fill(&said.contentVersion, acquired.contentVersion)
            return .started(said)
        case .progressed(var said):
            fill(&said.contentVersion, acquired.contentVersion)
            return .progressed(said)
        case .completed(var said):
            fill(&said.contentVersion, acquired.contentVersion)
            return .completed(said)
        case .failed(var said):
            fill(&said.contentVersion, acquired.contentVersion)
            return .failed(said)
        }
    }

    private static func completedReport(_ event: CaseEvent, in state: CaseState) -> CaseEvent {
        let version = state.acquisition.contentVersion
        switch event {
        case .preliminaryIssued(var report):
            fill(&report.contentVersion, version)
            return .preliminaryIssued(report)
        case .finalSigned(var report):
            fill(&report.contentVersion, version)
            return .finalSigned(report)
        case .reportCorrected(var report):
            fill(&report.contentVersion, version)
            return .reportCorrected(report)
        case .addendumSigned(var addendum):
            fill(&addendum.addendumTo, state.report.current)
            return .addendumSigned(addendum)
        case .reportRetracted(var retraction):
            fill(&retraction.which, state.report.current)
            return .reportRetracted(retraction)
        default: return event
        }
    }

    private static func completedAnswer(_ event: CaseEvent, in state: CaseState) -> CaseEvent {
        let live = state.criticalResult.live
        let card = live.count == 1 ? live[0].event : nil
        let awaited = live.isEmpty ? state.criticalResult.cards.filter(CriticalResultAxis.isAwaited).map(\.event) : []
        let told = card ?? (awaited.count == 1 ? awaited[0] : nil)
        let open = state.instruction.cards.filter(\.isOpen)
        let instruction = open.count == 1 ? open[0].event : nil
        switch event {
        case .criticalResultCommunicated(var said):
            fill(&said.raised, told)
            return .criticalResultCommunicated(said)
        case .criticalResultAcknowledged(var noted):
            if noted.raised.isEmpty, let told { noted.raised = [told] }
            return .criticalResultAcknowledged(noted)
        case .criticalResultEscalated(var asked):
            fill(&asked.raised, card)
            return .criticalResultEscalated(asked)
        case .criticalResultWithdrawn(var taken):
            fill(&taken.raised, card)
            return .criticalResultWithdrawn(taken)
        case .instructionAcknowledged(var answer):
            fill(&answer.instruction, instruction)
            return .instructionAcknowledged(answer)
        case .instructionCompleted(var answer):
            fill(&answer.instruction, instruction)
            return .instructionCompleted(answer)
        case .instructionDeclined(var answer):
            fill(&answer.instruction, instruction)
            return .instructionDeclined(answer)
        case .instructionWithdrawn(var answer):
            fill(&answer.instruction, instruction)
            return .instructionWithdrawn(answer)
        default: return completedTalk(event, in: state)
        }
    }

    static func fill(_ field: inout String, _ known: String) {
        if field.isEmpty { field = known }
    }

    static func fill(_ field: inout EventID?, _ known: EventID?) {
        if field == nil { field = known }
    }
}

extension CaseState {
    /// The study that an act of now is about: the one acquired last, else the one that the order or an alias names.
    var currentStudyUID: String {
        if !acquisition.studyUID.isEmpty { return acquisition.studyUID }
        let ordered = order.content?.studyUID ?? ""
        return ordered.isEmpty ? aliases.studyUID.first?.value ?? "" : ordered
    }

    /// The step under way where there is exactly one; empty otherwise.
    var stepUnderWay: String {
        let steps = acquisition.steps.filter { $0.status == .inProgress }
        return steps.count == 1 ? steps[0].uid : ""
    }
}
