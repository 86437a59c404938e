public import EventLog

/// One administration, with all who told of it.
public struct Administration: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Further events that said exactly the same with the same time: one administration witnessed several times.
    public internal(set) var witnesses: [EventID] = []
    /// Who gave it.
    public let by: String
    /// What was given.
    public let said: MedicationAdministered
    /// When, as said; else when the event is asserted to have happened.
    public let at: Instant

    /// What was given, for people.
    public var agent: String {
        guard let coded = said.agent else { return "" }
        return coded.text.isEmpty ? coded.code : coded.text
    }
}

/// One reaction of the person.
public struct AdverseReaction: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who recorded it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// What happened and what was done.
    public let said: AdverseReactionRecorded
}

/// Something about an administration that somebody should look at: the screen said otherwise, or there was none.
public struct MedicationFlag: Hashable, Sendable {
    /// What is flagged.
    public enum Kind: String, Sendable {
        /// No contrast screen had been seen.
        case unscreened
        /// The screen asked for caution and nobody accepted the risk.
        case contraindicated
        /// The kidneys filter little.
        case renal
        /// The person reacted to a contrast medium before.
        case allergy
    }

    /// The administration.
    public let event: EventID
    /// What is flagged.
    public let kind: Kind
    /// The screen that it rests on; nil where there was none.
    public let screen: EventID?
}

/// What was given and how the person reacted.
public struct MedicationState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        case given
        /// The person reacted.
        case reaction
    }

    /// How long somebody watches for a reaction after contrast medium, in minutes.
    ///
    /// Source: ACR Manual on Contrast Media: nearly all severe reactions begin within 20 minutes; ESUR 10.0: observe 30 minutes.
    public static let watchMinutes: Int64 = 30

    /// Where it is.
    public var status: Status { !reactions.isEmpty ? .reaction : given.isEmpty ? .none : .given }
    /// All administrations, in causal order.
    public internal(set) var given: [Administration] = []
    /// All reactions, in causal order.
    public internal(set) var reactions: [AdverseReaction] = []
    /// What somebody should look at.
    public internal(set) var flags: [MedicationFlag] = []
    /// Events that arrived although they were illegal.
    var anomalies: [Anomaly] = []

    /// Nothing given.
    public init() {}

    /// Whether contrast medium was given.
    public var hasContrast: Bool { given.contains(where: \.said.isContrast) }

    /// The activity given in all, in MBq, each at its own time: a sum of what was injected, not of what is left.
    public var megabecquerels: Double { given.reduce(0) { $0 + max(0, $1.said.megabecquerels) } }

    /// The worst reaction; unspecified where there was none.
    public var worst: Severity { reactions.map(\.said.severity).max { $0.rawValue < $1.rawValue } ?? .unspecified }

    /// The contrast administrations after which somebody has to watch the person at a moment.
    public func watched(at now: Instant) -> [Administration] {
        given.filter { entry in
            entry.said.isContrast && entry.at <= now && now < entry.at.advanced(byMilliseconds: Self.watchMinutes * 60_000)
        }
    }
}

/// Medication: what was given was given, whatever was cancelled or forbidden meanwhile; reactions are watched for and kept.
///
/// Source: FHIR R4 MedicationAdministration and AdverseEvent, DICOM (0018,1070) to (0018,1078); house rule for conflict 28.
public enum MedicationAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "medication" }

    /// What it looks at.
    public static var concern: Concerns { .medication }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> MedicationState {
        var facts = MedicationFacts(history)
        facts.gather()
        guard !facts.isEmpty else { return MedicationState() }
        return facts.state(of: stream, &conflicts)
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: MedicationState) -> Bool { state.given.isEmpty && state.reactions.isEmpty }

    /// Says which events made the state.
    public static func explain(_ state: MedicationState, _ history: CaseHistory) -> [Explanation] {
        var all: [Explanation] = []
        if !state.given.isEmpty {
            all.append(
                Explanation(
                    axis: label, state: "given",
                    rule: "What was given was given; equal records of one time are one with witnesses.",
                    events: state.given.flatMap { [$0.event] + $0.witnesses }))
        }
        if !state.reactions.isEmpty {
            all.append(
                Explanation(
                    axis: label, state: "reaction \(state.worst.word)", rule: "The worst of all recorded reactions.",
                    events: state.reactions.map(\.event)))
        }
        for flag in state.flags {
            let rule =
                switch flag.kind {
                case .unscreened: "Contrast medium was given and no contrast screen had been seen."
                case .contraindicated: "The contrast screen asked for caution and nobody had accepted the risk."
                case .renal: "The screen's eGFR is below 30."
                case .allergy: "The screen lists an earlier reaction."
                }
            all.append(
                Explanation(
                    axis: label, state: flag.kind.rawValue, rule: rule, events: [flag.event] + (flag.screen.map { [$0] } ?? [])))
        }
        return all
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: MedicationState) -> [Anomaly] { state.anomalies }
}
