import Synchronization
import EventLog
import HTTPTypes
import Hummingbird
import NIOCore
import Problems
import Replication
import SQLiteStore
import Web
import Wire

/// The calls by which sites reconcile: hello, push, pull, checkpoint, proof, and joining.
struct SyncRoutes: Sendable {
    /// The most bytes of a request to join, which nobody has signed: it is a code, a key and a proof.
    private static let joinBytesMax = 4 << 10

    let core: HubCore
    let authentication: SiteAuthentication
    let now: @Sendable () -> Instant

    func add(to router: Router<BasicRequestContext>) {
        router.get("/v1/authority") { _, _ in try self.authority() }
        router.post("/v1/join") { request, _ in try await self.join(request) }
        router.post("/v1/certificates") { request, _ in try await self.issueCertificate(request) }
        router.post("/v1/keys") { request, _ in try await self.rotateKey(request) }
        router.post("/v1/hello") { request, _ in try await self.hello(request) }
        router.put("/v1/logs/:site/:incarnation/segments/:first") { request, context in try await self.push(request, context) }
        router.get("/v1/logs/:site/:incarnation/segments/:first") { request, context in try await self.fetch(request, context) }
        router.put("/v1/express/:site/:incarnation/:last") { request, context in try await self.pushAhead(request, context) }
        router.get("/v1/feeds/:site/express") { request, context in try await self.express(request, context) }
        router.get("/v1/feeds/:site") { request, context in try await self.feed(request, context) }
        router.get("/v1/logs/:site/:incarnation/checkpoint") { request, context in try await self.checkpoint(request, context) }
        router.get("/v1/logs/:site/:incarnation/proof") { request, context in try await self.proof(request, context) }
    }

    func answer(_ bytes: [UInt8], type: String = SyncCoding.mediaType) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    func note(_ site: SiteID) { core.seen.withLock { $0[site] = now().milliseconds } }

    /// How this hub's TLS is told from anybody else's; public, and signed.
    private func authority() throws -> Response {
        let statement =
            core.tls?.standing.statement(hubKey: core.publicKey)
            ?? AuthorityStatement(hubKey: core.publicKey, certificate: nil, pins: [])
        return answer(Array(try statement.signed(by: core.folder.key).utf8), type: "text/plain; charset=utf-8")
    }

    private func join(_ request: Request) async throws -> Response {
        let message = try JoinRequest(bytes: try await request.bytes(atMost: Self.joinBytesMax))
        let row = try core.registry.join(message, hubKey: core.publicKey, now: now())
        guard let site = row.site else { throw Problem(.internalError, "A registered site has an id.") }
        AuditTrail.current?.acts(site)
        try await core.store.file.offload { () throws(Problem) in try self.core.open(row) }
        let answer = JoinAnswer(
            site: site, kind: row.kind, allCases: row.allCases, label: row.label, hubKey: core.publicKey,
            hubName: core.folder.name)
        var response = self.answer(answer.bytes)
        response.headers[.certificates] = core.certificates?.word
        return response
    }

    /// Issues a certificate to the site that asks, for a key that it made. None is needed for that: a site that was away for long has one that
    /// ended.
    private func issueCertificate(_ request: Request) async throws -> Response {
        let (site, key, body) = try await authentication.callWithoutCertificate(request)
        guard let certificates = core.certificates else {
            throw Problem(
                .notFound, "This hub asks for no client certificates and issues none.", remedy: "Sync without one.")
        }
        let issued = try certificates.issue(to: site, by: key, body, now())
        try core.registry.note(certificateOf: site, ends: issued.ends)
        return answer(issued.der, type: "application/pkix-cert")
    }

    /// Takes a new key of the site that asks, announced by the one in use. Answers until when that one is taken.
    private func rotateKey(_ request: Request) async throws -> Response {
        let (site, bytes) = try await authentication.call(request)
        let text = String(decoding: bytes, as: UTF8.self)
        let announcement = try KeyAnnouncement(parsing: text)
        guard announcement.site == site else {
            throw Problem(.siteMismatch, "The site '\(site)' signed, the announcement is of '\(announcement.site)'.")
        }
        let until = try core.registry.rotate(announcement, text: text, now: now())
        return answer(Array("\(until.milliseconds)\n".utf8), type: "text/plain; charset=utf-8")
    }

    private func hello(_ request: Request) async throws -> Response {
        let (site, bytes) = try await authentication.call(request, for: .sends)
        let hello = try SyncCoding.hello(bytes)
        note(site)
        let store = core.store
        let now = now()
        let answer: HelloAnswer = try await store.file.offload { () throws(Problem) in
            try HubSession.greet(hello, from: site, store: store, wireVersion: Version.wire, now: now)
        }
        if let cursor = hello.cursor { core.places.withLock { $0[site] = cursor } }
        if hello.cursor?.generation == answer.generation { try core.recovery.heard(site, now) }
        var response = self.answer(SyncCoding.encode(answer))
        response.headers[.certificates] = core.certificates?.word
        response.headers[.rosterDigest] = core.roster(heads: [], now).digest
        let wanted = core.wanted.withLock { $0.count }
        if wanted > 0 { response.headers[.wanted] = "\(wanted)" }
        tell(site, in: &response)
        return response
    }

    private func log(_ context: BasicRequestContext) throws(Problem) -> LogID {
        guard let site = context.parameters.get("site").flatMap({ SiteID($0) }),
            let incarnation = context.parameters.get("incarnation").flatMap({ Incarnation($0) })
        else { throw Problem(.notFound, "The address names no log: a site and 16 hexadecimal digits are expected.") }
        return LogID(site: site, incarnation: incarnation)
    }

    private func push(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let (site, bytes) = try await authentication.call(request, for: .sends)
        let log = try log(context, of: site)
        try core.pushes.require(site, now())
        guard let first = context.parameters.get("first", as: UInt64.self), first > 0 else {
            throw Problem(.outOfRange, "The first sequence is a number from 1.")
        }
        let field = HTTPField.Name("Filmjacket-Checkpoint").flatMap { request.headers[$0] }
        let note = field.flatMap { Base64.bytes(of: $0) }.map { String(decoding: $0, as: UTF8.self) }
        let keys = try core.registry.keys(of: site, now: now())
        let checkpoint = try HubSession.checkpoint(note, for: log, from: site, keys: keys)
        let turn = core.turns.enter(log, first: first)
        defer { turn.ends() }
        return try await core.unpacking(bytes, in: turn) { segment in
            do {
                let run = try PushedRun(log: log, first: first, segment: segment, checkpoint: checkpoint)
                try await core.requirePast(of: run)
                await turn.comesToStore()
                let answer = try await core.store.acceptAsync(run, received: now()) { [relay = core.relay] mayGoOn in
                    if mayGoOn { relay.keep(bytes, log: log, first: first, count: segment.events.count) }
                    // The next part finds these events in the store's memory, and is committed after them.
                    turn.ends()
                }
                return try taken(segment, from: site, answer)
            } catch let refusal as SyncRefusal { throw refusal.problem }
        }
    }

    /// The log that an address names, which must be the signing site's own.
    func log(_ context: BasicRequestContext, of site: SiteID) throws(Problem) -> LogID {
        let log = try log(context)
        guard log.site == site else {
            throw Problem(.siteMismatch, "The site '\(site)' signed, the address names a log of '\(log.site)'.")
        }
        return log
    }

    /// The answer to events that are stored now.
    func taken(_ segment: Segment, from site: SiteID, _ answer: PushAnswer) throws -> Response {
        note(site)
        core.pushes.count(segment.events.count, of: site, now())
        AuditTrail.current?.counts(segment.events.count)
        if segment.events.contains(where: { Admission.objection(to: $0.event) != nil }) { try core.countAside() }
        var response = self.answer(SyncCoding.encode(answer))
        tell(site, in: &response)
        return response
    }

    /// How many of a site's events are set aside, where some are.
    private func tell(_ site: SiteID, in response: inout Response) {
        if let count = core.aside.withLock({ $0[site] }) { response.headers[.aside] = "\(count)" }
    }

    /// A site's own log as the hub holds it: for a site that lost its store.
    private func fetch(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        // Also a suspended one: nothing of its own is kept from it, and without it it could not say what it lost.
        let site = try authentication.site(of: request, for: .sends)
        let log = try log(context)
        // Unknown and forbidden answer alike.
        guard log.site == site, let first = context.parameters.get("first", as: UInt64.self), first > 0 else {
            throw Problem(.notFound, "There is no such log for this site.")
        }
        let store = core.store
        let isAhead = request.uri.queryParameters.get("ahead") == "1"
        let (bytes, count): ([UInt8], Int) = try await core.store.file.offloadCoding { zstd throws(Problem) in
            let part =
                isAhead
                ? try HubSession.partAhead(of: log, from: first, for: site, store: store)
                : try HubSession.part(of: log, from: first, for: site, store: store)
            return (SegmentCoding.encode(part, using: zstd), part.events.count)
        }
        AuditTrail.current?.counts(count)
        return answer(bytes, type: "application/octet-stream")
    }

    private func checkpoint(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let (site, log) = (try authentication.site(of: request, for: .sends), try log(context))
        let store = core.store
        let note: String = try await store.file.offload { () throws(Problem) in
            guard log.site == site, let note = try store.checkpoint(of: log) else {
                throw Problem(.notFound, "There is no such log for this site.")
            }
            return note
        }
        return answer(Array(note.utf8), type: "text/plain; charset=utf-8")
    }

    private func proof(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let (site, log) = (try authentication.site(of: request, for: .sends), try log(context))
        let query = request.uri.queryParameters
        // That a log only grew any site may ask of any log: hashes alone, by which sites find a hub that shows two histories.
        let isOpen = query.get("leaf") == nil && query.get("from") != nil
        let leaf = query.get("leaf", as: UInt64.self)
        let from = query.get("from", as: UInt64.self)
        let store = core.store
        let lines: [String] = try await store.file.offload { () throws(Problem) in
            // Whom an event was given may see that its site signed it: hashes alone.
            let isGiven = try leaf.map { (leaf) throws(Problem) in
                try !store.file.wholeEvents([EventID(log: log, sequence: leaf)], for: site).events.isEmpty
            }
            guard log.site == site || isOpen || isGiven == true, let size = query.get("size", as: UInt64.self) else {
                throw Problem(.notFound, "There is no such log for this site, or no size is asked for.")
            }
            guard let state = try store.state(of: log), size <= state.head, let prover = store.file.prover(of: log) else {
                throw Problem(.outOfRange, "The log has fewer events than the size that is asked for.")
            }
            do {
                if let leaf, leaf >= 1, leaf <= size { return try prover.inclusion(of: leaf - 1, size: size).map(\.description) }
                if let from, from <= size { return try prover.consistency(from: from, to: size).map(\.description) }
            } catch { throw (error as? Problem) ?? Problem(.ioFailed, "The store failed: \(error).") }
            throw Problem(.outOfRange, "A proof needs leaf (1 to size) or from (up to size).")
        }
        return answer(Array(lines.map { $0 + "\n" }.joined().utf8), type: "text/plain; charset=utf-8")
    }

    /// The place that a request names; the start of the numbering where it names none.
    func cursor(_ text: String?) throws(Problem) -> FeedCursor {
        guard let text, !text.isEmpty else { return .start(of: core.store.generation()) }
        guard let cursor = FeedCursor(text) else { throw Problem(.badCursor, "The cursor is none that this hub gave.") }
        return cursor
    }

    /// The site whose feed an address names: the one that signed. Unknown and forbidden answer alike.
    func feedOwner(_ request: Request, _ context: BasicRequestContext) throws -> SiteID {
        let site = try authentication.site(of: request)
        guard context.parameters.get("site") == site.text else {
            throw Problem(.notFound, "There is no such feed for this site.")
        }
        return site
    }

    private func feed(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let site = try feedOwner(request, context)
        let query = request.uri.queryParameters
        let cursor = try cursor(query.get("after"))
        let text = query.get("wait") ?? ""
        guard let wait = text.isEmpty ? 0 : Int(text), (0...SyncLimits.waitSecondsMax).contains(wait) else {
            throw Problem(.outOfRange, "The wait is 0 to \(SyncLimits.waitSecondsMax) seconds.")
        }
        note(site)
        core.places.withLock { $0[site] = cursor }
        let feed = FeedResponse(core: core, site: site, now: now)
        if request.headers[.accept] == SyncCoding.streamMediaType { return try await feed.stream(after: cursor) }
        return try await feed.page(after: cursor, waitSeconds: wait)
    }
}
