import EventLog

/// The facts that concern the schedule, at their positions; lives for one fold.
struct ScheduleFacts {
    private let history: CaseHistory
    /// Bookings, moves and cancellations.
    private var statements: [Int] = []
    private var noShows: [Int] = []
    private var arrivals: [Int] = []
    private var exposures: [(position: Int, kind: Exposure, step: String?)] = []

    static let noShowWhenArrived = ConflictRule(
        number: 70, kind: "noShowWhenArrived", owner: .frontDesk, dueMinutes: 120,
        rule: "Who came or was examined has come, whatever the appointment book says.",
        inForce: "The person is here: the no-show does not count.", told: [.frontDesk])
    static let movedWhenArrived = ConflictRule(
        number: 70, kind: "movedWhenArrived", owner: .frontDesk, dueMinutes: 120,
        rule: "Who came at the old time has come; the new slot is offered to others as a suggestion.",
        inForce: "The person is here; the new slot may be given to somebody else.", told: [.frontDesk])
    static let cancelledWhenArrived = ConflictRule(
        number: 70, kind: "appointmentCancelledWhenArrived", owner: .frontDesk, dueMinutes: 120,
        rule: "Who came before hearing that the appointment was cancelled has come.",
        inForce: "The person is here: the appointment's cancellation does not count.", told: [.frontDesk])

    init(_ history: CaseHistory) { self.history = history }

    var isEmpty: Bool { statements.isEmpty && noShows.isEmpty }

    /// Takes what concerns the schedule.
    mutating func gather() {
        for position in history.positions(of: .schedule) {
            switch history.facts[position].event {
            case .schedule(.noShow): noShows.append(position)
            case .schedule: statements.append(position)
            case .patientArrived: arrivals.append(position)
            case let other:
                if let kind = other.exposure { exposures.append((position, kind, other.stepUID)) }
            }
        }
    }

    /// Arrivals, and steps that were not given up without an image: the person was there.
    private var presences: [Int] { (arrivals + exposures.filter { $0.kind != .abandoned }.map(\.position)).sorted() }

    /// The whole state, and conflict 70.
    func state(of stream: StreamID, _ conflicts: inout [Conflict]) -> ScheduleState {
        var state = ScheduleState()
        let latest = history.ancestry.latest(of: statements)
        let discounted = findConflicts(stream, &state, &conflicts)
        for position in statements {
            let fact = history.facts[position]
            if case .schedule(.cancelled) = fact.event {
                state.cancelledBy.append(fact.id)
            } else {
                var slot = slot(at: position)
                slot.stands = latest.contains(position)
                slot.isFreed = slot.stands && isFreed(position)
                state.slots.append(slot)
            }
        }
        let counting = noShows.filter { counts(noShow: $0, discounted, &state) }
        state.noShows = counting.map { history.facts[$0].id }
        let present = arrivals.filter { !discounted.contains($0) && !isOver($0) }
        state.arrivals = present.map { history.facts[$0].id }
        state.status = status(isHere: !present.isEmpty, hasMissed: !counting.isEmpty, latest)
        return state
    }

    /// What was said of the slot, laid over what its author knew of the earlier one.
    private func slot(at position: Int) -> ScheduledSlot {
        let fact = history.facts[position]
        var slot = ScheduledSlot(event: fact.id, by: fact.actor.person)
        switch fact.event {
        case .schedule(.booked(let said)):
            slot.take(said.start, said.minutes, said.station, said.location)
        case .schedule(.moved(let said)):
            let earlier = history.ancestry.latest(of: statements.filter { history.precedes($0, position) && !isCancellation($0) })
            if let earlier = earlier.last.map(self.slot) {
                slot.take(earlier.start, earlier.minutes, earlier.station, earlier.location)
            }
            slot.take(said.start, said.minutes, said.station, said.location)
        default: break
        }
        return slot
    }

    private func isCancellation(_ position: Int) -> Bool {
        if case .schedule(.cancelled) = history.facts[position].event { return true }
        return false
    }

    private func isMove(_ position: Int) -> Bool {
        if case .schedule(.moved) = history.facts[position].event { return true }
        return false
    }

    /// A slot to which the person was moved while he came at the old time.
    private func isFreed(_ position: Int) -> Bool {
        isMove(position) && presences.contains { history.areConcurrent(position, $0) }
    }

    /// Conflict 70. Gives the arrivals that a person decided against: somebody else was taken for him.
    private func findConflicts(
        _ stream: StreamID, _ state: inout ScheduleState, _ conflicts: inout [Conflict]
    ) -> [Int] {
        var discounted: [Int] = []
        for position in (noShows + statements).sorted() {
            let rule: ConflictRule
            switch history.facts[position].event {
            case .schedule(.noShow): rule = Self.noShowWhenArrived
            case .schedule(.moved): rule = Self.movedWhenArrived
            case .schedule(.cancelled): rule = Self.cancelledWhenArrived
            default: continue
            }
            guard let here = presences.first(where: { history.areConcurrent(position, $0) }) else { continue }
            let conflict = Conflict(rule, between: [position, here], in: history, of: stream, settling: statements)
            conflicts.append(conflict)
            if conflict.state == .open { state.contested.append(history.facts[position].id) }
            // An examination cannot be decided away; an arrival that was somebody else's can.
            if history.chosenPosition(by: conflict) == position, arrivals.contains(here) { discounted.append(here) }
        }
        return discounted
    }

    /// A no-show counts while nobody was there apart from it and nothing was booked after it.
    private func counts(noShow position: Int, _ discounted: [Int], _ state: inout ScheduleState) -> Bool {
        let others = presences.filter { !discounted.contains($0) }
        if others.contains(where: { history.precedes($0, position) && !isOver($0) }) {
            state.anomalies.append(
                Anomaly(
                    event: history.facts[position].id, axis: ScheduleAxis.label,
                    what: "A no-show of a person whose arrival was known: kept, it does not count."))
            return false
        }
        return !others.contains { history.areConcurrent($0, position) || history.precedes(position, $0) }
            && !statements.contains { history.precedes(position, $0) && !isCancellation($0) }
    }

    /// Whether a slot was booked by somebody who had seen a presence: that visit is over.
    private func isOver(_ presence: Int) -> Bool {
        statements.contains { history.precedes(presence, $0) && !isCancellation($0) }
    }

    private func status(isHere: Bool, hasMissed: Bool, _ latest: [Int]) -> ScheduleState.Status {
        let current = exposures.filter { !isOver($0.position) }
        if current.contains(where: { $0.kind == .imaged }) { return .fulfilled }
        let isUnderWay = current.contains { begun in
            begun.kind == .begun
                && !current.contains {
                    $0.kind == .abandoned && $0.step == begun.step && !history.precedes($0.position, begun.position)
                }
        }
        if isUnderWay { return .inProgress }
        if isHere { return .arrived }
        if hasMissed { return .noShow }
        return latest.isEmpty ? .none : latest.allSatisfy(isCancellation) ? .cancelled : .scheduled
    }
}

extension ScheduledSlot {
    /// Takes what is said; what is left out stays.
    fileprivate mutating func take(_ start: Instant?, _ minutes: Int, _ station: String, _ location: String) {
        if let start { self.start = start }
        if minutes > 0 { self.minutes = minutes }
        if !station.isEmpty { self.station = station }
        if !location.isEmpty { self.location = location }
    }
}
