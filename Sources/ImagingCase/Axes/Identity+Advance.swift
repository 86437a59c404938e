import EventLog

extension IdentityAxis {
    /// A check that matches verifies the person for this visit; texts of the report meet only what they did not know.
    public static func advanced(_ state: IdentityState, by fact: CaseFact) -> IdentityState? {
        switch fact.event {
        case .preliminaryIssued, .finalSigned, .addendumSigned, .reportCorrected, .reportRetracted, .reportReconciled,
            .studyContentChanged:
            return state
        case .identityVerified(let check) where check.match:
            var state = state
            state.verifiedBy.append(fact.id)
            if state.openDispute == nil { state.status = .verified }
            return state
        default: return nil
        }
    }
}
