import EventLog
import Problems
import Testing

@testable import Wire

/// The texts of the calls by which a hub is filled again.
struct RecoveryCodingTests {
    private static let log = LogID(site: SiteID("lakeview")!, incarnation: Incarnation(bits: 5))

    private static func ids(_ sequences: ClosedRange<UInt64>) -> [EventID] { sequences.map { EventID(log: log, sequence: $0) } }

    @Test func `events go as ranges and come back`() throws {
        let ids = Self.ids(3...7) + Self.ids(9...9)
        #expect(try RecoveryCoding.ids(RecoveryCoding.encode(ids)) == ids)
        #expect(throws: Problem.self) { try RecoveryCoding.ids(Array("\(Self.log)/1-1099511627775\n".utf8)) }
        #expect(throws: Problem.self) { try RecoveryCoding.ids(Array("nothing\n".utf8)) }
    }

    /// What the hub misses decides what a site may forget: an empty or cut page must not read as nothing.
    @Test func `what a hub misses is believed only with the number that was asked`() throws {
        let missing = Self.ids(3...4)
        let bytes = RecoveryCoding.encode(missing: missing, of: 5)
        #expect(try RecoveryCoding.missing(bytes, of: 5) == missing)
        #expect(try RecoveryCoding.missing(RecoveryCoding.encode(missing: [], of: 5), of: 5).isEmpty)
        for count in 0..<bytes.count {
            #expect(throws: Problem.self) { try RecoveryCoding.missing(Array(bytes.prefix(count)), of: 5) }
        }
        #expect(throws: Problem.self) { try RecoveryCoding.missing(bytes, of: 15) }
        #expect(throws: Problem.self) { try RecoveryCoding.missing(Array("x\nasked 5\n".utf8), of: 5) }
    }

    @Test func `a question finds what is not held, and what is held otherwise`() throws {
        func hash(_ id: EventID, _ word: UInt64 = 0) -> EventHash { EventHash(id.sequence, 1, 2, word) }
        let ids = Self.ids(3...6) + Self.ids(9...9)
        let question = RecoveryCoding.encode(asking: ids) { hash($0) }
        func missing(_ held: (EventID) -> EventHash?) throws -> [EventID] {
            let found = try RecoveryCoding.missing(from: question) { $0.map(held) }
            #expect(found.asked == ids.count)
            return found.missing
        }
        #expect(try missing { hash($0) } == [])
        #expect(try missing { $0.sequence == 5 ? nil : hash($0) } == Self.ids(5...5))
        #expect(try missing { hash($0, $0.sequence == 4 ? 1 : 0) } == Self.ids(3...6), "which of a range is another is not known")
        #expect(try missing { hash($0, $0.sequence == 9 ? 1 : 0) } == Self.ids(9...9))
        // What does not say how it is held is asked for by its ids alone.
        #expect(try RecoveryCoding.missing(from: RecoveryCoding.encode(ids)) { $0.map { hash($0, 1) } }.missing == [])
        for text in ["\(Self.log)/1-2 \n", "\(Self.log)/1-2 12\n", "x 12\n"] {
            #expect(throws: Problem.self) { try RecoveryCoding.missing(from: Array(text.utf8)) { $0.map { hash($0) } } }
        }
    }

    @Test(arguments: ["", "12", "x\n", "\n", "-1\n"])
    func `a number is one on a whole line`(text: String) throws {
        #expect(throws: Problem.self) { try RecoveryCoding.count(Array(text.utf8)) }
        #expect(try RecoveryCoding.count(RecoveryCoding.encode(count: 12)) == 12)
    }

    @Test func `a line that is no signed head says nothing`() {
        #expect(RecoveryCoding.heads(RecoveryCoding.encode(heads: ["none"])).isEmpty)
        #expect(RecoveryCoding.heads(Array("?\n".utf8)).isEmpty)
    }
}
