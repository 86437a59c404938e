public import EventLog

/// One version of a plan.
public struct TreatmentPlan: Hashable, Sendable {
    /// The steps of a version.
    public enum Status: String, Sendable {
        case draft
        case physicsChecked
        case approved
        /// Approved, and something was delivered with it.
        case inUse
        case retired
        case rejected
    }

    /// SOP Instance UID.
    public let uid: String
    /// What its creation says; empty where only others name it.
    public internal(set) var content = RTPlanVersionCreated()
    /// Who made it; empty where nobody said.
    public internal(set) var by = ""
    /// How far it is.
    public internal(set) var status = Status.draft
    /// Whether it may be used as far as the plans are concerned: the only approved version of its phase.
    public internal(set) var isDeliverable = false
    /// Whether its creation is held; a version that only others name is not deliverable.
    public internal(set) var isKnown = false
    /// Whether creations made apart give it different contents; it is then not deliverable.
    public internal(set) var isAmbiguous = false
    /// What a physicist found last; nil where no check of the present content counts.
    public internal(set) var hasPassed: Bool?
    /// The approval that counts.
    public internal(set) var approval: EventID?
    /// The event that retired, replaced, rejected or set it aside.
    public internal(set) var endedBy: EventID?
    /// Approved versions of the same phase; neither is deliverable.
    public internal(set) var competes: [String] = []
    /// All events that are about it, in causal order, deliveries not included.
    public internal(set) var events: [EventID] = []
}

/// The versions of a course's plan at their positions, and conflict 54; lives for one fold.
struct TreatmentPlans {
    /// One version's facts.
    struct Version {
        let uid: String
        var creations: [Int] = []
        var checks: [Int] = []
        var approvals: [Int] = []
        var rejections: [Int] = []
        var retirements: [Int] = []
        /// Checks that count.
        var passed: [Int] = []
        /// Approvals that count.
        var effective: [Int] = []
        /// Where it was retired, replaced or set aside; nil while it was not.
        var endedAt: Int?
        var card: TreatmentPlan

        init(uid: String) {
            self.uid = uid
            card = TreatmentPlan(uid: uid)
        }

        var all: [Int] { (creations + checks + approvals + rejections + retirements).sorted() }
        var isActive: Bool { !effective.isEmpty && endedAt == nil }
    }

    static let twoApproved = ConflictRule(
        number: 54, kind: "plansCompete", owner: .radiationOncologist, dueMinutes: 60,
        rule: "Of two versions of a phase's plan that were approved apart neither is deliverable until one is chosen or retired.",
        inForce: "Neither version may be delivered.", told: [.radiationOncologist, .physicist, .therapist])

    private let history: CaseHistory
    private(set) var versions: [Version] = []
    private(set) var oddities: [Anomaly] = []

    init(_ facts: TreatmentFacts, of stream: StreamID, into conflicts: inout [Conflict]) {
        history = facts.history
        for position in facts.planEvents { gather(facts.said(position), at: position) }
        versions.sort { $0.uid < $1.uid }
        for index in versions.indices { judge(index) }
        for index in versions.indices { replace(index) }
        raiseConflicts(of: stream, into: &conflicts)
        deliver()
    }

    /// A version by its UID.
    subscript(uid: String) -> Version? { versions.first { $0.uid == uid } }

    private mutating func gather(_ said: TreatmentEvent?, at position: Int) {
        switch said {
        case .planVersionCreated(let said): versions[index(of: said.planUID)].creations.append(position)
        case .planPhysicsChecked(let said): versions[index(of: said.planUID)].checks.append(position)
        case .planApproved(let said): versions[index(of: said.planUID)].approvals.append(position)
        case .planRejected(let said): versions[index(of: said.planUID)].rejections.append(position)
        case .planRetired(let said): versions[index(of: said.planUID)].retirements.append(position)
        default: return
        }
    }

    private mutating func index(of uid: String) -> Int {
        if let known = versions.firstIndex(where: { $0.uid == uid }) { return known }
        versions.append(Version(uid: uid))
        return versions.count - 1
    }

    private mutating func flag(_ position: Int, _ what: String) {
        oddities.append(Anomaly(event: history.facts[position].id, axis: TreatmentAxis.label, what: what))
    }

    // MARK: one version

    /// How far a version is by itself.
    private mutating func judge(_ index: Int) {
        let contents = creations(of: versions[index])
        judgeContent(index, contents)
        judgeChecks(index, contents)
        judgeApprovals(index)
        let version = versions[index]
        if let end = version.rejections.first ?? version.retirements.first {
            versions[index].card.status = version.rejections.isEmpty ? .retired : .rejected
            versions[index].card.endedBy = history.facts[end].id
            versions[index].endedAt = end
        } else {
            versions[index].card.status =
                !version.effective.isEmpty ? .approved : version.card.hasPassed == true ? .physicsChecked : .draft
        }
        versions[index].card.approval = version.effective.first.map { history.facts[$0].id }
        versions[index].card.events = version.all.map { history.facts[$0].id }
    }

    private func creations(of version: Version) -> [(position: Int, content: RTPlanVersionCreated)] {
        version.creations.compactMap { position in
            guard case .treatment(.planVersionCreated(let said)) = history.facts[position].event else { return nil }
            return (position, said)
        }
    }

    private mutating func judgeContent(_ index: Int, _ contents: [(position: Int, content: RTPlanVersionCreated)]) {
        let latest = history.ancestry.latest(of: contents.map(\.position))
        let present = contents.filter { latest.contains($0.position) }
        guard let first = present.first else { return }
        versions[index].card.isKnown = true
        versions[index].card.content = first.content
        versions[index].card.by = history.facts[first.position].actor.person
        guard present.contains(where: { $0.content != first.content }) else { return }
        versions[index].card.isAmbiguous = true
        for one in present {
            flag(one.position, "The version has another content elsewhere: it is not deliverable until it is created again.")
        }
    }

    /// A check counts for the content that its author had seen; of checks made apart a failed one stands.
    private mutating func judgeChecks(_ index: Int, _ contents: [(position: Int, content: RTPlanVersionCreated)]) {
        let version = versions[index]
        let present = version.card.content
        var failed: [Int] = []
        var passed: [Int] = []
        for position in version.checks {
            let saw = contents.contains { $0.content == present && history.precedes($0.position, position) }
            let isPresent = contents.allSatisfy { $0.content == present || history.precedes($0.position, position) }
            guard saw, isPresent, !version.card.isAmbiguous else {
                flag(position, "Its author had not seen the version's present content: the check does not count.")
                continue
            }
            guard case .treatment(.planPhysicsChecked(let said)) = history.facts[position].event else { continue }
            if said.passed { passed.append(position) } else { failed.append(position) }
        }
        let latest = history.ancestry.latest(of: (passed + failed).sorted())
        if !latest.isEmpty { versions[index].card.hasPassed = latest.allSatisfy { passed.contains($0) } }
        versions[index].passed = passed
        // An approval must have seen every failure, and that a later check passed.
        versions[index].effective =
            versions[index].card.hasPassed == true
            ? version.approvals.filter { approval in
                passed.contains { history.precedes($0, approval) } && history.follows(approval, all: failed)
            } : []
    }

    private mutating func judgeApprovals(_ index: Int) {
        let version = versions[index]
        for position in version.approvals {
            if !version.rejections.isEmpty {
                flag(position, "The version was rejected: the approval does not count.")
            } else if !version.effective.contains(position) {
                flag(position, "No passed physics check that its author had seen stands: the approval does not count.")
            }
        }
        if !version.rejections.isEmpty { versions[index].effective = [] }
    }

    // MARK: versions among each other

    /// A version is replaced by one that names it and whose approver had seen it approved, or that it was no more than a draft.
    private mutating func replace(_ index: Int) {
        let version = versions[index]
        guard version.endedAt == nil else { return }
        let successors = versions.filter { $0.uid != version.uid && $0.card.content.replaces == version.uid }
        let ends = successors.compactMap(\.effective.first).filter { approval in
            version.effective.first.map { history.precedes($0, approval) } ?? true
        }
        guard let end = ends.min() else { return }
        versions[index].endedAt = end
        versions[index].card.status = .retired
        versions[index].card.endedBy = history.facts[end].id
    }

    /// Conflict 54, among the versions of each phase.
    private mutating func raiseConflicts(of stream: StreamID, into conflicts: inout [Conflict]) {
        let phases = Set(versions.map(\.card.content.phase)).sorted()
        for phase in phases {
            let indices = versions.indices.filter {
                versions[$0].card.content.phase == phase && !versions[$0].effective.isEmpty
            }
            let approvals = indices.compactMap { versions[$0].effective.first }.sorted()
            for group in history.standoffs(among: approvals, where: { $0 != $1 }) {
                let members = indices.filter { versions[$0].effective.first.map(group.contains) ?? false }
                conflicts.append(settle(group, members, of: stream))
            }
        }
    }

    /// A decision sets the others aside; retiring or replacing all but one settles it too.
    private mutating func settle(_ group: [Int], _ members: [Int], of stream: StreamID) -> Conflict {
        let ends = members.compactMap { versions[$0].endedAt }.sorted()
        let isMoot = members.count { versions[$0].isActive } <= 1
        var conflict = Conflict(Self.twoApproved, between: group, in: history, of: stream, settling: isMoot ? ends : [])
        if let chosen = history.chosenPosition(by: conflict), group.contains(chosen), let decision = conflict.closedBy {
            for index in members where versions[index].effective.first != chosen && versions[index].endedAt == nil {
                versions[index].endedAt = history.position(of: decision)
                versions[index].card.status = .retired
                versions[index].card.endedBy = decision
            }
        }
        if isMoot, let end = ends.first { conflict.supersede(by: history[end]) }
        if conflict.state == .open {
            for index in members {
                versions[index].card.competes = members.filter { $0 != index }.map { versions[$0].uid }
            }
        }
        return conflict
    }

    /// The one approved version of each phase is deliverable; of several none, however they came to be.
    private mutating func deliver() {
        for index in versions.indices where versions[index].isActive && !versions[index].card.isAmbiguous {
            let phase = versions[index].card.content.phase
            let others = versions.indices.filter {
                $0 != index && versions[$0].isActive && versions[$0].card.content.phase == phase
            }
            versions[index].card.isDeliverable = others.isEmpty
            let untold = others.map { versions[$0].uid }.filter { !versions[index].card.competes.contains($0) }
            guard !untold.isEmpty, let approval = versions[index].effective.first else { continue }
            versions[index].card.competes = (versions[index].card.competes + untold).sorted()
            flag(approval, "Another version of the phase is approved, too: neither is deliverable until one is retired.")
        }
    }

    // MARK: what others ask

    /// Marks a version as used.
    mutating func use(_ uid: String) {
        guard let index = versions.firstIndex(where: { $0.uid == uid }), versions[index].card.status == .approved else { return }
        versions[index].card.status = .inUse
    }

    /// Puts the versions into the state.
    mutating func write(into state: inout TreatmentState) {
        for delivery in state.deliveries { use(delivery.planUID) }
        state.plans = versions.map(\.card)
    }
}
