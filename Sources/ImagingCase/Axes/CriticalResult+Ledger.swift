import EventLog

/// The facts about critical results, each joined to the cards that it is about; lives for one fold.
struct CriticalLedger {
    struct Entry {
        let position: Int
        var attempts: [Int] = []
        var communications: [Int] = []
        var escalations: [Int] = []
        var acknowledgements: [Int] = []
        var withdrawals: [Int] = []
    }

    let history: CaseHistory
    private(set) var entries: [Entry] = []
    private var retracted: [EventID] = []
    /// Where it is said who orders the examination, and who that is.
    private(set) var requesters: [(position: Int, name: String)] = []
    /// Where a person says that he saw something, and what.
    private var sightings: [(position: Int, item: EventID)] = []
    private(set) var oddities: [Anomaly] = []

    var isEmpty: Bool { entries.isEmpty && oddities.isEmpty }

    init(_ history: CaseHistory) {
        self.history = history
        for position in history.positions(of: .criticalResult) {
            switch history.facts[position].event {
            case .criticalResultRaised: entries.append(Entry(position: position))
            case .criticalResultCommunicated(let told):
                for index in cards(told.raised.map { [$0] } ?? [], at: position) {
                    entries[index].communications.append(position)
                }
            case .criticalResultAcknowledged(let noted): acknowledge(noted.raised, at: position)
            case .criticalResultEscalated(let asked):
                for index in cards(asked.raised.map { [$0] } ?? [], at: position) { entries[index].escalations.append(position) }
            case .criticalResultWithdrawn(let taken):
                for index in cards(taken.raised.map { [$0] } ?? [], at: position) { entries[index].withdrawals.append(position) }
            case .reportRetracted(let retraction):
                if let which = retraction.which { retracted.append(which) }
            case .criticalAttempt(.attempted(let said)):
                for index in cards(said.raised.map { [$0] } ?? [], at: position) { entries[index].attempts.append(position) }
            case .orderPlaced(let order): name(order.requester, at: position)
            case .orderChanged(let change): name(change.requester, at: position)
            case .register(.notificationSeen(let said)):
                if let item = said.item { sightings.append((position, item)) }
            default: continue
            }
        }
    }

    private mutating func name(_ requester: String, at position: Int) {
        if !requester.isEmpty { requesters.append((position, requester)) }
    }

    /// Whether a role is licensed to receive a critical result; anybody else only carries the news.
    static func isLicensed(_ role: Role?) -> Bool {
        switch role {
        case .referrer, .radiologist, .lead, .interventionalRadiologist, .radiationOncologist, .system: true
        default: false
        }
    }

    /// Only what an acknowledgement lists is acknowledged; by somebody who is not licensed it counts as delivered to an agent.
    private mutating func acknowledge(_ raised: [EventID], at position: Int) {
        let isLicensed = Self.isLicensed(history.facts[position].role)
        for index in cards(raised, at: position) {
            if isLicensed {
                entries[index].acknowledgements.append(position)
            } else {
                entries[index].communications.append(position)
            }
        }
        guard !isLicensed else { return }
        flag(
            position,
            "Acknowledged by a role that is not licensed to receive it: counts as delivered to an agent, the clock runs on.")
    }

    /// The cards that an act names and its author had seen; where it names none, the only live one that he had seen.
    private mutating func cards(_ named: [EventID], at position: Int) -> [Int] {
        let seen = entries.indices.filter { history.precedes(entries[$0].position, position) }
        var found: [Int]
        if named.isEmpty {
            found = seen.filter { index in
                !(entries[index].acknowledgements + entries[index].withdrawals).contains { history.precedes($0, position) }
            }
            if found.isEmpty && seen.count == 1 { found = seen }
            if found.count > 1 { found = [] }
        } else {
            found = seen.filter { named.contains(history.facts[entries[$0].position].id) }
        }
        if found.isEmpty {
            flag(position, "It names no critical result that its author had seen, or not which of several: it closes nothing.")
        }
        return found
    }

    private mutating func flag(_ position: Int, _ what: String) {
        oddities.append(Anomaly(event: history.facts[position].id, axis: CriticalResultAxis.label, what: what))
    }

    /// One card for each raised finding.
    func cards() -> [CriticalCard] { entries.map(card) }

    private func card(_ entry: Entry) -> CriticalCard {
        let fact = history.facts[entry.position]
        var said = CriticalResultRaised()
        if case .criticalResultRaised(let raised) = fact.event { said = raised }
        var card = CriticalCard(
            event: fact.id, group: fact.id, category: said.category, finding: said.finding, report: said.report,
            responsible: said.responsible, by: fact.actor.person, at: fact.occurredAt.instant)
        card.isReportRetracted = said.report.map { retracted.contains($0) } ?? false
        card.attempts = entry.attempts.map(step)
        card.alsoResponsible = laterRequesters(entry, besides: said.responsible)
        card.communications = entry.communications.map(step)
        card.escalations = entry.escalations.map(step)
        card.acknowledgements = entry.acknowledgements.map(step)
        card.withdrawals = entry.withdrawals.map(step)
        card.unaware = unaware(entry)
        card.status = status(entry, card)
        return card
    }

    private func status(_ entry: Entry, _ card: CriticalCard) -> CriticalCard.Status {
        if !entry.withdrawals.isEmpty { return card.unaware.isEmpty ? .withdrawn : .withdrawnPending }
        if !entry.acknowledgements.isEmpty { return .acknowledged }
        let isUnanswered = entry.escalations.contains { asked in
            !entry.communications.contains { history.precedes(asked, $0) }
        }
        if isUnanswered { return .escalated }
        if !entry.communications.isEmpty { return .communicated }
        return entry.attempts.isEmpty ? .open : .attempted
    }

    /// Everybody who was told, was asked or took note must hear of the withdrawal: by being told again, or by taking note after
    /// it by himself.
    private func unaware(_ entry: Entry) -> [String] {
        guard !entry.withdrawals.isEmpty else { return [] }
        let isAfter = { (position: Int) in entry.withdrawals.contains { history.precedes($0, position) } }
        var told: [String] = []
        var aware: [String] = []
        for position in (entry.communications + entry.escalations + entry.acknowledgements).sorted() {
            let fact = history.facts[position]
            let names = recipients(of: fact)
            if isAfter(position) { aware += names } else { told += names }
        }
        for sighting in sightings where entry.withdrawals.contains(where: { history.facts[$0].id == sighting.item }) {
            if isAfter(sighting.position) { aware.append(history.facts[sighting.position].actor.person) }
        }
        var missing: [String] = []
        for name in told where !aware.contains(name) && !missing.contains(name) { missing.append(name) }
        return missing.sorted()
    }

    /// Where a person says that he saw a withdrawal.
    func sightings(of withdrawn: Int, by person: String) -> [Int] {
        sightings.filter { $0.item == history.facts[withdrawn].id && history.facts[$0.position].actor.person == person }.map(
            \.position)
    }

    /// Who learns by an act.
    func recipients(of fact: CaseFact) -> [String] {
        switch fact.event {
        case .criticalResultCommunicated(let told): told.to.isEmpty ? [] : [told.to]
        case .criticalResultEscalated(let asked): asked.to.isEmpty ? [] : [asked.to]
        case .criticalResultAcknowledged: [fact.actor.person]
        default: []
        }
    }

    private func step(_ position: Int) -> CriticalStep {
        let fact = history.facts[position]
        var step = CriticalStep(
            event: fact.id, by: fact.actor.person, role: fact.actor.role, at: fact.occurredAt.instant)
        switch fact.event {
        case .criticalResultCommunicated(let told): (step.to, step.medium, step.readBack) = (told.to, told.medium, told.readBack)
        case .criticalResultEscalated(let asked): (step.to, step.step) = (asked.to, asked.step)
        case .criticalResultAcknowledged(let noted): step.note = noted.plan
        case .criticalResultWithdrawn(let taken): step.note = taken.reason
        case .criticalAttempt(.attempted(let said)):
            (step.to, step.medium, step.outcome) = (said.to, said.medium, said.outcome)
        default: break
        }
        return step
    }
}
