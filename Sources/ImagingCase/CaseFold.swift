public import EventLog

/// Derives the state of a case from its facts. Pure: equal sets of facts give equal states at every node, whatever the order
/// or number of their arrival.
public enum CaseFold {
    /// The rules by which states, and the identifiers by which histories are found, are derived: a store that was folded by others is
    /// folded anew when it is opened.
    public static let version = "5"

    /// Folds facts that came in any order; a fact given twice counts once.
    public static func fold(_ stream: StreamID, _ facts: [CaseFact]) -> CaseState {
        fold(stream, CaseHistory(facts))
    }

    /// Folds a history.
    ///
    /// Complexity: linear in the facts, and quadratic only in the few that could contradict each other.
    public static func fold(_ stream: StreamID, _ history: CaseHistory) -> CaseState {
        FoldedCase.state(stream, history)
    }
}
