import Audit
import EventLog
import Problems
import Testing

/// Finding records again.
struct AuditSearchTests {
    private func found(_ log: AuditLog, _ change: (inout AuditFilter) -> Void) async throws -> [Int] {
        var filter = AuditFilter()
        change(&filter)
        return try await log.search(filter).compactMap { $0.record?.count }
    }

    @Test func `records are found by person, role, case, code and time, the newest up to a limit`() async throws {
        let trail = try Trail()
        trail.limits.segmentBytesMax = 3000
        let log = trail.open()
        for number in 0..<40 {
            try await log.append(
                Trail.record(number, code: number % 2 == 0 ? .query : .patientRecord, person: number < 10 ? "a" : "b"))
        }
        #expect(try await found(log) { $0.person = "a" } == Array(0..<10))
        #expect(try await found(log) { $0.role = "nurse" } == [])
        #expect(try await found(log) { $0.stream = "c-3" } == [3] + Array(30..<40))
        #expect(
            try await found(log) {
                $0.code = "110112"; $0.limit = 2
            } == [36, 38])
        #expect(
            try await found(log) {
                $0.since = Trail.record(5).at.milliseconds
                $0.until = Trail.record(8).at.milliseconds
            } == [5, 6, 7])
        #expect(try await found(log) { $0.limit = 3 } == [37, 38, 39])
        for limit in [0, -1, AuditFilter.limitMax + 1] {
            await #expect(throws: Problem.self) { try await log.search(AuditFilter(limit: limit)) }
        }
    }

    @Test func `what somebody typed is found by whoever knows it, and is nowhere in the file`() async throws {
        let trail = try Trail()
        let log = trail.open()
        try await log.ready()
        var record = Trail.record(1)
        record.query = "case=\(log.cloak("ZEBRA^ZOE"))"
        try await log.append(record)
        #expect(try await found(log) { $0.stream = " zebra^zoe " } == [1])
        #expect(try await found(log) { $0.stream = "zebra^zo" } == [])
        #expect(!String(decoding: try trail.bytes(), as: UTF8.self).lowercased().contains("zebra"))
        // The same text has the same cloak after a restart, and another one on another node.
        let again = trail.open()
        try await again.ready()
        #expect(again.cloak("ZEBRA^ZOE") == log.cloak("ZEBRA^ZOE"))
        let other = try Trail()
        let otherLog = other.open()
        try await otherLog.ready()
        #expect(otherLog.cloak("ZEBRA^ZOE") != log.cloak("ZEBRA^ZOE"))
    }

    @Test func `pages follow each other without a gap or a repeat`() async throws {
        let trail = try Trail()
        trail.limits.segmentBytesMax = 1500
        try await trail.write(25)
        var last: UInt64 = 0
        var all: [UInt64] = []
        while true {
            let page = try await trail.open().page(after: last, limit: 7)
            guard let end = page.last else { break }
            all += page.map(\.sequence)
            last = end.sequence
        }
        #expect(all == Array(1...25))
    }
}
