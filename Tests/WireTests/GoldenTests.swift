import EventLog
import FoundationEssentials
import ImagingCase
import Replication
import Testing

@testable import Wire

/// Bytes that were written once and must go on being written and read: a change of format is seen here first.
///
/// `Golden/*.txt` hold names and hexadecimal bytes; run once with FILMJACKET_REWRITE=1 to take a change over.
struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    /// Compares lines with a file, or writes it; gives the lines that the file holds.
    private func compare(_ lines: [(name: String, bytes: [UInt8])], with file: String, exactly: Bool = true) throws -> [[UInt8]] {
        let path = Self.folder.appending(path: file).path
        let text = lines.map { "\($0.name) \(Hex.text(of: $0.bytes))\n" }.joined()
        if ProcessInfo.processInfo.environment["FILMJACKET_REWRITE"] == "1" {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let held = try String(contentsOfFile: path, encoding: .utf8)
        if exactly { #expect(held == text, "\(file)") }
        return try held.split(separator: "\n").map { line in
            let digits = line.split(separator: " ", omittingEmptySubsequences: false).last ?? ""
            return try #require(Hex.bytes(of: digits))
        }
    }

    @Test func `a body of every kind has the bytes that it always had`() throws {
        var lines: [(name: String, bytes: [UInt8])] = []
        for (number, kind) in EventKind.known.enumerated() {
            let empty = PayloadCoding.event(of: kind, schema: 1, payload: [])
            let body = try #require(RandomBody.payload(inside: empty))
            lines.append((kind.text, Self.filled(body, seed: UInt64(number) + 1)))
        }
        let held = try compare(lines, with: "bodies.txt")
        for (bytes, kind) in zip(held, EventKind.known) {
            let event = PayloadCoding.event(of: kind, schema: 1, payload: bytes)
            #expect(event != .unknown(kind) && PayloadCoding.payload(of: event) == bytes, "\(kind)")
        }
    }

    private static func filled<P: Payload>(_ body: P, seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        return ProtoWriter.bytes(of: RandomBody.body(P.self, &random))
    }

    @Test func `a segment has the bytes that it always had`() throws {
        let segment = RandomSegment.make(seed: 3, eventsMax: 12)
        let held = try compare([("segment", SegmentEncoder.bytes(of: segment))], with: "segment.txt")
        #expect(try SegmentCoding.decode(frame(held[0]), using: Zstd()).content == segment.content)
    }

    /// The compressor's bytes may change with its version; what was compressed once must still be read.
    @Test func `a compressed segment is still read`() throws {
        let segment = RandomSegment.make(seed: 3, eventsMax: 12)
        let bytes = SegmentCoding.encode(segment, using: Zstd())
        #expect(bytes[5] == 1)
        let held = try compare([("compressed", bytes)], with: "compressed.txt", exactly: false)
        #expect(try SegmentCoding.decode(held[0], using: Zstd()).content == segment.content)
    }

    @Test func `messages of reconciliation have the bytes that they always had`() throws {
        let (hello, answer) = (try SyncCodingTests.hello(), try SyncCodingTests.answer())
        let pushed = PushAnswer(head: 300, hash: EventHash(1, 2, 3, 4))
        let feed = FeedFrame(
            cursor: hello.cursor, segment: [1, 2, 3], hubTime: Instant(milliseconds: 1_700_000_000_000), isCaughtUp: true)
        let held = try compare(
            [
                ("hello", SyncCoding.encode(hello)), ("hello-answer", SyncCoding.encode(answer)),
                ("push-answer", SyncCoding.encode(pushed)), ("feed-frame", feed.bytes),
            ], with: "sync.txt")
        #expect(try SyncCoding.hello(held[0]) == hello)
        #expect(try SyncCoding.helloAnswer(held[1]) == answer)
        #expect(try SyncCoding.pushAnswer(held[2]) == pushed)
        var reader = FeedFrameReader()
        held[3].withUnsafeBytes { reader.append($0) }
        #expect(try reader.next()?.segment == [1, 2, 3])
    }
}
