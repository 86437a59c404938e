import EventLog
import Synchronization

/// What repeats in events - logs, kinds, actors - by small numbers. Append-only, so that a copy names all that was committed before it
/// was taken; of what came later it knows nothing.
struct Dictionaries: Sendable {
    var logs: [LogID] = []
    var kinds: [EventKind] = []
    var actors: [Actor] = []
    private var logPlaces: [LogID: Int] = [:]
    private var kindPlaces: [EventKind: Int] = [:]
    private var actorPlaces: [Actor: Int] = [:]

    func index(of log: LogID) -> Int? { logPlaces[log] }
    func index(of kind: EventKind) -> Int? { kindPlaces[kind] }
    func index(of actor: Actor) -> Int? { actorPlaces[actor] }

    mutating func append(_ log: LogID) {
        logPlaces[log] = logs.count
        logs.append(log)
    }

    mutating func append(_ kind: EventKind) {
        kindPlaces[kind] = kinds.count
        kinds.append(kind)
    }

    mutating func append(_ actor: Actor) {
        actorPlaces[actor] = actors.count
        actors.append(actor)
    }
}

/// The newest dictionaries, shared between the writer and readers.
///
/// Law: the writer publishes before it commits, and a reader takes them after its snapshot stands. Then nothing in the snapshot is
/// unknown to them; in any other order a commit can come between, and a sound row looks damaged.
final class SharedDictionaries: Sendable {
    private let held: Mutex<Dictionaries>

    init(_ dictionaries: Dictionaries) { held = Mutex(dictionaries) }

    /// Says what the transaction that is about to be committed knows, or what a failed one left.
    func publish(_ dictionaries: Dictionaries) { held.withLock { $0 = dictionaries } }

    /// What was published last; readers of rows take it through a `StoreSnapshot`.
    var newest: Dictionaries { held.withLock { $0 } }

    /// The number of a log, which it keeps for good once it is committed.
    func index(of log: LogID) -> Int? { held.withLock { $0.index(of: log) } }
}

/// The place of an event in the file: its log's number and its sequence.
struct Position: Hashable, Comparable, Sendable {
    static let sequenceBits: Int64 = 40
    /// The highest sequence that has a place; callers may ask for any.
    static let sequenceMax = EventLimits.sequenceMax
    let bits: Int64

    init(bits: Int64) { self.bits = bits }
    init(log: Int, sequence: UInt64) { bits = Int64(log) << Self.sequenceBits | Int64(sequence) }

    var log: Int { Int(bits >> Self.sequenceBits) }
    var sequence: UInt64 { UInt64(bits & (1 << Self.sequenceBits - 1)) }

    static func < (left: Position, right: Position) -> Bool { left.bits < right.bits }
}
