import EventLog
import Problems
import Replication
import SQLiteStore
import Synchronization
import Wire

/// Sending the own log, part after part.
extension SyncDriver {
    func push(from first: UInt64) async {
        do {
            let log = store.log
            let answer: PushAnswer?
            do {
                try await sendAhead(log, beyond: first - 1, head: try await head())
                answer = try await sendParts(of: log, from: first)
            } catch let error as HubClient.Failed {
                pushLane.forget()
                return failed(.push, error)
            }
            // What was sent of a log that is no longer written says nothing of the one that is.
            guard log == store.log else { return }
            if let answer {
                tell(.pushed(answer))
            } else {
                tell(.failed(.push, .gap(expected: first), retryAfterMilliseconds: nil))
            }
        } catch {
            fault((error as? Problem) ?? Problem(.internalError, "\(error)"))
        }
    }

    /// Sends part after part until the log's end; gives the last answer, nil where there was nothing to send.
    ///
    /// The next part is read, packed and sent while the hub stores the one before it. Answers count in the order of the parts, and the
    /// first part that fails ends the run: whatever came of the one behind it is learned from the hub's next answer.
    private func sendParts(of log: LogID, from first: UInt64) async throws -> PushAnswer? {
        try await withThrowingTaskGroup(of: SentPart.self) { group in
            defer { group.cancelAll() }
            var run = PushRun(first: first)
            var answer: PushAnswer?
            while true {
                while run.wantsPart, let part = try await pushLane.prepare(log, from: run.next) {
                    // What was read is in the log, though its commit may not have been told yet: a hub that then confirms it must not
                    // seem to hold more than was recorded.
                    grew(log, head: part.last, hash: part.lastHash)
                    group.addTask { await self.sent(part, of: log) }
                    run.setsOut(part)
                }
                guard let oldest = run.oldest else { return answer }
                while !run.isAnswered(oldest), let sent = try await group.next() { run.took(sent) }
                if run.isToBeSentAgain(oldest) {
                    group.addTask { await self.sent(oldest, of: log) }
                    continue
                }
                guard let reached = try run.concludes(oldest) else { return answer }
                confirm(log, through: reached.head)
                answer = reached
                // What is urgent and came meanwhile goes before the next part.
                if !run.isAtEnd { try await sendAhead(log, beyond: reached.head, head: try await head()) }
            }
        }
    }

    private func sent(_ part: PushLane.Part, of log: LogID) async -> SentPart {
        let start = ContinuousClock.now
        let result: Result<PushAnswer, any Error>
        do { result = .success(try await send(part, of: log)) } catch { result = .failure(error) }
        return SentPart(first: part.first, milliseconds: Int64((ContinuousClock.now - start) / .milliseconds(1)), result: result)
    }

    /// How far the own log goes now.
    private func head() async throws(Problem) -> UInt64 {
        try await store.file.offload { [store] () throws(Problem) in try store.ownHead() }
    }

    /// Sends one part and believes the answer only where it says what the own log is where it ends.
    func send(_ part: PushLane.Part, of log: LogID) async throws -> PushAnswer {
        let exchange = try await exchange(part, of: log)
        let answer = exchange.value
        note(exchange)
        var own = part.lastHash as EventHash?
        if answer.head > part.last {
            let end = EventID(log: log, sequence: answer.head)
            own = try await store.file.offload { [store] () throws(Problem) in try store.hash(of: end) }
        }
        let held = own
        if let failure = answer.failure(sentThrough: part.last, own: { _ in held }) {
            throw HubClient.Failed(failure: failure, retryAfterMilliseconds: nil)
        }
        await learn(aside: exchange.aside)
        update { status in
            status.problems[.push] = nil
            status.pushed += part.last - part.first + 1
        }
        return answer
    }
}

extension SyncDriver {
    /// Sends one part; a refusal that comparing cannot explain any more is one like others.
    private func exchange(_ part: PushLane.Part, of log: LogID) async throws(HubClient.Failed) -> HubClient.Exchange<PushAnswer> {
        do throws(HubClient.Failed) {
            return try await client.push(part.bytes, log: log, first: part.first, checkpoint: part.checkpoint)
        } catch {
            guard case .differs(let problem, let held) = error.failure, !doubts.withLock({ $0.refused(log, held: held) }) else {
                throw error
            }
            throw HubClient.Failed(failure: .temporary(problem), retryAfterMilliseconds: error.retryAfterMilliseconds)
        }
    }
}

/// What came of a part, and how long that took in milliseconds.
private struct SentPart: Sendable {
    let first: UInt64
    let milliseconds: Int64
    let result: Result<PushAnswer, any Error>

    /// Whether the hub holds less of the log than goes before the part.
    var isGap: Bool {
        guard case .failure(let error as HubClient.Failed) = result, case .gap = error.failure else { return false }
        return true
    }
}

/// The parts of one run: which are under way, in the order of the log, and what came of them.
private struct PushRun {
    private let first: UInt64
    /// Where the next part begins.
    private(set) var next: UInt64
    /// Whether the last part that set out ended the log.
    private(set) var isAtEnd = false
    private var width = PushWidth()
    private var underWay: [PushLane.Part] = []
    private var answers: [UInt64: SentPart] = [:]
    private var sentAgain: UInt64?

    init(first: UInt64) { (self.first, next) = (first, first) }

    /// Whether another part may set out.
    var wantsPart: Bool { underWay.count < width.parts && !isAtEnd }

    /// The part whose answer counts next.
    var oldest: PushLane.Part? { underWay.first }

    func isAnswered(_ part: PushLane.Part) -> Bool { answers[part.first] != nil }

    mutating func setsOut(_ part: PushLane.Part) {
        underWay.append(part)
        (next, isAtEnd) = (part.last + 1, !part.isFull)
    }

    mutating func took(_ sent: SentPart) { answers[sent.first] = sent }

    /// Whether the oldest part was through before the one ahead of it: refused as a gap, and sent once more.
    mutating func isToBeSentAgain(_ part: PushLane.Part) -> Bool {
        guard part.first > first, sentAgain != part.first, answers[part.first]?.isGap == true else { return false }
        sentAgain = part.first
        answers[part.first] = nil
        width.overtaken()
        return true
    }

    /// The oldest part's answer; nil where none came.
    ///
    /// - Throws: what the part failed by.
    mutating func concludes(_ part: PushLane.Part) throws -> PushAnswer? {
        underWay.removeFirst()
        guard let sent = answers.removeValue(forKey: part.first) else { return nil }
        let answer = try sent.result.get()
        width.answered(afterMilliseconds: sent.milliseconds)
        // Where what went ahead joins what was sent, the next part begins behind it.
        next = max(next, answer.head + 1)
        return answer
    }
}
