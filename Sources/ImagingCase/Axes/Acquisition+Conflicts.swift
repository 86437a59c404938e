import EventLog

/// The facts that concern acquisition, at their positions; lives for one fold.
struct AcquisitionFacts {
    /// One step's facts.
    private struct Step {
        var uid: String
        var starts: [Int] = []
        var completions: [Int] = []
        var breaks: [Int] = []

        var ends: [Int] { Self.merged(completions, breaks) }
        var all: [Int] { Self.merged(starts, ends) }

        /// Both in ascending order; nearly always one of them is empty or ends before the other begins.
        private static func merged(_ one: [Int], _ other: [Int]) -> [Int] {
            guard let last = one.last, let first = other.first else { return one.isEmpty ? other : one }
            return last < first ? one + other : (one + other).sorted()
        }
    }

    private var steps: [Step] = []
    private(set) var contents: [Int] = []
    private(set) var handedOver: [Int] = []

    static let bytesDiffer = ConflictRule(
        number: 14, kind: "imageAltered", owner: .radiologist, dueMinutes: 4 * 60,
        rule: "Of equal UIDs with different bytes both are kept; a report stays bound to the bytes that were read.",
        inForce: "The newer content is shown, the other stays reachable.", told: [.radiologist])
    static let endsDiffer = ConflictRule(
        number: 69, kind: "stepEndsDiffer", owner: .radiologist, dueMinutes: 60,
        rule: "A step that a device completed and a person discontinued counts in part where any image exists.",
        inForce: "The step counts as partly completed, with the person's reason; the reader decides whether it is adequate.",
        told: [.radiologist, .technologist])

    var isEmpty: Bool { steps.isEmpty && contents.isEmpty && handedOver.isEmpty }

    /// Takes what concerns acquisition, or another axis that needs to know what was acquired.
    mutating func gather(_ history: CaseHistory, of concern: Concerns = .acquisition) {
        for position in history.positions(of: concern) {
            switch history.facts[position].event {
            case .procedureStepStarted(let step): steps[index(of: step.stepUID)].starts.append(position)
            case .procedureStepCompleted(let step): steps[index(of: step.stepUID)].completions.append(position)
            case .procedureStepDiscontinued(let step): steps[index(of: step.stepUID)].breaks.append(position)
            case .studyContentChanged: contents.append(position)
            case .studyHandedOver: handedOver.append(position)
            default: continue
            }
        }
        joinUnnamed(history)
    }

    /// A step that somebody told of without its UID is the one step that is known, unless that had ended before: a click at the
    /// machine and the machine's own record are two witnesses of one fact.
    private mutating func joinUnnamed(_ history: CaseHistory) {
        guard steps.count == 2, let unnamed = steps.firstIndex(where: \.uid.isEmpty) else { return }
        let (click, record) = (steps[unnamed], steps[1 - unnamed])
        let isAnother = click.starts.contains { start in record.ends.contains { history.precedes($0, start) } }
        let all = click.all.map { AcquisitionStep(uid: "", telling: history.facts[$0].event) }
        let known = record.all.map { AcquisitionStep(uid: "", telling: history.facts[$0].event) }
        guard !isAnother, all.allSatisfy({ said in known.allSatisfy { $0.mayBe(said) } }) else { return }
        var joined = Step(uid: record.uid)
        joined.starts = (click.starts + record.starts).sorted()
        joined.completions = (click.completions + record.completions).sorted()
        joined.breaks = (click.breaks + record.breaks).sorted()
        steps = [joined]
    }

    private mutating func index(of uid: String) -> Int {
        if let known = steps.firstIndex(where: { $0.uid == uid }) { return known }
        steps.append(Step(uid: uid))
        return steps.count - 1
    }

    /// Each step's state, and conflict 69.
    func judgeSteps(
        _ history: CaseHistory, _ stream: StreamID, _ state: inout AcquisitionState, _ conflicts: inout [Conflict]
    ) {
        for step in steps {
            var result = AcquisitionStep(uid: step.uid)
            for position in step.all { take(history.facts[position], &result, &state) }
            result.status = status(of: step, history, stream, &conflicts)
            state.steps.append(result)
        }
    }

    private func take(_ fact: CaseFact, _ step: inout AcquisitionStep, _ state: inout AcquisitionState) {
        step.events.append(fact.id)
        step.take(circumstancesOf: fact.event)
        switch fact.event {
        case .procedureStepStarted: step.starts.append(Witness(fact))
        case .procedureStepCompleted: step.ends.append(Witness(fact))
        case .procedureStepDiscontinued(let said):
            step.ends.append(Witness(fact))
            if !said.reason.isEmpty && !step.reasons.contains(said.reason) { step.reasons.append(said.reason) }
        default: return
        }
        if !step.studyUID.isEmpty { state.studyUID = step.studyUID }
    }

    private func status(
        of step: Step, _ history: CaseHistory, _ stream: StreamID, _ conflicts: inout [Conflict]
    ) -> AcquisitionStep.Status {
        let hasImages = step.ends.contains { series(at: $0, history).contains { $0.instances > 0 } } || !contents.isEmpty
        var latest = history.ancestry.latest(of: step.ends)
        if !step.completions.isEmpty && !step.breaks.isEmpty {
            let isCompletion = { (position: Int) in step.completions.contains(position) }
            let groups = history.standoffs(among: step.ends) { isCompletion($0) != isCompletion($1) }
            for group in groups {
                let conflict = Conflict(
                    Self.endsDiffer, between: group, in: history, of: stream,
                    inForce: hasImages ? nil : "No image is known; the step counts as discontinued.")
                if let chosen = history.chosenPosition(by: conflict), group.contains(chosen) {
                    latest.removeAll { group.contains($0) && isCompletion($0) != isCompletion(chosen) }
                }
                conflicts.append(conflict)
            }
        }
        if latest.isEmpty || step.starts.contains(where: { start in latest.allSatisfy { history.precedes($0, start) } }) {
            return .inProgress
        }
        if latest.allSatisfy({ step.completions.contains($0) }) { return .completed }
        return hasImages ? .partial : .discontinued
    }

    private func series(at position: Int, _ history: CaseHistory) -> [Series] {
        switch history.facts[position].event {
        case .procedureStepCompleted(let step): step.series
        case .procedureStepDiscontinued(let step): step.series
        case .studyContentChanged(let content): content.series
        default: []
        }
    }
}

extension AcquisitionFacts {
    /// The content versions, the union of all series, and conflict 14.
    func judgeContent(
        _ history: CaseHistory, _ stream: StreamID, _ state: inout AcquisitionState, _ conflicts: inout [Conflict]
    ) {
        let ends = steps.count == 1 ? steps[0].ends : steps.flatMap(\.ends).sorted()
        var told = ends.flatMap { series(at: $0, history) }
        let latest = history.ancestry.latest(of: contents)
        for position in contents {
            guard case .studyContentChanged(let content) = history.facts[position].event else { continue }
            if !content.studyUID.isEmpty { state.studyUID = content.studyUID }
            told += content.series
            state.contentVersions.append(
                ContentVersion(
                    version: ContentDigest.version(content), event: history.facts[position].id, studyUID: content.studyUID,
                    series: content.series, isLatest: latest.contains(position), witness: Witness(history.facts[position])))
        }
        state.series = SeriesContent.union(of: told)
        if state.contentVersions.isEmpty && !ends.isEmpty {
            let held = state.series.map { Series(uid: $0.uid, instances: $0.instances, digest: $0.digests.first ?? "") }
            state.contentVersions.append(
                ContentVersion(
                    version: ContentDigest.version(of: held), event: nil, studyUID: state.studyUID, series: held, isLatest: true,
                    witness: nil))
        }
        state.contentVersion = current(state.contentVersions)
        findAltered(history, stream, &conflicts)
    }

    /// The latest version; of several reported apart the one with most instances, then the greater digest.
    private func current(_ versions: [ContentVersion]) -> String {
        if versions.count == 1 { return versions[0].version }
        let best = versions.filter(\.isLatest).max { ($0.instances, $0.version) < ($1.instances, $1.version) }
        return best?.version ?? ""
    }

    /// Conflict 14: two archives reported apart equal numbers of instances of one series with different bytes.
    private func findAltered(_ history: CaseHistory, _ stream: StreamID, _ conflicts: inout [Conflict]) {
        guard contents.count > 1 else { return }
        let groups = history.standoffs(among: contents) { one, other in
            let (left, right) = (series(at: one, history), series(at: other, history))
            return left.contains { mine in right.contains { Self.isAltered(mine, $0) } }
        }
        for group in groups {
            conflicts.append(Conflict(Self.bytesDiffer, between: group, in: history, of: stream))
        }
    }

    private static func isAltered(_ one: Series, _ other: Series) -> Bool {
        one.uid == other.uid && one.instances == other.instances && one.digest != other.digest && !one.digest.isEmpty
            && !other.digest.isEmpty
    }
}

extension AcquisitionStep {
    /// What one event says of a step.
    fileprivate init(uid: String, telling event: CaseEvent) {
        self.init(uid: uid)
        take(circumstancesOf: event)
    }

    /// Whether two tellings can be of one step: what both say is the same.
    fileprivate func mayBe(_ other: AcquisitionStep) -> Bool {
        func agree(_ one: String, _ another: String) -> Bool { one.isEmpty || another.isEmpty || one == another }
        return agree(studyUID, other.studyUID) && agree(modality, other.modality) && agree(station, other.station)
    }

    fileprivate mutating func take(circumstancesOf event: CaseEvent) {
        switch event {
        case .procedureStepStarted(let said): take(said.studyUID, said.modality, said.station)
        case .procedureStepCompleted(let said): take(said.studyUID, said.modality, said.station)
        case .procedureStepDiscontinued(let said): take(said.studyUID, said.modality, said.station)
        default: return
        }
    }

    /// Takes what an event says of the step; what it leaves out stays.
    private mutating func take(_ studyUID: String, _ modality: String, _ station: String) {
        if !studyUID.isEmpty { self.studyUID = studyUID }
        if !modality.isEmpty { self.modality = modality }
        if !station.isEmpty { self.station = station }
    }
}

extension SeriesContent {
    /// The union by UID of what was told, later tellings last: more instances win, of equal numbers every digest is kept.
    /// Ascending by UID; sorted instead of looked up, because a study may have thousands of series.
    static func union(of told: [Series]) -> [SeriesContent] {
        // Most lists come in order already.
        let isOrdered = zip(told, told.dropFirst()).allSatisfy { $0.uid <= $1.uid }
        let ordered =
            isOrdered
            ? told
            : told.enumerated().sorted { ($0.element.uid, $0.offset) < ($1.element.uid, $1.offset) }.map(\.element)
        var all: [SeriesContent] = []
        for series in ordered {
            if all.last?.uid != series.uid { all.append(SeriesContent(uid: series.uid)) }
            all[all.count - 1].take(series)
        }
        return all
    }

    private mutating func take(_ series: Series) {
        if modality.isEmpty { modality = series.modality }
        if description.isEmpty { description = series.description }
        if series.instances > instances {
            instances = series.instances
            digests = series.digest.isEmpty ? [] : [series.digest]
        } else if series.instances == instances, !series.digest.isEmpty {
            digests.removeAll { $0 == series.digest }
            digests.insert(series.digest, at: 0)
        }
    }
}

/// The digest that names a version of a study's content where the archive gave none.
public enum ContentDigest {
    /// The version that a content report names, else the one that follows from its series.
    public static func version(_ content: StudyContentChanged) -> String {
        content.contentVersion.isEmpty ? version(of: content.series) : content.contentVersion
    }

    /// 16 hexadecimal digits of the SHA-256 over the series' UIDs, counts and digests in order of UID.
    public static func version(of series: [Series]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(80 * series.count)
        // Most lists come in order already.
        let isOrdered = zip(series, series.dropFirst()).allSatisfy { $0.uid < $1.uid }
        let ordered =
            isOrdered ? series : series.sorted { ($0.uid, $0.instances, $0.digest) < ($1.uid, $1.instances, $1.digest) }
        for entry in ordered {
            text.append(contentsOf: entry.uid.utf8)
            text.append(0x20)
            text.append(contentsOf: String(entry.instances).utf8)
            text.append(0x20)
            text.append(contentsOf: entry.digest.utf8)
            text.append(0x0a)
        }
        return Hex.text(of: EventHash.sha256(text).words.0)
    }
}
