import EventLog

extension ReportAxis {
    /// An addendum to the version that stands, by somebody who reads images, stands beside it and replaces nothing.
    ///
    /// Every other text may take the place of what stands, or meet it, and is weighed anew.
    public static func advanced(_ state: ReportState, by fact: CaseFact) -> ReportState? {
        guard case .addendumSigned(let said) = fact.event, fact.role?.readsImages == true, let current = state.current,
            said.addendumTo == current, state.retractions.isEmpty, isPlain(state)
        else { return nil }
        var version = ReportVersion(
            event: fact.id, kind: .addendum, status: .addendum, stands: true, by: fact.actor.person, role: fact.actor.role,
            site: fact.actor.site, at: fact.occurredAt.instant)
        version.text = said.text
        version.addendumTo = current
        var state = state
        state.versions.append(version)
        state.status = .addended
        return state
    }

    /// Whether one signed line leads to what stands: nobody chose, and nothing was signed without the right to.
    private static func isPlain(_ state: ReportState) -> Bool {
        guard state.oddities.isEmpty else { return false }
        switch state.status {
        case .final, .addended, .corrected: return true
        case .none, .preliminary, .competing, .reconciled, .retracted: return false
        }
    }
}
