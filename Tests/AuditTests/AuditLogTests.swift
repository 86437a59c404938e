import Audit
import EventLog
import Foundation
import Glibc
import Problems
import Testing

/// Durability, bounds and refusals of the file.
struct AuditLogTests {
    @Test func `folder and files are their owner's alone`() async throws {
        let trail = try Trail()
        try await trail.write(1)
        func mode(_ path: String) -> mode_t {
            var status = stat()
            return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
        }
        #expect(mode(trail.path) == 0o700)
        for name in try FileManager.default.contentsOfDirectory(atPath: trail.path) {
            #expect(mode(trail.path + "/" + name) == 0o600, "\(name)")
        }
        chmod(trail.path, 0o750)
        await #expect(throws: Problem.self) { try await trail.write(1) }
    }

    @Test func `many that wait are all kept, each once and in one chain`() async throws {
        let trail = try Trail()
        let log = trail.open()
        let heads = try await withThrowingTaskGroup(of: AuditHead.self) { group in
            for number in 0..<500 { group.addTask { try await log.append(Trail.record(number)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(heads.count == 500 && heads.allSatisfy { (1...500).contains($0.sequence) })
        let cases = try await log.page(after: 0, limit: 1000).compactMap { $0.record?.objects.stream }
        #expect(Set(cases).count == 500 && cases.count == 500)
        #expect(try await trail.verify().fault == nil)
    }

    @Test func `a note is kept with the next record that somebody waits for, in its place before it`() async throws {
        let trail = try Trail()
        trail.limits.noteMilliseconds = 3_600_000
        let log = trail.open()
        for number in 0..<3 { try log.note(Trail.record(number)) }
        #expect(!FileManager.default.fileExists(atPath: trail.path))
        try await log.append(Trail.record(3))
        #expect(try await log.page(after: 0, limit: 10).map { $0.record?.count } == [0, 1, 2, 3])
    }

    @Test func `a note that nobody's record follows is kept by itself`() async throws {
        let trail = try Trail()
        trail.limits.noteMilliseconds = 1
        let log = trail.open()
        try log.note(Trail.record(1))
        var found = 0
        // Bounded by the looks, each of which waits for the disk.
        for _ in 0..<10_000 where found == 0 {
            found = try await log.page(after: 0, limit: 10).count
            await Task.yield()
        }
        #expect(found == 1)
    }

    @Test func `below the reserve nothing is kept and it is said; with room it goes on`() async throws {
        let trail = try Trail()
        try await trail.write(1)
        trail.limits.reserveBytes = .max
        let full = trail.open()
        let refused = await #expect(throws: Problem.self) { try await full.append(Trail.record(1)) }
        #expect(refused?.code == .auditUnavailable && refused?.code.row.status == 503 && refused?.code.row.exit == 75)
        await #expect(throws: Problem.self) { try await full.ready() }
        #expect(throws: Problem.self) { try full.note(Trail.record(2)) }
        trail.limits.reserveBytes = 0
        try await trail.write(1)
        let verified = try await trail.verify()
        #expect(verified.fault == nil && verified.records == 2)
    }

    @Test func `a folder that is no folder, or that was removed under the writer, is refused`() async throws {
        let trail = try Trail()
        try Data("x".utf8).write(to: URL(fileURLWithPath: trail.path))
        let log = trail.open()
        let refused = await #expect(throws: Problem.self) { try await log.append(Trail.record(1)) }
        #expect(refused?.code == .auditUnavailable)
        // The same process goes on when somebody has mended it.
        unlink(trail.path)
        try await log.append(Trail.record(1))
        try FileManager.default.removeItem(atPath: trail.path)
        await #expect(throws: Problem.self) { try await log.append(Trail.record(2)) }
    }

    @Test func `more than the bound of waiting records is refused`() async throws {
        let trail = try Trail()
        trail.limits.noteMilliseconds = 3_600_000
        trail.limits.waitingMax = 5
        let log = trail.open()
        for number in 0..<5 { try log.note(Trail.record(number)) }
        #expect(throws: Problem.self) { try log.note(Trail.record(5)) }
    }

    @Test func `texts are bounded`() async throws {
        let trail = try Trail()
        let log = trail.open()
        var record = Trail.record(1, person: String(repeating: "é", count: 10_000))
        record.query = String(repeating: "q", count: 100_000)
        record.call = String(repeating: "\u{1}", count: 100_000)
        try await log.append(record)
        #expect(try trail.bytes().count < 4096)
        #expect(try await log.page(after: 0, limit: 1).first?.record?.actor.person == String(repeating: "é", count: 128))
        #expect(try await trail.verify().fault == nil)
    }
}
