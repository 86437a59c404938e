import Dispatch
public import EventLog
import NodeFiles
public import Problems
import Synchronization

/// A node's audit: an append-only, hash-chained file of its own, opened when the first record comes.
///
/// ``append(_:)`` returns when the record is durable; whoever waits meanwhile shares the next sync. ``note(_:)`` gives a record its place
/// without waiting. Nothing is dropped: what cannot be written is refused, and with it the answer that it is about.
/// One process writes at a time: whoever holds a node's store under its writer lock.
/// Source: house rule (reliability 4.2 and I23).
public final class AuditLog: Sendable {
    private struct Waiter {
        /// Nil for one who only asks whether a record could be kept.
        var record: AuditRecord?
        /// Nil for a note.
        var answer: (@Sendable (Result<AuditHead, Problem>) -> Void)?
    }

    private struct State {
        var waiting: [Waiter] = []
        var isRunning = false
        var isTimed = false
        var problem: Problem?
        var head: AuditHead?
        var lastAt: Instant?
        var cloak: AuditCloak?
    }

    /// The folder.
    public let path: String
    let folder: AuditFolder
    private let limits: AuditLimits
    private let node: String
    private let now: @Sendable () -> Instant
    private let state = Mutex(State())
    private let writer = Mutex<AuditWriter?>(nil)
    private let queue = DispatchQueue(label: "filmjacket.audit", qos: .userInitiated)

    /// Names a node's audit; nothing is touched before the first record.
    public init(
        folder path: String, node: String, limits: AuditLimits = AuditLimits(), now: @escaping @Sendable () -> Instant
    ) {
        self.path = path
        folder = AuditFolder(path: path)
        self.limits = limits
        self.node = node
        self.now = now
    }

    deinit { writer.withLock { $0?.close() } }

    /// The last durable record's place; nil before the first of this process.
    public var head: AuditHead? { state.withLock { $0.head } }

    /// The wall clock.
    func clock() -> Instant { now() }

    /// When the last durable record of this process was made.
    var lastAt: Instant? { state.withLock { $0.lastAt } }

    /// What somebody typed, in a form that names nobody.
    public func cloak(_ text: String) -> String { state.withLock { $0.cloak }?.cloak(text) ?? "~" }

    /// Appends a record and returns when it is durable.
    ///
    /// - Throws: `AUDIT_UNAVAILABLE`: the record is not kept, and what it is about must not be answered.
    @discardableResult public func append(_ record: AuditRecord) async throws(Problem) -> AuditHead {
        try await submit(record)
    }

    /// Sees that a record could be kept now.
    ///
    /// - Throws: `AUDIT_UNAVAILABLE` where it could not.
    public func ready() async throws(Problem) {
        let isOpen = state.withLock { $0.problem == nil && $0.cloak != nil }
        // Measured anew each time: a disk fills up while nobody writes here.
        if isOpen, limits.hasRoom(Volume.space(at: path)) { return }
        _ = try await submit(nil)
    }

    private func submit(_ record: AuditRecord?) async throws(Problem) -> AuditHead {
        let result: Result<AuditHead, Problem> = await withCheckedContinuation { continuation in
            let waiter = Waiter(record: record) { continuation.resume(returning: $0) }
            if !take(waiter) { continuation.resume(returning: .failure(Self.crowded)) }
        }
        return try result.get()
    }

    /// Gives a record its place; it is durable with the next that somebody waits for, within a second at the latest.
    ///
    /// For what comes in and is durable by itself, signed, in the log of events: no answer shows a patient's data on its account.
    /// - Throws: `AUDIT_UNAVAILABLE` while nothing can be written, so that nothing goes on unseen.
    public func note(_ record: AuditRecord) throws(Problem) {
        let problem = state.withLock { $0.problem }
        guard take(Waiter(record: record)) else { throw problem ?? Self.crowded }
        if let problem { throw problem }
    }

    private static var crowded: Problem { AuditFolder.unavailable("Too many records of the audit wait for the disk.") }

    private func take(_ waiter: Waiter) -> Bool {
        let (isTaken, starts, timed) = state.withLock { state -> (Bool, Bool, Bool) in
            guard state.waiting.count < limits.waitingMax else { return (false, false, false) }
            state.waiting.append(waiter)
            guard waiter.answer == nil else {
                defer { state.isRunning = true }
                return (true, !state.isRunning, false)
            }
            defer { state.isTimed = true }
            return (true, false, !state.isTimed && !state.isRunning)
        }
        if starts { queue.async { self.drain() } }
        if timed { schedule() }
        return isTaken
    }

    private func schedule() {
        queue.asyncAfter(deadline: .now() + .milliseconds(limits.noteMilliseconds)) { [weak self] in
            guard let self else { return }
            let starts = state.withLock { state in
                state.isTimed = false
                defer { state.isRunning = true }
                return !state.isRunning
            }
            if starts { drain() }
        }
    }

    private func drain() {
        while true {
            let batch: [Waiter] = state.withLock { state in
                // A line has at most a few times its longest texts; the count bounds the bytes.
                let next = Array(state.waiting.prefix(max(1, limits.batchBytesMax / (4 << 10))))
                state.waiting.removeFirst(next.count)
                if next.isEmpty { state.isRunning = false }
                return next
            }
            guard !batch.isEmpty, keep(batch) else { return }
        }
    }

    /// Writes a batch and answers those who wait; false where notes stay for a later try.
    private func keep(_ batch: [Waiter]) -> Bool {
        do throws(Problem) {
            let head = try write(batch.compactMap(\.record))
            for waiter in batch { waiter.answer?(.success(head)) }
            return true
        } catch {
            for waiter in batch { waiter.answer?(.failure(error)) }
            let notes = batch.filter { $0.answer == nil }
            let retries = state.withLock { state in
                state.problem = error
                state.waiting.insert(contentsOf: notes, at: 0)
                let others = state.waiting.contains { $0.answer != nil }
                if others { return (goesOn: true, timed: false) }
                state.isRunning = false
                let timed = !state.isTimed && !notes.isEmpty
                if timed { state.isTimed = true }
                return (goesOn: false, timed: timed)
            }
            if retries.timed { schedule() }
            return retries.goesOn
        }
    }

    private func write(_ records: [AuditRecord]) throws(Problem) -> AuditHead {
        let (head, cloak) = try writer.withLock { held throws(Problem) in
            var first: [AuditRecord] = []
            if held == nil {
                let opened = try AuditWriter(folder, limits: limits)
                first = opening(opened.found)
                held = opened
            }
            guard var writer = held else { throw AuditFolder.unavailable("The audit is not open.") }
            defer { held = writer }
            let all = first + records
            guard !all.isEmpty else {
                try writer.check()
                return (writer.head, writer.cloak)
            }
            return (try writer.append(all), writer.cloak)
        }
        let last = records.last?.at
        state.withLock { state in
            state.problem = nil
            state.cloak = cloak
            state.head = head
            if let last { state.lastAt = last }
        }
        return head
    }

    /// What is said of a tail that was not as it was left.
    private func opening(_ tail: AuditTail) -> [AuditRecord] {
        func record(_ call: String, _ outcome: AuditOutcome, _ count: Int) -> AuditRecord {
            AuditRecord(
                at: now(), code: .securityAlert, action: .update, outcome: outcome, purpose: "HOPERAT",
                actor: AuditActor(role: "system", assurance: .machine, site: node), address: "console", call: call, count: count)
        }
        var records: [AuditRecord] = []
        if tail.cutBytes > 0 { records.append(record("audit.tailCut", .minorFailure, tail.cutBytes)) }
        if tail.damagedLines > 0 { records.append(record("audit.damaged", .majorFailure, tail.damagedLines)) }
        return records
    }
}
