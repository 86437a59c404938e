import EventLog
import Testing

@testable import Replication

/// Texts of places in a feed. Method: seeded values, then every cut and every other character at every place.
struct GenerationTests {
    private static let seeds = UInt64(0)..<200
    private static let characters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_+/= \n\0é"

    private static func cursor(_ seed: UInt64) -> FeedCursor {
        var random = SplitMix64(seed: seed)
        let extremes: [UInt64] = [0, 1, .max, 1 << 63]
        func word() -> UInt64 { Bool.random(using: &random) ? random.next() : extremes[Int(random.next() % 4)] }
        return FeedCursor(generation: Generation(bits: word()), position: word(), digest: word())
    }

    /// Every text that differs from another in one character.
    private static func neighbours(of text: String) -> [String] {
        let letters = Array(text)
        return letters.indices.flatMap { place in
            characters.filter { $0 != letters[place] }.map {
                String(letters[..<place]) + String($0) + String(letters[(place + 1)...])
            }
        }
    }

    @Test func `a generation and a cursor come back from their texts`() {
        for seed in Self.seeds {
            let cursor = Self.cursor(seed)
            #expect(FeedCursor(cursor.description) == cursor, "seed \(seed)")
            #expect(Generation(cursor.generation.description) == cursor.generation, "seed \(seed)")
            #expect(cursor.generation.description.utf8.count == 16)
        }
    }

    @Test func `every other character makes another value or none`() {
        for seed in UInt64(0)..<6 {
            let cursor = Self.cursor(seed)
            for text in Self.neighbours(of: cursor.description) { #expect(FeedCursor(text) != cursor, "\(text)") }
            for text in Self.neighbours(of: cursor.generation.description) {
                #expect(Generation(text) != cursor.generation, "\(text)")
            }
        }
    }

    @Test func `every cut, and anything more, is refused`() {
        let cursor = Self.cursor(3)
        for (text, isNone) in [
            (cursor.description, { (text: String) in FeedCursor(text) == nil }),
            (cursor.generation.description, { (text: String) in Generation(text) == nil }),
        ] {
            for count in 0..<text.count {
                #expect(isNone(String(text.prefix(count))) && isNone(String(text.dropFirst(count + 1))))
            }
            for more in ["A", "0", "=", "==", " ", "\n"] { #expect(isNone(text + more) && isNone(more + text), "\(more)") }
        }
    }

    @Test func `a cursor of another version is refused`() throws {
        var bytes = try #require(Base64.bytes(of: Self.cursor(1).description))
        for version in UInt8(0)...255 where version != 1 {
            bytes[0] = version
            #expect(FeedCursor(Base64.urlText(of: bytes)) == nil)
        }
    }

    @Test func `a generation's text has one spelling`() {
        for text in ["", "0", "+000000000000001", "000000000000000A", "0x00000000000001", "000000000000000g"] {
            #expect(Generation(text) == nil, "\(text)")
        }
        #expect(Generation("00000000000000ff")?.bits == 255)
    }

    // MARK: the digest

    @Test func `a feed's digest depends on every entry, their order and their rows`() {
        let entries = (0..<4).map { EventHash.sha256([UInt8($0)]) }
        let whole = FeedDigest.next(after: .zero, entries: entries)
        #expect(whole == FeedDigest.next(after: .zero, entries: entries))
        #expect(whole != FeedDigest.next(after: .zero, entries: entries.reversed()))
        #expect(whole != FeedDigest.next(after: .zero, entries: entries.dropLast()))
        #expect(whole != FeedDigest.next(after: whole, entries: entries))
        let halves = FeedDigest.next(after: FeedDigest.next(after: .zero, entries: entries[..<2]), entries: entries[2...])
        #expect(whole != halves)
    }

    /// Written out from the words of the design: SHA-256 over the digest before and the entries' hashes, one after the other.
    @Test func `a row's digest is SHA-256 over the digest before it and its hashes`() {
        let (one, two) = (EventHash.sha256([1]), EventHash.sha256([2]))
        let first = FeedDigest.next(after: .zero, entries: [one])
        #expect(first == .sha256([UInt8](repeating: 0, count: 32) + one.bytes))
        #expect(FeedDigest.next(after: first, entries: [two, one]) == .sha256(first.bytes + two.bytes + one.bytes))
    }

    @Test func `a cursor carries the digest's first 64 bits, and nought at the start`() {
        #expect(FeedDigest.prefix(.zero) == 0)
        #expect(FeedDigest.prefix(EventHash(5, 6, 7, 8)) == 5)
        let start = FeedCursor.start(of: Generation(bits: 4))
        #expect(start == FeedCursor(generation: Generation(bits: 4), position: 0, digest: 0))
    }
}
