/// How far a node holds each log without gaps: the version vector over append-only logs.
public struct Frontier: Equatable, Sendable {
    private var held: [LogID: UInt64]

    /// Why an id cannot extend a frontier.
    public enum Refusal: Error, Equatable, Sendable {
        case alreadyHeld(through: UInt64)
        case gap(expected: UInt64)
    }

    /// Takes the highest held sequence of each log.
    public init(_ held: [LogID: UInt64] = [:]) { self.held = held.filter { $0.value > 0 } }

    /// The highest sequence held of a log; 0 for none.
    public subscript(log: LogID) -> UInt64 { held[log] ?? 0 }

    /// The logs with at least one event, in order of id.
    public var logs: [LogID] { held.keys.sorted() }

    /// Extends the frontier by one event.
    ///
    /// - Throws: `Refusal` when the id is held or leaves a gap; the frontier is unchanged.
    public mutating func advance(to id: EventID) throws(Refusal) {
        let through = self[id.log]
        guard id.sequence > through else { throw .alreadyHeld(through: through) }
        guard id.sequence == through + 1 else { throw .gap(expected: through + 1) }
        held[id.log] = id.sequence
    }

    /// Whether an event is held.
    public func contains(_ id: EventID) -> Bool { id.sequence > 0 && id.sequence <= self[id.log] }

    /// The ranges that another frontier holds and this one does not, in order of log.
    public func missing(from other: Frontier) -> [(log: LogID, sequences: ClosedRange<UInt64>)] {
        other.logs.compactMap { log in
            let mine = self[log]
            let theirs = other[log]
            return theirs > mine ? (log, (mine + 1)...theirs) : nil
        }
    }
}
