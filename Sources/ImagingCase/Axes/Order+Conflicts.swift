import EventLog

/// The facts that concern the order, at their positions; lives for one fold.
struct OrderFacts {
    /// A version and where it was said: once, or by several witnesses.
    struct Version {
        var positions: [Int]
        var version: OrderVersion
        let isPlacement: Bool

        /// Whether the author at a position had seen it.
        func isSeen(at position: Int, _ history: CaseHistory) -> Bool {
            positions.contains { history.precedes($0, position) }
        }

        /// Whether neither side knew of the other.
        func isApart(from position: Int, _ history: CaseHistory) -> Bool {
            positions.allSatisfy { history.areConcurrent($0, position) }
        }
    }

    var versions: [Version] = []
    var cancellations: [Int] = []
    var reviews: [Int] = []
    var holds: [Int] = []
    var releases: [Int] = []
    var replacements: [Int] = []
    var exposures: [(position: Int, kind: Exposure, step: String?)] = []

    static let cancelledWhenAcquired = ConflictRule(
        number: 5, kind: "cancelledWhenAcquired", owner: .radiologist, dueMinutes: 60,
        rule: "The patient was examined, so the cancellation is answered \"unable\" and the study must be read.",
        inForce: "The study stands and must be read; the order is performed.", told: [.referrer, .technologist, .radiologist])
    static let cancelledOnTable = ConflictRule(
        number: 6, kind: "cancelledOnTable", owner: .technologist, dueMinutes: 2,
        rule: "A cancellation while the patient is on the table is a notice to stop; what the technologist records counts.",
        inForce: "Stop notice: the order was cancelled while the examination is under way.", told: [.technologist, .referrer])
    static let changedWhenAcquired = ConflictRule(
        number: 7, kind: "changedWhenAcquired", owner: .radiologist, dueMinutes: 60,
        rule: "The study is bound to the version of the order that the technologist saw; nothing is repeated by itself.",
        inForce: "The examination was made under the earlier version of the order.",
        told: [.radiologist, .referrer, .technologist])
    static let versionsDiffer = ConflictRule(
        number: 8, kind: "orderVersionsDiffer", owner: .frontDesk, dueMinutes: 60,
        rule: "Different contents for one order are versions of it; of versions made apart none replaces the other silently.",
        inForce: "Both versions of the order are shown.", told: [.frontDesk, .referrer, .technologist])

    var isEmpty: Bool {
        versions.isEmpty && cancellations.isEmpty && reviews.isEmpty && holds.isEmpty && releases.isEmpty && replacements.isEmpty
    }

    /// Takes what concerns the order.
    mutating func gather(_ history: CaseHistory) {
        for position in history.positions(of: .order) {
            switch history.facts[position].event {
            case .orderPlaced(let order): take(order, isPlacement: true, at: position, history)
            case .orderChanged(let change): take(OrderPlaced(change), isPlacement: false, at: position, history)
            case .orderCancelled: cancellations.append(position)
            case .orderReviewed: reviews.append(position)
            case .ordering(.held): holds.append(position)
            case .ordering(.holdReleased): releases.append(position)
            case .ordering(.cancelRequested): cancellations.append(position)
            case .ordering(.replaced): replacements.append(position)
            case let other:
                if let kind = other.exposure { exposures.append((position, kind, other.stepUID)) }
            }
        }
    }

    /// Equal contents are one version with several witnesses: a placement said again, or one change heard at two sites. What is
    /// placed again by somebody who knew of a cancellation is a new order.
    private mutating func take(_ said: OrderPlaced, isPlacement: Bool, at position: Int, _ history: CaseHistory) {
        let fact = history.facts[position]
        let same = versions.firstIndex { known in
            guard known.isPlacement == isPlacement && known.version.said == said else { return false }
            guard isPlacement else { return known.isApart(from: position, history) }
            return !cancellations.contains { cancelled in
                history.precedes(cancelled, position) && !known.positions.contains { history.precedes(cancelled, $0) }
            }
        }
        if let same {
            versions[same].positions.append(position)
            versions[same].version.witnesses.append(fact.id)
        } else {
            let version = OrderVersion(event: fact.id, by: fact.actor.person, said: said)
            versions.append(Version(positions: [position], version: version, isPlacement: isPlacement))
        }
    }

    /// The order as the versions that count make it: later ones lie over earlier ones, said fields only.
    func content(in state: OrderState, where counts: (Version) -> Bool) -> OrderPlaced? {
        var content: OrderPlaced?
        for (index, entry) in versions.enumerated() where state.versions[index].stands && counts(entry) {
            content = content?.overlaid(by: entry.version.said) ?? entry.version.said
        }
        return content
    }

    private var firstPositions: [Int] { versions.map { $0.positions[0] } }

    private var settlingReviewsAndVersions: [Int] { (reviews + versions.flatMap(\.positions)).sorted() }

    /// Conflict 8: versions made apart that want different examinations.
    func findContentConflicts(
        _ history: CaseHistory, _ stream: StreamID, _ state: inout OrderState, _ conflicts: inout [Conflict]
    ) {
        guard versions.count > 1 else { return }
        let positions = firstPositions
        let groups = history.standoffs(among: positions) { one, other in
            guard let left = positions.firstIndex(of: one), let right = positions.firstIndex(of: other) else { return false }
            return versions[left].version.said.contradicts(versions[right].version.said)
        }
        for group in groups {
            let conflict = Conflict(
                Self.versionsDiffer, between: group, in: history, of: stream, settling: settlingReviewsAndVersions)
            conflicts.append(conflict)
            guard let chosen = history.chosenPosition(by: conflict), group.contains(chosen) else { continue }
            for (index, position) in positions.enumerated() where group.contains(position) {
                state.versions[index].stands = position == chosen
            }
        }
    }

    /// Conflict 7: the order came to want another examination while one was made under the earlier version.
    func findExposureConflicts(
        _ history: CaseHistory, _ stream: StreamID, _ state: OrderState, _ conflicts: inout [Conflict]
    ) {
        guard versions.count > 1 else { return }
        for (index, entry) in versions.enumerated() {
            let position = entry.positions[0]
            guard
                let made = exposures.first(where: { $0.kind != .abandoned && entry.isApart(from: $0.position, history) })?
                    .position
            else { continue }
            let isLastWord = !versions[(index + 1)...].contains {
                $0.isApart(from: made, history) && history.precedes(position, $0.positions[0])
            }
            guard isLastWord, let seen = content(in: state, where: { $0.isSeen(at: made, history) }),
                let wanted = content(in: state, where: { $0.positions[0] == position || $0.isSeen(at: position, history) }),
                wanted.contradicts(seen)
            else { continue }
            conflicts.append(
                Conflict(
                    Self.changedWhenAcquired, between: [position, made], in: history, of: stream,
                    settling: settlingReviewsAndVersions))
        }
    }

    /// Conflicts 5 and 6, and which cancellations take effect.
    func judgeCancellations(
        _ history: CaseHistory, _ stream: StreamID, _ state: inout OrderState, _ conflicts: inout [Conflict]
    ) {
        guard !cancellations.isEmpty else { return }
        let images = exposures.filter { $0.kind == .imaged }.map(\.position)
        for position in cancellations {
            let fact = history[position]
            var answer = OrderCancellation(event: fact.id, by: fact.actor.person, reason: fact.event.cancelReason)
            answer.effective = images.isEmpty && !isUnderWay(history)
            if case .ordering(.cancelRequested(let request)) = fact.event {
                answer.isRequest = true
                answer.answer = self.answer(to: request, history)
                answer.effective = answer.answer == .cancelled || answer.answer == .discontinued
            }
            state.cancellations.append(answer)
            if let made = images.first(where: { history.areConcurrent(position, $0) }) {
                conflicts.append(
                    Conflict(Self.cancelledWhenAcquired, between: [position, made], in: history, of: stream, settling: reviews))
            } else {
                let isNoticed = noteStops(for: position, history, stream, &conflicts)
                if !isNoticed, let made = images.first, !isRevived(position, history) {
                    state.anomalies.append(oddity(cancelled: position, made: made, history))
                }
            }
            if answer.effective { flagLateChanges(after: position, history, &state) }
        }
    }

    private typealias ExposureFact = (position: Int, kind: Exposure, step: String?)

    /// Conflict 6, once for each step for which somebody was on the table; moot when that very step ends. Says whether there was one.
    private func noteStops(
        for cancelled: Int, _ history: CaseHistory, _ stream: StreamID, _ conflicts: inout [Conflict]
    ) -> Bool {
        let onTable = exposures.filter { isOnTable($0, for: cancelled, history) }
        for (index, begun) in onTable.enumerated() {
            // A start that was told of twice is one step; without its UID nobody can tell.
            if onTable[..<index].contains(where: { $0.step == begun.step }) { continue }
            var conflict = Conflict(Self.cancelledOnTable, between: [cancelled, begun.position], in: history, of: stream)
            if let end = exposures.first(where: { ends($0, begun, history) }) { conflict.supersede(by: history[end.position]) }
            conflicts.append(conflict)
        }
        return !onTable.isEmpty
    }

    /// Whether somebody was on the table when a cancellation was recorded: begun apart from it or, where it is a request, before
    /// it and not ended.
    private func isOnTable(_ begun: ExposureFact, for position: Int, _ history: CaseHistory) -> Bool {
        guard begun.kind == .begun else { return false }
        if history.areConcurrent(position, begun.position) { return true }
        guard case .ordering = history.facts[position].event, history.precedes(begun.position, position) else { return false }
        return !exposures.contains { ends($0, begun, history) && history.precedes($0.position, position) }
    }

    /// Whether that very step ended: its own end, also by a device that had not seen the start, or the hand-over of a person who is
    /// off the table by somebody who knew of it. Another step's end and images alone say nothing of who lies there. A step without its
    /// UID is ended by any end that knew of its start.
    private func ends(_ end: ExposureFact, _ begun: ExposureFact, _ history: CaseHistory) -> Bool {
        let knew = history.precedes(begun.position, end.position)
        switch history.facts[end.position].event {
        case .procedureStepCompleted, .procedureStepDiscontinued:
            let isUnnamed = (end.step ?? "").isEmpty || (begun.step ?? "").isEmpty
            return isUnnamed ? knew : end.step == begun.step && !history.precedes(end.position, begun.position)
        case .studyHandedOver(let said): return knew && said.patientState != .onTable
        default: return false
        }
    }

    private func flagLateChanges(after cancelled: Int, _ history: CaseHistory, _ state: inout OrderState) {
        guard !isRevived(cancelled, history) else { return }
        for entry in versions where !entry.isPlacement && history.precedes(cancelled, entry.positions[0]) {
            state.anomalies.append(
                Anomaly(
                    event: entry.version.event, axis: OrderAxis.label,
                    what: "Changed after the order was cancelled: kept, the order stays cancelled."))
        }
    }

    private func oddity(cancelled: Int, made: Int, _ history: CaseHistory) -> Anomaly {
        history.precedes(made, cancelled)
            ? Anomaly(
                event: history[cancelled].id, axis: OrderAxis.label,
                what: "Cancelled after the examination was made: answered \"unable\", the study stands.")
            : Anomaly(
                event: history[made].id, axis: OrderAxis.label,
                what: "Examined although the cancellation was known: the study stands and must be read.")
    }

    /// The review that covers the order as it stands; of reviews made apart the most cautious.
    func coveringReview(_ history: CaseHistory) -> Int? {
        guard !reviews.isEmpty else { return nil }
        let covering = history.ancestry.latest(of: reviews).filter { review in
            versions.allSatisfy { $0.isSeen(at: review, history) || !$0.version.said.wantsExamination }
        }
        return covering.max { (decision(at: $0, history).rawValue, $1) < (decision(at: $1, history).rawValue, $0) }
    }

    private func decision(at position: Int, _ history: CaseHistory) -> ReviewDecision {
        guard case .orderReviewed(let review) = history.facts[position].event else { return .unspecified }
        return review.decision
    }

    /// Whether a step has begun that has not ended.
    func isUnderWay(_ history: CaseHistory) -> Bool {
        exposures.contains { begun in
            guard begun.kind == .begun else { return false }
            return !exposures.contains {
                $0.kind == .abandoned && $0.step == begun.step && !history.precedes($0.position, begun.position)
            }
        }
    }

    /// Whether an order was placed again by somebody who knew of the cancellation.
    private func isRevived(_ cancelled: Int, _ history: CaseHistory) -> Bool {
        versions.contains { $0.isPlacement && history.precedes(cancelled, $0.positions[0]) }
    }

    /// The axis' state, the strongest first.
    func status(_ history: CaseHistory, _ state: OrderState, review: Int?) -> OrderState.Status {
        guard !versions.isEmpty else { return .none }
        if exposures.contains(where: { $0.kind == .imaged }) { return .performed }
        if isUnderWay(history) { return .inProgress }
        let isCancelled = zip(cancellations, state.cancellations).contains { position, cancellation in
            !isRevived(position, history) && (!cancellation.isRequest || cancellation.effective)
        }
        if isCancelled { return .cancelled }
        if replacements.contains(where: { !isRevived($0, history) }) { return .replaced }
        if state.holds.contains(where: { $0.releasedBy == nil }) { return .onHold }
        guard let review else { return .requested }
        return decision(at: review, history) == .rejected ? .rejected : .accepted
    }
}

extension CaseEvent {
    /// Why it asks to cancel; empty for other events.
    fileprivate var cancelReason: String {
        switch self {
        case .orderCancelled(let said): said.reason
        case .ordering(.cancelRequested(let said)): said.reason
        default: ""
        }
    }
}
