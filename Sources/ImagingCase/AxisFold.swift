import EventLog

/// Folds one part of a case after another, and takes over from an earlier fold what no new fact concerns.
///
/// Taking over is exact: a part looks only at the facts that concern it and at people's decisions, and new facts change neither
/// which of those came before which nor their order among themselves.
struct AxisFold {
    let history: CaseHistory
    let stream: StreamID
    /// What the new facts concern; everything where there is nothing to take over.
    private let news: Concerns
    /// The only new fact, where its author had seen everything.
    private let follower: CaseFact?
    /// The conflicts that the earlier fold found, by part.
    private let earlier: [[Conflict]]
    /// As many parts as the common or the rare axes have, with room to spare.
    private static let partsMax = 24
    /// The conflicts that each part found, in the order of folding.
    private(set) var found: [[Conflict]] = []

    /// Folds anew.
    init(_ history: CaseHistory, of stream: StreamID) {
        self.init(history, of: stream, news: .everything, follower: nil, earlier: [])
    }

    /// Folds onto an earlier fold's findings.
    init(_ history: CaseHistory, of stream: StreamID, news: Concerns, follower: CaseFact?, earlier: [[Conflict]]) {
        self.history = history
        self.stream = stream
        self.news = news.contains(.decision) ? .everything : news
        self.follower = news.contains(.decision) ? nil : follower
        self.earlier = earlier
        found.reserveCapacity(Self.partsMax)
    }

    /// One axis.
    mutating func fold<A: Axis>(_ axis: A.Type, _ was: A.State?) -> A.State {
        part(A.concern, was, advanced: A.advanced) { A.fold($0, of: $1, conflicts: &$2) }
    }

    /// One part that is no axis.
    mutating func part<State>(
        _ concern: Concerns, _ was: State?, advanced: (State, CaseFact) -> State?,
        _ fold: (CaseHistory, StreamID, inout [Conflict]) -> State
    ) -> State {
        if let was, found.count < earlier.count {
            let known = earlier[found.count]
            if news.isDisjoint(with: concern) {
                found.append(known)
                return was
            }
            if known.isEmpty, let follower, let state = advanced(was, follower) {
                found.append(known)
                return state
            }
        }
        var conflicts: [Conflict] = []
        let state = fold(history, stream, &conflicts)
        found.append(conflicts)
        return state
    }
}
