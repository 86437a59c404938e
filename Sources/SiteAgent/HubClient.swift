import Crypto
public import CurlHTTP
public import EventLog
import Problems
import Replication
import Synchronization
import Wire

/// What a site signs with.
typealias SigningKey = Curve25519.Signing.PrivateKey

/// The hub's calls as a site makes them: each signed, each bounded, each failure told apart by what the next step depends on.
public struct HubClient: Sendable {
    /// How long the hub may take, by kind of call.
    public struct Patience: Sendable {
        /// A request and its answer.
        public var ordinary = TransferLimits.ordinary
        /// A page, which the hub may hold back until something comes.
        public var page = TransferLimits.longPoll
        /// The stream that stays open.
        public var stream = TransferLimits.heldOpen

        /// The house's limits.
        public init() {}
    }

    let http: HTTPClient
    private let url: String
    private let site: SiteID
    private let keyring: SiteKeyring
    private let now: @Sendable () -> Instant
    private let patience: Patience
    private let certificates: CertificateShelf
    private let clock = SharedClock()

    /// The hub's clock as this site knows it, between the calls that run at once.
    private final class SharedClock: Sendable {
        private let clock = Mutex(SigningClock())

        func reading(at now: Instant) -> Instant { clock.withLock { $0.reading(at: now) } }

        @discardableResult
        func learn(from problem: Problem) -> Bool { clock.withLock { $0.learn(from: problem) } }

        func learn(hubTime: Instant, sent: Instant, received: Instant) {
            clock.withLock { $0.learn(hubTime: hubTime, sent: sent, received: received) }
        }
    }

    /// Speaks for a site.
    public init(
        folder: SiteFolder, http: HTTPClient, now: @escaping @Sendable () -> Instant, patience: Patience = Patience()
    ) {
        self.http = http
        url = folder.hubURL
        site = folder.site
        keyring = folder.keyring
        self.now = now
        self.patience = patience
        certificates = CertificateShelf(folder: folder.path, http: http)
    }

    /// Announces a new key, signing with one of both; gives until when the old one is taken.
    func announce(_ text: String, by key: SigningKey) async throws(Failed) -> Instant {
        let response = try await send("POST", "/v1/keys", body: Array(text.utf8), key: key)
        return try exchange(response) { bytes throws(Problem) in
            guard let until = Int64(String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" }) else {
                throw Problem(.proxyAnswered, "The answer to a new key names no time.")
            }
            return Instant(milliseconds: until)
        }.value
    }

    /// A call that failed, with what the answer asked to wait in milliseconds.
    struct Failed: Error {
        let failure: SyncFailure
        let retryAfterMilliseconds: Int64?
    }

    /// What an exchange gave, with the bytes it took on the wire.
    struct Exchange<Value: Sendable>: Sendable {
        let value: Value
        let sent: Int64
        let received: Int64
        /// How many of this site's events the hub has set aside; nil where it says nothing.
        var aside: Int?
    }

    /// What a hub says to a hello: its answer, and what tells its registry from the copy that a site keeps.
    struct Greeting: Sendable {
        let answer: HelloAnswer
        let rosterDigest: String?
        /// Whether the hub asks for events that it holds damaged.
        let wantsEvents: Bool
    }

    func hello(_ hello: HelloRequest) async throws(Failed) -> Exchange<Greeting> {
        let sent = now()
        let response = try await send("POST", "/v1/hello", body: SyncCoding.encode(hello))
        let received = now()
        let digest = response.header("Filmjacket-Roster")
        let wants = response.header("Filmjacket-Wanted") != nil
        let exchange = try exchange(response) { bytes throws(Problem) in
            Greeting(answer: try SyncCoding.helloAnswer(bytes), rosterDigest: digest, wantsEvents: wants)
        }
        clock.learn(hubTime: exchange.value.answer.hubTime, sent: sent, received: received)
        if response.header("Filmjacket-Certificates") != nil { await renewCertificate(.asked) } else { certificates.forget() }
        return exchange
    }

    func push(_ bytes: [UInt8], log: LogID, first: UInt64, checkpoint: SignedCheckpoint) async throws(Failed) -> Exchange<
        PushAnswer
    > {
        let response = try await send(
            "PUT", "/v1/logs/\(log.site)/\(log.incarnation)/segments/\(first)", body: bytes,
            fields: [("Filmjacket-Checkpoint", Base64.text(of: Array(checkpoint.note.utf8)))])
        return try exchange(response) { bytes throws(Problem) in try SyncCoding.pushAnswer(bytes) }
    }

    /// Urgent events of an own log ahead of the rest.
    func pushAhead(_ bytes: [UInt8], log: LogID, last: UInt64) async throws(Failed) -> Exchange<PushAnswer> {
        let response = try await send("PUT", "/v1/express/\(log.site)/\(log.incarnation)/\(last)", body: bytes)
        return try exchange(response) { bytes throws(Problem) in try SyncCoding.pushAnswer(bytes) }
    }

    /// Urgent histories ahead of the feed.
    func express(after cursor: FeedCursor, in window: ExpressWindow) async throws(Failed) -> Exchange<ExpressAnswer> {
        let query = "after=\(cursor)&above=\(window.above)" + (window.below.map { "&below=\($0)" } ?? "")
        let response = try await send("GET", "/v1/feeds/\(site)/express", query: query)
        return try exchange(response) { bytes throws(Problem) in try ExpressAnswer(bytes: bytes) }
    }

    /// One page: frames up to about a megabyte.
    func page(after cursor: FeedCursor?, waitSeconds: Int) async throws(Failed) -> Exchange<[FeedFrame]> {
        let query = "after=\(cursor?.description ?? "")&wait=\(waitSeconds)"
        let response = try await send("GET", "/v1/feeds/\(site)", query: query, limits: patience.page)
        return try exchange(response) { bytes throws(Problem) in
            var reader = FeedFrameReader()
            bytes.withUnsafeBytes { reader.append($0) }
            var frames: [FeedFrame] = []
            while let frame = try reader.next() { frames.append(frame) }
            guard !reader.hasPartialFrame else { throw Problem(.proxyAnswered, "The feed's last frame was cut.") }
            return frames
        }
    }

    /// Events of an own log as the hub holds them: of its gap-free part, or of what lies beyond that.
    func fetch(_ log: LogID, from first: UInt64, isAhead: Bool = false) async throws(Failed) -> Exchange<[UInt8]> {
        let path = "/v1/logs/\(log.site)/\(log.incarnation)/segments/\(first)"
        let response = try await send("GET", path, query: isAhead ? "ahead=1" : "")
        return try exchange(response) { bytes throws(Problem) in bytes }
    }

    /// The held-open feed; `onBytes` gets the bytes on the client's thread and declines to end it.
    func stream(
        after cursor: FeedCursor?, onBytes: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool
    ) async throws(Failed) -> Exchange<Void> {
        let path = "/v1/feeds/\(site)"
        let query = "after=\(cursor?.description ?? "")"
        let request = try signed(
            "GET", path, query: query, body: [], fields: [("Accept", SyncCoding.streamMediaType)], limits: patience.stream)
        let response: HTTPClientResponse
        do {
            response = try await http.stream(
                request, onHead: { $0.status == 200 && $0.header("Content-Type") == SyncCoding.streamMediaType }, onBytes: onBytes
            )
        } catch { throw Failed(failure: .unreachable(error.problem), retryAfterMilliseconds: nil) }
        guard response.status == 200, response.body.isEmpty else { throw failure(response) }
        return Exchange(value: (), sent: response.bytesSent, received: response.bytesReceived)
    }

    func exchange<Value: Sendable>(
        _ response: HTTPClientResponse, _ read: ([UInt8]) throws(Problem) -> Value
    ) throws(Failed) -> Exchange<Value> {
        do {
            return Exchange(
                value: try read(response.body), sent: response.bytesSent, received: response.bytesReceived,
                aside: response.header("Filmjacket-Aside").flatMap { Int($0) })
        } catch {
            throw Failed(failure: .unreachable(Self.proxy(response, error.message)), retryAfterMilliseconds: nil)
        }
    }

    private func signed(
        _ method: String, _ path: String, query: String, body: [UInt8], fields: [(String, String)], limits: TransferLimits,
        key: SigningKey? = nil, type: String = SyncCoding.mediaType
    ) throws(Failed) -> HTTPClientRequest {
        let signature: RequestSignature.Fields
        do {
            signature = try RequestSignature.sign(
                method: method, path: path, query: query, body: body, site: site, key: key ?? keyring.key,
                now: clock.reading(at: now()),
                nonce: UInt64.random(in: .min ... .max))
        } catch {
            throw Failed(
                failure: .refusedForGood(Problem(.configuration, "The site's key cannot sign.")), retryAfterMilliseconds: nil)
        }
        let headers =
            [
                ("Content-Digest", signature.contentDigest), ("Signature-Input", signature.signatureInput),
                ("Signature", signature.signature),
            ] + (body.isEmpty ? [] : [("Content-Type", type)]) + fields
        return HTTPClientRequest(
            method: method, url: url + path + (query.isEmpty ? "" : "?" + query), headers: headers, body: body, limits: limits)
    }

    func send(
        _ method: String, _ path: String, query: String = "", body: [UInt8] = [], fields: [(String, String)] = [],
        limits: TransferLimits? = nil, key: SigningKey? = nil, type: String = SyncCoding.mediaType
    ) async throws(Failed) -> HTTPClientResponse {
        var isRetried = false
        while true {
            let request = try signed(
                method, path, query: query, body: body, fields: fields, limits: limits ?? patience.ordinary, key: key,
                type: type)
            let response: HTTPClientResponse
            do { response = try await http.send(request) } catch {
                throw Failed(failure: .unreachable(error.problem), retryAfterMilliseconds: nil)
            }
            if response.status == 200 { return response }
            let failed = Self.failure(response)
            // Dated by the time that the refusal tells, or with another certificate, the same request may be taken: nothing of it was.
            guard case .temporary(let problem) = failed.failure, !isRetried, await isMended(problem) else { throw failed }
            isRetried = true
        }
    }

    /// Whether what a request was refused for is mended now.
    private func isMended(_ problem: Problem) async -> Bool {
        problem.code == .clientCertificate ? await renewCertificate(.refused) : clock.learn(from: problem)
    }

    /// Fetches another client certificate where it is time; no call fails for it but those that need one.
    @discardableResult
    func renewCertificate(_ reason: CertificateShelf.Reason) async -> Bool {
        await certificates.renew(reason, for: keyring.key, now: now) {
            let request = try OwnCertificate.Request(site)
            // Never with another certificate in between: the hub asks for none here.
            let response = try await send("POST", "/v1/certificates", body: request.der, type: "application/pkcs10")
            return try OwnCertificate(response.body, to: request, now())
        }
    }

    private func failure(_ response: HTTPClientResponse) -> Failed {
        let failed = Self.failure(response)
        if case .temporary(let problem) = failed.failure { clock.learn(from: problem) }
        return failed
    }

    /// Beyond this the session waits no longer anyway; it keeps the arithmetic within bounds.
    private static let retryAfterSecondsMax: Int64 = 24 * 60 * 60

    /// What an answer other than 200 means for the next step.
    static func failure(_ response: HTTPClientResponse) -> Failed {
        let retry = response.header("Retry-After").flatMap { Int64($0) }.map { min(max($0, 0), Self.retryAfterSecondsMax) * 1000 }
        guard response.header("Content-Type")?.hasPrefix("application/problem+json") == true,
            let problem = ProblemReader.problem(response.body)
        else {
            return Failed(
                failure: .unreachable(proxy(response, "The answer is no hub's.")), retryAfterMilliseconds: retry)
        }
        return Failed(failure: SyncFailure(of: problem), retryAfterMilliseconds: retry)
    }

    private static func proxy(_ response: HTTPClientResponse, _ why: String) -> Problem {
        Problem(
            .proxyAnswered,
            "Something else than the hub answered (status \(response.status), \(response.header("Content-Type") ?? "no type")): \(why)"
        )
    }
}
