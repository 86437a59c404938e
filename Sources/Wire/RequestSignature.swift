public import Crypto
public import EventLog
public import Problems

/// A site's signature over one request, so that it holds behind proxies that end the TLS connection.
///
/// Covers method, path, query and the body's digest; carries the time and a nonce that counts once.
/// Source: RFC 9421 2.2, 2.3, 3.1; RFC 9530 (Content-Digest).
public struct RequestSignature: Sendable {
    /// How far a request's time may lie from the hub's clock, in seconds.
    public static let windowSeconds: Int64 = 60

    /// The site that signed.
    public let site: SiteID
    /// When, in seconds since the epoch.
    public let created: Int64
    /// Drawn for each request.
    public let nonce: String
    private let input: String
    private let signature: [UInt8]

    /// The header fields that a request carries: name and value.
    public struct Fields: Sendable {
        /// Content-Digest.
        public let contentDigest: String
        /// Signature-Input.
        public let signatureInput: String
        /// Signature.
        public let signature: String
    }

    /// Signs a request.
    ///
    /// - Throws: the cryptographic library's error, when the key cannot sign.
    public static func sign(
        method: String, path: String, query: String, body: [UInt8], site: SiteID, key: Curve25519.Signing.PrivateKey,
        now: Instant,
        nonce: UInt64
    ) throws -> Fields {
        let digest = contentDigest(of: body)
        let parameters =
            "(\"@method\" \"@path\" \"@query\" \"content-digest\");created=\(now.milliseconds / 1000);nonce=\"\(Hex.text(of: nonce))\""
            + ";keyid=\"\(site)\";alg=\"ed25519\""
        let base = base(method: method, path: path, query: query, digest: digest, parameters: parameters)
        let signature = try key.signature(for: Array(base.utf8))
        return Fields(
            contentDigest: digest, signatureInput: "sig1=\(parameters)", signature: "sig1=:\(Base64.text(of: Array(signature))):")
    }

    /// The value of Content-Digest for a body.
    public static func contentDigest(of body: [UInt8]) -> String { "sha-256=:\(Base64.text(of: EventHash.sha256(body).bytes)):" }

    /// Reads the fields of a request.
    ///
    /// - Throws: `BAD_SIGNATURE` where one is missing or has another form than this product signs.
    public init(signatureInput: String?, signature: String?) throws(Problem) {
        guard let signatureInput, let signature else {
            throw Problem(.badSignature, "The request is not signed; Signature-Input and Signature are expected.")
        }
        let covered = "sig1=(\"@method\" \"@path\" \"@query\" \"content-digest\");"
        guard signatureInput.hasPrefix(covered), signatureInput.utf8.count <= 512 else {
            throw Problem(.badSignature, "The signature must cover @method, @path, @query and content-digest, in that order.")
        }
        var values: [String: String] = [:]
        for part in signatureInput.dropFirst(covered.count).split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { throw Problem(.badSignature, "A parameter of the signature has no value.") }
            values[String(pair[0])] = String(pair[1]).trimmingQuotes()
        }
        // Source: RFC 8941 3.3.1: an integer has at most 15 digits, so that the distance from any clock is one too.
        guard let created = values["created"].flatMap({ Int64($0) }), created.magnitude < 1_000_000_000_000_000,
            let nonce = values["nonce"],
            (8...64).contains(nonce.utf8.count),
            let site = values["keyid"].flatMap({ SiteID($0) }), values["alg"] == "ed25519"
        else { throw Problem(.badSignature, "The signature needs created, nonce, keyid and alg ed25519.") }
        guard signature.hasPrefix("sig1=:"), signature.hasSuffix(":"),
            let bytes = Base64.bytes(of: signature.dropFirst(6).dropLast()),
            bytes.count == 64
        else { throw Problem(.badSignature, "The Signature field holds no Ed25519 signature.") }
        self.site = site
        self.created = created
        self.nonce = nonce
        self.input = String(signatureInput.dropFirst(5))
        self.signature = bytes
    }

    /// Checks the signature of a request with its body.
    ///
    /// - Throws: `CLOCK_IMPLAUSIBLE` outside the window, `BAD_SIGNATURE` for another body or key.
    public func verify(
        method: String, path: String, query: String, body: [UInt8], contentDigest: String?, key: Curve25519.Signing.PublicKey,
        now: Instant
    ) throws(Problem) {
        try Self.check(body, against: contentDigest)
        try verify(method: method, path: path, query: query, contentDigest: contentDigest, key: key, now: now)
    }

    /// Checks the signature by what stands in a request's head, before any of its body is taken: who is nobody fills no memory. The body
    /// must be checked against its digest when it is there.
    ///
    /// - Throws: `CLOCK_IMPLAUSIBLE` outside the window, `BAD_SIGNATURE` for another digest or key.
    public func verify(
        method: String, path: String, query: String, contentDigest: String?, key: Curve25519.Signing.PublicKey, now: Instant
    ) throws(Problem) {
        let offset = created - now.milliseconds / 1000
        guard abs(offset) <= Self.windowSeconds else {
            throw Problem(
                .clockImplausible,
                "The request was signed \(abs(offset)) s \(offset > 0 ? "ahead of" : "behind") the hub's clock.",
                facts: [.init("offsetSeconds", "\(offset)")])
        }
        let base = Self.base(method: method, path: path, query: query, digest: contentDigest ?? "", parameters: input)
        guard key.isValidSignature(signature, for: Array(base.utf8)) else {
            throw Problem(.badSignature, "The signature does not match the request and the site's key.")
        }
    }

    /// Checks that a body is the one whose digest was signed.
    ///
    /// - Throws: `BAD_SIGNATURE` for another.
    public static func check(_ body: [UInt8], against contentDigest: String?) throws(Problem) {
        guard contentDigest == Self.contentDigest(of: body) else {
            throw Problem(.badSignature, "Content-Digest does not match the body.")
        }
    }

    private static func base(method: String, path: String, query: String, digest: String, parameters: String) -> String {
        "\"@method\": \(method)\n\"@path\": \(path)\n\"@query\": ?\(query)\n\"content-digest\": \(digest)\n\"@signature-params\": \(parameters)"
    }
}

extension String {
    fileprivate func trimmingQuotes() -> String {
        count >= 2 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self
    }
}
