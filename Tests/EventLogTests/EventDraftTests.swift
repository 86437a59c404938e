import EventLog
import Testing

struct EventDraftTests {
    private static let id = Sample.id("northside", 1, 7)
    private static let recordedAt = HybridTime(bits: 99)

    private func refusal(
        _ change: (inout Sample) -> Void = { _ in }, heads: [(id: EventID, hash: EventHash)] = []
    ) -> EventDraft.Refusal? {
        var sample = Sample()
        change(&sample)
        do {
            _ = try sample.draft.event(id: Self.id, recordedAt: Self.recordedAt, heads: heads)
            return nil
        } catch {
            return error
        }
    }

    private static func heads(_ count: Int) -> [(id: EventID, hash: EventHash)] {
        (0..<count).map { (Sample.id("southside", UInt64($0 + 1), 1), Sample.hash($0)) }
    }

    @Test func `a draft becomes the event after the heads, in ascending order of id`() throws {
        let heads = Self.heads(5)
        let event = try Sample().draft.event(id: Self.id, recordedAt: Self.recordedAt, heads: heads.reversed())
        #expect(event.id == Self.id)
        #expect(event.event.recordedAt == Self.recordedAt)
        #expect(event.event.parents == heads.map(\.id))
        #expect(event.hash == CanonicalEvent.hash(event.event, parentHashes: heads.map(\.hash)))
        #expect(event.event.payload == Sample().payload && event.event.sourceKey == "msg-1" && event.event.schema == 1)
        #expect(event.event.occurredAt == Sample().event.occurredAt && event.event.actor == Sample().actor)
    }

    @Test(arguments: permutations(of: [0, 1, 2, 3]))
    func `the order in which heads are given does not matter`(order: [Int]) throws {
        let heads = Self.heads(4)
        let expected = try Sample().draft.event(id: Self.id, recordedAt: Self.recordedAt, heads: heads)
        let event = try Sample().draft.event(id: Self.id, recordedAt: Self.recordedAt, heads: order.map { heads[$0] })
        #expect(event.hash == expected.hash)
    }

    @Test func `a payload up to the bound is taken, one byte more is refused`() {
        let bound = EventLimits.payloadBytesMax
        #expect(refusal { $0.payload = [UInt8](repeating: 1, count: bound) } == nil)
        #expect(refusal { $0.payload = [UInt8](repeating: 1, count: bound + 1) } == .payloadTooLarge(bytes: bound + 1))
    }

    @Test func `as many heads as the bound are taken, one more is refused`() {
        let bound = EventLimits.parentsMax
        #expect(refusal(heads: Self.heads(bound)) == nil)
        #expect(refusal(heads: Self.heads(bound + 1)) == .tooManyHeads(bound + 1))
    }

    @Test func `an empty kind is refused`() {
        #expect(refusal { $0.kind = "" } == .emptyKind)
    }

    @Test func `each text has a bound in bytes, not characters`() {
        let long = String(repeating: "é", count: EventLimits.textBytesMax / 2)
        let changes: [(String, (inout Sample, String) -> Void)] = [
            ("person", { $0.person = $1 }), ("role", { $0.role = $1 }),
            ("sourceKey", { $0.sourceKey = $1 }),
        ]
        for (field, change) in changes {
            #expect(refusal { change(&$0, long) } == nil, "\(field)")
            #expect(refusal { change(&$0, long + "a") } == .textTooLong(field: field, bytes: EventLimits.textBytesMax + 1))
        }
        // As long as a segment takes it: what is recorded can be pushed.
        let kind = String(repeating: "é", count: EventLimits.kindBytesMax / 2)
        #expect(refusal { $0.kind = kind } == nil)
        #expect(refusal { $0.kind = kind + "a" } == .kindTooLong(bytes: EventLimits.kindBytesMax + 1))
    }
}
