import EventLog

extension ReportAxis {
    /// Explains what the report is at, and each version that is not simply in force.
    public static func explain(_ state: ReportState, _ history: CaseHistory) -> [Explanation] {
        guard state.status != .none else { return [] }
        let standing = state.standing.map(\.event)
        let withdrawn = state.retractions.map(\.event)
        let events = state.status == .retracted ? withdrawn : standing
        var all = [Explanation(axis: label, state: state.status.rawValue, rule: rule(of: state.status), events: events)]
        for version in state.versions {
            if let rule = rule(of: version.status) {
                let cause = [version.supersededBy, version.retractedBy].compactMap { $0 }
                all.append(
                    Explanation(axis: label, state: version.status.rawValue, rule: rule, events: [version.event] + cause))
            }
            for mark in version.marks {
                all.append(Explanation(axis: label, state: mark.rawValue, rule: rule(of: mark), events: [version.event]))
            }
        }
        return all
    }

    private static func rule(of status: ReportState.Status) -> String {
        switch status {
        case .none: "No report is known."
        case .preliminary: "A preliminary reading was issued, and no signed report stands."
        case .final: "One signed final report stands."
        case .addended: "A signed report stands with an addendum to it."
        case .corrected: "A corrected version stands; what it corrects stays readable."
        case .competing: "Signed reports were made apart; both stand until somebody who has seen both chooses."
        case .reconciled: "Somebody who had seen the competing reports chose the one that stands."
        case .retracted: "What was signed is withdrawn from use, and nothing has been signed in its place since."
        }
    }

    private static func rule(of status: ReportVersion.Status) -> String? {
        switch status {
        case .preliminary, .final, .corrected, .addendum: nil
        case .superseded: "A later version that its author wrote after seeing this one, or a decision, took its place."
        case .retracted: "It was withdrawn from use; the evidence stays."
        case .quarantined: "It was written on a withdrawn version without knowing, or in spite of, the retraction."
        case .commentAfterFinal: "Its author had seen a final; a preliminary after a final is a comment."
        case .unprivileged: "Its author's role may not sign; doubt downgrades and never deletes."
        }
    }

    private static func rule(of mark: ReportVersion.Mark) -> String {
        switch mark {
        case .onEarlierVersion: "It was written on a version that was replaced apart from it; it is shown until it is confirmed."
        case .besideSeenVersion: "Its author had seen another signed version and did not name it; neither hides the other."
        case .namesNothing: "It names no version that its author had seen."
        case .clinicallySignificant: "Care may have followed the error that it corrects."
        }
    }
}
