import EventLog

/// Holds, reviews, adaptations and ends of a course, and conflicts 53, 55 and 56; lives for one fold.
struct TreatmentCourse {
    static let changedMeanwhile = ConflictRule(
        number: 53, kind: "planChangedMeanwhile", owner: .radiationOncologist, dueMinutes: 12 * 60,
        rule:
            "A fraction delivered apart from a change of the plan stays with the plan that was used; the remaining dose follows.",
        inForce: "The next fraction waits until a physicist and a radiation oncologist confirm the plan.",
        told: [.radiationOncologist, .physicist, .therapist])
    static let deliveredDuringHold = ConflictRule(
        number: 55, kind: "deliveredDuringHold", owner: .radiationOncologist, dueMinutes: 4 * 60,
        rule: "A fraction delivered apart from a hold counts, the hold stands, and an incident is open.",
        inForce: "The fraction counts and the treatment waits.", told: [.radiationOncologist, .physicist, .safetyOfficer])
    static let deliveredAfterEnd = ConflictRule(
        number: 55, kind: "deliveredAfterEnd", owner: .radiationOncologist, dueMinutes: 4 * 60,
        rule: "A fraction delivered apart from the end of the course counts, and an incident is open.",
        inForce: "The fraction counts and the course stays closed.", told: [.radiationOncologist, .physicist, .safetyOfficer])
    static let holdAndContinue = ConflictRule(
        number: 56, kind: "holdAndContinue", owner: .radiationOncologist, dueMinutes: 60,
        rule: "Where one says that treatment goes on and another apart from him that it waits, it waits.",
        inForce: "The treatment waits.", told: [.radiationOncologist, .physicist, .therapist])

    private let facts: TreatmentFacts
    private let plans: TreatmentPlans
    private let ledger: TreatmentLedger
    private var history: CaseHistory { facts.history }
    /// Holds by themselves and reviews that hold or stop.
    private let holds: [Int]
    /// Resumptions and reviews that go on.
    private let continues: [Int]
    /// For each hold where it was lifted.
    private var lifted: [Int: Int] = [:]
    /// Conflicts that block, with the change or hold that each is about.
    private var openChanges: [(change: Int, fraction: Int)] = []
    /// Deliveries against a hold or an end, seen or apart from it.
    private var against: [(kind: TreatmentIncident.Kind, fraction: Int, position: Int)] = []
    private var isEndDisputed = false
    private(set) var oddities: [Anomaly] = []

    init(_ facts: TreatmentFacts, _ plans: TreatmentPlans, _ ledger: TreatmentLedger) {
        self.facts = facts
        self.plans = plans
        self.ledger = ledger
        holds = (facts.holds + facts.reviews.filter { Self.waits(facts.decision($0)) }).sorted()
        continues = (facts.resumes + facts.reviews.filter { Self.goesOn(facts.decision($0)) }).sorted()
    }

    private static func waits(_ decision: TreatmentDecision?) -> Bool { decision == .hold || decision == .stop }

    private static func goesOn(_ decision: TreatmentDecision?) -> Bool { decision == .goOn || decision == .modify }

    private mutating func flag(_ position: Int, _ what: String) {
        oddities.append(Anomaly(event: history.facts[position].id, axis: TreatmentAxis.label, what: what))
    }

    // MARK: conflicts

    mutating func raiseConflicts(of stream: StreamID, into conflicts: inout [Conflict]) {
        for hold in holds { lifted[hold] = lift(of: hold) }
        raiseHolds(of: stream, into: &conflicts)
        for group in ledger.groups {
            for hold in holds { raise(group, hold: hold, of: stream, into: &conflicts) }
            for end in facts.ends { raise(group, end: end, of: stream, into: &conflicts) }
            for change in changes(against: group) { raise(group, change: change, of: stream, into: &conflicts) }
        }
    }

    /// What lifts a hold: a resumption that names it or no other, by somebody who had seen it; of a review's hold a later
    /// review, too.
    private func lift(of hold: Int) -> Int? {
        let id = history.facts[hold].id
        return continues.first { position in
            guard history.precedes(hold, position) else { return false }
            if case .resumed(let said) = facts.said(position) { return said.hold == nil || said.hold == id }
            return facts.decision(hold) != nil
        }
    }

    /// Conflict 56. A decision for going on lifts the holds that it decided against.
    private mutating func raiseHolds(of stream: StreamID, into conflicts: inout [Conflict]) {
        let groups = history.standoffs(among: (holds + continues).sorted()) { holds.contains($0) != holds.contains($1) }
        for group in groups {
            let opposed = group.filter(holds.contains)
            // Once the hold is lifted or said again by somebody who saw both, the question is answered.
            let settling = (holds + continues).filter { position in
                holds.contains(position) || opposed.allSatisfy { lifted[$0] == position || isCovered($0, by: position) }
            }
            var conflict = Conflict(Self.holdAndContinue, between: group, in: history, of: stream, settling: settling.sorted())
            if let chosen = history.chosenPosition(by: conflict), continues.contains(chosen), group.contains(chosen),
                let decision = conflict.closedBy.flatMap({ history.position(of: $0) })
            {
                for hold in opposed where lifted[hold] == nil { lifted[hold] = decision }
            }
            if let end = facts.ends.first { conflict.supersede(by: history[end]) }
            conflicts.append(conflict)
        }
    }

    private func isCovered(_ hold: Int, by position: Int) -> Bool {
        guard history.precedes(hold, position) else { return false }
        if case .resumed(let said) = facts.said(position) { return said.hold == nil || said.hold == history.facts[hold].id }
        return facts.decision(hold) != nil
    }

    /// The record of a delivery that was made apart from a fact while none was made before it; nil where there is none.
    private func apart(_ group: TreatmentLedger.Group, from position: Int) -> Int? {
        if group.positions.contains(where: { history.precedes($0, position) }) { return nil }
        return group.positions.first { history.areConcurrent($0, position) }
    }

    /// Whether every record of a delivery was made by somebody who had seen a fact.
    private func isAfter(_ group: TreatmentLedger.Group, _ position: Int) -> Bool {
        group.positions.allSatisfy { history.precedes(position, $0) }
    }

    /// Conflict 55, first half.
    private mutating func raise(
        _ group: TreatmentLedger.Group, hold: Int, of stream: StreamID, into conflicts: inout [Conflict]
    ) {
        if let fraction = apart(group, from: hold) {
            let settling = (facts.resumes + facts.reviews + facts.ends).sorted()
            conflicts.append(
                Conflict(Self.deliveredDuringHold, between: [hold, fraction], in: history, of: stream, settling: settling))
            against.append((.duringHold, fraction, hold))
        } else if isAfter(group, hold) {
            let wasLifted = continues.contains { position in
                isCovered(hold, by: position) && group.positions.contains { history.precedes(position, $0) }
            }
            let wasDecided = lifted[hold].map { position in group.positions.contains { history.precedes(position, $0) } } ?? false
            guard !wasLifted && !wasDecided else { return }
            against.append((.duringHold, group.positions[0], hold))
            flag(group.positions[0], "Recorded after a hold that its author had seen: it counts, and an incident is open.")
        }
    }

    /// Conflict 55, second half: closing the course again, or amending it, settles it.
    private mutating func raise(
        _ group: TreatmentLedger.Group, end: Int, of stream: StreamID, into conflicts: inout [Conflict]
    ) {
        if let fraction = apart(group, from: end) {
            let settling = (facts.ends + facts.prescriptions).sorted()
            let conflict = Conflict(
                Self.deliveredAfterEnd, between: [end, fraction], in: history, of: stream, settling: settling)
            isEndDisputed = isEndDisputed || conflict.state == .open
            conflicts.append(conflict)
            against.append((.afterEnd, fraction, end))
        } else if isAfter(group, end) {
            against.append((.afterEnd, group.positions[0], end))
            flag(group.positions[0], "Recorded after the end of the course: it counts, and an incident is open.")
        }
    }

    /// Changes of the plan that a delivery was made with: a version wanted instead, another one approved, its own one retired.
    private func changes(against group: TreatmentLedger.Group) -> [Int] {
        let uid = group.counted.planUID
        let wanted = facts.adaptations.filter { position in
            guard case .adaptationRequested(let said) = facts.said(position) else { return false }
            return group.counted.fraction >= said.fromFraction
        }
        let phase = plans[uid]?.card.content.phase
        let approved = plans.versions.filter { version in
            version.uid != uid && (version.card.content.replaces == uid || (phase != nil && version.card.content.phase == phase))
        }
        return (wanted + approved.compactMap(\.effective.first) + (plans[uid]?.retirements ?? [])).sorted()
    }

    /// Conflict 53: closed where a physicist and a radiation oncologist, who had both seen change and fraction, said that it
    /// goes on.
    private mutating func raise(
        _ group: TreatmentLedger.Group, change: Int, of stream: StreamID, into conflicts: inout [Conflict]
    ) {
        guard let fraction = apart(group, from: change) else { return }
        let sides = [change, fraction]
        var conflict = Conflict(Self.changedMeanwhile, between: sides, in: history, of: stream)
        let decision = conflict.closedBy.flatMap { history.position(of: $0) }
        let checks = plans.versions.flatMap(\.passed).sorted()
        let words = (plans.versions.flatMap(\.effective) + facts.resumes + (decision.map { [$0] } ?? [])).sorted()
        conflict.state = .open
        conflict.closedBy = nil
        if let check = history.first(of: checks, afterAll: sides), let word = history.first(of: words, afterAll: sides) {
            conflict.state = .resolved
            conflict.closedBy = history.facts[max(check, word)].id
        } else if let end = facts.ends.first {
            conflict.supersede(by: history[end])
        } else {
            openChanges.append((change, fraction))
        }
        conflicts.append(conflict)
    }

    // MARK: the state

    mutating func judge(into state: inout TreatmentState) {
        state.holds = holds.map { hold in
            let fact = history.facts[hold]
            let reason =
                switch facts.said(hold) {
                case .held(let said): said.reason
                case .onTreatmentReviewed(let said): said.note
                default: ""
                }
            return TreatmentHold(
                event: fact.id, by: fact.actor.person, reason: reason, liftedBy: lifted[hold].map { history.facts[$0].id })
        }
        judgeReviews(into: &state)
        state.adaptations = facts.adaptations.compactMap(adaptation)
        state.isEndDisputed = isEndDisputed
        let latest = history.ancestry.latest(of: facts.ends)
        state.ends = latest.map { history.facts[$0].id }
        state.status = status(latest, state)
        judgeIncidents(into: &state)
        block(&state)
        for resume in facts.resumes where !holds.contains(where: { isCovered($0, by: resume) }) {
            flag(resume, "It lifts no hold that its author had seen: it changes nothing.")
        }
    }

    private func status(_ ends: [Int], _ state: TreatmentState) -> TreatmentState.Status {
        if !ends.isEmpty {
            let isStopped = ends.contains { if case .discontinued = facts.said($0) { true } else { false } }
            return isStopped ? .discontinued : .completed
        }
        if state.holds.contains(where: { $0.liftedBy == nil }) { return .held }
        if !state.deliveries.isEmpty { return .onTreatment }
        if plans.versions.contains(where: \.isActive) { return .planned }
        return state.prescription == nil ? .none : .prescribed
    }

    private func judgeReviews(into state: inout TreatmentState) {
        for position in facts.reviews {
            guard case .onTreatmentReviewed(let said) = facts.said(position) else { continue }
            let fact = history.facts[position]
            state.reviews.append(
                TreatmentReview(
                    event: fact.id, by: fact.actor.person, at: fact.occurredAt.instant, decision: said.decision,
                    toxicities: said.toxicities, weightKilograms: said.weightKilograms, note: said.note))
        }
        state.fractionsSinceReview = ledger.groups.count { group in
            !facts.reviews.contains { review in group.positions.contains { history.precedes($0, review) } }
        }
        let latest = history.ancestry.latest(of: facts.reviews)
        let first = ledger.groups.flatMap(\.positions).map { history.facts[$0].occurredAt.instant }.min()
        state.reviewedAt = latest.map { history.facts[$0].occurredAt.instant }.max() ?? first
    }

    private func adaptation(_ position: Int) -> TreatmentAdaptation? {
        guard case .adaptationRequested(let said) = facts.said(position) else { return nil }
        let fact = history.facts[position]
        let answers = plans.versions.flatMap(\.effective).sorted()
        return TreatmentAdaptation(
            event: fact.id, by: fact.actor.person, reason: said.reason, fromFraction: said.fromFraction, note: said.note,
            answeredBy: answers.first { history.precedes(position, $0) }.map { history.facts[$0].id })
    }

    private mutating func judgeIncidents(into state: inout TreatmentState) {
        var found = against
        let whole = ledger.groups.filter { !$0.counted.isInterrupted }
        if let fractions = state.prescription?.fractions {
            for group in whole.dropFirst(max(0, fractions)) {
                found.append((.beyondPrescription, group.counted.position, group.counted.position))
                flag(group.counted.position, "More fractions than were prescribed: it counts, and an incident is open.")
            }
        }
        for group in ledger.groups {
            let version = plans[group.counted.planUID]
            let isApproved = version?.effective.contains { approval in
                group.positions.contains { history.precedes(approval, $0) }
            }
            if isApproved != true {
                found.append((.unapprovedPlan, group.counted.position, group.counted.position))
                flag(
                    group.counted.position,
                    "No approval of the plan that its author had seen counts: it counts, and an incident is open.")
            }
            if let end = version?.endedAt, isAfter(group, end) {
                found.append((.retiredPlan, group.counted.position, end))
                flag(group.counted.position, "The plan was not to be used any more: it counts, and an incident is open.")
            }
        }
        state.incidents = found.map { incident in
            let event = history.facts[incident.fraction].id
            let other = incident.position == incident.fraction ? nil : history.facts[incident.position].id
            return TreatmentIncident(kind: incident.kind, event: event, against: other, reportedBy: facts.report(about: event))
        }
    }

    private func block(_ state: inout TreatmentState) {
        func add(_ reason: TreatmentBlock.Reason, _ event: EventID, _ what: String) {
            state.blocks.append(TreatmentBlock(reason: reason, event: event, what: what))
        }
        for end in state.ends { add(.ended, end, "The course has ended: a new course is to be prescribed.") }
        for hold in state.holds where hold.liftedBy == nil {
            add(.held, hold.event, "Treatment waits: a radiation oncologist who has seen the hold may resume it.")
        }
        for open in openChanges {
            add(
                .planChanged, history.facts[open.change].id,
                "The plan changed while a fraction was delivered: physicist and radiation oncologist confirm it first."
            )
        }
        for one in state.competing {
            add(.prescriptionsCompete, one.event, "Prescriptions made apart differ: a radiation oncologist amends them to one.")
        }
        for version in plans.versions where !version.card.competes.isEmpty {
            guard let approval = version.card.approval else { continue }
            add(.plansCompete, approval, "Two versions are approved: a radiation oncologist chooses or retires one.")
        }
        let next = state.nextFraction
        for one in state.adaptations where one.answeredBy == nil && one.fromFraction <= next {
            add(.adaptationWanted, one.event, "A new version of the plan is wanted before the next fraction.")
        }
    }
}
