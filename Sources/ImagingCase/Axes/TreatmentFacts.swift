import EventLog

/// The facts that concern a course, at their positions and by what they are; lives for one fold.
struct TreatmentFacts {
    let history: CaseHistory
    /// Prescriptions and amendments.
    private(set) var prescriptions: [Int] = []
    /// Everything that names a plan, beside deliveries.
    private(set) var planEvents: [Int] = []
    /// Deliveries, whole or broken off.
    private(set) var deliveries: [Int] = []
    private(set) var missed: [Int] = []
    private(set) var reviews: [Int] = []
    private(set) var adaptations: [Int] = []
    /// Holds by themselves.
    private(set) var holds: [Int] = []
    private(set) var resumes: [Int] = []
    private(set) var ends: [Int] = []
    /// Which incident report names which event.
    private var reports: [(about: EventID, position: Int)] = []
    private(set) var oddities: [Anomaly] = []

    var isEmpty: Bool {
        [prescriptions, planEvents, deliveries, missed, reviews, adaptations, holds, resumes, ends].allSatisfy(\.isEmpty)
            && oddities.isEmpty
    }

    init(_ history: CaseHistory) {
        self.history = history
        for position in history.positions(of: TreatmentAxis.concern) {
            switch history.facts[position].event {
            case .treatment(let event): take(event, at: position)
            case .register(.incidentReported(let report)):
                if let about = report.about { reports.append((about, position)) }
            default: continue
            }
        }
    }

    /// Authority is judged here again: what somebody may not decide is kept and decides nothing. What was delivered or missed has
    /// happened, and a hold is the cautious word: those count whoever said them.
    private mutating func take(_ event: TreatmentEvent, at position: Int) {
        let fact = history.facts[position]
        let isEntitled = fact.role.map { Authority.mayRecord(fact.event, as: $0) } ?? false
        let counts: Bool =
            switch event {
            case .fractionDelivered, .fractionInterrupted, .fractionMissed, .held: true
            default: isEntitled
            }
        if !isEntitled {
            let effect = counts ? "counts all the same" : "changes nothing"
            flag(position, "Recorded in the role \(fact.actor.role), which may not: it \(effect).")
        }
        guard counts else { return }
        switch event {
        case .coursePrescribed, .courseAmended: prescriptions.append(position)
        case .planVersionCreated, .planPhysicsChecked, .planApproved, .planRejected, .planRetired: planEvents.append(position)
        case .fractionDelivered, .fractionInterrupted: deliveries.append(position)
        case .fractionMissed: missed.append(position)
        case .onTreatmentReviewed: reviews.append(position)
        case .adaptationRequested: adaptations.append(position)
        case .held: holds.append(position)
        case .resumed: resumes.append(position)
        case .completed, .discontinued: ends.append(position)
        }
    }

    private mutating func flag(_ position: Int, _ what: String) {
        oddities.append(Anomaly(event: history.facts[position].id, axis: TreatmentAxis.label, what: what))
    }

    /// What an event says of the course; nil for others.
    func said(_ position: Int) -> TreatmentEvent? {
        guard case .treatment(let event) = history.facts[position].event else { return nil }
        return event
    }

    /// What a review decides; nil for other events.
    func decision(_ position: Int) -> TreatmentDecision? {
        guard case .onTreatmentReviewed(let review) = said(position) else { return nil }
        return review.decision
    }

    /// The report of an incident that names an event.
    func report(about event: EventID) -> EventID? {
        reports.first { $0.about == event }.map { history.facts[$0.position].id }
    }

    // MARK: prescriptions

    /// Which prescription is in force. Of several made apart the one with the least dose is shown, and none is to be followed.
    mutating func prescribe(_ state: inout TreatmentState) {
        var known: [Int: TreatmentPrescription] = [:]
        for position in prescriptions {
            let fact = history.facts[position]
            switch said(position) {
            case .coursePrescribed(let said):
                if state.course == nil { state.course = said }
                state.isReirradiation = state.isReirradiation || said.isReirradiation
                if known.keys.contains(where: { history.precedes($0, position) }) {
                    flag(position, "The course was prescribed before: this counts as an amendment.")
                }
                known[position] = TreatmentPrescription(
                    event: fact.id, by: fact.actor.person, totalCentigray: said.totalCentigray,
                    fractionCentigray: said.fractionCentigray, fractions: said.fractions, reason: "")
            case .courseAmended(let said):
                let seen = known.keys.filter { history.precedes($0, position) }
                let named = seen.first { history.facts[$0].id == said.prescription }
                guard let base = named ?? history.ancestry.latest(of: seen.sorted()).first, let old = known[base] else {
                    flag(position, "It amends no prescription that its author had seen: it changes nothing.")
                    continue
                }
                known[position] = TreatmentPrescription(
                    event: fact.id, by: fact.actor.person,
                    totalCentigray: said.totalCentigray == 0 ? old.totalCentigray : said.totalCentigray,
                    fractionCentigray: said.fractionCentigray == 0 ? old.fractionCentigray : said.fractionCentigray,
                    fractions: said.fractions == 0 ? old.fractions : said.fractions, reason: said.reason)
            default: continue
            }
        }
        choose(history.ancestry.latest(of: known.keys.sorted()).compactMap { known[$0] }, &state)
    }

    private func choose(_ latest: [TreatmentPrescription], _ state: inout TreatmentState) {
        func dose(_ one: TreatmentPrescription) -> (Double, Double, Int) {
            (one.totalCentigray, one.fractionCentigray, one.fractions)
        }
        state.prescription = latest.min { dose($0) < dose($1) }
        guard let first = state.prescription, latest.contains(where: { dose($0) != dose(first) }) else { return }
        state.competing = latest
    }
}
