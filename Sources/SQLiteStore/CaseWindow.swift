import EventLog
import ImagingCase
import Problems

/// Some histories as the file has them, with the rows of their events: what one core judges by itself, without the file.
struct CaseWindow: Sendable {
    /// How many events are gathered before they are judged; one history that has more comes by itself.
    static let eventsMax = 512

    /// One history.
    struct Held: Sendable {
        let stream: StreamID
        let digest: EventHash
        /// By which number its events name it.
        let index: Int
        /// Its events in order of arrival.
        let positions: [Position]
        /// Where its rows begin among those of the window.
        let firstRow: Int
    }

    private(set) var histories: [Held] = []
    private(set) var rowCount = 0
    private var bytes: [UInt8] = []
    private var rows: [Range<Int>?] = []

    var isFull: Bool { rowCount >= Self.eventsMax }

    mutating func append(_ stream: StreamID, digest: EventHash, index: Int, positions: [Position]) {
        histories.append(Held(stream: stream, digest: digest, index: index, positions: positions, firstRow: rowCount))
        rowCount += positions.count
    }

    /// Reads the rows in the order of their places, so that each page of the file is read once.
    mutating func read(_ snapshot: StoreSnapshot) throws {
        rows = [Range<Int>?](repeating: nil, count: rowCount)
        var wanted: [(place: Int64, row: Int)] = []
        wanted.reserveCapacity(rowCount)
        for history in histories {
            for (offset, position) in history.positions.enumerated() { wanted.append((position.bits, history.firstRow + offset)) }
        }
        wanted.sort { $0.place < $1.place }
        let select = try RawStatement(
            snapshot.db, "SELECT position, record FROM event WHERE position>=?1 ORDER BY position", isCached: true)
        defer { select.reset() }
        var at: Int64?
        var range = 0..<0
        for (place, row) in wanted {
            if at.map({ place - $0 > Self.skippedMax || place < $0 }) ?? true {
                select.reset()
                select.bind(1, place)
                at = try select.step() ? select.integer(0) : .max
                range = 0..<0
            }
            while let here = at, here < place {
                at = try select.step() ? select.integer(0) : .max
                range = 0..<0
            }
            guard at == place else { continue }
            if range.isEmpty {
                let record = select.bytes(1)
                range = bytes.count..<bytes.count + record.count
                bytes.append(contentsOf: record)
            }
            rows[row] = range
        }
    }

    /// So many rows of others are stepped over rather than looking the next one up.
    private static let skippedMax: Int64 = 16

    /// Recomputes the hashes of each history's events and, where that is wanted, folds it.
    ///
    /// - Parameter depth: how far it is looked into a history.
    func judged(_ dictionaries: Dictionaries, _ depth: VerificationDepth) -> CaseFindings {
        var findings = CaseFindings()
        var scratch: [UInt8] = []
        bytes.withUnsafeBytes { bytes in
            for history in histories {
                findings.entries += history.positions.count
                do throws(Problem) {
                    let events = try events(of: history, bytes, dictionaries)
                    let isKnown = note(history, events, bytes, &scratch, &findings)
                    switch depth {
                    case .log: break
                    case .states(looksUpParents: true) where !isKnown: findings.leftOver.append((history.stream, history.digest))
                    case .states: findings.compare(events.map { StoreWriter.fact($0) }, history.stream, history.digest)
                    }
                } catch { findings.take(error, history.stream) }
            }
        }
        return findings
    }

    private func events(
        of history: Held, _ bytes: UnsafeRawBufferPointer, _ dictionaries: Dictionaries
    ) throws(Problem) -> [HashedEvent] {
        var events: [HashedEvent] = []
        events.reserveCapacity(history.positions.count)
        for (offset, position) in history.positions.enumerated() {
            guard let row = rows[history.firstRow + offset] else { throw EventRecord.damaged(position) }
            let record = UnsafeRawBufferPointer(rebasing: bytes[row])
            events.append(try EventRecord.event(record, at: position, in: dictionaries, of: history.stream))
        }
        return events
    }

    /// Notes which events have the hash that they were recorded with; those whose parents lie elsewhere are left to the walk through
    /// the logs.
    ///
    /// - Returns: whether every parent is of the history.
    private func note(
        _ history: Held, _ events: [HashedEvent], _ bytes: UnsafeRawBufferPointer, _ scratch: inout [UInt8],
        _ findings: inout CaseFindings
    ) -> Bool {
        var hashes: [EventID: EventHash] = [:]
        hashes.reserveCapacity(events.count)
        for event in events { hashes[event.id] = event.hash }
        var isKnown = true
        for (offset, event) in events.enumerated() {
            guard let row = rows[history.firstRow + offset],
                let index = try? EventRecord.stream(UnsafeRawBufferPointer(rebasing: bytes[row])), index == history.index
            else {
                isKnown = false
                continue
            }
            findings.listed.insert(history.positions[offset])
            let parents = event.event.parents.compactMap { hashes[$0] }
            guard parents.count == event.event.parents.count else {
                isKnown = false
                continue
            }
            guard CanonicalEvent.hash(event.event, parentHashes: parents, scratch: &scratch) == event.hash else {
                // It may rest on another history than the one held.
                isKnown = false
                continue
            }
            findings.whole.insert(history.positions[offset])
        }
        return isKnown
    }
}

/// How far a verification looks into histories.
enum VerificationDepth: Equatable {
    /// Their events, and the lists that say which these are.
    case log
    /// Also the state that each comes to.
    ///
    /// - looksUpParents: whether parents may count otherwise than they are named; such a history is left to whoever has the file.
    case states(looksUpParents: Bool)
}

/// What a look at histories found; put together it is the same whoever looked at which.
struct CaseFindings: Sendable {
    /// Events with the hash that they were recorded with.
    var whole = PositionSet()
    /// Events that the list of their history names.
    var listed = PositionSet()
    /// How many entries the lists have: each of them is one of these events, and no two are the same.
    var entries = 0
    /// Histories that cannot be folded without the file, with the digests that it has.
    var leftOver: [(stream: StreamID, digest: EventHash)] = []
    /// The lowest history with a fault, and the fault.
    private(set) var fault: (stream: StreamID, problem: Problem)?

    /// Folds a history and compares its digest with the one that the file has.
    mutating func compare(_ facts: [CaseFact], _ stream: StreamID, _ digest: EventHash) {
        guard CaseFold.fold(stream, facts).digest() != digest else { return }
        take(Problem(.integrityFailed, "The case \(stream) is stored with another state than its events give."), stream)
    }

    mutating func take(_ problem: Problem, _ stream: StreamID) {
        if let fault, fault.stream < stream { return }
        fault = (stream, problem)
    }

    mutating func merge(_ other: CaseFindings) {
        whole.formUnion(other.whole)
        listed.formUnion(other.listed)
        entries += other.entries
        leftOver += other.leftOver
        if let (stream, problem) = other.fault { take(problem, stream) }
    }
}

/// Places of events: a bit for each, in words that are there only where some bit is.
struct PositionSet: Sendable {
    private var words: [Int64: UInt64] = [:]

    mutating func insert(_ position: Position) { words[position.bits >> 6, default: 0] |= 1 << UInt64(position.bits & 63) }

    func contains(_ position: Position) -> Bool { (words[position.bits >> 6] ?? 0) & 1 << UInt64(position.bits & 63) != 0 }

    var count: Int { words.values.reduce(0) { $0 + $1.nonzeroBitCount } }

    mutating func formUnion(_ other: PositionSet) { words.merge(other.words) { $0 | $1 } }
}
