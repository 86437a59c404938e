import EventLog
import ImagingCase

/// The clinical model once more, naively: what follows from a set of facts, written from the rules of the clinical catalogue and of
/// the conflict guide. Each part looks at the whole history as often as it likes and remembers nothing.
struct ReferenceFold {
    let history: ReferenceHistory
    /// What is at what: the words of the axes and the sets behind them, each under a name.
    private(set) var answers: [String: [String]] = [:]
    /// Every question of the compared numbers.
    private(set) var conflicts: [ReferenceConflict] = []

    init(_ delivered: [CaseFact]) {
        history = ReferenceHistory(delivered)
        say("waiting", history.waiting.map(\.description))
        say("heads", history.heads.map(\.description))
        foldPriority()
        foldOrder()
        foldProtocol()
        foldSafety()
        foldAcquisition()
        foldHandOver()
        let reports = ReferenceReports(history)
        foldReports(reports)
        foldReading(ReferenceReading(history), reports)
        foldCriticalResults()
        foldInstructions()
        foldDose()
        foldIdentity()
        foldPlans()
        // An order is reported when it was performed and one signed report stands.
        if answers["order"] == ["performed"], ["final", "addended", "corrected", "reconciled"].contains(answers["report"]?.first)
        {
            say("order", "reported")
        }
        for number in Set(conflicts.map(\.number)) {
            say("conflict \(number)", conflicts.filter { $0.number == number }.map { $0.line(history) }.sorted())
        }
    }

    mutating func say(_ name: String, _ word: String) { answers[name] = [word] }

    mutating func say(_ name: String, _ words: [String]) { answers[name] = words }

    mutating func raise(_ conflict: ReferenceConflict) { conflicts.append(conflict) }
}

// MARK: priority and order

extension ReferenceFold {
    /// How urgent an event says that the case is; nil where it says nothing.
    private func urgency(_ place: Int) -> Urgency? {
        let said: Urgency =
            switch history.event(place) {
            case .orderPlaced(let order): order.priority
            case .orderChanged(let change): change.priority
            case .readingPriorityChanged(let change): change.priority
            default: .unspecified
            }
        return said == .unspecified ? nil : said
    }

    /// Of what was said apart the higher counts. It is asked about where one side went below what both had known and another did
    /// not: two that both raise it are no question.
    mutating func foldPriority() {
        let said = history.all.filter { urgency($0) != nil }
        let level = { [self] (place: Int) in urgency(place)?.rawValue ?? 0 }
        var standing = history.latest(said)
        for question in history.questions(said, differ: { urgency($0) != urgency($1) }) {
            let known = history.latest(said.filter { before in question.allSatisfy { history.saw($0, before) } })
            guard let before = known.map(level).max(), question.contains(where: { level($0) < before }),
                question.contains(where: { level($0) >= before })
            else { continue }
            let conflict = history.conflict(48, "priorityRaisedAndLowered", question, owner: .radiologist, settling: said)
            if let chosen = conflict.chosen, question.contains(chosen) {
                standing.removeAll { question.contains($0) && $0 != chosen }
            }
            raise(conflict)
        }
        say("priority", standing.compactMap(urgency).max { $0.rawValue < $1.rawValue }?.word ?? "unspecified")
    }

    /// What an event says of the wanted examination, as words by field; nil where it is no version of the order.
    private func wanted(_ place: Int) -> [String: String]? {
        let words: [String: String?] =
            switch history.event(place) {
            case .orderPlaced(let order):
                [
                    "procedure": order.procedure.map { "\($0)" }, "modality": order.modality, "site": order.bodySite,
                    "side": order.laterality == .unspecified ? "" : order.laterality.word,
                ]
            case .orderChanged(let change):
                [
                    "procedure": change.procedure.map { "\($0)" }, "modality": change.modality, "site": change.bodySite,
                    "side": change.laterality == .unspecified ? "" : change.laterality.word,
                ]
            default: [:]
            }
        return words.isEmpty ? nil : words.compactMapValues { $0?.isEmpty == false ? $0 : nil }
    }

    /// Everything that an event says of the order, to tell a version that was said again from another one.
    private func content(_ place: Int) -> String {
        switch history.event(place) {
        case .orderPlaced(let order): return "placed \(order)"
        case .orderChanged(var change):
            // Why it changed is no content.
            change.note = ""
            return "changed \(change)"
        default: return ""
        }
    }

    /// The versions of the order, each with all who said it: an order placed again with the same content is one version, but for
    /// one that was placed knowing of a cancellation; a change is one version where several say it apart.
    private var orderVersions: [[Int]] {
        var versions: [[Int]] = []
        for place in history.of(.orderPlaced, .orderChanged) {
            let isPlacement = history.event(place).kind == .orderPlaced
            let same = versions.firstIndex { known in
                guard content(known[0]) == content(place) else { return false }
                if !isPlacement { return known.allSatisfy { history.apart($0, place) } }
                return !cancellations.contains { cancelled in
                    history.saw(place, cancelled) && !known.contains { history.saw($0, cancelled) }
                }
            }
            if let same { versions[same].append(place) } else { versions.append([place]) }
        }
        return versions
    }

    private var cancellations: [Int] { history.of(.orderCancelled, .orderCancelRequested) }

    /// Somebody was examined: a step ended with images or as planned, an archive holds series, or the study was handed over.
    private func isImaged(_ place: Int) -> Bool {
        switch history.event(place) {
        case .procedureStepCompleted, .studyHandedOver: true
        case .procedureStepDiscontinued(let step): step.series.contains { $0.instances > 0 }
        case .studyContentChanged(let content): !content.series.isEmpty
        default: false
        }
    }

    private func step(_ place: Int) -> String? {
        switch history.event(place) {
        case .procedureStepStarted(let step): step.stepUID
        case .procedureStepCompleted(let step): step.stepUID
        case .procedureStepDiscontinued(let step): step.stepUID
        default: nil
        }
    }

    private var starts: [Int] { history.of(.procedureStepStarted) }
    private var images: [Int] { history.all.filter(isImaged) }
    private var broken: [Int] { history.of(.procedureStepDiscontinued).filter { !isImaged($0) } }

    /// Whether a step has begun that nobody gave up.
    private var isUnderWay: Bool {
        starts.contains { start in !broken.contains { step($0) == step(start) && !history.saw(start, $0) } }
    }

    /// The wanted examination as some versions make it, later ones over earlier ones.
    private func laid(_ versions: [[Int]]) -> [String: String] {
        versions.reduce(into: [:]) { all, version in all.merge(wanted(version[0]) ?? [:]) { $1 } }
    }

    private func contradicts(_ one: [String: String], _ other: [String: String]) -> Bool {
        one.contains { field, value in other[field].map { $0 != value } ?? false }
    }

    mutating func foldOrder() {
        let versions = orderVersions
        let reviews = history.of(.orderReviewed)
        // Conflict 8 tells which versions stand: a decision keeps one side.
        var standing = versions
        let differ = { (one: Int, other: Int) in contradicts(wanted(one) ?? [:], wanted(other) ?? [:]) }
        for question in history.questions(versions.map { $0[0] }, differ: differ) {
            let conflict = history.conflict(
                8, "orderVersionsDiffer", question, owner: .frontDesk, settling: reviews + versions.flatMap { $0 })
            raise(conflict)
            if let chosen = conflict.chosen, question.contains(chosen) {
                let isKept = { (version: [Int]) in
                    version[0] == chosen || !question.contains(version[0]) && standing.contains(version)
                }
                standing = versions.filter(isKept)
            }
        }
        raiseChangedWhenAcquired(versions, standing)
        raiseCancelled()
        say("order", orderWord(versions))
    }

    /// Conflict 7: the order came to want something else while it was examined under what the technologist had seen.
    private mutating func raiseChangedWhenAcquired(_ versions: [[Int]], _ standing: [[Int]]) {
        let exposures = (starts + images).sorted()
        for version in versions {
            let said = version[0]
            guard let made = exposures.first(where: { made in version.allSatisfy { history.apart($0, made) } }) else { continue }
            let isTakenUp = versions.contains { later in
                history.saw(later[0], said) && later.allSatisfy { history.apart($0, made) }
            }
            let seen = standing.filter { known in known.contains { history.saw(made, $0) } }
            let now = standing.filter { $0[0] == said || $0.contains { history.saw(said, $0) } }
            guard !isTakenUp, !seen.isEmpty, contradicts(laid(now), laid(seen)) else { continue }
            raise(
                history.conflict(
                    7, "changedWhenAcquired", [said, made], owner: .radiologist,
                    settling: history.of(.orderReviewed) + versions.flatMap { $0 }))
        }
    }

    /// Conflicts 5 and 6: cancelled apart from images, or while somebody lay on the table.
    private mutating func raiseCancelled() {
        for cancelled in cancellations {
            if let made = images.first(where: { history.apart($0, cancelled) }) {
                raise(
                    history.conflict(
                        5, "cancelledWhenAcquired", [cancelled, made], owner: .radiologist,
                        settling: history.of(.orderReviewed)))
                continue
            }
            let isRequest = history.event(cancelled).kind == .orderCancelRequested
            let onTable = starts.filter { start in
                history.apart(start, cancelled)
                    || isRequest && history.saw(cancelled, start) && !ends(of: start).contains { history.saw(cancelled, $0) }
            }
            var told: [String] = []
            for start in onTable where !told.contains(step(start) ?? "") {
                told.append(step(start) ?? "")
                var conflict = history.conflict(6, "cancelledOnTable", [cancelled, start], owner: .technologist)
                if conflict.state == .open && !ends(of: start).isEmpty { conflict.state = .superseded }
                raise(conflict)
            }
        }
    }

    /// What says that a step that had begun is over: its own end, wherever it is recorded, or the hand-over of a person off the table.
    private func ends(of start: Int) -> [Int] {
        let closing = history.of(.procedureStepCompleted) + history.of(.procedureStepDiscontinued)
        let own = closing.filter { end in
            if step(end) == "" || step(start) == "" { return history.saw(end, start) }
            return step(end) == step(start) && !history.saw(start, end)
        }
        return own
            + history.of(.studyHandedOver).filter { handed in
                guard case .studyHandedOver(let said) = history.event(handed) else { return false }
                return history.saw(handed, start) && said.patientState != .onTable
            }
    }

    private func orderWord(_ versions: [[Int]]) -> String {
        if versions.isEmpty { return "none" }
        if !images.isEmpty { return "performed" }
        if isUnderWay { return "inProgress" }
        let isPlacedAgain = { (ended: Int) in
            versions.contains { history.event($0[0]).kind == .orderPlaced && history.saw($0[0], ended) }
        }
        let isCancelled = cancellations.contains { cancelled in
            guard case .ordering(.cancelRequested(let request)) = history.event(cancelled) else {
                return !isPlacedAgain(cancelled)
            }
            // A request that does not want the examination stopped is "unable" as soon as anything has happened.
            return !isPlacedAgain(cancelled) && (request.stopsWhenBegun || (starts + broken).isEmpty)
        }
        if isCancelled { return "cancelled" }
        if history.of(.orderReplaced).contains(where: { !isPlacedAgain($0) }) { return "replaced" }
        if history.of(.orderHeld).contains(where: isHeld) { return "onHold" }
        let covering = history.latest(history.of(.orderReviewed)).filter { review in
            versions.allSatisfy { version in version.contains { history.saw(review, $0) } || wanted(version[0]) == [:] }
        }
        if covering.isEmpty { return "requested" }
        let isRejected = covering.contains { review in
            if case .orderReviewed(let said) = history.event(review) { said.decision == .rejected } else { false }
        }
        return isRejected ? "rejected" : "accepted"
    }

    /// A hold lasts until somebody who may and who has seen it releases it.
    private func isHeld(_ hold: Int) -> Bool {
        !history.of(.orderHoldReleased).contains { release in
            guard case .ordering(.holdReleased(let said)) = history.event(release),
                let role = history.role(release), [.referrer, .frontDesk, .siteAdmin, .system].contains(role)
            else { return false }
            return history.saw(release, hold) && (said.hold == nil || said.hold == history.id(hold))
        }
    }
}
