import Crypto
import EventLog
import Testing

struct CheckpointTests {
    static let checkpoint = Checkpoint(log: Sample.log("northside", 0x3f2a_9c01_d4e5_f607), size: 42, root: Sample.hash(1))

    /// Source: C2SP tlog-checkpoint v1.0.0.
    @Test func `the text is origin, size and root, a line each`() {
        #expect(
            Self.checkpoint.text == "filmjacket/northside~3f2a9c01d4e5f607\n42\na4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s=\n")
    }

    @Test(arguments: [UInt64(0), 1, 42, .max])
    func `the text survives the round trip`(size: UInt64) {
        let checkpoint = Checkpoint(log: Self.checkpoint.log, size: size, root: Sample.hash(3))
        #expect(Checkpoint(text: checkpoint.text) == checkpoint)
    }

    @Test func `the text cut anywhere is refused`() {
        let bytes = Array(Self.checkpoint.text.utf8)
        for count in bytes.indices { #expect(Checkpoint(text: String(decoding: bytes[..<count], as: UTF8.self)) == nil) }
    }

    /// A signature covers bytes: a second text for the same checkpoint would verify although nobody signed it.
    @Test(arguments: [
        ("filmjacket/", "other/"), ("filmjacket/", ""), ("northside", "Northside"), ("3f2a9c01d4e5f607", "3F2A9C01D4E5F607"),
        ("3f2a9c01d4e5f607", "+f2a9c01d4e5f607"), ("\n42\n", "\n+42\n"), ("\n42\n", "\n042\n"), ("\n42\n", "\n-42\n"),
        ("\n42\n", "\n\n"),
        ("\n42\n", "\n18446744073709551616\n"), ("=\n", "\n"), ("=\n", "==\n"), ("/80/", "_80_"), ("W0s=", "W0t="),
        ("s=\n", "s=\nmore\n"),
        ("s=\n", "s=\r\n"), ("\n42\n", " \n42\n"), ("a4ay", "a4a"), ("s=\n", "s=\n\n"),
    ])
    func `any other text is refused`(part: String, other: String) throws {
        let text = Self.checkpoint.text
        let range = try #require(text.firstRange(of: part))
        #expect(Checkpoint(text: text.replacingCharacters(in: range, other)) == nil)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, _ other: String) -> String {
        self[..<range.lowerBound] + other + self[range.upperBound...]
    }
}

struct SignedCheckpointTests {
    private static let checkpoint = CheckpointTests.checkpoint
    /// Keys of the tests, from fixed seeds.
    private let key: Curve25519.Signing.PrivateKey
    private let otherKey: Curve25519.Signing.PrivateKey
    private let signed: SignedCheckpoint

    init() throws {
        key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 1, count: 32))
        otherKey = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 2, count: 32))
        signed = try SignedCheckpoint(Self.checkpoint, signer: "northside", key: key)
    }

    /// The key id of a signer, as the specification words it.
    private func keyID(_ name: String, _ key: [UInt8]) -> [UInt8] {
        Array(EventHash.sha256(Array(name.utf8) + [0x0a, 0x01] + key).bytes.prefix(4))
    }

    @Test func `a note survives the round trip and its key verifies it`() throws {
        let parsed = try #require(SignedCheckpoint(note: signed.note))
        #expect(parsed == signed)
        #expect(parsed.note == signed.note)
        #expect(parsed.isSigned(by: key.publicKey))
        #expect(parsed.checkpoint == Self.checkpoint && parsed.signer == "northside")
    }

    /// Source: C2SP signed-note v1.0.0; the vector is the verifier key of its reference implementation's documentation.
    @Test func `a note has the published shape`() throws {
        #expect(
            Hex.text(
                of: keyID(
                    "PeterNeumann",
                    Array(try #require(Base64.bytes(of: "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")).dropFirst())))
                == "c74f20a3")
        let lines = signed.note.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 6 && lines[3].isEmpty && lines[5].isEmpty)
        #expect(lines[..<3].joined(separator: "\n") + "\n" == Self.checkpoint.text)
        let parts = lines[4].split(separator: " ")
        #expect(parts.count == 3 && parts[0] == "\u{2014}" && parts[1] == "northside")
        let bytes = try #require(Base64.bytes(of: parts[2]))
        #expect(Array(bytes[..<4]) == keyID("northside", Array(key.publicKey.rawRepresentation)))
        #expect(key.publicKey.isValidSignature(bytes[4...], for: Array(Self.checkpoint.text.utf8)))
    }

    @Test func `another key, another signer's name and another text do not verify`() throws {
        #expect(!signed.isSigned(by: otherKey.publicKey))
        let renamed = try #require(
            SignedCheckpoint(note: signed.note.replacing("\u{2014} northside", with: "\u{2014} southside")))
        #expect(!renamed.isSigned(by: key.publicKey))
        for (part, other) in [("\n42\n", "\n43\n"), ("northside~3f", "northsidf~3f"), ("a4ayc", "b4ayc")] {
            let changed = try #require(SignedCheckpoint(note: signed.note.replacing(part, with: other)))
            #expect(!changed.isSigned(by: key.publicKey), "\(part)")
        }
    }

    @Test func `a note cut at any byte is refused`() {
        let bytes = Array(signed.note.utf8)
        for count in bytes.indices {
            #expect(SignedCheckpoint(note: String(decoding: bytes[..<count], as: UTF8.self)) == nil, "cut at \(count)")
        }
    }

    @Test func `a note with any byte changed is refused or does not verify`() {
        let bytes = Array(signed.note.utf8)
        for place in bytes.indices {
            for flip in [UInt8(1), 2, 4, 8, 16, 32] {
                var changed = bytes
                changed[place] ^= flip
                let parsed = SignedCheckpoint(note: String(decoding: changed, as: UTF8.self))
                #expect(parsed?.isSigned(by: key.publicKey) != true, "byte \(place) ^ \(flip)")
            }
        }
    }

    @Test(arguments: [
        "\u{2014}  ", "\u{2014} a b ", "- northside ", "\u{2014} a+b ", "\u{2014}\u{a0}northside ", "\u{2014} a\u{2003}b ",
    ])
    func `a signature line with another name or mark is refused`(beginning: String) {
        #expect(SignedCheckpoint(note: signed.note.replacing("\u{2014} northside ", with: beginning)) == nil)
    }

    @Test func `a second text for the same note is refused`() {
        let note = signed.note
        for other in [
            note + "\n", "\n" + note, note + note.split(separator: "\n")[3] + "\n", note.replacing("\n", with: "\r\n"),
            note.replacing("=\n\n", with: "\n\n"), note.replacing("+", with: "-").replacing("/", with: "_"),
            String(note.dropLast(2)) + "\n",
        ] {
            #expect(SignedCheckpoint(note: other) == nil)
        }
    }

    @Test(arguments: ["", "a b", "a+b", "a\nb", "a\u{2003}b"])
    func `a name that a note cannot carry is a programming error`(name: String) async {
        await #expect(processExitsWith: .failure) { [name] in
            let key = Curve25519.Signing.PrivateKey()
            _ = try SignedCheckpoint(CheckpointTests.checkpoint, signer: name, key: key)
        }
    }
}
