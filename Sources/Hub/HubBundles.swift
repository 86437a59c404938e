import Synchronization
import Crypto
import EventLog
import Problems
import Replication
import SQLiteStore
import Web
import Wire

/// A hub's bundles: to a site the pages of its feed that it is not known to hold; from a site runs of its logs.
struct HubBundles: Sendable {
    let core: HubCore
    let now: Instant

    private var hub: SiteID { core.store.ownLog().site }

    // MARK: - Out

    func export(to: String, path: String, partBytes: Int) async throws(Problem) -> DeskAnswer {
        let row = try core.registry.row(to)
        guard let site = row.site, row.state == .active, let recipient = row.publicKey.flatMap({ Base64.bytes(of: $0) }) else {
            throw Problem(
                .notFound, "A bundle is made for an active site; '\(to)' is \(row.state.rawValue).",
                remedy: "See: filmjacket hub site list.")
        }
        var writer = try BundleWriter(
            from: hub, to: site, recipient: recipient, key: core.folder.key, made: now, path: path, partBytes: partBytes)
        let generation = core.store.generation()
        var cursor = try core.place(of: site).flatMap { $0.generation == generation ? $0 : nil } ?? .start(of: generation)
        let start = cursor.position
        do {
            while let next = try await core.frame(for: site, after: cursor, now: now) {
                var reader = FeedFrameReader()
                next.bytes.withUnsafeBytes { reader.append($0) }
                if let frame = try reader.next() { try writer.add(.page(frame)) }
                cursor = next.cursor
            }
        } catch { throw (error as? Problem) ?? Problem(.internalError, "The feed cannot be read: \(error).") }
        // How far the site's own events came: it may have no other way to know.
        for log in try core.store.logs() where log.log.site == site {
            try writer.add(.receipt(log.log, head: log.head, hash: log.hash))
        }
        try writer.finish()
        return BundleText.exported(to: to, events: cursor.position - start, items: writer.items, files: writer.files)
    }

    // MARK: - In

    func take(_ path: String) async throws(Problem) -> DeskAnswer {
        var outcome = try await takeOne(path)
        outcome.taken = try await BundleShelf(core.folder.path).settle(path, isWaiting: outcome.isWaiting) {
            kept throws(Problem) in
            try await takeOne(kept).isWaiting
        }
        return outcome.answer
    }

    private func takeOne(_ path: String) async throws(Problem) -> BundleOutcome {
        let header = try BundleFile(path).header
        guard header.to == hub, header.recipient == core.publicKey else {
            throw Problem(.notForThisSite, "The bundle is for '\(header.to)', this is another node; nothing of it was taken.")
        }
        let keys = try senders(header, path)
        do throws(Problem) { _ = try BundleFile.check(path, senders: keys, key: core.folder.key) } catch {
            if error.code == .bundleSignature {
                try core.store.file.keep(Notice(seen: now, code: error.code, message: error.message))
            }
            throw error
        }
        var outcome = BundleOutcome(header: header)
        do {
            try await BundleFile.items(path, key: core.folder.key) { item in
                guard !outcome.isWaiting else { return }
                switch item {
                case .run(let log, let first, let checkpoint, let bytes):
                    try await run(log, first, checkpoint, bytes, header.from, keys, &outcome)
                case .place(let cursor): try core.store.keep(place: cursor, of: header.from)
                case .page, .receipt: throw Problem(.malformed, "The bundle holds what only a site takes.")
                }
            }
        } catch { throw (error as? Problem) ?? Problem(.internalError, "The bundle cannot be taken: \(error).") }
        return outcome
    }

    /// The keys of a bundle's sender.
    ///
    /// - Throws: `BUNDLE_REFUSED` for a site that never joined or was revoked; of a revoked one the bundle is kept apart, for whoever
    ///   must look into it.
    private func senders(_ header: BundleHeader, _ path: String) throws(Problem) -> [Curve25519.Signing.PublicKey] {
        guard let row = core.registry[header.from], !row.everyKey.isEmpty else {
            throw Problem(.bundleRefused, "The bundle is of '\(header.from)', which has not joined this hub.")
        }
        guard row.state.isMember else {
            try BundleShelf(core.folder.path).keep(path, as: "refused")
            throw Problem(
                .bundleRefused,
                "The bundle is of '\(header.from)', which is \(row.state.rawValue); it is set aside, nothing of it was taken.")
        }
        return try core.registry.keys(of: header.from, now: now)
    }

    private func run(
        _ log: LogID, _ first: UInt64, _ checkpoint: SignedCheckpoint, _ bytes: [UInt8], _ site: SiteID,
        _ keys: [Curve25519.Signing.PublicKey], _ outcome: inout BundleOutcome
    ) async throws {
        guard log.site == site, checkpoint.checkpoint.log.site == site, checkpoint.isOwn(of: keys) else {
            throw Problem(.bundleSignature, "A run of the bundle carries no checkpoint that its site's key signed.")
        }
        let segment = try await core.decode(bytes)
        let before = try core.store.state(of: log)?.head ?? 0
        let run = try PushedRun(log: log, first: first, segment: segment, checkpoint: checkpoint)
        try await core.requirePast(of: run)
        do throws(SyncRefusal) {
            _ = try await core.store.acceptAsync(run, received: now)
            let new = run.last - min(run.last, max(before, first - 1))
            outcome.new += new
            outcome.known += UInt64(segment.events.count) - new
        } catch {
            guard case .gap = error else { throw error.problem }
            outcome.isWaiting = true
        }
    }
}

extension HubCore {
    /// How far a site is known to have its feed: as it said last, in this process or by a bundle; nil for never.
    func place(of site: SiteID) throws(Problem) -> FeedCursor? {
        if let said = places.withLock({ $0[site] }) { return said }
        return try store.place(of: site)
    }
}
