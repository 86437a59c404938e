import EventLog

/// The facts that concern the quality of images, at their positions; lives for one fold.
struct ImageQualityLedger {
    /// A rejection with what it was found to hide.
    struct Rejection {
        let position: Int
        let said: ImageRejected
        /// Whether its author may reject images, and it names some.
        let counts: Bool
        var revokedBy: Int?
        /// The content reports whose images it hides.
        var covered: [Int] = []
        /// The series that it hides wholly or in part.
        var series: [String] = []

        var isInForce: Bool { counts && revokedBy == nil }
    }

    let history: CaseHistory
    var rejections: [Rejection] = []
    private(set) var repeats: [Int] = []
    private(set) var checks: [Int] = []
    private(set) var gone: [Int] = []
    /// Facts that tell of images: content reports, and ends of steps that list series.
    private(set) var contents: [Int] = []
    /// Preliminary readings, and finals and corrections by readers.
    private(set) var reports: [Int] = []
    private(set) var addenda: [Int] = []
    private(set) var retractions: [(position: Int, which: EventID?)] = []
    private(set) var claims: [Int] = []
    private(set) var releases: [Int] = []
    private(set) var arrivals: [Int] = []
    private var revocations: [Int] = []
    private(set) var oddities: [Anomaly] = []

    var isEmpty: Bool { rejections.isEmpty && repeats.isEmpty && checks.isEmpty && gone.isEmpty && oddities.isEmpty }

    init(_ history: CaseHistory) {
        self.history = history
        for position in history.positions(of: .imageQuality) {
            switch history.facts[position].event {
            case .imageQuality(let event): take(event, at: position)
            case .transfer: arrivals.append(position)
            case .studyContentChanged: contents.append(position)
            case .procedureStepCompleted(let step): if !step.series.isEmpty { contents.append(position) }
            case .procedureStepDiscontinued(let step): if !step.series.isEmpty { contents.append(position) }
            case .preliminaryIssued: reports.append(position)
            case .finalSigned, .reportCorrected: if isReader(position) { reports.append(position) }
            case .addendumSigned: if isReader(position) { addenda.append(position) }
            case .reportRetracted(let retraction): retractions.append((position, retraction.which))
            case .readingClaimed: if isReader(position) { claims.append(position) }
            case .readingReleased: releases.append(position)
            default: continue
            }
        }
        for position in revocations { revoke(at: position) }
    }

    private mutating func take(_ event: ImageQualityEvent, at position: Int) {
        let isEntitled = history.facts[position].role.map { Authority.mayRecord(.imageQuality(event), as: $0) } ?? false
        if !isEntitled { flag(position, "Its author's role may not say so: it is kept and changes nothing.") }
        switch event {
        case .rejected(let said):
            let namesSome = !said.studyUID.isEmpty || !said.images.isEmpty
            if !namesSome && isEntitled { flag(position, "A rejection that names no image: it hides nothing.") }
            rejections.append(Rejection(position: position, said: said, counts: isEntitled && namesSome))
        case .rejectionRevoked: if isEntitled { revocations.append(position) }
        case .repeated: if isEntitled { repeats.append(position) }
        case .qualityChecked: if isEntitled { checks.append(position) }
        case .imagesGone: if isEntitled { gone.append(position) }
        }
    }

    mutating func flag(_ position: Int, _ what: String) {
        oddities.append(Anomaly(event: history.facts[position].id, axis: ImageQualityAxis.label, what: what))
    }

    func isReader(_ position: Int) -> Bool { history.facts[position].role?.readsImages == true }

    /// Brings images back where its author had seen the rejection. Doubt about the person is lifted by who may lift it only.
    private mutating func revoke(at position: Int) {
        guard case .imageQuality(.rejectionRevoked(let said)) = history.facts[position].event else { return }
        let found = rejections.firstIndex {
            history.facts[$0.position].id == said.rejection && history.precedes($0.position, position)
        }
        guard let found else {
            return flag(position, "It brings back no rejection that its author had seen: it changes nothing.")
        }
        let role = history.facts[position].role
        guard ImageQualityAxis.mayLift(rejections[found].said.reason, role) else {
            return flag(position, "Doubt whose images these are is not lifted by this role: the images stay hidden.")
        }
        if rejections[found].revokedBy == nil { rejections[found].revokedBy = position }
    }

    /// What each rejection hides, known or not yet.
    mutating func judgeRejections(_ state: inout ImageQualityState) {
        for index in rejections.indices {
            cover(index)
            let rejection = rejections[index]
            let fact = history.facts[rejection.position]
            var shown = ImageRejection(
                event: fact.id, said: rejection.said, by: fact.actor.person, at: fact.occurredAt.instant)
            shown.series = rejection.series
            shown.revokedBy = rejection.revokedBy.map { history.facts[$0].id }
            shown.cameFirst =
                !rejection.covered.isEmpty && !rejection.covered.contains { history.precedes($0, rejection.position) }
            shown.status =
                !rejection.counts
                ? .inert
                : rejection.revokedBy != nil ? .revoked : rejection.covered.isEmpty ? .pending : .inForce
            state.rejections.append(shown)
        }
    }

    /// The content that a rejection is about: what its author had seen or what came beside it; where there is none, what came first
    /// after it, because a rejection may arrive before its images. Named series and instances are hidden whenever they come.
    private mutating func cover(_ index: Int) {
        let rejection = rejections[index]
        guard rejection.counts else { return }
        var about = contents.filter { isAbout(rejection.said, $0) }
        if rejection.said.images.isEmpty {
            let known = about.filter { !history.precedes(rejection.position, $0) }
            about = known.isEmpty ? about.filter { one in !about.contains { history.precedes($0, one) } } : known
        }
        rejections[index].covered = about
        var series: [String] = []
        for position in about {
            for uid in rejected(of: position, by: rejection.said) where !series.contains(uid) { series.append(uid) }
        }
        rejections[index].series = series.sorted()
    }

    private func isAbout(_ said: ImageRejected, _ position: Int) -> Bool {
        let study = studyUID(at: position)
        let isSameStudy = said.studyUID.isEmpty || study.isEmpty || study == said.studyUID
        guard isSameStudy else { return false }
        if said.images.isEmpty { return true }
        let held = series(at: position)
        return said.images.contains { image in image.seriesUID.isEmpty || held.contains { $0.uid == image.seriesUID } }
    }

    /// The series of a content report that a rejection names; of a whole study all.
    func rejected(of position: Int, by said: ImageRejected) -> [String] {
        let held = series(at: position).map(\.uid)
        guard !said.images.isEmpty else { return held }
        return held.filter { uid in said.images.contains { $0.seriesUID == uid } }
    }

    func studyUID(at position: Int) -> String {
        switch history.facts[position].event {
        case .studyContentChanged(let content): content.studyUID
        case .procedureStepCompleted(let step): step.studyUID
        case .procedureStepDiscontinued(let step): step.studyUID
        default: ""
        }
    }

    func series(at position: Int) -> [Series] {
        switch history.facts[position].event {
        case .studyContentChanged(let content): content.series
        case .procedureStepCompleted(let step): step.series
        case .procedureStepDiscontinued(let step): step.series
        default: []
        }
    }
}

extension ImageQualityLedger {
    /// Repeats by reason: a replaced image counts once, and an event that names none counts as one.
    func count(_ state: inout ImageQualityState) {
        for reason in RepeatReason.allCases {
            var uids: [String] = []
            var unnamed = 0
            var events: [EventID] = []
            for position in repeats {
                guard case .imageQuality(.repeated(let said)) = history.facts[position].event, said.reason == reason else {
                    continue
                }
                if said.uids.isEmpty { unnamed += 1 }
                for uid in said.uids where !uids.contains(uid) { uids.append(uid) }
                events.append(history.facts[position].id)
            }
            if !events.isEmpty {
                state.repeats.append(ImageRepeats(reason: reason, images: uids.count + unnamed, events: events))
            }
        }
    }

    /// Readers and technologists judge for each other: a judgement is replaced by a later one of its own side only.
    func weighChecks(_ state: inout ImageQualityState) {
        let latest =
            history.ancestry.latest(of: checks.filter(isReader)) + history.ancestry.latest(of: checks.filter { !isReader($0) })
        for position in checks {
            let fact = history.facts[position]
            guard case .imageQuality(.qualityChecked(let said)) = fact.event else { continue }
            var check = QualityCheck(
                event: fact.id, by: fact.actor.person, role: fact.actor.role, grade: said.grade, issues: said.issues,
                at: fact.occurredAt.instant)
            check.isLatest = latest.contains(position)
            state.checks.append(check)
        }
    }
}
