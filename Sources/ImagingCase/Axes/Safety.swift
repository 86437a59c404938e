public import EventLog

/// What is screened for.
public enum ScreenKind: String, CaseIterable, Sendable {
    case mri
    case contrast
    case pregnancy
    case sedation
    case anticoagulation
    case infection
    case device
    case fall

    /// The three screens with a kind of event of their own.
    static let usual: [ScreenKind] = [.mri, .contrast, .pregnancy]

    /// The kind of one of the further screens; nil where it was not said.
    init?(_ kind: OtherScreenKind) {
        switch kind {
        case .unspecified: return nil
        case .sedation: self = .sedation
        case .anticoagulation: self = .anticoagulation
        case .infection: self = .infection
        case .device: self = .device
        case .fall: self = .fall
        }
    }
}

/// How cautious a screen's outcome asks to be, in ascending order.
public enum ScreenLevel: String, CaseIterable, Comparable, Sendable {
    case unscreened
    case clear
    case conditional
    /// Made for an earlier visit: screen again.
    case expired
    case unable
    case contraindicated

    /// By caution.
    public static func < (left: ScreenLevel, right: ScreenLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .unscreened: 0
        case .clear: 1
        case .conditional: 2
        case .expired: 3
        case .unable: 4
        case .contraindicated: 5
        }
    }
}

/// One screen and how it stands.
public struct Screen: Hashable, Sendable {
    /// How a screen stands.
    public enum Standing: String, Sendable {
        /// It counts.
        case stands
        /// Screened again, or decided against, by somebody who had seen it.
        case superseded
        /// A privileged person accepted the risk by naming it.
        case accepted
        /// Made for an earlier visit: what it found asks for caution still, but it clears nobody.
        case expired
    }

    /// The event.
    public let event: EventID
    /// Who screened.
    public let by: String
    /// The outcome in the screener's word.
    public let result: String
    /// The outcome's level of caution.
    public let level: ScreenLevel
    /// Answers and findings.
    public let items: [ScreeningItem]
    /// The screener's remark.
    public let note: String
    /// How it stands.
    public internal(set) var standing: Standing
}

/// One gate: what all its standing screens together allow.
public struct SafetyGate: Hashable, Sendable {
    /// The most cautious level among the standing screens that nobody accepted.
    public internal(set) var level: ScreenLevel = .unscreened
    /// Whether every standing screen that asks for caution was accepted by a privileged person.
    public internal(set) var isAccepted = false
    /// Whether the examination may not go ahead.
    public internal(set) var isBlocked = false
    /// The findings of all standing screens together, each with its worst label.
    public internal(set) var items: [ScreeningItem] = []
    /// All screens, in causal order.
    public internal(set) var screens: [Screen] = []
    /// The kidney functions that the screens gave, in causal order; of the contrast gate only.
    public internal(set) var kidney: [KidneyFunction] = []

    /// The word of the state.
    public var word: String { isAccepted ? "accepted" : level.rawValue }
}

/// A privileged person's acceptance of named screens.
public struct RiskAcceptance: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who accepted.
    public let by: String
    /// The screens that it covers, and no others.
    public let covers: [EventID]
    /// Why the benefit outweighs the risk.
    public let justification: String
    /// Whether it counts: its author was entitled to it.
    public let isEffective: Bool
    /// The arrival for another visit that ended it; nil while its visit lasts.
    public internal(set) var endedBy: EventID?
}

/// What safety is at.
public struct SafetyState: Hashable, Sendable {
    /// MRI and implants.
    public internal(set) var mri = SafetyGate()
    /// Contrast medium.
    public internal(set) var contrast = SafetyGate()
    /// Pregnancy.
    public internal(set) var pregnancy = SafetyGate()
    /// The further screens: sedation, anticoagulation, infection, device, falls.
    private var others: [ScreenKind: SafetyGate] = [:]
    /// All acceptances, in causal order.
    public internal(set) var accepted: [RiskAcceptance] = []
    /// Events that arrived although they were illegal.
    var anomalies: [Anomaly] = []

    /// Nothing screened.
    public init() {}

    /// A gate by its kind.
    public internal(set) subscript(kind: ScreenKind) -> SafetyGate {
        get {
            switch kind {
            case .mri: mri
            case .contrast: contrast
            case .pregnancy: pregnancy
            default: others[kind] ?? SafetyGate()
            }
        }
        set {
            switch kind {
            case .mri: mri = newValue
            case .contrast: contrast = newValue
            case .pregnancy: pregnancy = newValue
            default: others[kind] = newValue
            }
        }
    }

    /// Whether any gate is blocked.
    public var isBlocked: Bool {
        mri.isBlocked || contrast.isBlocked || pregnancy.isBlocked || others.values.contains(where: \.isBlocked)
    }

    /// The kinds that somebody may have screened for: most cases know the three usual ones alone.
    var kinds: [ScreenKind] { others.isEmpty ? ScreenKind.usual : ScreenKind.allCases }

    /// The most cautious gate's word; accepted where nothing worse than an accepted risk is left.
    public var word: String {
        let gates = kinds.map { self[$0] }
        let worst = gates.filter { !$0.isAccepted }.map(\.level).max() ?? .unscreened
        return worst <= .clear && gates.contains(where: \.isAccepted) ? "accepted" : worst.rawValue
    }
}

/// Safety: a gate for each kind of screen. The more cautious answer stands until a privileged person, who has seen the worse one,
/// accepts it by name, or somebody who has seen both screens again. A screen and an acceptance count for the visit in which they
/// were made.
///
/// Source: ACR Manual on MR Safety 2024, ACR Manual on Contrast Media; house rule for conflicts 23, 24, 25, 26 and 27.
public enum SafetyAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "safety" }
    /// What it looks at.
    public static var concern: Concerns { .safety }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> SafetyState {
        var facts = SafetyFacts(history)
        facts.gather(history)
        var state = SafetyState()
        guard !facts.isEmpty else { return state }
        facts.judgeAcceptances(history, &state)
        for kind in ScreenKind.allCases where facts.screens.contains(where: { $0.kind == kind }) {
            state[kind] = facts.gate(kind, history, stream, state.accepted, &conflicts)
        }
        return state
    }

    /// Writes the state.
    public static func write(_ state: SafetyState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.word)
        json.member("blocked", state.isBlocked)
        for kind in state.kinds where !state[kind].screens.isEmpty {
            json.key(kind.rawValue)
            write(state[kind], to: &json)
        }
        if !state.accepted.isEmpty {
            json.key("accepted")
            json.beginArray()
            for acceptance in state.accepted {
                json.beginObject()
                json.member("event", acceptance.event)
                json.member("by", acceptance.by)
                json.member("covers", events: acceptance.covers)
                json.member("justification", acceptance.justification)
                json.member("effective", acceptance.isEffective)
                if let event = acceptance.endedBy { json.member("endedBy", event) }
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    private static func write(_ gate: SafetyGate, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", gate.word)
        json.member("blocked", gate.isBlocked)
        write(gate.items, to: &json)
        if !gate.kidney.isEmpty { write(gate.kidney, to: &json) }
        json.key("screens")
        json.beginArray()
        for screen in gate.screens {
            json.beginObject()
            json.member("event", screen.event)
            json.member("standing", screen.standing.rawValue)
            json.member("by", screen.by)
            json.member("result", screen.result)
            write(screen.items, to: &json)
            json.memberIfSaid("note", screen.note)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private static func write(_ values: [KidneyFunction], to json: inout JSONWriter) {
        json.key("kidney")
        json.beginArray()
        for value in values {
            json.beginObject()
            json.member("event", value.event)
            json.key("eGFR")
            json.real(value.eGFR)
            if let taken = value.specimenTaken { json.moment("specimenTaken", taken) }
            json.member("low", value.isLow)
            json.member("counts", value.counts)
            json.endObject()
        }
        json.endArray()
    }

    private static func write(_ items: [ScreeningItem], to json: inout JSONWriter) {
        guard !items.isEmpty else { return }
        json.key("items")
        json.beginArray()
        for item in items {
            json.beginObject()
            json.member("kind", item.kind)
            json.memberIfSaid("value", item.value)
            json.memberIfSaid("label", item.label)
            json.endObject()
        }
        json.endArray()
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: SafetyState) -> [Anomaly] { state.anomalies }

    /// Explains each gate that was screened.
    public static func explain(_ state: SafetyState, _ history: CaseHistory) -> [Explanation] {
        state.kinds.compactMap { kind in
            let gate = state[kind]
            guard !gate.screens.isEmpty else { return nil }
            let standing = gate.screens.filter { $0.standing != .superseded }.map(\.event)
            let rule =
                gate.isAccepted
                ? "A privileged person accepted every standing screen that asks for caution, by name."
                : gate.level == .expired
                    ? "The person came for another visit; a screen counts for the visit in which it was made."
                    : "The most cautious of the standing \(kind.rawValue) screens; a screen made after all of them replaces them."
            return Explanation(
                axis: label, state: "\(kind.rawValue) \(gate.word)", rule: rule,
                events: standing + (gate.isAccepted ? state.accepted.map(\.event) : []))
        }
    }
}
