public import EventLog

/// What a register says of one signed act of a case.
public struct Judgement: Hashable, Sendable {
    /// How a signed act is shown.
    public enum Standing: String, Sendable {
        case asSigned
        /// Authority unverified: shown like a preliminary until somebody verified signs as well.
        case preliminary
        /// By a reader whose licence does not hold there: kept as a second opinion, and the reading is asked for anew.
        case secondOpinion
        /// It was unverified, and somebody verified who had seen it signed as well.
        case coSigned
        /// It was unverified, and the lead decided that it stands.
        case accepted
    }

    /// The signed event.
    public let event: EventID
    /// What was signed.
    public let act: EventKind
    /// Who signed.
    public let person: String
    /// Where.
    public let site: SiteID
    /// What the register says.
    public let verdict: Verdict
    /// How it is shown.
    public internal(set) var standing: Standing
    /// The co-signature or the decision that closed the question.
    public internal(set) var closedBy: EventID?
}

/// What a register says of all signed acts of a case.
public struct CaseJudgement: Hashable, Sendable {
    /// The signed acts, in causal order.
    public internal(set) var judgements: [Judgement] = []
    /// The questions that they open.
    public internal(set) var conflicts: [Conflict] = []
    /// Acts by persons of whom the register holds nothing.
    public internal(set) var anomalies: [Anomaly] = []
    /// Nothing judged.
    public init() {}

    /// The readings to ask for anew, each with the licence that it needs.
    public internal(set) var requeued: [ReadingRequested] = []

    /// Writes it as one JSON object.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("judgements")
        json.beginArray()
        for judgement in judgements { judgement.write(to: &json) }
        json.endArray()
        json.key("conflicts")
        json.beginArray()
        for conflict in conflicts { conflict.write(to: &json) }
        json.endArray()
        if !requeued.isEmpty { json.member("requeuedFor", texts: requeued.map(\.licence)) }
        json.endObject()
    }
}

extension Judgement {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", event)
        json.member("act", act.text)
        json.member("by", person)
        json.member("site", site.text)
        json.member("standing", standing.rawValue)
        switch verdict {
        case .verified(let grants): json.member("verifiedBy", events: grants)
        case .unverified(let reason, let event):
            json.member("reason", reason.words)
            if let event { json.member("reasonEvent", event) }
        }
        if let closedBy { json.member("closedBy", closedBy) }
        json.endObject()
    }
}

extension CredentialRegister {
    static let unverifiedSignature = ConflictRule(
        number: 60, kind: "unverifiedSignature", owner: .lead, dueMinutes: 240,
        rule:
            "A signature whose authority the register does not confirm is kept and counts as a preliminary until it is co-signed.",
        inForce: "Authority unverified: the text is shown as a preliminary.", told: [.lead, .referrer])
    static let foreignLicence = ConflictRule(
        number: 72, kind: "foreignLicence", owner: .lead, dueMinutes: 240,
        rule: "A signature by a reader whose licence does not hold where the examination was made is kept as a second opinion.",
        inForce: "The signed text is shown as a second opinion; the reading waits for a reader who is licensed there.",
        told: [.lead])

    /// Judges every signed act of a case, by who signed, where, when, and under which law.
    ///
    /// The moment is the later of the asserted time and the site's own clock: a signature dated back is judged by when it was recorded.
    public func judge(_ folded: FoldedCase, jurisdictions: SiteJurisdictions = .none) -> CaseJudgement {
        var result = CaseJudgement()
        let history = folded.history
        let places = examinationPlaces(history)
        let laws = jurisdictions.of(places.map { history[$0].actor.site })
        let signed = history.positions.filter { Self.isSigned(history[$0]) }
        let verdicts = signed.map { verdict(on: history[$0], laws) }
        for (index, position) in signed.enumerated() {
            let coSigning = signed.indices.filter { other in
                verdicts[other].isVerified && Self.coSigns(signed[other], position, history)
            }.map { signed[$0] }
            let wrongPlace = places.first { !jurisdictions.of(history[$0].actor.site).isEmpty } ?? places.first
            take(position, verdicts[index], coSigning, wrongPlace, folded, laws, &result)
        }
        return result
    }

    private func verdict(on fact: CaseFact, _ laws: [String]) -> Verdict {
        judges(
            person: fact.actor.person, act: fact.event.kind, site: fact.actor.site,
            at: max(fact.occurredAt.instant, fact.recordedAt.instant), jurisdictions: laws)
    }

    private func take(
        _ position: Int, _ verdict: Verdict, _ coSigning: [Int], _ place: Int?, _ folded: FoldedCase, _ laws: [String],
        _ result: inout CaseJudgement
    ) {
        let fact = folded.history[position]
        var judgement = Judgement(
            event: fact.id, act: fact.event.kind, person: fact.actor.person, site: fact.actor.site, verdict: verdict,
            standing: .asSigned)
        if case .unverified(let reason, let event) = verdict {
            let isForeign = reason == .otherJurisdiction
            judgement.standing = isForeign ? .secondOpinion : .preliminary
            let beside = isForeign ? place.map { folded.placed($0) } : event.flatMap { self.place(of: $0) }
            if let beside {
                let conflict = Conflict(
                    isForeign ? Self.foreignLicence : Self.unverifiedSignature, across: [folded.placed(position), beside],
                    settling: coSigning.map { folded.placed($0) }, inForce: Self.words(reason, fact, isForeign))
                close(&judgement, by: conflict, folded, coSigning)
                result.conflicts.append(conflict)
                if isForeign && conflict.state == .open { requeue(laws, &result) }
            } else {
                result.anomalies.append(
                    Anomaly(event: fact.id, axis: Authority.label, what: "\(fact.actor.person) signed, and \(reason.words)."))
                if let first = coSigning.first { close(&judgement, by: folded.history[first].id, as: .coSigned) }
            }
        }
        result.judgements.append(judgement)
    }

    private static func words(_ reason: Verdict.Reason, _ fact: CaseFact, _ isForeign: Bool) -> String {
        let rule = isForeign ? foreignLicence : unverifiedSignature
        return "\(rule.inForce) \(fact.actor.person): \(reason.words)."
    }

    private func close(_ judgement: inout Judgement, by conflict: Conflict, _ folded: FoldedCase, _ coSigning: [Int]) {
        guard conflict.state == .resolved, let closing = conflict.closedBy else { return }
        let history = folded.history
        if coSigning.contains(where: { history[$0].id == closing }) {
            close(&judgement, by: closing, as: .coSigned)
        } else {
            let chosen = history.position(of: closing).flatMap { history.chosen(at: $0) }
            judgement.closedBy = closing
            if chosen == judgement.event { judgement.standing = .accepted }
        }
    }

    private func close(_ judgement: inout Judgement, by event: EventID, as standing: Judgement.Standing) {
        judgement.standing = standing
        judgement.closedBy = event
    }

    private func requeue(_ laws: [String], _ result: inout CaseJudgement) {
        let request = ReadingRequested(kind: .final, licence: laws.joined(separator: ", "))
        if !result.requeued.contains(request) { result.requeued.append(request) }
    }

    /// What carries a signature: the acts of the table whose row asks for a credential.
    static func isSigned(_ fact: CaseFact) -> Bool {
        Authority.isEntitled(fact) && (Authority.row(for: fact.event.kind)?.conditions.contains(.credential) ?? false)
    }

    /// A later signature of another person who had seen the first, on the same kind of matter.
    private static func coSigns(_ other: Int, _ position: Int, _ history: CaseHistory) -> Bool {
        guard history.precedes(position, other), history[other].actor.person != history[position].actor.person else {
            return false
        }
        switch history[other].event {
        case .finalSigned, .addendumSigned, .reportCorrected, .reportReconciled: return isOfReport(history[position].event)
        default: return history[other].event.kind == history[position].event.kind
        }
    }

    private static func isOfReport(_ event: CaseEvent) -> Bool {
        switch event {
        case .finalSigned, .addendumSigned, .reportCorrected, .reportRetracted, .reportReconciled: true
        default: false
        }
    }

    /// Where the examination was made: the facts by which sites are taken part in; the first fact where nothing was made yet.
    private func examinationPlaces(_ history: CaseHistory) -> [Int] {
        var found: [Int] = []
        for position in history.positions(of: .acquisition) where !found.contains(where: { isSameSite($0, position, history) }) {
            switch history[position].event {
            case .procedureStepStarted, .procedureStepCompleted, .procedureStepDiscontinued, .studyHandedOver:
                found.append(position)
            default: continue
            }
        }
        return found.isEmpty ? history.positions.prefix(1).map { $0 } : found
    }

    private func isSameSite(_ one: Int, _ other: Int, _ history: CaseHistory) -> Bool {
        history[one].actor.site == history[other].actor.site
    }
}
