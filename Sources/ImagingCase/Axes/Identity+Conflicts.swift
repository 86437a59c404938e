import EventLog

/// The facts that concern identity, at their positions; lives for one fold.
struct IdentityFacts {
    /// What a source says of the person.
    struct Statement {
        let position: Int
        let patient: Patient
        /// A move to another person is shown before a correction, that before a registration, that before an order.
        let rank: Int
    }

    var statements: [Statement] = []
    var arrivals: [(position: Int, visit: String)] = []
    var checks: [(position: Int, match: Bool)] = []
    var disputes: [Int] = []
    var clearances: [Int] = []
    /// Signed texts of the report, which a later identification of the person meets.
    var texts: [Int] = []

    static let personsDiffer = ConflictRule(
        number: 13, kind: "personsDiffer", owner: .frontDesk, dueMinutes: 30,
        rule: "Facts of one examination that name different persons are never merged; the doubt freezes publication, not work.",
        inForce: "Nothing is published until it is cleared whose examination this is.",
        told: [.technologist, .siteAdmin, .radiologist, .frontDesk])
    static let demographicsDiffer = ConflictRule(
        number: 17, kind: "demographicsDiffer", owner: .frontDesk, dueMinutes: 24 * 60,
        rule: "Demographics corrected differently stay beside each other, field by field.",
        inForce: "The correction is shown first, the other value beside it; nothing is published by itself.",
        told: [.frontDesk, .technologist])

    var isEmpty: Bool {
        statements.isEmpty && arrivals.isEmpty && checks.isEmpty && disputes.isEmpty && clearances.isEmpty
    }

    /// Takes what concerns identity.
    mutating func gather(_ history: CaseHistory) {
        for position in history.positions(of: IdentityAxis.concern) {
            switch history.facts[position].event {
            case .finalSigned, .addendumSigned, .reportCorrected:
                if history.facts[position].role?.readsImages == true { texts.append(position) }
            case .orderPlaced(let order): state(order.patient, at: position, rank: 0)
            case .patientArrived(let arrival):
                arrivals.append((position, arrival.visit))
                state(arrival.patient, at: position, rank: 1)
            case .demographicsCorrected(let correction): state(correction.patient, at: position, rank: 2)
            case .linkage(.moved(let move)):
                if Authority.isEntitled(history.facts[position]) { state(move.patient, at: position, rank: 3) }
            case .identityVerified(let check): checks.append((position, check.match))
            case .identityDisputed: disputes.append(position)
            case .identityDisputeCleared: clearances.append(position)
            default: continue
            }
        }
    }

    private mutating func state(_ patient: Patient?, at position: Int, rank: Int) {
        if let patient { statements.append(Statement(position: position, patient: patient, rank: rank)) }
    }

    /// Each field's values that nobody who had seen them replaced, and the person as shown first.
    func judgePersons(_ history: CaseHistory, _ state: inout IdentityState) {
        guard let only = statements.first else { return }
        guard statements.count > 1 else { return judge(only, history, &state) }
        var shown = only.patient
        for name in DemographicField.Name.allCases {
            let saying = statements.filter { !$0.patient.text(of: name).isEmpty }
            let latest = saying.count < 2 ? saying.map(\.position) : history.ancestry.latest(of: saying.map(\.position))
            var field = DemographicField(name: name, values: [])
            let ordered = saying.filter { latest.contains($0.position) }.sorted {
                ($1.rank, $0.position) < ($0.rank, $1.position)
            }
            for statement in ordered {
                let text = statement.patient.text(of: name)
                let event = history.facts[statement.position].id
                if let known = field.values.firstIndex(where: { $0.text == text }) {
                    field.values[known].events.append(event)
                } else {
                    field.values.append(DemographicField.Value(text: text, events: [event]))
                }
            }
            if let first = ordered.first { shown.take(name, from: first.patient) }
            if !field.values.isEmpty { state.fields.append(field) }
        }
        state.shown = shown
    }

    /// The usual case: one source, whose every field stands.
    private func judge(_ only: Statement, _ history: CaseHistory, _ state: inout IdentityState) {
        let events = [history.facts[only.position].id]
        for name in DemographicField.Name.allCases {
            let text = only.patient.text(of: name)
            if text.isEmpty { continue }
            state.fields.append(DemographicField(name: name, values: [DemographicField.Value(text: text, events: events)]))
        }
        state.shown = only.patient
    }

    /// Disputes: said outright, or a check that did not match. One is cleared by somebody who had seen it.
    func judgeDisputes(_ history: CaseHistory, _ state: inout IdentityState) {
        let mismatches = checks.filter { !$0.match }.map(\.position)
        guard !disputes.isEmpty || !mismatches.isEmpty else { return }
        let raised = (disputes + mismatches).sorted()
        for position in raised {
            let fact = history.facts[position]
            var what = "The identifiers that were checked do not match."
            if case .identityDisputed(let dispute) = fact.event { what = dispute.what }
            var dispute = IdentityDispute(event: fact.id, by: fact.actor.person, what: what)
            if let clearance = clearances.last(where: { clears($0, position, history) }),
                case .identityDisputeCleared(let said) = history.facts[clearance].event
            {
                dispute.clearedBy = history.facts[clearance].id
                dispute.outcome = said.outcome
            }
            state.disputes.append(dispute)
        }
    }

    private func clears(_ clearance: Int, _ dispute: Int, _ history: CaseHistory) -> Bool {
        guard case .identityDisputeCleared(let said) = history.facts[clearance].event, history.precedes(dispute, clearance)
        else { return false }
        return said.dispute.isEmpty || said.dispute.contains(history.facts[dispute].id)
    }

    /// Checks and arrivals: what was checked or cleared counts until the person arrives for another visit.
    func judgeChecks(_ history: CaseHistory, _ state: inout IdentityState) {
        var visits = Visits(history)
        for (position, _) in arrivals {
            if case .patientArrived(let said) = history.facts[position].event { visits.take(said, at: position) }
        }
        state.arrivals = arrivals.map { history.facts[$0.position].id }
        state.visit = arrivals.last { !$0.visit.isEmpty }?.visit ?? ""
        let matching = checks.filter(\.match).map(\.position)
        let ended = arrivals.isEmpty ? [] : (matching + clearances).filter { visits.end(of: $0) != nil }.sorted()
        state.verifiedBy = matching.filter { !ended.contains($0) }.map { history.facts[$0].id }
        state.expired = ended.map { history.facts[$0].id }
        if !state.verifiedBy.isEmpty { state.status = .verified }
    }

    /// Whether the latest clearances say that the case holds facts of two persons.
    func isOfTwoPersons(_ history: CaseHistory) -> Bool {
        guard !clearances.isEmpty else { return false }
        return history.ancestry.latest(of: clearances).contains { position in
            guard case .identityDisputeCleared(let said) = history.facts[position].event else { return false }
            return said.outcome == .differentPersons
        }
    }

    /// Conflicts 13 and 17. Of different persons even a later fact opens one unless it is a correction or a move: a registration does
    /// not make another person's order its own.
    func findConflicts(_ history: CaseHistory, _ stream: StreamID, _ conflicts: inout [Conflict]) {
        guard statements.count > 1 else { return }
        var pairs: [(Statement, Statement)] = []
        for (index, one) in statements.enumerated() {
            for other in statements[(index + 1)...] {
                if isIdentification(one, other) { continue }
                let isApart = history.areConcurrent(one.position, other.position)
                if one.patient.isOtherPerson(than: other.patient) {
                    guard isApart || other.rank < 2, !pairs.contains(where: { isSame($0, one, other) }) else { continue }
                    pairs.append((one, other))
                    conflicts.append(conflict(Self.personsDiffer, one, other, history, stream))
                } else if isApart && one.patient.differs(from: other.patient) && isLastWord(one, other, history) {
                    conflicts.append(conflict(Self.demographicsDiffer, one, other, history, stream))
                }
            }
        }
    }

    /// Whether a question between the same two persons is asked already: each pair of persons is one question.
    private func isSame(_ pair: (Statement, Statement), _ one: Statement, _ other: Statement) -> Bool {
        let named = { (left: Statement, right: Statement) in !left.patient.isOtherPerson(than: right.patient) }
        return (named(pair.0, one) && named(pair.1, other)) || (named(pair.0, other) && named(pair.1, one))
    }

    private func isLastWord(_ one: Statement, _ other: Statement, _ history: CaseHistory) -> Bool {
        !statements.contains {
            (history.precedes(one.position, $0.position) && history.areConcurrent($0.position, other.position))
                || (history.precedes(other.position, $0.position) && history.areConcurrent($0.position, one.position))
        }
    }

    /// Closed by a clearance, by a person's correction, and where only fields differ by a check that matched.
    private func conflict(
        _ rule: ConflictRule, _ one: Statement, _ other: Statement, _ history: CaseHistory, _ stream: StreamID
    ) -> Conflict {
        let corrections = statements.filter { $0.rank >= 2 && history.facts[$0.position].role != .system }.map(\.position)
        let matching = rule.number == Self.demographicsDiffer.number ? checks.filter(\.match).map(\.position) : []
        return Conflict(
            rule, between: [one.position, other.position], in: history, of: stream,
            settling: (clearances + corrections + matching).sorted())
    }
}

extension Patient {
    /// A field as text; empty where it is not said.
    func text(of name: DemographicField.Name) -> String {
        switch name {
        case .identifier: id.isEmpty ? "" : issuer.isEmpty ? id : issuer + " " + id
        case .name: self.name
        case .birthDate: birthDate
        case .sex: sex == .unspecified || sex == .unknown ? "" : sex.word
        }
    }

    fileprivate mutating func take(_ field: DemographicField.Name, from other: Patient) {
        switch field {
        case .identifier: (issuer, id) = (other.issuer, other.id)
        case .name: name = other.name
        case .birthDate: birthDate = other.birthDate
        case .sex: sex = other.sex
        }
    }

    /// Whether two sources speak of different persons: different ids of one issuer, or, where ids cannot be compared, a different
    /// name together with a different birth date.
    func isOtherPerson(than other: Patient) -> Bool {
        if !id.isEmpty && !other.id.isEmpty && issuer == other.issuer { return id != other.id }
        return Self.differ(foldedName, other.foldedName) && Self.differ(birthDate, other.birthDate)
    }

    /// Whether two sources that may speak of one person say different things of it.
    func differs(from other: Patient) -> Bool {
        Self.differ(foldedName, other.foldedName) || Self.differ(birthDate, other.birthDate)
            || Self.differ(text(of: .sex), other.text(of: .sex))
    }

    /// Case and trailing empty components of a DICOM PN mean nothing.
    private var foldedName: String { SealedText(name)?.sense ?? PersonName.folded(name) }

    private static func differ(_ one: String, _ other: String) -> Bool { !one.isEmpty && !other.isEmpty && one != other }
}
