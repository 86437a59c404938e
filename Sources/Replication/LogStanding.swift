public import Problems

/// How far the events of a log count, as the registry of sites says it: what lies beyond keeps its place in the log and is part of no
/// state. Pure.
public struct LogStanding: Equatable, Sendable {
    /// The last sequence that counts; nil where all do.
    public let asideBeyond: UInt64?
    /// Why what lies beyond does not.
    private let problem: Problem?

    /// Nothing is said against the log.
    public static let admitted = LogStanding()

    /// What lies beyond a sequence does not count.
    public init(asideBeyond: UInt64, objection: Problem) {
        self.asideBeyond = asideBeyond
        problem = objection
    }

    /// How a log stands of which the registry says how far it counts; nil for all of it.
    public init(countingThrough cut: UInt64?) {
        asideBeyond = cut
        problem = cut == nil ? nil : Problem(.siteRevoked, "The site was revoked from before this came.")
    }

    private init() {
        asideBeyond = nil
        problem = nil
    }

    /// Why an event does not count; nil for one that does.
    public func objection(to sequence: UInt64) -> Problem? {
        guard let asideBeyond, sequence > asideBeyond else { return nil }
        return problem
    }
}
