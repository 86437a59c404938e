import Dispatch
import EventLog
import FoundationEssentials
import Problems
import Synchronization

/// Goes through every history of one state of the file: the hashes of their events, and the state of each where that is wanted.
///
/// One thread reads, all cores judge what was read: SQLite gives several connections no common state to read, and reading is the
/// smaller part. What is found does not depend on who was first.
struct CaseVerification {
    /// What all cases come to by the digests that are stored.
    private(set) var sum = StateSum()
    private(set) var findings = CaseFindings()

    /// What ended the reading before its end.
    private var broken: (any Error)?

    /// - Parameters:
    ///   - states: whether each history is folded anew.
    ///   - helpers: how many threads help the one that reads.
    init(_ snapshot: StoreSnapshot, states: Bool, helpers: Int) throws {
        let depth: VerificationDepth = states ? .states(looksUpParents: try CountedParents.Needs(snapshot.db).isAny) : .log
        let crew = JudgingCrew(snapshot.dictionaries, depth, helpers: helpers)
        do { try read(snapshot, crew) } catch { broken = error }
        findings.merge(crew.finish())
    }

    private mutating func read(_ snapshot: StoreSnapshot, _ crew: JudgingCrew) throws {
        let select = try RawStatement(snapshot.db, Self.histories)
        var window = CaseWindow()
        while try select.step() {
            guard let stream = select.streamID else { throw Problem(.integrityFailed, "The row of a stream is damaged.") }
            let digest = try EventRecord.hash(select.bytes(3))
            sum.add(digest, of: stream)
            do {
                window.append(
                    stream, digest: digest, index: select.isNull(4) ? -1 : Int(select.integer(4)),
                    positions: try PositionList.read(select.bytes(5)))
            } catch { findings.take(error, stream) }
            guard window.isFull else { continue }
            try window.read(snapshot)
            crew.judge(window)
            window = CaseWindow()
        }
        try window.read(snapshot)
        crew.judge(window)
    }

    /// The histories in the order in which they began, in which their events lie near one another; each as it is found by its id.
    private static let histories = """
        SELECT s.kind, s.high, s.low, s.digest, CASE WHEN t.idx=s.idx THEN s.idx END, t.events \
        FROM stream s LEFT JOIN stream_id i ON i.kind=s.kind AND i.high=s.high AND i.low=s.low LEFT JOIN stream t ON t.idx=i.idx \
        WHERE s.digest IS NOT NULL ORDER BY s.idx
        """

    /// Throws the fault of the lowest case, if any has one.
    ///
    /// - Parameter unlisted: the first event that is in no history's list, though it is not set aside.
    mutating func conclude(_ snapshot: StoreSnapshot, unlisted: EventID?) throws {
        if let broken { throw broken }
        for (stream, digest) in findings.leftOver {
            do { findings.compare(try snapshot.facts(of: stream), stream, digest) } catch let problem as Problem {
                findings.take(problem, stream)
            }
        }
        if let fault = findings.fault { throw fault.problem }
        if let unlisted { throw Problem(.integrityFailed, "The event \(unlisted) is in no list of what its history holds.") }
        guard findings.listed.count == findings.entries else {
            throw Problem(.integrityFailed, "A list of what a history holds names an event twice, or one of another history.")
        }
        guard try snapshot.sum() == sum else {
            throw Problem(.integrityFailed, "What all cases come to is not what was stored.")
        }
    }

    /// One thread for each core beside the one that reads.
    static var helpersOfThisMachine: Int { ProcessInfo.processInfo.activeProcessorCount - 1 }
}

/// Judges windows on several threads. Whoever reads judges one himself where the others have enough, so that few are in memory and
/// all is done even where no other thread is free.
private final class JudgingCrew: Sendable {
    private struct State {
        var waiting: [CaseWindow] = []
        var findings = CaseFindings()
    }

    private let state = Mutex(State())
    private let group = DispatchGroup()
    private let dictionaries: Dictionaries
    private let depth: VerificationDepth
    private let waitingMax: Int

    init(_ dictionaries: Dictionaries, _ depth: VerificationDepth, helpers: Int) {
        self.dictionaries = dictionaries
        self.depth = depth
        waitingMax = 2 * helpers
    }

    func judge(_ window: CaseWindow) {
        let isTaken = state.withLock { state in
            guard state.waiting.count < waitingMax else { return false }
            state.waiting.append(window)
            return true
        }
        guard isTaken else { return take(window) }
        DispatchQueue.global(qos: .userInitiated).async { self.judgeNext() }
    }

    /// Judges what nobody has begun, waits for what somebody has, and gives what was found.
    func finish() -> CaseFindings {
        while judgeNext() {}
        group.wait()
        return state.withLock { $0.findings }
    }

    @discardableResult private func judgeNext() -> Bool {
        let next = state.withLock { state -> CaseWindow? in
            guard !state.waiting.isEmpty else { return nil }
            group.enter()
            return state.waiting.removeFirst()
        }
        guard let next else { return false }
        take(next)
        group.leave()
        return true
    }

    private func take(_ window: CaseWindow) {
        let found = window.judged(dictionaries, depth)
        state.withLock { $0.findings.merge(found) }
    }
}
