import EventLog
import Problems
import Replication
import Testing
import WireSchema

@testable import Wire

/// The small messages of reconciliation: what goes in comes out, and what is none is refused as a whole.
struct SyncCodingTests {
    static func log(_ site: String = "northside", _ incarnation: UInt64 = 0xfeed) throws -> LogID {
        LogID(site: try #require(SiteID(site)), incarnation: Incarnation(bits: incarnation))
    }

    static func hello() throws -> HelloRequest {
        HelloRequest(
            wireVersion: 1,
            logs: [
                .init(log: try log("northside", 1), head: 7, hash: EventHash(1, 2, 3, 4)),
                .init(log: try log(), head: 0, hash: .zero),
            ], cursor: FeedCursor(generation: Generation(bits: 5), position: 6, digest: 7))
    }

    static func answer() throws -> HelloAnswer {
        HelloAnswer(
            wireVersion: 1, generation: Generation(bits: .max), logs: try hello().logs, cursorIsGood: true, feedHead: 1 << 50,
            hubTime: Instant(milliseconds: 1_700_000_000_123), quarantined: [try log("northside", 1)])
    }

    private func code<Value>(_ body: () throws(Problem) -> Value) -> ProblemCode? {
        do throws(Problem) {
            _ = try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `messages come back as they were`() throws {
        let hello = try Self.hello()
        #expect(try SyncCoding.hello(SyncCoding.encode(hello)) == hello)
        let first = HelloRequest(wireVersion: 0, logs: [], cursor: nil)
        #expect(try SyncCoding.hello(SyncCoding.encode(first)) == first)
        let answer = try Self.answer()
        #expect(try SyncCoding.helloAnswer(SyncCoding.encode(answer)) == answer)
        let pushed = PushAnswer(head: .max, hash: EventHash(4, 3, 2, 1))
        #expect(try SyncCoding.pushAnswer(SyncCoding.encode(pushed)) == pushed)
    }

    /// The incarnation is short, because readers of protobuf drop what a tenth byte has above 64 bits.
    @Test func `a cut or a flipped bit gives another message or none, and never ends the program`() throws {
        let bytes = SyncCoding.encode(try Self.hello())
        for count in bytes.indices { #expect((try? SyncCoding.hello(Array(bytes[..<count]))) != (try Self.hello())) }
        for bit in 0..<(bytes.count * 8) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            let back = try? SyncCoding.hello(flipped)  // a refusal is one of the two good ends
            #expect(back != (try Self.hello()), "bit \(bit)")
            _ = try? SyncCoding.helloAnswer(flipped)
            _ = try? SyncCoding.pushAnswer(flipped)
        }
    }

    @Test func `a head without its hash, a log without a site and too many logs are refused`() throws {
        var head = SchemaLogHead()
        head.log = SyncCoding.schema(try Self.log())
        head.head = 4
        var message = SchemaHelloRequest()
        message.logs = [head]
        #expect(code { () throws(Problem) in try SyncCoding.hello(SyncCoding.bytes(message)) } == .malformed)
        for site in ["", "N", "no rth", "a"] {
            head.log.site = site
            head.head = 0
            message.logs = [head]
            #expect(code { () throws(Problem) in try SyncCoding.hello(SyncCoding.bytes(message)) } == .malformed, "\(site)")
        }
        head.log.site = "ab"
        for (count, expected) in [(1024, nil), (1025, ProblemCode.tooLarge)] as [(Int, ProblemCode?)] {
            message.logs = .init(repeating: head, count: count)
            #expect(code { () throws(Problem) in try SyncCoding.hello(SyncCoding.bytes(message)) } == expected)
        }
        #expect(code { () throws(Problem) in try SyncCoding.pushAnswer([]) } == .malformed)
    }

    @Test func `a cursor that is none starts over instead of failing`() throws {
        var message = SchemaHelloRequest()
        for text in ["", "x", "AAAA"] {
            message.cursor = text
            #expect(try SyncCoding.hello(SyncCoding.bytes(message)).cursor == nil)
        }
    }
}
