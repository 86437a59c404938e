public import Crypto

/// A log's state in three lines: whose, how many events, which root.
///
/// Source: C2SP tlog-checkpoint v1.0.0.
public struct Checkpoint: Equatable, Sendable {
    /// The log that it speaks of; its origin line is `filmjacket/` and the log's id.
    public let log: LogID
    /// How many events the log had.
    public let size: UInt64
    /// The RFC 6962 root over their hashes.
    public let root: EventHash

    /// States a log.
    public init(log: LogID, size: UInt64, root: EventHash) {
        self.log = log
        self.size = size
        self.root = root
    }

    /// The text that is signed, its last newline included.
    public var text: String { "filmjacket/\(log)\n\(size)\n\(Base64.text(of: root.bytes))\n" }

    /// Parses the signed text; nil for any other spelling of the same checkpoint, because a signature covers bytes.
    public init?(text: some StringProtocol) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty, lines[0].hasPrefix("filmjacket/"),
            let log = LogID(lines[0].dropFirst("filmjacket/".count)), let size = UInt64(lines[1]),
            let bytes = Base64.bytes(of: lines[2]), let root = EventHash(bytes: bytes)
        else { return nil }
        self.init(log: log, size: size, root: root)
        guard self.text.utf8.elementsEqual(text.utf8) else { return nil }
    }
}

/// A checkpoint as a signed note: the text, a blank line, and a line with the signer's name, key hash and Ed25519 signature.
///
/// Source: C2SP signed-note v1.0.0; RFC 8032.
public struct SignedCheckpoint: Equatable, Sendable {
    /// What is stated.
    public let checkpoint: Checkpoint
    /// The signer's name: a site's id, or `hub`.
    public let signer: String
    /// The first four bytes of SHA-256 over name, newline, algorithm 1 and public key.
    public let keyHash: [UInt8]
    /// The 64 bytes of the signature over the text.
    public let signature: [UInt8]

    /// Signs a checkpoint.
    ///
    /// Precondition: the signer's name is not empty and has no space and no plus, which separate the parts of a note.
    /// - Throws: the cryptographic library's error, when the key cannot sign.
    public init(_ checkpoint: Checkpoint, signer: String, key: Curve25519.Signing.PrivateKey) throws {
        precondition(Self.isName(signer), "a signer's name has no space and no plus")
        self.checkpoint = checkpoint
        self.signer = signer
        keyHash = Self.keyHash(signer: signer, key: key.publicKey)
        signature = Array(try key.signature(for: Array(checkpoint.text.utf8)))
    }

    /// Parses a note with one signature; nil for any other spelling of the same note.
    public init?(note: some StringProtocol) {
        let text = String(note)
        guard let blank = text.firstRange(of: "\n\n") else { return nil }
        let body = text[..<text.index(after: blank.lowerBound)]
        let line = text[blank.upperBound...]
        guard let checkpoint = Checkpoint(text: body), line.hasPrefix("\u{2014} "), line.hasSuffix("\n") else { return nil }
        let parts = line.dropFirst(2).dropLast().split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isName(parts[0]), let bytes = Base64.bytes(of: parts[1]), bytes.count == 68 else {
            return nil
        }
        self.checkpoint = checkpoint
        signer = String(parts[0])
        keyHash = Array(bytes[..<4])
        signature = Array(bytes[4...])
        guard self.note.utf8.elementsEqual(text.utf8) else { return nil }
    }

    /// The note's text.
    public var note: String {
        "\(checkpoint.text)\n\u{2014} \(signer) \(Base64.text(of: keyHash + signature))\n"
    }

    /// Whether a key made the signature.
    public func isSigned(by key: Curve25519.Signing.PublicKey) -> Bool {
        keyHash == Self.keyHash(signer: signer, key: key) && key.isValidSignature(signature, for: Array(checkpoint.text.utf8))
    }

    /// Whether the log's own site signed it, with one of its keys.
    public func isOwn(of keys: some Sequence<Curve25519.Signing.PublicKey>) -> Bool {
        signer == checkpoint.log.site.text && keys.contains { isSigned(by: $0) }
    }

    private static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && !text.unicodeScalars.contains { $0 == "+" || $0.properties.isWhitespace }
    }

    private static func keyHash(signer: String, key: Curve25519.Signing.PublicKey) -> [UInt8] {
        let input = Array("\(signer)\n".utf8) + [1] + Array(key.rawRepresentation)
        return Array(EventHash.sha256(input).bytes[..<4])
    }
}
