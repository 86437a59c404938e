import Dispatch
public import EventLog
import FoundationEssentials
import GRDB
import Glibc
public import Problems
import Replication
import Synchronization
import NodeFiles

/// One node's folder: the locked database, its one writer with group commit, its readers and its anchor. Sites and hubs stand on it.
///
/// Law: a write that returned is durable; one that threw changed nothing, except after `IO_FAILED`, where the outcome is unknown and the
/// file refuses further writes until it is opened again.
public final class StoreFile: Sendable {
    /// The database's name in the folder.
    public static let fileName = "store.sqlite"
    /// The folder.
    public let folder: String
    /// The database.
    public let database: Database
    /// Whether the store was found with fewer events than were committed before.
    public let wasRolledBack: Bool
    /// Whether the anchor beside the store was found damaged; it is written anew then.
    public let anchorWasDamaged: Bool
    let dictionaries = SharedDictionaries(Dictionaries())
    let codecs = CodecPool()
    /// How much room the volume has.
    let measure: @Sendable () -> Volume.Space
    private let lock: StoreLock
    private let writer: Mutex<WriterBox>
    private let group = Mutex<GroupCommit?>(nil)
    private let observer = Mutex(Observer { _ in })

    /// Who watches commits. A closure by itself, kept where only its generic type is known, would be wrapped once more by each look at it.
    private struct Observer: Sendable {
        let tell: @Sendable (CommitNote) -> Void
    }

    /// What only the committing queue touches; unchecked because the mutex around it is the only way to it, and the queue's jobs take turns.
    private struct WriterBox: @unchecked Sendable {  // because the mutex around it is the only way to it
        var writer: StoreWriter?
        var anchor: Anchor
        var fault: Problem?
        var identity: UInt64 = 0
    }

    init(
        folder: String, role: StoreRole, measure: (@Sendable () -> Volume.Space)? = nil,
        keepsTree: @escaping @Sendable (LogID) -> Bool
    ) throws(Problem) {
        self.folder = folder
        self.measure = measure ?? { Volume.space(at: folder) }
        try Self.prepare(folder)
        lock = try StoreLock(path: folder + "/store.lock")
        do {
            database = try Database(path: folder + "/" + Self.fileName, role: role)
            let anchor = try Anchor(path: folder + "/anchor")
            let shared = dictionaries
            let made: StoreWriter
            do {
                // The writer's statements are only used inside `writeWithoutTransaction`, as here.
                made = try database.pool.writeWithoutTransaction {
                    let writer = try StoreWriter($0, shared: shared, isHub: role == .hub, keepsTree: keepsTree)
                    try writer.foldByThisVersion()
                    return writer
                }
            } catch let problem as Problem { throw problem } catch { throw StoreFault.problem(error, path: folder) }
            anchorWasDamaged = anchor.isDamaged()
            wasRolledBack = anchor.read().map { $0.total > made.total } ?? false
            writer = Mutex(WriterBox(writer: made, anchor: anchor))
        } catch {
            lock.release()
            throw (error as? Problem) ?? StoreFault.problem(error, path: folder)
        }
        let commit = GroupCommit { [weak self] jobs in
            guard let self else {
                for job in jobs { job.finish(Problem(.draining, "The store is closed.")) }
                return
            }
            self.commit(jobs)
        }
        group.withLock { $0 = commit }
    }

    deinit {
        writer.withLock { box in
            box.writer = nil
            box.anchor.close()
        }
        try? database.pool.close()  // a reader that is still running keeps the file open; the lock below is what counts
        lock.release()
    }

    /// Whether a folder holds a store.
    public static func exists(in folder: String) -> Bool { access(folder + "/" + fileName, F_OK) == 0 }

    private static func prepare(_ folder: String) throws(Problem) {
        // One that is there is not closed on the quiet: what is in it was open to others until now.
        if access(folder, F_OK) == 0 { try DataFolder.require(folder) } else { try DataFolder.make(folder) }
        // SQLite makes its files as open as the process may; those beside the database are then as open as the database is.
        let file = open(folder + "/" + fileName, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        if file >= 0 { _ = close(file) }
        if let kind = Volume.networkFileSystem(of: folder) {
            throw Problem(
                .storeNotWritable, "The data folder is on a network file system (\(kind)).", remedy: "Use a local disk.")
        }
    }

    /// Runs a closure after each commit, on the committing queue: keep it short.
    public func observeCommits(_ body: @escaping @Sendable (CommitNote) -> Void) {
        observer.withLock { $0 = Observer(tell: body) }
    }

    /// From now on what arrives is looked at for how late it is, by a clock; see `late(since:)`.
    ///
    /// - Throws: a fault of the store; nothing was changed then.
    public func noteLateArrivals(by clock: @escaping @Sendable () -> Instant) throws(Problem) {
        do { try write { $0.clock = clock } } catch { throw StoreFault.problem(error, path: folder) }
    }

    // MARK: - Writing

    /// Writes in the next group commit and waits for it, blocking the thread.
    func write<T: Sendable>(_ body: @escaping @Sendable (StoreWriter) throws -> T) throws(any Error) -> T {
        let done = DispatchSemaphore(value: 0)
        let outcome = Outcome<T>()
        submit(body, outcome) { done.signal() }
        done.wait()
        return try outcome.value()
    }

    /// Writes in the next group commit and suspends until it is durable.
    func writeAsync<T: Sendable>(_ body: @escaping @Sendable (StoreWriter) throws -> T) async throws -> T {
        let outcome = Outcome<T>()
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            submit(body, outcome) { continuation.resume() }
        }
        return try outcome.value()
    }

    private func submit<T: Sendable>(
        _ body: @escaping @Sendable (StoreWriter) throws -> T, _ outcome: Outcome<T>, _ done: @escaping @Sendable () -> Void
    ) {
        let job = GroupCommit.Job(
            run: { writer in
                do {
                    outcome.set(.success(try body(writer)))
                } catch let refusal as Refused {
                    // Said before anything was written: the others of the group are not concerned.
                    outcome.set(.failure(refusal.error))
                }
            },
            finish: { fault in
                if let fault { outcome.set(.failure(fault)) }
                done()
            })
        guard let group = group.withLock({ $0 }) else { return job.finish(Problem(.draining, "The store is closed.")) }
        group.submit(job)
    }

    private func commit(_ jobs: [GroupCommit.Job]) {
        var note = CommitNote()
        let fault: Problem? = writer.withLock { box in
            if let fault = box.fault { return fault }
            guard let writer = box.writer else { return Problem(.draining, "The store is closed.") }
            do {
                try database.pool.writeWithoutTransaction { db in
                    do {
                        try writer.statements.begin.run()
                        for job in jobs { try job.run(writer) }
                        try writer.finish()
                        try writer.statements.commit.run()
                    } catch {
                        if !db.isInsideTransaction { throw error }
                        try? db.rollback()  // the fault that is thrown on says more than one of the rollback would
                        throw error
                    }
                }
                note = writer.takeNote()
                // Opening commits before the identity is known: a mark without it would be half another one if the next were torn.
                if box.identity != 0 { box.anchor.write(Anchor.Mark(identity: box.identity, total: writer.total)) }
                return nil
            } catch {
                let problem = (error as? Problem) ?? StoreFault.problem(error, path: folder)
                // Memory ran ahead of the file: read it again. After a fault of the disk the outcome is unknown, so nothing
                // more is written until somebody looked.
                if problem.code == .ioFailed { box.fault = problem }
                do {
                    try database.pool.writeWithoutTransaction { _ in try writer.reload() }
                } catch {
                    box.fault = StoreFault.problem(error, path: folder)
                }
                return problem
            }
        }
        for job in jobs { job.finish(fault) }
        if fault == nil { observer.withLock { $0 }.tell(note) }
    }

    /// Sets what the anchor names; with `restart` the count begins anew.
    func setIdentity(_ identity: UInt64, restart: Bool) {
        writer.withLock { box in
            box.identity = identity
            let mark = Anchor.Mark(identity: identity, total: box.writer?.total ?? 0)
            if restart || anchorWasDamaged { box.anchor.restart(mark) } else { box.anchor.write(mark) }
        }
    }

    // MARK: - Meta

    /// A value of the meta table; nil where it was never set.
    func meta(_ key: String) throws(Problem) -> [UInt8]? {
        try database.read { db in
            let select = try RawStatement(db, "SELECT value FROM meta WHERE key=?1", isCached: true)
            select.bind(1, key)
            guard try select.step() else { return nil }
            defer { select.reset() }
            return select.array(0)
        }
    }
}

/// What a job gives, from the committing queue to whoever waits.
private final class Outcome<T: Sendable>: Sendable {
    private let result = Mutex<Result<T, any Error>?>(nil)

    func set(_ value: Result<T, any Error>) { result.withLock { $0 = value } }

    func value() throws -> T {
        guard let result = result.withLock({ $0 }) else { preconditionFailure("a job that ended has an outcome") }
        return try result.get()
    }
}

/// A refusal that a job says before it wrote anything.
struct Refused: Error {
    let error: any Error
}
