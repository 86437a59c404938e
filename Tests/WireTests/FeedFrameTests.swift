import EventLog
import Problems
import Replication
import Testing

@testable import Wire

/// Frames of a feed, however their bytes arrive.
struct FeedFrameTests {
    private static let cursor = FeedCursor(generation: Generation(bits: 3), position: 9, digest: .max)
    private static let frames = [
        FeedFrame(cursor: cursor, segment: [1, 2, 3], hubTime: Instant(milliseconds: 1_700_000_000_000), isCaughtUp: false),
        FeedFrame(cursor: nil, segment: [], hubTime: Instant(milliseconds: 0), isCaughtUp: false),
        FeedFrame(
            cursor: cursor, segment: [UInt8](repeating: 5, count: 300), hubTime: Instant(milliseconds: -1), isCaughtUp: false),
        FeedFrame(cursor: cursor, segment: [], hubTime: Instant(milliseconds: .max), isCaughtUp: true),
    ]

    private static func same(_ one: FeedFrame, _ other: FeedFrame) -> Bool {
        one.cursor == other.cursor && one.segment == other.segment && one.hubTime == other.hubTime
            && one.isCaughtUp == other.isCaughtUp
    }

    /// Frames read from parts of a body.
    private func read(_ parts: [[UInt8]]) throws(Problem) -> (frames: [FeedFrame], isWhole: Bool) {
        var reader = FeedFrameReader()
        var frames: [FeedFrame] = []
        for part in parts {
            part.withUnsafeBytes { reader.append($0) }
            while let frame = try reader.next() { frames.append(frame) }
        }
        return (frames, !reader.hasPartialFrame)
    }

    private func code(_ bytes: [UInt8]) -> ProblemCode? {
        do throws(Problem) {
            _ = try read([bytes])
            return nil
        } catch {
            return error.code
        }
    }

    /// A message behind its length.
    private func framed(_ message: [UInt8]) -> [UInt8] {
        var length = ColumnWriter(reserving: 5)
        length.append(UInt64(message.count))
        return length.bytes + message
    }

    @Test func `frames come back when the bytes are cut in two anywhere, and byte by byte`() throws {
        let whole = Self.frames.flatMap(\.bytes)
        for place in 0...whole.count {
            let (found, isWhole) = try read([Array(whole[..<place]), Array(whole[place...])])
            #expect(isWhole && found.count == Self.frames.count, "cut at \(place)")
            #expect(zip(found, Self.frames).allSatisfy(Self.same), "cut at \(place)")
        }
        let (found, isWhole) = try read(whole.map { [$0] })
        #expect(isWhole && found.count == Self.frames.count && zip(found, Self.frames).allSatisfy(Self.same))
    }

    @Test func `a body that was cut gives whole frames only, and says so`() throws {
        let whole = Self.frames.flatMap(\.bytes)
        var ends = [0]
        for frame in Self.frames { ends.append((ends.last ?? 0) + frame.bytes.count) }
        for count in 0...whole.count {
            let (found, isWhole) = try read([Array(whole[..<count])])
            #expect(isWhole == ends.contains(count), "\(count) bytes")
            #expect(found.count == ends.filter { $0 > 0 && $0 <= count }.count, "\(count) bytes")
        }
    }

    @Test func `a length beyond the cap is refused before its bytes come`() {
        for length in [FeedFrame.bytesMax + 1, 1 << 31] {
            var bytes = ColumnWriter(reserving: 10)
            bytes.append(UInt64(length))
            #expect(code(bytes.bytes) == .tooLarge, "\(length)")
        }
        var most = ColumnWriter(reserving: 10)
        most.append(UInt64(FeedFrame.bytesMax))
        #expect(code(most.bytes) == nil)
        for length in [1 << 35, 1 << 63, .max] as [UInt64] {
            var bytes = ColumnWriter(reserving: 10)
            bytes.append(length)
            #expect(code(bytes.bytes) == .malformed, "\(length)")
        }
        #expect(code(Array("HTTP/1.1 502 Bad Gateway\r\n\r\n<html>".utf8) + [UInt8](repeating: 0x20, count: 100)) == .malformed)
    }

    @Test func `events without a cursor, and a cursor that is none, are refused`() {
        var events = ColumnWriter(reserving: 10)
        events.field(2, [1])
        #expect(code(framed(events.bytes)) == .malformed)
        for text in ["", "x", Self.cursor.description + "=", String(Self.cursor.description.dropLast())] {
            var cursor = ColumnWriter(reserving: 40)
            cursor.field(1, text: text)
            #expect(code(framed(cursor.bytes)) == .malformed, "\(text)")
        }
        #expect(code(framed([0x08, 0x00])) == .malformed)
    }

    @Test func `fields of a newer version are passed over`() throws {
        var newer = ColumnWriter(reserving: 10)
        newer.field(4, integer: 1)
        newer.field(9, text: "new")
        #expect(try read([framed(newer.bytes)]).frames.map(\.isCaughtUp) == [true])
    }
}
