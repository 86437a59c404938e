public import EventLog
import Foundation
import ImagingCase

/// A place in the chain: how many records there are, and the hash of the last, which covers all before it.
public struct AuditHead: Hashable, Sendable {
    /// The last record's number; the first has 1.
    public let sequence: UInt64
    /// The last record's hash.
    public let hash: EventHash

    /// Names a place.
    public init(sequence: UInt64, hash: EventHash) {
        self.sequence = sequence
        self.hash = hash
    }

    /// Before the first record.
    public static let start = AuditHead(sequence: 0, hash: .zero)

    /// Reads `SEQUENCE:HASH`, as the log of the process and `audit verify` write it; nil for any other text.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = UInt64(parts[0]), let hash = EventHash(parts[1]) else { return nil }
        self.init(sequence: sequence, hash: hash)
    }

    /// `SEQUENCE:HASH`.
    public var text: String { "\(sequence):\(hash)" }
}

/// A record in its place: one line of JSON, members in a fixed order, the hash last.
///
/// `{"seq":N,"previous":"HEX",...,"hash":"HEX"}`, where the hash is SHA-256 over the line's bytes up to `,"hash":` and thereby over the
/// hash before it. A flipped byte, the last record's included, no longer fits its own line.
public struct AuditLine: Hashable, Sendable {
    /// The longest line that is read.
    static let bytesMax = 16 << 10
    private static let hashMember = Array(",\"hash\":\"".utf8)
    /// `,"hash":"` + 64 digits + `"}`.
    private static let endBytes = 9 + 64 + 2

    /// The record's number.
    public let sequence: UInt64
    /// The hash of the record before.
    public let previous: EventHash
    /// This record's hash.
    public let hash: EventHash
    /// The line without its line feed.
    public let bytes: [UInt8]

    /// Where the chain stands after this record.
    public var head: AuditHead { AuditHead(sequence: sequence, hash: hash) }

    /// Puts a record after a head.
    public init(_ record: AuditRecord, after head: AuditHead) {
        var json = JSONWriter()
        json.beginObject()
        json.member("seq", head.sequence + 1)
        json.member("previous", head.hash.description)
        record.write(to: &json)
        json.endObject()
        var bytes = json.bytes
        bytes.removeLast()
        let hash = EventHash.sha256(bytes)
        sequence = head.sequence + 1
        previous = head.hash
        self.hash = hash
        self.bytes = bytes + Self.hashMember + Array(hash.description.utf8) + Array("\"}".utf8)
    }

    /// Reads a line and checks its own hash; nil for a line that was changed or that nobody here wrote.
    public init?(bytes: [UInt8]) {
        guard bytes.count > Self.endBytes, bytes.count <= Self.bytesMax, bytes.suffix(2).elementsEqual("\"}".utf8) else {
            return nil
        }
        let end = bytes.count - Self.endBytes
        guard bytes[end..<end + 9].elementsEqual(Self.hashMember),
            let said = EventHash(String(decoding: bytes[(end + 9)..<(end + 73)], as: UTF8.self)),
            EventHash.sha256(Array(bytes[..<end])) == said, let (sequence, previous) = Self.beginning(of: bytes)
        else { return nil }
        self.sequence = sequence
        self.previous = previous
        hash = said
        self.bytes = bytes
    }

    /// The number and the hash before, from the two members that each line begins with.
    private static func beginning(of bytes: [UInt8]) -> (UInt64, EventHash)? {
        let first = Array("{\"seq\":".utf8)
        let second = Array(",\"previous\":\"".utf8)
        guard bytes.starts(with: first) else { return nil }
        let digits = bytes[first.count...].prefix { (0x30...0x39).contains($0) }
        let rest = bytes[digits.endIndex...]
        guard let sequence = UInt64(String(decoding: digits, as: UTF8.self)), rest.starts(with: second),
            let previous = EventHash(String(decoding: rest.dropFirst(second.count).prefix(64), as: UTF8.self))
        else { return nil }
        return (sequence, previous)
    }

    /// The line as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What it says; nil for a line of a newer version that has no such members.
    public var record: AuditRecord? {
        // Any failure means the same: not a record that this version understands.
        (try? JSONDecoder().decode(AuditRecord.Stored.self, from: Data(bytes)))?.record
    }
}
