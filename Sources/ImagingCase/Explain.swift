public import EventLog

extension CaseFold {
    /// Says of every axis which events and which rule made its state, and of every conflict which rule was applied.
    public static func explain(_ stream: StreamID, _ history: CaseHistory) -> [Explanation] {
        explain(fold(stream, history), history)
    }

    /// Says it of a state that is shown in part; nothing of what is left out is explained.
    public static func explain(_ state: CaseState, _ history: CaseHistory) -> [Explanation] {
        var collector = ExplanationCollector(history)
        state.visitAxes(&collector)
        return collector.all
            + state.conflicts.map { conflict in
                Explanation(
                    axis: "conflicts", state: "\(conflict.number) \(conflict.kind) \(conflict.state.rawValue)",
                    rule: conflict.rule,
                    events: conflict.events + (conflict.closedBy.map { [$0] } ?? []))
            }
    }
}
