public import EventLog

extension CaseFold {
    /// Says of every axis which events and which rule made its state, and of every conflict which rule was applied.
    public static func explain(_ stream: StreamID, _ history: CaseHistory) -> [Explanation] {
        let state = fold(stream, history)
        var all = OrderAxis.explain(state.order, history)
        all += ProtocolAxis.explain(state.protocoling, history)
        all += SafetyAxis.explain(state.safety, history)
        all += AcquisitionAxis.explain(state.acquisition, history)
        all += HandOverAxis.explain(state.handOver, history)
        all += ReadingAxis.explain(state.reading, history)
        all += ReportAxis.explain(state.report, history)
        all += CriticalResultAxis.explain(state.criticalResult, history)
        all += InstructionAxis.explain(state.instruction, history)
        all += DoseAxis.explain(state.dose, history)
        all += IdentityAxis.explain(state.identity, history)
        all += state.conflicts.map { conflict in
            Explanation(
                axis: "conflicts", state: "\(conflict.number) \(conflict.kind) \(conflict.state.rawValue)", rule: conflict.rule,
                events: conflict.events + (conflict.closedBy.map { [$0] } ?? []))
        }
        return all
    }
}
