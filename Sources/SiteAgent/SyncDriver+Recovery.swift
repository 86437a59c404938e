import Synchronization
import Crypto
import EventLog
import Foundation
import Problems
import Replication
import SQLiteStore
import Wire
import NodeFiles

/// Giving back to a hub what it lost, and watching what it shows.
extension SyncDriver {
    /// How many logs' growth is checked at one look; the others' turn comes at the next.
    static let proofsMax = 16
    /// After how long a hub is asked again which TLS key it would change to, in milliseconds.
    static let trustMilliseconds: Int64 = 3_600_000
    /// After how long a hub is offered again what it did not take back, in milliseconds.
    static let offerAgainMilliseconds: Int64 = 600_000

    /// Offers every event that this hub gave out under an earlier numbering and does not hold now, other sites' included.
    ///
    /// The hub's own signature over each stretch is what it is believed by. What the hub holds already is not sent.
    func giveBack(after answer: HelloAnswer, _ cursor: FeedCursor?) async throws {
        guard pushes else { return }
        let began = now()
        // What the hub would not take it is offered again, yet not at every hello: all of it is looked through each time.
        if let wait = refusedBack.withLock({ $0 }), wait.generation == answer.generation,
            (0..<Self.offerAgainMilliseconds).contains(began.milliseconds - wait.at.milliseconds)
        {
            return
        }
        var giving = GiveBack(after: answer, cursor: cursor)
        while giving.step != .end { try await perform(giving.step, &giving) }
        refusedBack.withLock { $0 = giving.refusals.isEmpty ? nil : (answer.generation, began) }
        guard let refusal = giving.refusals.first else { return }
        await keep(refusal.code, "The hub did not take back what it had given out: \(refusal.message)")
    }

    private func perform(_ step: GiveBack.Step, _ giving: inout GiveBack) async throws {
        let (store, good) = (store, giving.good)
        switch step {
        case .read(let last):
            giving.read(
                try await store.file.offload { () throws(Problem) in
                    try store.stretches(notOf: good, after: last, limit: GiveBack.readMax)
                })
        case .tellHeads:
            try await client.tell(heads: Witness(folder: folder.path).heads().values.map(\.note) + ownHeads())
            giving.toldHeads()
        case .ask(let ids): giving.answered(missing: try await missing(ids))
        case .offer(let stretch):
            do {
                try await offer(stretch)
                giving.offered()
            } catch let error as HubClient.Failed {
                guard giving.refused(error.problem) else { throw error }
            }
        case .forget:
            try await store.file.offload { () throws(Problem) in try store.forgetStretches(notOf: good) }
            giving.forgot()
        case .tellDone:
            try await client.tellGivenBack()
            giving.toldDone()
        case .end: break
        }
    }

    /// Which of some events the hub does not hold, or not as this store does.
    private func missing(_ ids: [EventID]) async throws -> [EventID] {
        let question = try await store.file.offload { [store] () throws(Problem) in
            try RecoveryCoding.encode(asking: ids) { id throws(Problem) in try store.hash(of: id) }
        }
        return try await client.missing(ids, asked: question)
    }

    /// The own logs as far as the hub has confirmed them, signed anew: newer than any copy that others keep.
    private func ownHeads() async throws(Problem) -> [String] {
        let (store, folder) = (store, folder)
        return try await store.file.offload { () throws(Problem) in
            var notes: [String] = []
            for own in try store.ownLogs() where own.shared > 0 {
                guard let edge = try store.file.treeEdge(of: own.state.log, size: min(own.shared, own.state.head)) else {
                    continue
                }
                do {
                    notes.append(
                        try SignedCheckpoint(
                            Checkpoint(log: own.state.log, size: edge.size, root: edge.root), signer: folder.site.text,
                            key: folder.key
                        ).note)
                } catch { throw Problem(.configuration, "The site's key cannot sign.") }
            }
            return notes
        }
    }

    private func offer(_ stretch: Stretch) async throws {
        let bytes = try await store.file.offloadCoding { [store] zstd throws(Problem) in
            SegmentCoding.encode(try store.segment(of: stretch), using: zstd)
        }
        let count = try await client.giveBack(StretchOffer(stretch, segment: bytes))
        update { $0.givenBack += count }
    }

    /// The hub's key, for what it signs.
    var hubKey: Curve25519.Signing.PublicKey? {
        try? Curve25519.Signing.PublicKey(rawRepresentation: folder.hubKey)  // a key that is none signed nothing
    }

    /// Fetches the registry's copy where it changed, and what the hub shows of all logs.
    func refreshRoster() async {
        do {
            let text = try await client.roster()
            let roster = try Roster(parsing: text, hubKey: folder.hubKey)
            let known = KnownKeys(folder: folder.path)
            for site in roster.unannouncedKeys(since: try known.read()) where site != folder.site {
                await keep(
                    .badSignature,
                    "The hub shows a new key of '\(site)' that its former one did not announce: ask there whether it joined anew."
                )
            }
            try known.keep(roster.keys)
            try SecretFile.write(Array(text.utf8), to: folder.rosterPath)
            let (store, now) = (store, now())
            try await store.file.offload { () throws(Problem) in try store.heed(roster, now: now) }
            try await watch(roster)
            try await learnNextTLSKey()
            // Last: what a fault kept from being done is done at the next hello.
            let before = rosterDigest.withLock { digest in
                defer { digest = roster.digest }
                return digest
            }
            // A registry that changed, as when it was restored, may take what it refused.
            if before != roster.digest { refusedBack.withLock { $0 = nil } }
        } catch let error as HubClient.Failed {
            // The registry's copy is one round old then: the next sync asks again.
            update { $0.problems[.hello] = $0.problems[.hello] ?? error.problem }
        } catch let error as Problem where error.code == .badSignature || error.code == .malformed {
            await keep(.badSignature, "The hub's registry cannot be believed: \(error.message)")
        } catch {
            let problem = (error as? Problem) ?? Problem(.internalError, "The hub's registry cannot be heeded: \(error).")
            guard problem.code == .integrityFailed || problem.code == .ioFailed else {
                return update { $0.problems[.hello] = problem }
            }
            fault(problem)
        }
    }

    /// Asks from time to time which TLS key the hub would change to.
    private func learnNextTLSKey() async throws(Problem) {
        let began = now()
        let last = trustRefreshed.withLock { $0 }
        guard last.map({ began.milliseconds - $0.milliseconds >= Self.trustMilliseconds }) ?? true else { return }
        try await folder.refreshTrust(client.http)
        trustRefreshed.withLock { $0 = began }
    }

    /// Compares what the hub shows with what was seen before, and keeps the newest of each log.
    private func watch(_ roster: Roster) async throws {
        let witness = Witness(folder: folder.path)
        var kept = try witness.heads()
        var proofs = 0
        for head in roster.heads where roster.isSigned(head) {
            guard let held = kept[head.checkpoint.log] else {
                kept[head.checkpoint.log] = head
                continue
            }
            switch Witness.compare(held.checkpoint, with: head.checkpoint) {
            case .same: break
            case .grew(let from, let to):
                guard proofs < Self.proofsMax else { continue }
                proofs += 1
                guard try await isAppended(held.checkpoint, head.checkpoint) else {
                    await twoHistories(of: head.checkpoint.log, from, to)
                    continue
                }
                kept[head.checkpoint.log] = head
            case .shrank(let from, _):
                await keep(
                    .hubRewound, "The hub showed \(from) events of \(head.checkpoint.log) before and shows fewer since.")
            case .differs(let size): await twoHistories(of: head.checkpoint.log, size, size)
            }
        }
        try witness.keep(kept)
        try await checkOrigins(roster)
    }

    /// Looks whether what came of other sites is what those signed.
    private func checkOrigins(_ roster: Roster) async throws {
        var check = OriginCheck(store: store, asked: originsAsked.withLock { $0 }) { [client] log, sequence, size in
            try await client.path(of: log, to: sequence, in: size)
        }
        let findings = try await check.run(roster.heads.filter(roster.isSigned), now: now())
        originsAsked.withLock { $0 = check.asked }
        for finding in findings.prefix(Self.proofsMax) { await keep(.badSignature, finding) }
    }

    private func isAppended(_ earlier: Checkpoint, _ later: Checkpoint) async throws(HubClient.Failed) -> Bool {
        let proof = try await client.consistency(of: later.log, from: earlier.size, to: later.size)
        return MerkleVerifier.isConsistent(
            earlierSize: earlier.size, earlierRoot: earlier.root, laterSize: later.size, laterRoot: later.root, proof: proof)
    }

    private func twoHistories(of log: LogID, _ from: UInt64, _ to: UInt64) async {
        await keep(
            .fork,
            "The hub shows two histories of \(log): its state of \(to) events does not begin with the state of \(from) that it showed before."
        )
    }

    /// Keeps a notice that outlives the process.
    func keep(_ code: ProblemCode, _ message: String) async {
        let notice = Notice(seen: now(), code: code, message: message)
        do { try await store.file.offload { [store] () throws(Problem) in try store.file.keep(notice) } } catch { fault(error) }
    }
}

extension SQLiteSiteStore {
    /// Takes out of every state what the registry says does not count any more, and keeps what comes later of it out.
    ///
    /// What was taken out once stays out: a copy without cuts after one with them is an older one.
    func heed(_ roster: Roster, now: Instant) throws(Problem) {
        guard roster.hasCuts else { return }
        try file.judge(noted: now) { log, _ in roster.standing(of: log) }
    }
}
