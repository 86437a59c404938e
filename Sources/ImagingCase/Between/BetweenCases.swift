public import EventLog

/// Something that a person or a program may do about two cases, with what it rests on.
public struct Suggestion: Hashable, Sendable {
    /// The row of the conflict catalogue.
    public let number: Int
    /// What kind, in lowerCamelCase.
    public let kind: String
    /// The case in whose history the answer is recorded.
    public let stream: StreamID
    /// The other case.
    public let other: StreamID
    /// The events of both that it rests on, ascending.
    public let events: [EventID]
    /// What fits, in words.
    public let basis: [String]
    /// Who answers it.
    public let owner: Role
    /// Whether a program may record the answer by itself: every identifier is exactly the same.
    public let isAutomatic: Bool
    /// The event that says yes.
    public let answer: CaseEvent

    /// Writes it as one JSON object.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("number", number)
        json.member("kind", kind)
        json.member("case", stream.description)
        json.member("other", other.description)
        json.member("events", events: events)
        json.member("basis", texts: basis)
        json.member("owner", owner.rawValue)
        json.member("automatic", isAutomatic)
        json.member("answer", answer.kind.text)
        json.endObject()
    }
}

/// The bounds within which two cases may be about one matter.
public struct BetweenLimits: Hashable, Sendable {
    /// Between the asserted times of two orders that may be one.
    public var duplicateHours: Int64 = 72
    /// Between the asserted times of an order and of an examination that may belong together.
    public var orphanHours: Int64 = 24
    /// Before a merge within which a signature counts as made beside it.
    public var mergeHours: Int64 = 24

    /// The defaults of the house.
    public init() {}
}

/// The cases that a node holds, looked at together: the rules between them, as pure functions of their histories.
///
/// Clocks decide nothing here either: asserted times choose which pairs a person is asked about, never what is in force.
public struct BetweenCases: Sendable {
    /// The cases, by id.
    public let cases: [FoldedCase]
    /// Which identifiers are one person.
    public let clusters: PersonClusters
    /// The bounds.
    public let limits: BetweenLimits
    /// The case whose questions are asked for; nil for those of all.
    private let focus: StreamID?

    /// Looks at some cases together; one given twice counts once.
    ///
    /// - Parameter focus: the case whose pairs alone are looked at; nil, or what is no case, for all pairs.
    public init(
        _ cases: [FoldedCase], clusters: PersonClusters = .none, limits: BetweenLimits = BetweenLimits(), focus: StreamID? = nil
    ) {
        self.focus = focus?.kind == .imagingCase ? focus : nil
        var seen: Set<StreamID> = []
        self.cases = cases.sorted { $0.state.stream < $1.state.stream }.filter { seen.insert($0.state.stream).inserted }
        self.clusters = clusters
        self.limits = limits
    }

    /// Every question between the cases, by number and id.
    public func conflicts() -> [Conflict] {
        let all =
            possibleDuplicates().map(\.conflict) + sharedIdentifiers() + oldIdentifiers().map(\.conflict)
            + tenants().map(\.conflict)
        return all.sorted { ($0.number, $0.id) < ($1.number, $1.id) }
    }

    /// Every suggestion, by number, case and other case.
    public func suggestions() -> [Suggestion] {
        (links() + followUps()).sorted {
            ($0.number, $0.stream, $0.other, $0.events.description) < ($1.number, $1.stream, $1.other, $1.events.description)
        }
    }

    /// Each two cases, once; with a focus only those that it is one of.
    var pairs: [(FoldedCase, FoldedCase)] {
        guard let focus else { return allPairs }
        guard let centre = cases.first(where: { $0.state.stream == focus }) else { return [] }
        return cases.filter { $0.state.stream != focus }.map { $0.state.stream < focus ? ($0, centre) : (centre, $0) }
    }

    private var allPairs: [(FoldedCase, FoldedCase)] {
        cases.indices.flatMap { index in cases[(index + 1)...].map { (cases[index], $0) } }
    }

    /// Whether a person linked or separated two cases already, so that nobody is asked again.
    func isAnswered(_ one: FoldedCase, _ other: FoldedCase) -> Bool {
        hasClaim(in: one, on: other.state.stream) || hasClaim(in: other, on: one.state.stream)
    }

    private func hasClaim(in folded: FoldedCase, on other: StreamID) -> Bool {
        folded.state.rare.linkage.links.contains { $0.to == other && $0.stands }
    }
}

extension FoldedCase {
    /// The first order that stands; nil for a case without.
    var orderPosition: Int? {
        history.positions.first {
            if case .orderPlaced = history[$0].event { true } else { false }
        }
    }

    /// The first fact that shows that the person was exposed, or that images exist.
    var exposurePosition: Int? {
        history.positions.first {
            switch history[$0].event {
            case .procedureStepStarted, .procedureStepCompleted, .studyContentChanged, .studyHandedOver: true
            case .procedureStepDiscontinued(let step): !step.series.isEmpty
            default: false
            }
        }
    }

    /// Whether the order is out of play: cancelled or rejected before anything was done.
    var isOrderClosed: Bool { state.order.status == .cancelled || state.order.status == .rejected }
}

extension Instant {
    /// Whether another moment lies within some hours, before or after.
    func isWithin(hours: Int64, of other: Instant) -> Bool {
        let (gap, overflow) = milliseconds.subtractingReportingOverflow(other.milliseconds)
        return !overflow && gap.magnitude <= UInt64(hours) * 3_600_000
    }
}
