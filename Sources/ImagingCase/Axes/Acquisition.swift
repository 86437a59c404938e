public import EventLog

/// One performed procedure step.
public struct AcquisitionStep: Hashable, Sendable {
    /// How far a step is.
    public enum Status: String, Sendable {
        case inProgress
        case completed
        /// Ended early, or ended twice and differently, with images.
        case partial
        /// Ended early without an image.
        case discontinued
    }

    /// Performed procedure step UID; empty where nobody said one.
    public let uid: String
    /// Study Instance UID; the latest that was said.
    public internal(set) var studyUID = ""
    /// Modality; the latest that was said.
    public internal(set) var modality = ""
    /// Station AE title; the latest that was said.
    public internal(set) var station = ""
    /// How far it is.
    public internal(set) var status: Status = .inProgress
    /// Why it ended early, in the words of those who said so.
    public internal(set) var reasons: [String] = []
    /// The events that told of it, in causal order: one fact may have several witnesses.
    public internal(set) var events: [EventID] = []
    /// Who told of its beginning, in causal order.
    public internal(set) var starts: [Witness] = []
    /// Who told of its end, in causal order.
    public internal(set) var ends: [Witness] = []

    /// When it began: what a person attests outranks what a device or interface infers.
    public var startedAt: Instant? { (starts.first(where: \.isPerson) ?? starts.first)?.at }
    /// When it ended: the last word, a person's where there is one.
    public var endedAt: Instant? { (ends.last(where: \.isPerson) ?? ends.last)?.at }
    /// Whether one of its facts came through several doors.
    var isWitnessedTwice: Bool { Set(starts.map(\.source)).count > 1 || Set(ends.map(\.source)).count > 1 }
}

/// One series with everything that was said of its content.
public struct SeriesContent: Hashable, Sendable {
    /// Series Instance UID.
    public let uid: String
    /// Modality, where it was said.
    public internal(set) var modality = ""
    /// Description, where it was said.
    public internal(set) var description = ""
    /// How many instances there are, as the latest content or the largest count says.
    public internal(set) var instances = 0
    /// All digests that were reported for this number of instances, the newest first: more than one means that bytes differ under
    /// equal UIDs, and each stays reachable.
    public internal(set) var digests: [String] = []

    /// Whether bytes differ under equal UIDs.
    public var isAltered: Bool { digests.count > 1 }
}

/// One version of the study's content as an archive reported it.
public struct ContentVersion: Hashable, Sendable {
    /// The digest of the content.
    public let version: String
    /// The event; nil for one that follows from the steps' own lists.
    public let event: EventID?
    /// Study Instance UID.
    public let studyUID: String
    /// The series held.
    public let series: [Series]
    /// Whether it is among the latest.
    public internal(set) var isLatest: Bool
    /// Who told of it; nil for one that follows from the steps' own lists.
    public let witness: Witness?

    /// How many instances it holds.
    public var instances: Int { series.reduce(0) { $0 &+ $1.instances } }
}

/// What acquisition is at.
public struct AcquisitionState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        case inProgress
        case completed
        /// Images exist, and no step was completed.
        case partial
        case discontinued
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// All steps, by the first event that told of each.
    public internal(set) var steps: [AcquisitionStep] = []
    /// The StudyInstanceUID that was said last; empty where none was.
    public internal(set) var studyUID = ""
    /// The content version that a report written now is read from; empty where nothing was acquired.
    public internal(set) var contentVersion = ""
    /// All content versions, in causal order.
    public internal(set) var contentVersions: [ContentVersion] = []
    /// All series, by UID.
    public internal(set) var series: [SeriesContent] = []

    /// Nothing acquired.
    public init() {}

    /// Who told of one content, in causal order: two archives that hold the same are two witnesses of one fact.
    public func witnesses(ofContent version: String) -> [Witness] {
        contentVersions.filter { $0.version == version }.compactMap(\.witness)
    }

    /// How many instances there are.
    public var instances: Int { series.reduce(0) { $0 &+ $1.instances } }

    /// The modalities of steps and series, ascending.
    public var modalities: [String] {
        var found: [String] = []
        for word in steps.map(\.modality) + series.map(\.modality) where !word.isEmpty && !found.contains(word) {
            found.append(word)
        }
        return found.sorted()
    }
}

/// Acquisition: procedure steps and the content of the study. Images and series are sets by UID, never last-writer values.
///
/// Source: DICOM PS3.4 F.7 (MPPS); house rule for conflicts 14 and 69.
public enum AcquisitionAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "acquisition" }
    /// What it looks at.
    public static var concern: Concerns { .acquisition }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> AcquisitionState {
        var facts = AcquisitionFacts()
        facts.gather(history)
        var state = AcquisitionState()
        guard !facts.isEmpty else { return state }
        facts.judgeSteps(history, stream, &state, &conflicts)
        facts.judgeContent(history, stream, &state, &conflicts)
        state.status = status(of: state, facts)
        return state
    }

    /// A step that was completed outweighs others that were not: a repeated attempt replaces the broken one.
    private static func status(of state: AcquisitionState, _ facts: AcquisitionFacts) -> AcquisitionState.Status {
        let isHandedOver = !facts.handedOver.isEmpty
        if state.steps.contains(where: { $0.status == .inProgress }) && !isHandedOver { return .inProgress }
        if state.steps.contains(where: { $0.status == .completed }) { return .completed }
        if state.steps.contains(where: { $0.status == .partial }) { return .partial }
        if isHandedOver { return .completed }
        if !facts.contents.isEmpty { return .inProgress }
        return state.steps.isEmpty ? .none : .discontinued
    }

    /// Writes the state.
    public static func write(_ state: AcquisitionState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.memberIfSaid("studyUID", state.studyUID)
        json.memberIfSaid("contentVersion", state.contentVersion)
        if !state.series.isEmpty {
            json.member("instances", state.instances)
            json.key("series")
            json.beginArray()
            for series in state.series { write(series, to: &json) }
            json.endArray()
        }
        if !state.steps.isEmpty {
            json.key("steps")
            json.beginArray()
            for step in state.steps { write(step, to: &json) }
            json.endArray()
        }
        if state.contentVersions.count > 1 {
            json.key("contentVersions")
            json.beginArray()
            for version in state.contentVersions {
                json.beginObject()
                json.member("version", version.version)
                if let event = version.event { json.member("event", event) }
                json.member("instances", version.instances)
                json.member("latest", version.isLatest)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    private static func write(_ series: SeriesContent, to json: inout JSONWriter) {
        json.beginObject()
        json.member("uid", series.uid)
        json.memberIfSaid("modality", series.modality)
        json.memberIfSaid("description", series.description)
        json.member("instances", series.instances)
        if let digest = series.digests.first { json.member("digest", digest) }
        if series.isAltered { json.member("otherDigests", texts: series.digests.dropFirst()) }
        json.endObject()
    }

    private static func write(_ step: AcquisitionStep, to json: inout JSONWriter) {
        json.beginObject()
        json.member("stepUID", step.uid)
        json.member("state", step.status.rawValue)
        json.memberIfSaid("studyUID", step.studyUID)
        json.memberIfSaid("modality", step.modality)
        json.memberIfSaid("station", step.station)
        if !step.reasons.isEmpty { json.member("reasons", texts: step.reasons) }
        json.member("events", events: step.events)
        if step.isWitnessedTwice { write(witnessesOf: step, to: &json) }
        json.endObject()
    }

    /// Explains each step and the content.
    public static func explain(_ state: AcquisitionState, _ history: CaseHistory) -> [Explanation] {
        var all = state.steps.map { step in
            let rule =
                switch step.status {
                case .inProgress: "The step has begun and nobody said that it ended."
                case .completed: "The step was completed; that needs no start."
                case .partial: "The step ended early, or ended twice and differently; images exist, so it counts in part."
                case .discontinued: "The step ended early without an image."
                }
            return Explanation(axis: label, state: step.status.rawValue, rule: rule, events: step.events)
        }
        for step in state.steps where step.isWitnessedTwice {
            all.append(
                Explanation(
                    axis: label, state: "witnesses",
                    rule: "One fact with several witnesses: a person's time outranks an inferred one.",
                    events: step.events))
        }
        if !state.contentVersions.isEmpty {
            all.append(
                Explanation(
                    axis: label, state: "contentVersion \(state.contentVersion)",
                    rule: "The latest content reported; of several reported apart the one with most instances.",
                    events: state.contentVersions.filter(\.isLatest).compactMap(\.event)))
        }
        return all
    }

    /// Refuses what is illegal in the state of acquisition. What a device reports has happened and passes.
    public static func mayAuthor(
        _ event: CaseEvent, in state: AcquisitionState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard author.role != .system else { return }
        switch event {
        case .procedureStepDiscontinued(let step):
            if step.reason.isEmpty {
                throw AuthoringRefusal(.content, "No reason is given.", remedy: "Say why the step ended early.")
            }
            try requireNoEnd(.completed, of: step.stepUID, in: state)
        case .procedureStepStarted(let step):
            if !step.stepUID.isEmpty { try requireNoEnd(.discontinued, of: step.stepUID, in: state) }
        case .studyContentChanged(let content):
            if content.series.isEmpty && content.contentVersion.isEmpty {
                throw AuthoringRefusal(
                    .content, "Neither series nor a content version is given.", remedy: "List the series that the archive holds.")
            }
        default: return
        }
    }

    private static func requireNoEnd(
        _ end: AcquisitionStep.Status, of uid: String, in state: AcquisitionState
    ) throws(AuthoringRefusal) {
        guard state.steps.contains(where: { $0.uid == uid && $0.status == end }) else { return }
        throw AuthoringRefusal(
            .state, "The step is \(end.rawValue) already.", remedy: "Begin a new step with a UID of its own.")
    }
}
