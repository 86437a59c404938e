import EventLog
public import ImagingCase

extension HL7Statement {
    /// Everything that a case has to tell, in the order in which it is told.
    public static func all(of state: CaseState) -> [HL7Statement] {
        [review(state), status(state)].compactMap { $0 } + answers(state) + criticals(state)
            + [report(state)].compactMap { $0 }
    }

    /// Source: HL7 v2.5.1 table 0119 (OK, OC, UA); ANS tele-radiology guide, flow 3.
    private static func review(_ state: CaseState) -> HL7Statement? {
        let plan = state.protocoling.current
        switch state.order.status {
        case .rejected:
            guard let review = state.order.reviewedBy else { return nil }
            return HL7Statement(.review, "rejected \(review)", [review])
        case .accepted, .inProgress, .performed, .reported:
            let events = [state.order.reviewedBy, plan].compactMap { $0 }
            guard !events.isEmpty else { return nil }
            return HL7Statement(.review, "accepted \(plan?.description ?? "")", events)
        case .none, .requested, .onHold, .cancelled, .replaced: return nil
        }
    }

    /// Source: HL7 v2.5.1 table 0038 (ORC-5).
    private static func status(_ state: CaseState) -> HL7Statement? {
        let steps = state.acquisition.steps.flatMap(\.events)
        switch state.order.status {
        case .onHold: return HL7Statement(.status, "HD", state.order.holds.filter { $0.releasedBy == nil }.map(\.event))
        case .inProgress: return HL7Statement(.status, "IP", steps)
        case .performed, .reported: return HL7Statement(.status, "CM", steps)
        case .requested, .accepted:
            if state.acquisition.status == .discontinued { return HL7Statement(.status, "DC", steps) }
            guard state.rare.schedule.status == .scheduled, let slot = state.rare.schedule.standing.last else { return nil }
            return HL7Statement(.status, "SC \(slot.start?.milliseconds ?? 0)", [slot.event])
        case .none, .rejected, .cancelled, .replaced: return nil
        }
    }

    private static func answers(_ state: CaseState) -> [HL7Statement] {
        state.order.cancellations.compactMap { request in
            request.answer.map { HL7Statement(.answer(request.event), $0.rawValue, [request.event]) }
        }
    }

    private static func criticals(_ state: CaseState) -> [HL7Statement] {
        state.criticalResult.cards.map { card in
            let isWithdrawn = card.status == .withdrawn || card.status == .withdrawnPending
            return HL7Statement(
                .critical(card.event), isWithdrawn ? "withdrawn" : "raised",
                [card.event] + (isWithdrawn ? card.withdrawals.map(\.event) : []), isResult: true)
        }
    }

    /// What stands of the report. Who chose among competing versions is part of it: that a question is closed is news.
    private static func report(_ state: CaseState) -> HL7Statement? {
        let report = state.report
        let versions = ReportInForce(report).versions
        let events = versions.map(\.event)
        let ids = events.map(\.description).joined(separator: " ")
        switch report.status {
        case .none: return nil
        case .preliminary: return HL7Statement(.report, "P \(ids)", events, isResult: true)
        case .competing: return HL7Statement(.report, "X \(ids)", events, isResult: true)
        case .retracted:
            let withdrawn = report.retractions.map(\.event)
            return HL7Statement(
                .report, "W \(withdrawn.map(\.description).joined(separator: " "))", withdrawn, isResult: true)
        case .final, .addended, .corrected: return HL7Statement(.report, "F \(ids)", events, isResult: true)
        case .reconciled: return HL7Statement(.report, "R \(ids)", events, isResult: true)
        }
    }
}

/// The texts that make the report as it is in force.
struct ReportInForce {
    /// The versions whose text is to be read, in causal order: of competing ones each, of one that stands with its addenda.
    let versions: [ReportVersion]

    init(_ report: ReportState) {
        let isSigned = report.status != .preliminary
        versions = report.versions.filter { version in
            switch version.status {
            case .final, .corrected: version.stands
            case .addendum: isSigned && version.stands
            case .preliminary: !isSigned && version.stands
            case .superseded, .retracted, .quarantined, .commentAfterFinal, .unprivileged: false
            }
        }
    }
}
