public import EventLog

/// Derives the state of a case from its facts. Pure: equal sets of facts give equal states at every node, whatever the order
/// or number of their arrival.
public enum CaseFold {
    /// Folds facts that came in any order; a fact given twice counts once.
    public static func fold(_ stream: StreamID, _ facts: [CaseFact]) -> CaseState {
        fold(stream, CaseHistory(facts))
    }

    /// Folds a history.
    ///
    /// Complexity: linear in the facts, and quadratic only in the few that could contradict each other.
    public static func fold(_ stream: StreamID, _ history: CaseHistory) -> CaseState {
        var conflicts: [Conflict] = []
        var order = OrderAxis.fold(history, of: stream, conflicts: &conflicts)
        let protocoling = ProtocolAxis.fold(history, of: stream, conflicts: &conflicts)
        let safety = SafetyAxis.fold(history, of: stream, conflicts: &conflicts)
        let acquisition = AcquisitionAxis.fold(history, of: stream, conflicts: &conflicts)
        let handOver = HandOverAxis.fold(history, of: stream, conflicts: &conflicts)
        let reading = ReadingAxis.fold(history, of: stream, conflicts: &conflicts)
        let report = ReportAxis.fold(history, of: stream, conflicts: &conflicts)
        let criticalResult = CriticalResultAxis.fold(history, of: stream, conflicts: &conflicts)
        let instruction = InstructionAxis.fold(history, of: stream, conflicts: &conflicts)
        let dose = DoseAxis.fold(history, of: stream, conflicts: &conflicts)
        let identity = IdentityAxis.fold(history, of: stream, conflicts: &conflicts)
        order.conclude(with: report)
        let priority = Priority.fold(history, of: stream, conflicts: &conflicts)
        let general = General.fold(history, of: stream, conflicts: &conflicts)
        if conflicts.count > 1 { conflicts.sort { ($0.number, $0.id) < ($1.number, $1.id) } }
        var state = CaseState(
            stream: stream, events: history.facts.count, heads: history.heads, waiting: history.waiting,
            aliases: general.aliases, patient: identity.shown, priority: priority, order: order, protocoling: protocoling,
            safety: safety, acquisition: acquisition, handOver: handOver, reading: reading, report: report,
            criticalResult: criticalResult, instruction: instruction, dose: dose, identity: identity,
            comments: general.comments, routedTo: general.routedTo, newer: general.newer, anomalies: [], conflicts: conflicts)
        state.anomalies = state.collectedAnomalies()
        return state
    }
}
