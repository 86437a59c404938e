import Audit
import EventLog
import Foundation
import Testing

/// What is found at the end of the file by the process that comes next.
struct AuditTailTests {
    @Test func `a tail torn at any byte is cut, said, and the chain goes on whole`() async throws {
        let trail = try Trail()
        try await trail.write(3)
        let whole = try trail.bytes()
        let start = try #require(whole.dropLast().lastIndex(of: 0x0a)) + 1
        for end in start...whole.count {
            try trail.replace(whole[..<end])
            let log = trail.open()
            try await log.append(Trail.record(9))
            let lines = try await log.page(after: 0, limit: 100)
            let cut = end - start
            if cut == 0 || end == whole.count {
                #expect(lines.count == (cut == 0 ? 3 : 4))
            } else {
                let said = try #require(lines.dropLast().last?.record)
                #expect(lines.count == 4 && said.call == "audit.tailCut" && said.count == cut, "cut at \(cut)")
                #expect(said.code == .securityAlert && said.actor.site == "northside")
            }
            #expect(lines.last?.record == Trail.record(9))
            #expect(try await trail.verify().fault == nil, "cut at \(cut)")
        }
    }

    @Test func `a segment of which only the name or a part of its first record was written goes on from the one before`()
        async throws
    {
        let trail = try Trail()
        trail.limits.segmentBytesMax = 100
        try await trail.write(3)
        let last = try trail.bytes()
        for end in [0, 1, last.count - 1] {
            try trail.replace(last[..<end])
            try await trail.write(1)
            let verified = try await trail.verify()
            #expect(verified.fault == nil && verified.records == (end == 0 ? 3 : 4), "\(end): \(verified)")
            for name in try trail.segments().dropFirst(3) { try FileManager.default.removeItem(atPath: trail.path + "/" + name) }
        }
    }

    @Test func `a whole record that was changed stays for the verification, and no number is used twice`() async throws {
        let trail = try Trail()
        try await trail.write(3)
        var bytes = try trail.bytes()
        bytes[bytes.count - 100] ^= 1
        try trail.replace(bytes)
        let log = trail.open()
        try await log.append(Trail.record(9))
        let lines = try await log.page(after: 0, limit: 100)
        #expect(lines.map(\.sequence) == [1, 2, 4, 5])
        #expect(lines[2].record?.call == "audit.damaged" && lines[2].record?.outcome == .majorFailure)
        #expect(try await log.verify(witness: nil).fault?.sequence == 3)
        #expect(try trail.bytes().starts(with: bytes))
    }
}
