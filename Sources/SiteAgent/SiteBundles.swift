import Crypto
import EventLog
import Problems
import Replication
import SQLiteStore
import Web
import Wire

/// A site's bundles: to the hub what it is not known to hold of this site's logs; from the hub pages of this site's feed.
struct SiteBundles: Sendable {
    let folder: SiteFolder
    let store: SQLiteSiteStore
    /// How far the hub is known to hold the own log.
    let shared: UInt64
    let now: Instant

    private var hub: SiteID { SQLiteHubStore.site ?? folder.site }

    // MARK: - Out

    func export(to: String, path: String, partBytes: Int) async throws(Problem) -> DeskAnswer {
        guard to == hub.text else {
            throw Problem(
                .usage, "A site exports to its hub; '\(to)' is another node.", remedy: "Give --to hub; the hub gives it on.")
        }
        var writer = try BundleWriter(
            from: folder.site, to: hub, recipient: folder.hubKey, key: folder.key, made: now, path: path, partBytes: partBytes)
        var events: UInt64 = 0
        let lane = PushLane(store: store, folder: folder)
        for own in try store.ownLogs() {
            var next = (own.state.log == store.log ? shared : own.shared) + 1
            while next <= own.state.head, let part = try await lane.prepare(own.state.log, from: next) {
                try writer.add(.run(log: own.state.log, first: part.first, checkpoint: part.checkpoint, segment: part.bytes))
                events += part.last - part.first + 1
                next = part.last + 1
            }
        }
        // The place in the feed goes along, so that what the hub sends back begins there.
        if events > 0, let cursor = try store.cursor() { try writer.add(.place(cursor)) }
        try writer.finish()
        return BundleText.exported(to: to, events: events, items: writer.items, files: writer.files)
    }

    // MARK: - In

    func take(_ path: String) async throws(Problem) -> DeskAnswer {
        var outcome = try await takeOne(path)
        outcome.taken = try await BundleShelf(folder.path).settle(path, isWaiting: outcome.isWaiting) { kept throws(Problem) in
            try await takeOne(kept).isWaiting
        }
        return outcome.answer
    }

    private func takeOne(_ path: String) async throws(Problem) -> BundleOutcome {
        let header = try BundleFile(path).header
        guard header.to == folder.site else { throw Self.notForThis(header) }
        // A key that is none believes nobody.
        guard header.from == hub, let hubKey = try? Curve25519.Signing.PublicKey(rawRepresentation: folder.hubKey)
        else { throw Problem(.bundleRefused, "A site takes bundles of its hub; this one is of '\(header.from)'.") }
        do throws(Problem) { _ = try BundleFile.check(path, senders: [hubKey], key: folder.key) } catch {
            if error.code == .bundleSignature { try store.file.keep(Notice(seen: now, code: error.code, message: error.message)) }
            throw error
        }
        var outcome = BundleOutcome(header: header)
        do {
            try await BundleFile.items(path, key: folder.key) { item in
                guard !outcome.isWaiting else { return }
                switch item {
                case .page(let frame): try await page(frame, hubKey, &outcome)
                case .receipt(let log, let head, let hash): try receipt(log, head, hash)
                case .run, .place: throw Problem(.malformed, "The bundle holds what only a hub takes.")
                }
            }
        } catch { throw (error as? Problem) ?? Problem(.internalError, "The bundle cannot be taken: \(error).") }
        return outcome
    }

    static func notForThis(_ header: BundleHeader) -> Problem {
        Problem(.notForThisSite, "The bundle is for '\(header.to)', this is another node; nothing of it was taken.")
    }

    private func page(_ frame: FeedFrame, _ hubKey: Curve25519.Signing.PublicKey, _ outcome: inout BundleOutcome) async throws {
        guard let cursor = frame.cursor, !frame.segment.isEmpty else { return }
        let segment = try await store.file.coding(bytes: frame.segment.count) { zstd throws(Problem) in
            try SegmentCoding.decode(frame.segment, using: zstd)
        }
        let count = UInt64(segment.events.count)
        let first = cursor.position - min(cursor.position, count)
        let held = try store.cursor()
        if let held, held.generation == cursor.generation, cursor.position <= held.position {
            outcome.known += count
            return
        }
        guard first == 0 || (held?.generation == cursor.generation && held?.position == first) else {
            outcome.isWaiting = true
            return
        }
        let new = UInt64(
            try await store.storeAsync(
                segment, cursor: cursor, sealed: frame.seal.map { SealedPlace(seal: $0, hubKey: hubKey) }))
        outcome.new += new
        outcome.known += count - new
    }

    private func receipt(_ log: LogID, _ head: UInt64, _ hash: EventHash) throws(Problem) {
        guard log == store.log, head > shared, try store.hash(of: EventID(log: log, sequence: head)) == hash else { return }
        try store.confirm(through: head)
    }
}
