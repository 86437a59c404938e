import Audit
import EventLog
import Foundation
import Glibc
import Problems
import Testing

/// The chain: what was written is found again, and what was changed is named.
struct AuditChainTests {
    @Test func `a record is read back as it was said, and its line is one line of JSON`() async throws {
        let trail = try Trail()
        let log = trail.open()
        var record = Trail.record(7)
        record.outcome = .seriousFailure
        record.problem = "NOT_PERMITTED"
        record.onBehalfOf = "dr.osei"
        record.objects.event = "northside~1/2"
        record.query = "a \"quoted\"\nline \u{1F480}"
        try await log.append(record)
        let lines = try await log.page(after: 0, limit: 10)
        #expect(lines.map(\.record) == [record])
        let text = String(decoding: try trail.bytes(), as: UTF8.self)
        #expect(text == (lines.first?.text ?? "") + "\n")
        #expect(try JSONSerialization.jsonObject(with: Data(text.utf8)) is [String: Any])
    }

    @Test func `each record covers the one before, over segments and over restarts`() async throws {
        let trail = try Trail()
        trail.limits.segmentBytesMax = 2000
        for _ in 0..<3 { try await trail.write(20) }
        #expect(try trail.segments().count > 5)
        let lines = try await trail.open().page(after: 0, limit: 1000)
        #expect(lines.map(\.sequence) == Array(1...60))
        for (one, next) in zip(lines, lines.dropFirst()) { #expect(next.previous == one.hash) }
        let verified = try await trail.verify()
        #expect(verified.fault == nil && verified.records == 60 && verified.head == lines.last?.head)
        #expect(verified.lastAt == Trail.record(19).at)
    }

    @Test func `a segment passes its bound by no more than one batch`() async throws {
        let trail = try Trail()
        trail.limits.segmentBytesMax = 4000
        trail.limits.batchBytesMax = 8 << 10
        let log = trail.open()
        await withTaskGroup(of: Void.self) { group in
            // A refusal would be missed by the count below.
            for number in 0..<300 { group.addTask { _ = try? await log.append(Trail.record(number)) } }
        }
        #expect(try await trail.verify().records == 300)
        for name in try trail.segments() {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: trail.path + "/" + name)).count
            #expect(bytes <= 4000 + (8 << 10), "\(name)")
        }
    }

    @Test func `a flipped bit anywhere is found, and the record is named`() async throws {
        let trail = try Trail()
        try await trail.write(4)
        let whole = try trail.bytes()
        let ends = whole.indices.filter { whole[$0] == 0x0a }
        for place in whole.indices {
            var bytes = whole
            bytes[place] ^= 0x04
            try trail.replace(bytes)
            let verified = try await trail.verify()
            let record = UInt64(ends.count { $0 < place }) + 1
            if place == whole.count - 1 {
                // Without its line feed the last record is one that was never finished.
                #expect(verified.records == 3)
            } else {
                #expect(verified.fault?.sequence == record && verified.records == record - 1, "byte \(place)")
            }
        }
    }

    @Test func `a record that was taken out, put elsewhere or put in is found`() async throws {
        let trail = try Trail()
        try await trail.write(5)
        let lines = try trail.bytes().split(separator: 0x0a)
        func verify(_ lines: [ArraySlice<UInt8>]) async throws -> UInt64? {
            try trail.replace(Array(lines.joined(separator: [0x0a])) + [0x0a])
            return try await trail.verify().fault?.sequence
        }
        #expect(try await verify(lines) == nil)
        #expect(try await verify([lines[0], lines[1], lines[3], lines[4]]) == 3)
        #expect(try await verify(Array(lines.dropFirst())) == 1)
        #expect(try await verify([lines[0], lines[2], lines[1], lines[3], lines[4]]) == 2)
        #expect(try await verify([lines[0], lines[0], lines[1]]) == 2)
    }

    @Test func `an end that was cut off at a record shows against a head that was seen before`() async throws {
        let trail = try Trail()
        try await trail.write(5)
        let head = try #require(try await trail.open().page(after: 4, limit: 1).first?.head)
        #expect(try await trail.open().verify(witness: head).fault == nil)
        let lines = try trail.bytes().split(separator: 0x0a)
        try trail.replace(Array(lines.dropLast().joined(separator: [0x0a])) + [0x0a])
        #expect(try await trail.verify().fault == nil)
        #expect(try await trail.open().verify(witness: head).fault?.sequence == 5)
        // And so does another record in its place.
        let log = trail.open()
        try await log.append(Trail.record(99))
        #expect(try await log.verify(witness: head).fault?.sequence == 5)
        #expect(AuditHead(head.text) == head && AuditHead("5:zz") == nil)
    }

    @Test func `a missing segment is found`() async throws {
        let trail = try Trail()
        trail.limits.segmentBytesMax = 1000
        try await trail.write(20)
        let names = try trail.segments()
        let second = try #require(UInt64(names[2].dropLast(6)))
        unlink(trail.path + "/" + names[2])
        #expect(try await trail.verify().fault?.sequence == second)
        unlink(trail.path + "/" + names[0])
        #expect(try await trail.verify().fault?.sequence == 1)
    }
}
