public import EventLog

/// What somebody said of this case and another: that they are one examination, or two.
public struct CaseLink: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// The other case.
    public let to: StreamID
    /// Whether it links rather than separates.
    public let isLink: Bool
    /// What the link rests on.
    public let basis: LinkBasis
    /// Who said it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// Why.
    public let reason: String
    /// Whether it is in force.
    public internal(set) var stands = false
}

/// The examination belongs to another person, somebody says.
public struct CaseMove: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// The person that it belongs to.
    public let patient: Patient
    /// Who said it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// Why.
    public let reason: String
}

/// A text of the report that was written while the case was labelled with another person. It is never rewritten.
public struct LabelledText: Hashable, Sendable {
    /// The text's event.
    public let event: EventID
    /// Who wrote it.
    public let by: String
    /// The person as the author knew him; nil where he knew none.
    public let label: Patient?
    /// The move that its author had not seen; nil where the person who moved the case had seen the text.
    public let movedBy: EventID?
    /// The event by which its author or a decision confirmed it; nil while it is not.
    public internal(set) var confirmedBy: EventID?

    /// Whether its copies for the person of the label must be called back.
    public var isToBeRecalled: Bool { label != nil }
}

/// Which case belongs to which order and person.
public struct LinkageState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        case separate
        case linked
        case moved
    }

    /// Where it is; moved prevails over linked.
    public internal(set) var status: Status = .none
    /// The cases that are one examination with this one, ascending.
    public internal(set) var linkedTo: [StreamID] = []
    /// Everything that was said of links, in causal order.
    public internal(set) var links: [CaseLink] = []
    /// Every move to another person, in causal order.
    public internal(set) var moves: [CaseMove] = []
    /// Texts written under another label, in causal order.
    public internal(set) var texts: [LabelledText] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// Whether a person said that this case and another are two.
    public func isSeparate(from other: StreamID) -> Bool { links.contains { $0.to == other && !$0.isLink && $0.stands } }
}

/// Which case belongs to which order and person: links that can be undone. A report follows its examination and keeps its text.
///
/// Source: IHE RAD PIR, DICOM PS3.16 113038; house rules for conflicts 20 and 22.
public enum LinkageAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "linkage" }

    /// What it looks at: links and moves, and the texts and labels that a move meets.
    public static var concern: Concerns { [.linkage, .report, .identity] }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> LinkageState {
        var ledger = LinkageLedger(history, stream)
        var state = LinkageState()
        guard !ledger.isEmpty else { return state }
        ledger.judgeLinks(&conflicts)
        state.texts = ledger.labelledTexts(&conflicts)
        state.links = ledger.links.map(\.link)
        state.moves = ledger.moves.map(\.move)
        state.linkedTo = Set(state.links.filter { $0.stands && $0.isLink }.map(\.to)).sorted()
        state.oddities = ledger.oddities
        state.status = !state.moves.isEmpty ? .moved : state.linkedTo.isEmpty ? .separate : .linked
        return state
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: LinkageState) -> [Anomaly] { state.oddities }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: LinkageState) -> Bool { state.status == .none }

    /// Writes the state.
    public static func write(_ state: LinkageState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if !state.linkedTo.isEmpty { json.member("linkedTo", texts: state.linkedTo.map(\.description)) }
        writeList("links", state.links, to: &json) { $0.write(to: &$1) }
        writeList("moves", state.moves, to: &json) { $0.write(to: &$1) }
        writeList("signedUnder", state.texts, to: &json) { $0.write(to: &$1) }
        json.endObject()
    }

    private static func writeList<T>(
        _ name: StaticString, _ list: [T], to json: inout JSONWriter, _ write: (T, inout JSONWriter) -> Void
    ) {
        guard !list.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for item in list { write(item, &json) }
        json.endArray()
    }

    /// Explains each link and each move.
    public static func explain(_ state: LinkageState, _ history: CaseHistory) -> [Explanation] {
        var all = state.links.map { link in
            Explanation(
                axis: label, state: "\(link.isLink ? "linked" : "separate"): \(link.to)\(link.stands ? "" : ", not in force")",
                rule: "The later word on two cases counts; of a link and a separation made apart the separation.",
                events: [link.event])
        }
        for move in state.moves {
            let texts = state.texts.filter { $0.movedBy == nil || $0.movedBy == move.event }
            all.append(
                Explanation(
                    axis: label, state: "moved to \(move.patient.text(of: .identifier)) \(move.patient.name)",
                    rule: "Reports follow the examination; their text stays, marked with the person that it was signed for.",
                    events: [move.event] + texts.map(\.event)))
        }
        return all
    }
}

extension CaseLink {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", event)
        json.member("kind", isLink ? "linked" : "unlinked")
        json.member("case", to.description)
        json.member("stands", stands)
        if basis != .unspecified { json.member("basis", basis.word) }
        json.member("by", by)
        json.moment("at", at)
        json.memberIfSaid("reason", reason)
        json.endObject()
    }
}

extension CaseMove {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", event)
        json.key("patient")
        patient.write(to: &json)
        json.member("by", by)
        json.moment("at", at)
        json.memberIfSaid("reason", reason)
        json.endObject()
    }
}

extension LabelledText {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", event)
        json.member("by", by)
        if let label {
            json.key("label")
            label.write(to: &json)
        }
        if let movedBy { json.member("movedBy", movedBy) }
        if let confirmedBy { json.member("confirmedBy", confirmedBy) }
        json.endObject()
    }
}
