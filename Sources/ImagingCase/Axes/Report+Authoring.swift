public import EventLog

extension ReportAxis {
    /// Refuses a preliminary after a final, an addendum to or a correction of a withdrawn version, a signature without privilege,
    /// and a signature without a content version where one is needed and none can be filled in.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ReportState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .preliminaryIssued(let report):
            try requireReader(author, to: "issue a preliminary report", orInterface: true)
            try requireText(report.findings + report.impression)
            guard let final = signed(state).last else { return }
            throw AuthoringRefusal(
                .state, "A final report stands, signed by \(final.by).",
                remedy: "Add a comment, or sign an addendum or a correction of \(final.event).")
        case .finalSigned(let report):
            try requireReader(author, to: "sign a final report")
            try requireText(report.findings + report.impression)
            for named in report.supersedes { _ = try require(named, in: state, to: "supersede") }
            guard state.lacksContentVersion && report.contentVersion.isEmpty else { return }
            throw AuthoringRefusal(
                .content, "The archive has reported content without a version, and the report names none.",
                remedy: "Name the content version that was read.")
        case .addendumSigned(let addendum):
            try requireReader(author, to: "sign an addendum")
            try requireText(addendum.text)
            let target = try require(addendum.addendumTo, in: state, to: "add to")
            try requireUse(of: target, for: "An addendum")
        case .reportCorrected(let report):
            try requireReader(author, to: "sign a correction")
            try requireText(report.findings + report.impression)
            try mayCorrect(report.replaces, in: state)
        case .reportRetracted(let retraction):
            try requireReader(author, to: "withdraw a report", orInterface: true)
            let target = try require(retraction.which, in: state, to: "withdraw")
            guard target.status == .retracted else { return }
            throw AuthoringRefusal(.state, "The report is withdrawn already.", remedy: "Nothing is left to do.")
        case .reportReconciled(let reconciled): try mayReconcile(reconciled, in: state, by: author)
        case .reportReceipt(.delivered(let said)):
            try requireMessage(said.report, "report.report", in: state)
            try Authoring.require(said.recipient, "report.recipient", "nobody is named.", remedy: "Say who or what received it.")
        case .reportReceipt(.viewed(let said)): try requireMessage(said.report, "report.report", in: state)
        case .discrepancy(.recorded(let said)):
            if let first = said.first { try requireMessage(first, "discrepancy.first", in: state) }
            if let second = said.second { try requireMessage(second, "discrepancy.second", in: state) }
        case .recommendation(.made(let said)):
            if let report = said.report { try requireMessage(report, "recommendation.report", in: state) }
        case .consult(.answered(let said)):
            if let report = said.contradictsReport { try requireMessage(report, "consult.contradictsReport", in: state) }
        default: return
        }
    }

    /// What may have been received, or may be spoken of: a version of the report, or a retraction.
    private static func requireMessage(
        _ event: EventID?, _ field: String, in state: ReportState
    ) throws(AuthoringRefusal) {
        guard let event else {
            throw AuthoringRefusal(.content, "\(field): no report is named.", remedy: "Name a version of this case's report.")
        }
        guard state.version(event) == nil, !state.retractions.contains(where: { $0.event == event }) else { return }
        throw AuthoringRefusal(
            .content, "\(field): there is no report \(event) in this case.", remedy: "Name a version of this case's report.")
    }

    private static func signed(_ state: ReportState) -> [ReportVersion] {
        state.versions.filter { $0.status == .final || $0.status == .corrected }
    }

    private static func requireReader(
        _ author: Author, to act: String, orInterface: Bool = false
    ) throws(AuthoringRefusal) {
        guard !author.role.readsImages && !(orInterface && author.role == .system) else { return }
        throw AuthoringRefusal(
            .role, "A \(author.role.rawValue) may not \(act).",
            remedy: "Ask a radiologist, a lead or an interventional radiologist.")
    }

    private static func requireText(_ text: String) throws(AuthoringRefusal) {
        guard text.isEmpty else { return }
        throw AuthoringRefusal(.content, "The report says nothing.", remedy: "Say the findings or the impression.")
    }

    /// The version that an act names; where it names none, the only one that stands.
    private static func require(
        _ event: EventID?, in state: ReportState, to act: String
    ) throws(AuthoringRefusal) -> ReportVersion {
        guard let event else {
            let standing = signed(state)
            if standing.count == 1 { return standing[0] }
            throw AuthoringRefusal(
                .content, standing.isEmpty ? "There is no signed report to \(act)." : "Several signed reports stand.",
                remedy: standing.isEmpty ? "Sign a final report first." : "Name the version to \(act).")
        }
        guard let version = state.version(event) else {
            throw AuthoringRefusal(
                .content, "There is no version \(event) to \(act).", remedy: "Name a version of this case's report.")
        }
        return version
    }

    private static func requireUse(of version: ReportVersion, for act: String) throws(AuthoringRefusal) {
        guard version.status == .retracted || version.status == .quarantined else { return }
        throw AuthoringRefusal(
            .state, "\(act) to \(version.event) is not possible: it was withdrawn from use.", remedy: "Sign a new final report.")
    }

    private static func mayCorrect(_ event: EventID?, in state: ReportState) throws(AuthoringRefusal) {
        guard let event else {
            throw AuthoringRefusal(
                .content, "The correction names no version.", remedy: "Name the exact version that it replaces.")
        }
        let version = try require(event, in: state, to: "correct")
        try requireUse(of: version, for: "A correction")
        switch version.status {
        case .final, .corrected: return
        case .superseded:
            throw AuthoringRefusal(
                .state, "\(event) was replaced already.",
                remedy: "Correct the version that stands: \(signed(state).map(\.event.description).joined(separator: ", ")).")
        default:
            throw AuthoringRefusal(
                .state, "\(event) is not a signed report.", remedy: "Sign a final report, which replaces what came before.")
        }
    }

    private static func mayReconcile(
        _ reconciled: ReportReconciled, in state: ReportState, by author: Author
    ) throws(AuthoringRefusal) {
        try requireReader(author, to: "reconcile reports")
        let standing = signed(state)
        guard standing.count > 1 else {
            throw AuthoringRefusal(.state, "No reports compete.", remedy: "Correct the report, or add to it.")
        }
        for event in reconciled.competing { _ = try require(event, in: state, to: "reconcile") }
        guard let chosen = reconciled.chosen, standing.contains(where: { $0.event == chosen }) else {
            throw AuthoringRefusal(
                .content, "No version that stands was chosen.",
                remedy: "Choose one of \(standing.map(\.event.description).joined(separator: ", ")).")
        }
    }
}
