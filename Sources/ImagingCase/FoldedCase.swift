public import EventLog

/// A case folded, with what is needed to fold new facts onto it: only the axes that they concern are folded again.
///
/// Immutable, and handed on by reference: rules between cases pass the same few around many times.
public final class FoldedCase: Sendable {
    /// The facts that are folded.
    public let history: CaseHistory
    /// The state that they make.
    public let state: CaseState
    private let parts: Parts

    /// What a later fold goes on from, beside the state.
    private struct Parts {
        /// The order before the report concluded it.
        let order: OrderState
        /// The reading before the images concluded it.
        let reading: ReadingState
        let general: General
        let found: [[Conflict]]
        let foundByRare: [[Conflict]]
    }

    /// Folds facts that came in any order; a fact given twice counts once.
    public convenience init(_ stream: StreamID, _ facts: [CaseFact]) {
        self.init(stream, CaseHistory(facts))
    }

    /// Folds a history.
    ///
    /// Complexity: linear in the facts, and quadratic only in the few that could contradict each other.
    public convenience init(_ stream: StreamID, _ history: CaseHistory) {
        self.init(stream, history, onto: nil, news: .everything)
    }

    /// The state that a history makes, where nothing will be folded onto it.
    static func state(_ stream: StreamID, _ history: CaseHistory) -> CaseState {
        fold(stream, history, onto: nil, news: .everything, follower: nil, keepsParts: false).state
    }

    /// Folds new facts onto the case: equal to folding all of them anew.
    ///
    /// Complexity: of the axes that the new facts concern.
    public func appending(_ facts: [CaseFact]) -> FoldedCase {
        let history = self.history.appending(facts)
        // What waited before may be folded now: it is as new as what came.
        let isLate = !self.history.waiting.isEmpty
        let news: Concerns = isLate ? .everything : facts.reduce(into: []) { $0.formUnion($1.concerns) }
        let isFollowed = facts.count == 1 && history.isLonger(than: self.history, by: facts[0])
        return FoldedCase(state.stream, history, onto: self, news: news, follower: isFollowed ? facts[0] : nil)
    }

    private init(
        _ stream: StreamID, _ history: CaseHistory, onto was: FoldedCase?, news: Concerns, follower: CaseFact? = nil
    ) {
        self.history = history
        let folded = Self.fold(stream, history, onto: was, news: news, follower: follower, keepsParts: true)
        guard let kept = folded.parts else { preconditionFailure("a fold that keeps its parts gives them") }
        (state, parts) = (folded.state, kept)
    }

    /// - Parameter keepsParts: whether a later fold goes on from it: what that needs is copied for nothing otherwise.
    private static func fold(
        _ stream: StreamID, _ history: CaseHistory, onto was: FoldedCase?, news: Concerns, follower: CaseFact?,
        keepsParts: Bool
    ) -> (state: CaseState, parts: Parts?) {
        var fold = AxisFold(history, of: stream, news: news, follower: follower, earlier: was?.parts.found ?? [])
        let state = was?.state
        let order = fold.fold(OrderAxis.self, was?.parts.order)
        let protocoling = fold.fold(ProtocolAxis.self, state?.protocoling)
        let safety = fold.fold(SafetyAxis.self, state?.safety)
        let acquisition = fold.fold(AcquisitionAxis.self, state?.acquisition)
        let handOver = fold.fold(HandOverAxis.self, state?.handOver)
        let reading = fold.fold(ReadingAxis.self, was?.parts.reading)
        let report = fold.fold(ReportAxis.self, state?.report)
        let criticalResult = fold.fold(CriticalResultAxis.self, state?.criticalResult)
        let instruction = fold.fold(InstructionAxis.self, state?.instruction)
        let dose = fold.fold(DoseAxis.self, state?.dose)
        let identity = fold.fold(IdentityAxis.self, state?.identity)
        let priority = fold.part(.priority, state?.priority, advanced: Priority.advanced) {
            Priority.fold($0, of: $1, conflicts: &$2)
        }
        let general = fold.part(.general, was?.parts.general, advanced: General.advanced) {
            General.fold($0, of: $1, conflicts: &$2)
        }
        let (rare, foundByRare) = Self.rare(history, stream, onto: was, news, follower)
        let parts =
            keepsParts
            ? Parts(order: order, reading: reading, general: general, found: fold.found, foundByRare: foundByRare) : nil
        var concluded = order
        concluded.conclude(with: report)
        var reopened = reading
        reopened.conclude(with: rare.imageQuality, report)
        let whole = CaseState(
            stream: stream, history, general, priority: priority, order: concluded, protocoling: protocoling, safety: safety,
            acquisition: acquisition, handOver: handOver, reading: reopened, report: report, criticalResult: criticalResult,
            instruction: instruction, dose: dose, identity: identity, rare: rare,
            conflicts: Self.sorted(fold.found, foundByRare))
        let anomalies = whole.findAnomalies(in: history)
        if anomalies.isEmpty { return (whole, parts) }
        var flagged = whole
        flagged.anomalies = anomalies
        return (flagged, parts)
    }

    private static func rare(
        _ history: CaseHistory, _ stream: StreamID, onto was: FoldedCase?, _ news: Concerns, _ follower: CaseFact?
    ) -> (RareAxes, [[Conflict]]) {
        guard history.concernsAnything(of: .rare) else { return (.none, []) }
        let earlier = was.flatMap { $0.state.rare === RareAxes.none ? nil : $0 }
        var fold = AxisFold(history, of: stream, news: news, follower: follower, earlier: earlier?.parts.foundByRare ?? [])
        let axes = RareAxes(&fold, onto: earlier?.state.rare)
        return (axes, fold.found)
    }

    private static func sorted(_ common: [[Conflict]], _ rare: [[Conflict]]) -> [Conflict] {
        var all: [Conflict] = []
        for part in common where !part.isEmpty { all += part }
        for part in rare where !part.isEmpty { all += part }
        if all.count > 1 { all.sort { ($0.number, $0.id) < ($1.number, $1.id) } }
        return all
    }
}
