import EventLog
import Problems
import Testing

@testable import Replication

/// The hub's judgements, case by case: what of a run is new, whose parents stand, which cursor is a place.
struct PushVerdictTests {
    private let pen: Pen

    init() {
        var pen = Pen("northside")
        for number in 1...9 { pen.write("\(number)") }
        self.pen = pen
    }

    private func judge(_ sequences: ClosedRange<UInt64>, head: UInt64) throws -> PushVerdict {
        try PushVerdict.judge(try pen.run(sequences), head: head) { pen.events[Int($0) - 1].hash }
    }

    private func code(_ refusal: SyncRefusal?) -> ProblemCode? { refusal?.problem.code }

    // MARK: runs

    /// Every run against every head: the answer follows from the two ranges alone.
    @Test func `a run is new from the hub's head on, held already, or leaves a gap`() throws {
        for first in UInt64(1)...9 {
            for last in first...9 {
                for head in UInt64(0)...9 {
                    let run = try pen.run(first...last)
                    if first > head + 1 {
                        #expect(throws: SyncRefusal.gap(expected: head + 1)) { try judge(first...last, head: head) }
                    } else if last <= head {
                        #expect(try judge(first...last, head: head) == .duplicate)
                    } else {
                        #expect(try judge(first...last, head: head) == .accept(fromOffset: Int(head + 1 - first)))
                    }
                    #expect(run.first == first && run.last == last)
                }
            }
        }
    }

    @Test func `any held event that differs is a fork, and the first of them is named`() throws {
        for changed in UInt64(1)...9 {
            for head in UInt64(1)...9 {
                let run = try pen.run(1...9)
                let found = refusal { () throws(SyncRefusal) in
                    try PushVerdict.judge(run, head: head) { $0 >= changed ? .zero : pen.events[Int($0) - 1].hash }
                }
                #expect(found == (changed <= head ? .fork(EventID(log: pen.log, sequence: changed)) : nil))
            }
        }
    }

    @Test func `a hub that cannot read its own log judges nothing`() throws {
        let broken = SyncRefusal.problem(Problem(.integrityFailed, "x"))
        let run = try pen.run(1...3)
        #expect(
            refusal { () throws(SyncRefusal) in try PushVerdict.judge(run, head: 2) { _ throws(SyncRefusal) in throw broken } }
                == broken)
    }

    @Test func `a run is one log's, without gaps, from the address's sequence, and signed to its end`() throws {
        let segment = pen.segment(2...4)
        let checkpoint = try pen.checkpoint(size: 4)
        func tried(_ log: LogID, _ first: UInt64, _ segment: Segment, _ checkpoint: SignedCheckpoint) -> ProblemCode? {
            code(
                refusal { () throws(SyncRefusal) in
                    try PushedRun(log: log, first: first, segment: segment, checkpoint: checkpoint)
                })
        }
        #expect(tried(pen.log, 2, segment, checkpoint) == nil)
        #expect(tried(pen.log, 2, Segment(events: [], outside: [:]), checkpoint) == .emptyBody)
        #expect(tried(Pen("northside", 2).log, 2, segment, checkpoint) == .siteMismatch)
        #expect(tried(Pen("southside").log, 2, segment, checkpoint) == .siteMismatch)
        for first: UInt64 in [0, 1, 3, .max] { #expect(tried(pen.log, first, segment, checkpoint) == .outOfRange) }
        let holed = Segment(events: [pen.events[1], pen.events[3]], outside: [:])
        #expect(tried(pen.log, 2, holed, checkpoint) == .outOfRange)
        let reversed = Segment(events: segment.events.reversed(), outside: [:])
        #expect(tried(pen.log, 2, reversed, checkpoint) == .outOfRange)
        for size: UInt64 in [0, 3, 5] { #expect(tried(pen.log, 2, segment, try pen.checkpoint(size: size)) == .badSignature) }
        #expect(tried(pen.log, 2, segment, try Pen("southside").checkpoint(size: 0)) == .badSignature)
    }

    // MARK: parents

    private func event(_ sequence: UInt64, _ parents: [EventID]) -> Event {
        let whole = pen.events[0].event
        return Event(
            id: EventID(log: pen.log, sequence: sequence), stream: whole.stream, kind: whole.kind, schema: 1,
            recordedAt: whole.recordedAt, occurredAt: whole.occurredAt, actor: whole.actor, source: whole.source, sourceKey: "",
            parents: parents, payload: [])
    }

    private func id(_ sequence: UInt64, of site: String = "northside") -> EventID {
        EventID(log: Pen(site).log, sequence: sequence)
    }

    @Test func `parents come before their child, once each and in order`() {
        func tried(_ parents: [EventID]) -> ProblemCode? {
            code(refusal { () throws(SyncRefusal) in try PushVerdict.checkParents(of: event(5, parents)) })
        }
        #expect(tried([]) == nil)
        #expect(tried([id(1), id(4)]) == nil)
        #expect(tried([id(4), id(900, of: "southside")]) == nil)
        #expect(tried([id(5)]) == .badParents)
        #expect(tried([id(6)]) == .badParents)
        #expect(tried([id(4), id(4)]) == .badParents)
        #expect(tried([id(4), id(1)]) == .badParents)
        #expect(tried([id(9, of: "southside"), id(1)]) == .badParents)
        let many = (1...33).map { id(UInt64($0), of: "southside") }
        #expect(tried(Array(many.dropLast())) == nil)
        #expect(tried(many) == .badParents)
    }

    // MARK: cursors

    @Test func `a cursor is a place of this numbering where a row ends and the digest is the feed's`() {
        let generation = Generation(bits: 5)
        let digests: [UInt64: EventHash] = [3: EventHash(30, 0, 0, 0), 7: EventHash(70, 0, 0, 0)]
        func tried(_ position: UInt64, _ digest: UInt64, _ bits: UInt64 = 5) -> SyncRefusal? {
            let cursor = FeedCursor(generation: Generation(bits: bits), position: position, digest: digest)
            return refusal { () throws(SyncRefusal) in
                try FeedVerdict.check(cursor, generation: generation, head: 7) { digests[$0] }
            }
        }
        #expect(tried(0, 0) == nil)
        #expect(tried(3, 30) == nil)
        #expect(tried(7, 70) == nil)
        #expect(tried(0, 0, 6) == .generation(generation))
        #expect(tried(3, 30, 6) == .generation(generation))
        #expect(tried(8, 70) == .generation(generation))
        #expect(tried(.max, 70) == .generation(generation))
        #expect(tried(3, 31) == .generation(generation))
        #expect(code(tried(4, 30)) == .badCursor)
    }

    @Test func `every refusal says at the edge what is needed to go on`() {
        let log = pen.log
        #expect(SyncRefusal.gap(expected: 7).problem.facts == [.init("expected", "7")])
        #expect(SyncRefusal.gap(expected: 7).problem.code == .gap)
        #expect(SyncRefusal.fork(id(4)).problem.facts == [.init("event", "\(id(4))")])
        #expect(SyncRefusal.generation(Generation(bits: 1)).problem.facts == [.init("generation", "0000000000000001")])
        #expect(SyncRefusal.quarantined(log).problem.code == .siteQuarantined)
        let other = Problem(.diskFull, "x")
        #expect(SyncRefusal.problem(other).problem == other)
    }
}
