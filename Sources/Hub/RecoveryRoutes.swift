import Synchronization
import Crypto
import EventLog
import HTTPTypes
import Hummingbird
import NIOCore
import Problems
import Replication
import SQLiteStore
import Web
import Wire

extension HTTPField.Name {
    /// What tells the hub's registry from the copy that a site keeps.
    static var rosterDigest: HTTPField.Name { token("Filmjacket-Roster") }
    /// How many damaged events the hub asks its sites for.
    static var wanted: HTTPField.Name { token("Filmjacket-Wanted") }
    /// How many of the asking site's events are set aside.
    static var aside: HTTPField.Name { token("Filmjacket-Aside") }
    /// Whether the hub asks its sites for client certificates: `accept` or `require`; left out where it does not.
    static var certificates: HTTPField.Name { token("Filmjacket-Certificates") }

    private static func token(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("the names above are tokens") }
        return name
    }
}

extension HubCore {
    /// The registry as sites keep it, with the heads given.
    func roster(heads: [SignedCheckpoint], _ now: Instant) -> Roster {
        Roster(
            hubKey: publicKey, issued: now, generation: store.generation(),
            sites: registry.all.compactMap { row in
                row.site.map {
                    Roster.Site(
                        site: $0, kind: row.kind, state: row.state.rawValue, allCases: row.allCases,
                        key: row.state == .pending ? nil : row.publicKey.flatMap { Base64.bytes(of: $0) }, label: row.label,
                        formerKeys: (row.formerKeys ?? []).compactMap { former in
                            Base64.bytes(of: former.key).map {
                                Roster.Site.FormerKey(
                                    key: $0, until: Instant(milliseconds: former.until), announcement: former.announcement)
                            }
                        }, cuts: row.cuts ?? [:])
                }
            }, heads: heads)
    }
}

/// The calls by which sites keep a copy of the registry, and give back to a hub what it lost.
struct RecoveryRoutes: Sendable {
    let core: HubCore
    let authentication: SiteAuthentication
    let now: @Sendable () -> Instant

    func add(to router: Router<BasicRequestContext>) {
        router.get("/v1/roster") { request, _ in try await self.roster(request) }
        router.post("/v1/recovery/heads") { request, _ in try await self.heads(request) }
        router.post("/v1/recovery/missing") { request, _ in try await self.missing(request) }
        router.put("/v1/recovery/stretches") { request, _ in try await self.stretch(request) }
        router.post("/v1/recovery/done") { request, _ in
            let site = try self.authentication.site(of: request, for: .sends)
            try self.core.recovery.heard(site, self.now())
            return self.text(String(decoding: RecoveryCoding.heard, as: UTF8.self))
        }
        router.get("/v1/recovery/aside") { request, _ in try await self.aside(request) }
        router.post("/v1/recovery/events") { request, _ in try await self.events(request) }
        router.get("/v1/recovery/wanted") { request, _ in try await self.wanted(request) }
        router.put("/v1/recovery/events") { request, _ in try await self.mend(request) }
    }

    /// The asking site's events that are set aside: a line each.
    private func aside(_ request: Request) async throws -> Response {
        let site = try authentication.site(of: request, for: .sends)
        let store = core.store
        let events = try await store.file.offload { () throws(Problem) in try store.file.aside() }
        return text(events.filter { $0.id.log.site == site && $0.isRefused }.map { $0.line + "\n" }.joined())
    }

    /// Events that the asking site lost or holds damaged, as far as it may have them.
    private func events(_ request: Request) async throws -> Response {
        let (site, body) = try await authentication.call(request)
        let asked = try RecoveryCoding.ids(body)
        guard asked.count <= SyncLimits.segmentEventsMax else {
            throw Problem(.tooLarge, "At most \(SyncLimits.segmentEventsMax) events are given at once.")
        }
        let store = core.store
        let (bytes, count) = try await store.file.offloadCoding { zstd throws(Problem) in
            let whole = try store.file.wholeEvents(asked, for: site)
            return (SegmentCoding.encode(whole, using: zstd), whole.events.count)
        }
        AuditTrail.current?.counts(count)
        return Response(
            status: .ok, headers: [.contentType: "application/octet-stream", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Events that this hub holds damaged: a range a line.
    private func wanted(_ request: Request) async throws -> Response {
        _ = try authentication.site(of: request, for: .sends)
        let wanted = core.wanted.withLock { Array($0) }
        return text(EventRange.ranges(of: Array(wanted.sorted().prefix(1024))).map { "\($0)\n" }.joined())
    }

    /// Whole events for those that this hub holds damaged.
    private func mend(_ request: Request) async throws -> Response {
        let (_, body) = try await authentication.call(request, for: .sends)
        let store = core.store
        let mended = try await core.unpacking(body) { segment in
            AuditTrail.current?.counts(segment.events.count)
            return try await store.file.offload { () throws(Problem) in try store.file.repair(with: segment) }
        }
        core.wanted.withLock { $0.subtract(mended) }
        let now = now()
        // What could not be taken out or let in while it was damaged.
        if !mended.isEmpty { try await store.file.offload { () throws(Problem) in try store.file.judgeAgain(noted: now) } }
        for id in mended {
            let notice = Notice(
                seen: now, code: .integrityFailed, message: "The event \(id) was damaged and was repaired from a site.")
            try await store.file.offload { () throws(Problem) in try store.file.keep(notice) }
        }
        return text(RecoveryCoding.encode(count: mended.count))
    }

    private func text(_ text: String) -> Response { self.text(Array(text.utf8)) }

    private func text(_ bytes: [UInt8]) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func roster(_ request: Request) async throws -> Response {
        _ = try authentication.site(of: request, for: .sends)
        let core = core
        let heads = try await core.store.file.offload { () throws(Problem) in
            // Of a log that came back from others alone its own site signed what they kept.
            let kept = core.recovery.current.heads
            return try core.store.coverage().compactMap { log in
                SignedCheckpoint(note: log.checkpoint)
                    ?? kept[log.log.description].flatMap { SignedCheckpoint(note: $0) }.flatMap {
                        $0.checkpoint.size <= log.whole ? $0 : nil
                    }
            }
        }
        return text(try core.roster(heads: heads, now()).signed(by: core.folder.key))
    }

    /// The newest signed heads that a site has seen: what a rebuild must reach.
    private func heads(_ request: Request) async throws -> Response {
        let (_, body) = try await authentication.call(request, for: .sends)
        // A head that nobody known signed says nothing.
        let heads = RecoveryCoding.heads(body).filter(core.registry.isSigned)
        try core.recovery.witnessed(heads)
        return text(RecoveryCoding.encode(count: heads.count))
    }

    /// Which of some events this hub does not hold, or not as the asking site does: a range a line.
    private func missing(_ request: Request) async throws -> Response {
        let (_, body) = try await authentication.call(request, for: .sends)
        let store = core.store
        let answer = try await store.file.offload { () throws(Problem) in
            let found = try RecoveryCoding.missing(from: body, hashes: store.hashes)
            return RecoveryCoding.encode(missing: found.missing, of: found.asked)
        }
        return text(answer)
    }

    /// A stretch that this hub gave out and lost.
    private func stretch(_ request: Request) async throws -> Response {
        let (site, body) = try await authentication.call(request, for: .sends)
        let offer = try StretchOffer(bytes: body)
        let count = try await core.unpacking(offer.segment) { segment in
            try offer.check(segment, from: site, hubKey: core.folder.key.publicKey) {
                core.registry[$0]?.everyKey.isEmpty == false || $0.text == "hub"
            }
            AuditTrail.current?.counts(segment.events.count)
            return try await core.store.salvageAsync(segment)
        }
        return text(RecoveryCoding.encode(count: Int(count)))
    }
}

extension SiteRegistry {
    /// Whether a log's own site signed a head, joined or revoked: what was signed stays signed.
    func isSigned(_ head: SignedCheckpoint) -> Bool {
        self[head.checkpoint.log.site].map { head.isOwn(of: $0.everyKey) } ?? false
    }
}
