public import EventLog
import GRDB
public import Problems

/// An event that keeps its place in its log and is part of no state, with the reason.
public struct SetAsideEvent: Equatable, Sendable {
    /// The event.
    public let id: EventID
    /// The code of the objection.
    public let code: ProblemCode
    /// The objection in words.
    public let reason: String

    /// States one.
    public init(id: EventID, code: ProblemCode, reason: String) {
        self.id = id
        self.code = code
        self.reason = reason
    }

    /// Whether its site must know of it: it does not wait for somebody at the hub to let it in.
    public var isRefused: Bool { code != .siteSuspended }

    /// The event on one line, as it goes over the wire.
    public var line: String { "\(id)\t\(code.rawValue)\t\(reason)" }

    /// Reads a line; nil for one that is none.
    public init?(line: Substring) {
        let parts = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let id = EventID(parts[0]), let code = ProblemCode(rawValue: String(parts[1])) else { return nil }
        self.init(id: id, code: code, reason: String(parts[2]))
    }
}

extension StoreWriter {
    /// Notes that an event is set aside; the caller keeps it out of its stream.
    func noteAside(_ position: Position, stream: Int, _ problem: Problem, noted: Int64) throws {
        let insert = try RawStatement(
            db, "INSERT OR IGNORE INTO aside(position, stream, code, reason, noted) VALUES(?1, ?2, ?3, ?4, ?5)", isCached: true)
        insert.bind(1, position.bits)
        insert.bind(2, stream)
        insert.bind(3, problem.code.rawValue)
        insert.bind(4, problem.message)
        insert.bind(5, noted)
        try insert.run()
        needs.hasAside = true
    }

    /// Takes a held event out of its stream, which is folded anew without it. Nothing happens for one that is not held or out already.
    func setAside(_ event: SetAsideEvent, noted: Int64) throws {
        guard let position = position(of: event.id) else { return }
        let select = statements.selectEvent
        select.bind(1, position.bits)
        guard try select.step() else { return }
        let index = try EventRecord.stream(select.bytes(0))
        select.reset()
        let record = try stream(SegmentReading.stream(index, db))
        try noteAside(position, stream: index, Problem(event.code, event.reason), noted: noted)
        guard let record, let place = record.positions.firstIndex(of: position) else { return }
        if place >= record.positions.count - record.newCount { record.newCount -= 1 }
        record.positions.remove(at: place)
        record.facts.remove(at: place)
        record.unfold()
        record.lostFacts = true
        touch(record)
    }

    /// The events of a stream that were taken out of it because their site is not to be trusted: who gets the stream gets them too.
    func withdrawn(of stream: Int) throws -> [Position] {
        guard needs.hasAside else { return [] }
        let select = try RawStatement(
            db, "SELECT position FROM aside WHERE stream=?1 AND code=?2 ORDER BY position", isCached: true)
        select.bind(1, stream)
        select.bind(2, ProblemCode.siteRevoked.rawValue)
        var found: [Position] = []
        while try select.step() { found.append(Position(bits: select.integer(0))) }
        return found
    }
}

/// How many events of a log are set aside for one reason.
public struct AsideCount: Sendable {
    /// The log.
    public let log: LogID
    /// Why.
    public let code: ProblemCode
    /// How many.
    public let count: Int
    /// Whether the log's site must know of them: they do not wait for somebody at the hub to let them in.
    public var isRefused: Bool { code != .siteSuspended }
}

extension StoreSnapshot {
    /// How many events of each log are set aside, by reason.
    func asideCounts() throws -> [AsideCount] {
        let select = try RawStatement(
            db, "SELECT position>>?1, code, count(*) FROM aside GROUP BY position>>?1, code", isCached: true)
        select.bind(1, Position.sequenceBits)
        var counts: [AsideCount] = []
        while try select.step() {
            let log = Int(select.integer(0))
            guard log < dictionaries.logs.count, let code = ProblemCode(rawValue: select.text(1)) else { continue }
            counts.append(AsideCount(log: dictionaries.logs[log], code: code, count: Int(select.integer(2))))
        }
        return counts
    }

    /// Where the events that are set aside lie.
    func asidePositions() throws -> PositionSet {
        let select = try RawStatement(db, "SELECT position FROM aside", isCached: true)
        defer { select.reset() }
        var positions = PositionSet()
        while try select.step() { positions.insert(Position(bits: select.integer(0))) }
        return positions
    }

    /// Events that are set aside, in order of log and sequence.
    func aside() throws -> [SetAsideEvent] {
        let select = try RawStatement(db, "SELECT position, code, reason FROM aside ORDER BY position", isCached: true)
        var found: [SetAsideEvent] = []
        while try select.step() {
            let position = Position(bits: select.integer(0))
            guard position.log < dictionaries.logs.count, let code = ProblemCode(rawValue: select.text(1)) else { continue }
            found.append(
                SetAsideEvent(
                    id: EventID(log: dictionaries.logs[position.log], sequence: position.sequence), code: code,
                    reason: select.text(2)))
        }
        return found.sorted { $0.id < $1.id }
    }
}

extension StoreFile {
    /// Events that are set aside, in order of log and sequence.
    public func aside() throws(Problem) -> [SetAsideEvent] { try snapshot { try $0.aside() } }

    /// How many events of each log are set aside, by reason; without reading the events.
    public func asideCounts() throws(Problem) -> [AsideCount] { try snapshot { try $0.asideCounts() } }

    /// Sets events aside; gives how many are set aside now.
    public func setAside(_ events: [SetAsideEvent], noted: Instant) throws(Problem) -> Int {
        do { try write { writer in for event in events { try writer.setAside(event, noted: noted.milliseconds) } } } catch {
            throw SQLiteSiteStore.problem(error)
        }
        return try asideCounts().reduce(0) { $0 + $1.count }
    }
}
