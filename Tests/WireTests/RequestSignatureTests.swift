import Crypto
import EventLog
import Problems
import Replication
import Testing

@testable import Wire

/// A site's signature over a request. Source: RFC 9421, RFC 9530; the signed text is put together here a second time.
struct RequestSignatureTests {
    private let key: Curve25519.Signing.PrivateKey
    private let site: SiteID
    private let now = Instant(milliseconds: 1_700_000_000_999)
    private let body = Array("a segment".utf8)

    init() throws {
        key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 7, count: 32))
        site = try #require(SiteID("northside"))
    }

    private func fields() throws -> RequestSignature.Fields {
        try RequestSignature.sign(
            method: "PUT", path: "/v1/logs/northside/1/segments/1", query: "a=1", body: body, site: site, key: key, now: now,
            nonce: 0xabc)
    }

    private func code(
        method: String = "PUT", path: String = "/v1/logs/northside/1/segments/1", query: String = "a=1", body: [UInt8]? = nil,
        digest: String? = nil, input: ((String) -> String)? = nil, signature: ((String) -> String)? = nil,
        key other: Curve25519.Signing.PrivateKey? = nil, at moment: Instant? = nil
    ) throws -> ProblemCode? {
        let fields = try fields()
        do throws(Problem) {
            let read = try RequestSignature(
                signatureInput: input?(fields.signatureInput) ?? fields.signatureInput,
                signature: signature?(fields.signature) ?? fields.signature)
            try read.verify(
                method: method, path: path, query: query, body: body ?? self.body, contentDigest: digest ?? fields.contentDigest,
                key: (other ?? key).publicKey, now: moment ?? now)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `the signed text is that of the standard`() throws {
        let fields = try fields()
        let parameters =
            "(\"@method\" \"@path\" \"@query\" \"content-digest\");created=1700000000;nonce=\"0000000000000abc\""
            + ";keyid=\"northside\";alg=\"ed25519\""
        let digest = "sha-256=:" + Base64.text(of: Array(SHA256.hash(data: body))) + ":"
        #expect(fields.signatureInput == "sig1=" + parameters)
        #expect(fields.contentDigest == digest)
        let base = [
            "\"@method\": PUT", "\"@path\": /v1/logs/northside/1/segments/1", "\"@query\": ?a=1",
            "\"content-digest\": \(digest)", "\"@signature-params\": \(parameters)",
        ].joined(separator: "\n")
        let signature = try #require(Base64.bytes(of: fields.signature.dropFirst("sig1=:".count).dropLast()))
        #expect(key.publicKey.isValidSignature(signature, for: Array(base.utf8)))
        let read = try RequestSignature(signatureInput: fields.signatureInput, signature: fields.signature)
        #expect(read.site == site && read.created == 1_700_000_000 && read.nonce == "0000000000000abc")
    }

    @Test func `a signed request is taken, and with any signed part changed refused`() throws {
        #expect(try code() == nil)
        #expect(try code(method: "POST") == .badSignature)
        #expect(try code(path: "/v1/logs/northside/1/segments/2") == .badSignature)
        #expect(try code(query: "a=2") == .badSignature)
        #expect(try code(query: "") == .badSignature)
        #expect(try code(body: Array("b segment".utf8)) == .badSignature)
        #expect(try code(body: []) == .badSignature)
        #expect(try code(digest: RequestSignature.contentDigest(of: [])) == .badSignature)
        #expect(try code(body: [], digest: RequestSignature.contentDigest(of: [])) == .badSignature)
        #expect(try code(digest: "sha-512=:AAAA:") == .badSignature)
        #expect(try code(key: .init()) == .badSignature)
        for (old, new) in [
            ("northside", "southside"), ("abc\"", "abd\""), ("1700000000", "1700000001"), ("ed25519", "hmac-sha256"),
            ("\"@query\" ", ""), ("sig1", "sig2"), ("@path", "@authority"), (";nonce=\"0000000000000abc\"", ""),
            (";created=1700000000", ""), (";keyid", ";other"), (";alg", " ;alg"),
        ] { #expect(try code(input: { $0.replacing(old, with: new) }) == .badSignature, "\(old)") }
    }

    @Test func `each changed bit of the signature is refused, and so is another form`() throws {
        let fields = try fields()
        let bytes = try #require(Base64.bytes(of: fields.signature.dropFirst(6).dropLast()))
        for bit in stride(from: 0, to: 512, by: 7) {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(try code(signature: { _ in "sig1=:\(Base64.text(of: changed)):" }) == .badSignature, "bit \(bit)")
        }
        for text in ["", "sig1=::", "sig1=:AAAA:", String(fields.signature.dropLast()), "sig2" + fields.signature.dropFirst(4)] {
            #expect(try code(signature: { _ in text }) == .badSignature, "\(text)")
        }
        for (input, signature) in [(nil, fields.signature), (fields.signatureInput, nil)] as [(String?, String?)] {
            #expect(throws: Problem.self) { try RequestSignature(signatureInput: input, signature: signature) }
        }
    }

    @Test func `a request holds for 60 s of the hub's clock either way`() throws {
        for (seconds, expected) in [(60, nil), (-60, nil), (61, .clockImplausible), (-61, .clockImplausible)]
            as [(Int64, ProblemCode?)]
        { #expect(try code(at: Instant(milliseconds: 1_700_000_000_000 + seconds * 1000)) == expected, "\(seconds) s") }
    }

    /// The distance of such a time from the hub's clock is no 64-bit number: it must not be computed.
    @Test(arguments: [
        "-9223372036854775808", "9223372036854775807", "1000000000000000", "1e9", "", "0x10", "12345678901234567890",
    ])
    func `a time that is no plausible number is refused and does not end the hub`(created: String) throws {
        #expect(try code(input: { $0.replacing("1700000000", with: created) }) == .badSignature)
    }

    @Test func `a header of any length or content is refused in its turn`() throws {
        let good = try fields().signatureInput
        for count in good.indices { #expect(try code(input: { _ in String(good[..<count]) }) == .badSignature) }
        #expect(try code(input: { $0 + ";a=" + String(repeating: "x", count: 600) }) == .badSignature)
        for tail in [";", ";;;", ";=", ";a", "\"", "\0"] {
            #expect(try code(input: { $0 + tail }) != nil || tail == ";", "\(tail)")
        }
    }
}
