import EventLog
import ImagingCase

/// Versions of a plan and the fractions delivered with them: conflicts 53, 54 and 57.
extension ReferenceFold {
    /// What is said of a course by those who may; what was delivered counts whoever said it.
    private func said(_ place: Int) -> TreatmentEvent? {
        guard case .treatment(let event) = history.event(place) else { return nil }
        let role = history.role(place)
        switch event {
        case .fractionDelivered, .fractionInterrupted, .fractionMissed, .held: return event
        case .planVersionCreated: return [.physicist, .system].contains(role) ? event : nil
        case .planPhysicsChecked: return role == .physicist ? event : nil
        case .planRetired: return [.physicist, .radiationOncologist].contains(role) ? event : nil
        default: return role == .radiationOncologist ? event : nil
        }
    }

    private func course(_ test: (TreatmentEvent) -> Bool) -> [Int] { history.all.filter { said($0).map(test) ?? false } }

    mutating func foldPlans() {
        let approvals = plans.compactMap { plan in self.approvals(of: plan).first.map { (plan: plan, place: $0) } }
        for phase in Set(approvals.map { content($0.plan)?.phase ?? "" }).sorted() {
            let places = approvals.filter { (content($0.plan)?.phase ?? "") == phase }.map(\.place)
            for question in history.questions(places.sorted(), differ: { $0 != $1 }) {
                let ends = approvals.filter { question.contains($0.place) }.map { end(of: $0.plan) }
                let isMoot = ends.filter { $0 == nil }.count <= 1
                var conflict = history.conflict(
                    54, "plansCompete", question, owner: .radiationOncologist, settling: isMoot ? ends.compactMap { $0 } : [])
                if conflict.state == .open && isMoot { conflict.state = .superseded }
                raise(conflict)
            }
        }
        let deliveries = deliveries
        for records in deliveries { raiseChanges(records, counted: counted(records)) }
    }

    // MARK: plans

    private var plans: [String] {
        Set(
            history.all.compactMap { place in
                switch said(place) {
                case .planVersionCreated(let said): said.planUID
                case .planPhysicsChecked(let said): said.planUID
                case .planApproved(let said): said.planUID
                case .planRejected(let said): said.planUID
                case .planRetired(let said): said.planUID
                default: nil
                }
            }
        ).sorted()
    }

    private func creations(_ plan: String) -> [Int] {
        course { if case .planVersionCreated(let said) = $0 { said.planUID == plan } else { false } }
    }

    private func contents(_ places: [Int]) -> [RTPlanVersionCreated] {
        places.compactMap { if case .planVersionCreated(let said) = said($0) { said } else { nil } }
    }

    /// What the version is: what was said of it last; the first of what was said last apart.
    private func content(_ plan: String) -> RTPlanVersionCreated? { contents(history.latest(creations(plan))).first }

    /// Checks of the present content by somebody who had seen it and all that it was before.
    private func checks(_ plan: String, passed: Bool) -> [Int] {
        let creations = creations(plan)
        let isAmbiguous = Set(contents(history.latest(creations))).count > 1
        return course {
            if case .planPhysicsChecked(let said) = $0 { said.planUID == plan && said.passed == passed } else { false }
        }
        .filter { check in
            let present = creations.filter { contents([$0]).first == content(plan) }
            return !isAmbiguous && present.contains { history.saw(check, $0) }
                && creations.allSatisfy { present.contains($0) || history.saw(check, $0) }
        }
    }

    /// Approvals that count: a passed check was seen, every failed one, too, and none that failed stands; a rejection is final.
    private func approvals(of plan: String) -> [Int] {
        let (passed, failed) = (checks(plan, passed: true), checks(plan, passed: false))
        let isRejected = !course { if case .planRejected(let said) = $0 { said.planUID == plan } else { false } }.isEmpty
        if isRejected || history.latest((passed + failed).sorted()).contains(where: failed.contains) { return [] }
        return course { if case .planApproved(let said) = $0 { said.planUID == plan } else { false } }.filter { approval in
            passed.contains { history.saw(approval, $0) } && history.saw(approval, all: failed)
        }
    }

    private func retirements(of plan: String) -> [Int] {
        course { if case .planRetired(let said) = $0 { said.planUID == plan } else { false } }
    }

    /// Where a version that was approved ended: retired, or replaced by one whose approver had seen it approved.
    private func end(of plan: String) -> Int? {
        if let retired = retirements(of: plan).first { return retired }
        let own = approvals(of: plan).first
        let successors = plans.filter { $0 != plan && content($0)?.replaces == plan }.compactMap { approvals(of: $0).first }
        return successors.filter { next in own.map { history.saw(next, $0) } ?? true }.min()
    }

    // MARK: deliveries

    /// One record of a fraction, whole or in part.
    private struct Record {
        let place: Int
        let plan: String
        let fraction: Int
        let uid: String
        let machine: String
        let date: String
        let centigray: Double
        let isPart: Bool
        let isSeparate: Bool
    }

    private var records: [Record] {
        history.all.compactMap { place in
            switch said(place) {
            case .fractionDelivered(let said):
                Record(
                    place: place, plan: said.planUID, fraction: said.fraction, uid: said.recordUID, machine: said.machine,
                    date: said.treatmentDate, centigray: said.deliveredCentigray, isPart: false, isSeparate: said.isSeparate)
            case .fractionInterrupted(let said):
                Record(
                    place: place, plan: said.planUID, fraction: said.fraction, uid: said.recordUID, machine: "", date: "",
                    centigray: said.deliveredCentigray, isPart: true, isSeparate: false)
            default: nil
            }
        }
    }

    /// Whether two records can be of one delivery: same plan and number, no other day, no other machine; and who knew of the one does
    /// not say that his is another, nor is it the rest of what had been broken off.
    private func canBeOne(_ one: Record, _ other: Record) -> Bool {
        let fits = { (left: String, right: String) in left.isEmpty || right.isEmpty || left == right }
        guard one.plan == other.plan, one.fraction == other.fraction, fits(one.machine, other.machine), fits(one.date, other.date)
        else { return false }
        let later = one.place < other.place ? other : one
        return history.apart(one.place, other.place) || !later.isSeparate && one.isPart == other.isPart
    }

    /// The records by delivery: those of one UID are one, of two UIDs two; what was entered by hand joins the first that it can be.
    private var deliveries: [[Record]] {
        var groups: [[Record]] = []
        for record in records where !record.uid.isEmpty {
            if let known = groups.firstIndex(where: { $0[0].uid == record.uid }) {
                groups[known].append(record)
            } else {
                groups.append([record])
            }
        }
        for record in records where record.uid.isEmpty {
            let fitting = groups.indices.filter { index in groups[index].contains { canBeOne($0, record) } }
            if let known = fitting.first(where: { groups[$0][0].isPart == record.isPart }) ?? fitting.first {
                groups[known].append(record)
            } else {
                groups.append([record])
            }
        }
        return groups.map { $0.sorted { $0.place < $1.place } }
    }

    /// Conflict 57; gives the record whose values count: the chosen one, else a treatment record's, the latest, the greatest.
    private mutating func counted(_ records: [Record]) -> Record {
        var suspected: Set<Int> = []
        for later in records {
            for earlier in records where earlier.place < later.place {
                let isSentAgain =
                    !later.uid.isEmpty && later.uid == earlier.uid && later.plan == earlier.plan
                    && later.fraction == earlier.fraction && later.centigray == earlier.centigray
                    && later.isPart == earlier.isPart
                // A device has seen nothing of what people entered.
                let isApart = history.role(later.place) == .system || history.apart(earlier.place, later.place)
                if !isSentAgain && isApart { suspected.formUnion([earlier.place, later.place]) }
            }
        }
        var candidates = records
        if !suspected.isEmpty {
            let conflict = history.conflict(57, "fractionRecordedTwice", suspected.sorted(), owner: .physicist)
            if let chosen = records.first(where: { $0.place == conflict.chosen }) { candidates = [chosen] }
            raise(conflict)
        }
        if candidates.contains(where: { !$0.uid.isEmpty }) { candidates.removeAll(where: \.uid.isEmpty) }
        let latest = history.latest(candidates.map(\.place))
        let best = candidates.filter { latest.contains($0.place) }.max {
            ($0.centigray, -$0.place) < ($1.centigray, -$1.place)
        }
        return best ?? records[0]
    }

    /// Conflict 53: the plan changed apart from the delivery. Closed where a physicist and a radiation oncologist, who had both seen
    /// both, said that it goes on; moot where the course ends.
    private mutating func raiseChanges(_ records: [Record], counted: Record) {
        let wanted = course { event in
            if case .adaptationRequested(let said) = event { counted.fraction >= said.fromFraction } else { false }
        }
        let phase = plans.contains(counted.plan) ? content(counted.plan)?.phase ?? "" : nil
        let others = plans.filter { plan in
            plan != counted.plan && (content(plan)?.replaces == counted.plan || (content(plan)?.phase ?? "") == phase)
        }
        let changes = wanted + others.compactMap { approvals(of: $0).first } + retirements(of: counted.plan)
        let places = records.map(\.place)
        let ends = course { if case .completed = $0 { true } else if case .discontinued = $0 { true } else { false } }
        let resumes = course { if case .resumed = $0 { true } else { false } }
        for change in changes where !places.contains(where: { history.saw(change, $0) }) {
            guard let fraction = places.first(where: { history.apart($0, change) }) else { continue }
            let sides = [change, fraction]
            var conflict = history.conflict(53, "planChangedMeanwhile", sides, owner: .radiationOncologist)
            let decided = conflict.decision.map { history.role($0) == .radiationOncologist ? [$0] : [] } ?? []
            let isChecked = plans.flatMap { checks($0, passed: true) }.contains { history.saw($0, all: sides) }
            let isConfirmed = (plans.flatMap { approvals(of: $0) } + resumes + decided).contains { history.saw($0, all: sides) }
            conflict.state = isChecked && isConfirmed ? .resolved : ends.isEmpty ? .open : .superseded
            raise(conflict)
        }
    }
}
