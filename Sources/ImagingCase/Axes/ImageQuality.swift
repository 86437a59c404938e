public import EventLog

/// Images that were made again for one reason.
public struct ImageRepeats: Hashable, Sendable {
    /// Why.
    public let reason: RepeatReason
    /// How many images: each replaced one counts once, however many witnesses tell of it.
    public let images: Int
    /// The events that told of them, in causal order.
    public let events: [EventID]
}

/// A rejection: images that left routine use. They stay as evidence.
public struct ImageRejection: Hashable, Sendable {
    /// How far a rejection is.
    public enum Status: String, Sendable {
        /// The images are hidden from routine use.
        case inForce
        /// None of its images is known yet: it is remembered and hides them when they arrive.
        case pending
        /// Somebody who had seen it brought the images back.
        case revoked
        /// It names nothing, or its author may not reject images: kept, hides nothing.
        case inert
    }

    /// The event.
    public let event: EventID
    /// What was said.
    public let said: ImageRejected
    /// Who rejected.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// How far it is.
    public internal(set) var status: Status = .inForce
    /// Whether it came before the images that it hides.
    public internal(set) var cameFirst = false
    /// The known series that it hides wholly or in part, ascending by UID.
    public internal(set) var series: [String] = []
    /// The event that brought the images back.
    public internal(set) var revokedBy: EventID?
}

/// A report that rests on images which somebody rejected without its author having known.
public struct RejectedReliance: Hashable, Sendable {
    /// What became of it.
    public enum Status: String, Sendable {
        /// Its author has not said whether it holds.
        case waiting
        /// A person decided that the report holds without the images, or in spite of the rejection.
        case confirmed
        /// A later signed text by somebody who had seen the rejection takes it up.
        case answered
        /// The report was withdrawn from use.
        case withdrawn
        /// A person decided for the rejection: the report is not to be relied on until it is signed anew.
        case doubted
    }

    /// The report.
    public let report: EventID
    /// The rejection.
    public let rejection: EventID
    /// Why the images were rejected.
    public let reason: RejectionReason
    /// The rejected series that were read, ascending by UID; empty where the series are not known.
    public let series: [String]
    /// What became of it.
    public internal(set) var status: Status = .waiting

    /// Whether somebody must still look.
    public var isOpen: Bool { status == .waiting || status == .doubted }
}

/// One judgement of the study's quality.
public struct QualityCheck: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who judged.
    public let by: String
    /// In which role.
    public let role: String
    /// How good.
    public let grade: QualityGrade
    /// What is wrong.
    public let issues: [String]
    /// When, as asserted.
    public let at: Instant
    /// Whether nobody who had seen it judged again on the same side, readers or technologists.
    public internal(set) var isLatest = false
}

/// An archive that lost the study.
public struct GoneImages: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Which archive.
    public let archive: String
    /// Study instance UID, where it was said.
    public let studyUID: String
    /// Where copies are: as was told, and where a transfer was verified; ascending.
    public let copies: [String]
    /// The later content report that shows them again.
    public let backBy: EventID?
}

/// What happened to images after they were made.
public struct ImageQualityState: Hashable, Sendable {
    /// The steps of the axis, the one that needs somebody most.
    public enum Status: String, Sendable {
        case none
        case good
        /// Images were made again, and nothing else is said.
        case repeated
        case limited
        /// Images are hidden from routine use, or will be when they arrive.
        case rejected
        case nonDiagnostic
        /// An archive lost the images.
        case gone
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// Repeats by reason, in the order of the vocabulary.
    public internal(set) var repeats: [ImageRepeats] = []
    /// Every rejection, in causal order.
    public internal(set) var rejections: [ImageRejection] = []
    /// Reports that rest on rejected images.
    public internal(set) var reliances: [RejectedReliance] = []
    /// Every judgement, in causal order.
    public internal(set) var checks: [QualityCheck] = []
    /// Archives that lost the study, in causal order.
    public internal(set) var gone: [GoneImages] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// Whether publication is frozen: a report rests on images of another person, and nobody has taken that up. It is lifted by a
    /// later signed text, by the report's withdrawal, by the images' return to use, or by a decision for the report; a decision for
    /// the rejection leaves it frozen until the report is signed anew.
    public var isFrozen: Bool { reliances.contains { $0.isOpen && $0.reason == .wrongPatient } }

    /// Whether the study waits for another look: a report rests on images that were rejected.
    public var needsRereading: Bool { reliances.contains(where: \.isOpen) }

    /// How many images were made again.
    public var repeatedImages: Int { repeats.reduce(0) { $0 + $1.images } }

    /// The worst grade that nobody on the same side has judged anew.
    public var grade: QualityGrade {
        checks.filter(\.isLatest).map(\.grade).max { $0.rawValue < $1.rawValue } ?? .unspecified
    }

    /// Who must look: a technologist's doubt is a flag to the reader, a reader's doubt is one to the technologist.
    public var flaggedFor: [Role] {
        var roles: [Role] = []
        for check in checks where check.isLatest && check.grade.rawValue > QualityGrade.good.rawValue {
            let other: Role = Role(rawValue: check.role)?.readsImages == true ? .technologist : .radiologist
            if !roles.contains(other) { roles.append(other) }
        }
        return roles.sorted { $0.rawValue < $1.rawValue }
    }

    /// Whether an image is hidden from routine use; without an instance, whether its whole series is.
    public func hides(seriesUID: String, instanceUID: String = "") -> Bool {
        rejections.contains { rejection in
            guard rejection.status == .inForce || rejection.status == .pending else { return false }
            guard !rejection.said.images.isEmpty else { return rejection.series.contains(seriesUID) }
            return rejection.said.images.contains { image in
                if image.instanceUIDs.isEmpty { return image.seriesUID == seriesUID }
                return !instanceUID.isEmpty && image.instanceUIDs.contains(instanceUID)
            }
        }
    }

    /// The series that remain for routine use.
    public func routine(_ series: [SeriesContent]) -> [SeriesContent] { series.filter { !hides(seriesUID: $0.uid) } }
}

/// Repeats, rejections and the judged quality of images. A rejection hides from routine use, keeps the evidence, and asks whoever
/// reported on the images.
///
/// Source: IHE RAD TF IOCM (RAD-66), DICOM PS3.16 CID 7011; house rules for conflicts 36, 37 and 63.
public enum ImageQualityAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "imageQuality" }

    /// What it looks at.
    public static var concern: Concerns { .imageQuality }

    /// Derives what is hidden, what rests on it, how good the rest is, and what is gone.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ImageQualityState {
        var state = ImageQualityState()
        var ledger = ImageQualityLedger(history)
        guard !ledger.isEmpty else { return state }
        ledger.judgeRejections(&state)
        ledger.weighReports(of: stream, &state, into: &conflicts)
        ledger.count(&state)
        ledger.weighChecks(&state)
        ledger.findGone(of: stream, &state, into: &conflicts)
        state.oddities = ledger.oddities
        state.status = status(of: state)
        return state
    }

    private static func status(of state: ImageQualityState) -> ImageQualityState.Status {
        if state.gone.contains(where: { $0.backBy == nil }) { return .gone }
        if state.grade == .nonDiagnostic { return .nonDiagnostic }
        if state.rejections.contains(where: { $0.status == .inForce || $0.status == .pending }) { return .rejected }
        if state.grade == .limited { return .limited }
        if !state.repeats.isEmpty { return .repeated }
        return state.grade == .good ? .good : .none
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ImageQualityState) -> Bool { state == ImageQualityState() }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: ImageQualityState) -> [Anomaly] { state.oddities }

    /// Explains repeats, each rejection and what rests on it, the grade, and what is gone.
    public static func explain(_ state: ImageQualityState, _ history: CaseHistory) -> [Explanation] {
        var all: [Explanation] = []
        let say = { (word: String, rule: String, events: [EventID]) in
            all.append(Explanation(axis: label, state: word, rule: rule, events: events))
        }
        for rejection in state.rejections {
            let events = [rejection.event] + (rejection.revokedBy.map { [$0] } ?? [])
            say(rejection.status.rawValue, rule(of: rejection), events)
        }
        for reliance in state.reliances {
            say(reliance.status.rawValue, rule(of: reliance), [reliance.report, reliance.rejection])
        }
        for check in state.checks where check.isLatest {
            say(check.grade.word, "The latest judgement of its side; of several made apart the worst counts.", [check.event])
        }
        for repeats in state.repeats {
            say("repeated \(repeats.reason.word)", "Each replaced image counts once for its reason.", repeats.events)
        }
        for gone in state.gone {
            let rule =
                gone.backBy == nil
                ? "An archive does not hold the study any more; what was said of it stays, and copies are named."
                : "An archive lost the study, and a later content report shows it again."
            say(gone.backBy == nil ? "gone" : "back", rule, [gone.event] + (gone.backBy.map { [$0] } ?? []))
        }
        return all
    }

    private static func rule(of rejection: ImageRejection) -> String {
        switch rejection.status {
        case .inForce where rejection.cameFirst: "It came before its images and was applied when they arrived."
        case .inForce: "The images are hidden from routine use and kept as evidence."
        case .pending: "None of its images is known yet; it is remembered and applied when they arrive."
        case .revoked: "Somebody who had seen the rejection brought the images back."
        case .inert: "It names no image, or its author may not reject images: kept, hides nothing."
        }
    }

    private static func rule(of reliance: RejectedReliance) -> String {
        switch reliance.status {
        case .waiting:
            "The report rests on images that were rejected without its author knowing; its author has to say what holds."
        case .confirmed: "Somebody who had seen the rejection decided that the report holds."
        case .answered: "A later signed text by somebody who had seen the rejection takes it up."
        case .withdrawn: "The report was withdrawn from use."
        case .doubted: "Somebody decided for the rejection: the report is not relied on until it is signed anew."
        }
    }
}
