import EventLog

extension ReadingAxis {
    /// An addendum after everything looks at all that is there. It changes nothing where that was read before and its author holds no
    /// claim that it could end.
    public static func advanced(_ state: ReadingState, by fact: CaseFact) -> ReadingState? {
        guard case .addendumSigned = fact.event, state.unseen.isEmpty, state.unseenVersions.isEmpty, state.offers.isEmpty,
            !state.claims.contains(where: { $0.by == fact.actor.person && $0.status != .signed })
        else { return nil }
        return state
    }
}
