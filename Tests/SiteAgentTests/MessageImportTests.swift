import EventLog
import Foundation
import Problems
import SQLiteStore
import Testing
import Web

@testable import SiteAgent

/// Messages of others and broken ones, taken in as the command does: each is recorded whole or refused with code and place.
struct MessageImportTests {
    private static let header = "MSH|^~\\&|RIS|NORTH|FJ|HUB|20260106134418+0100||ORM^O01^ORM_O01|C1|P|2.5.1"
    private static let person = "PID|1||P1^^^NORTH^MR||DOE^JANE^Q||19790328|F"
    private static let order = [header, person, "ORC|NW|P100^NORTH", "OBR|1|P100^NORTH||CTHEAD^CT Head^LOCAL"]

    /// The order with one segment changed, joined by an end.
    private static func bytes(_ segments: [String] = order, end: String = "\r", replacing old: String = "", with new: String = "")
        -> [UInt8]
    {
        let text = segments.map { $0 + end }.joined()
        return Array((old.isEmpty ? text : text.replacingOccurrences(of: old, with: new)).utf8)
    }

    private func site() async throws -> TestSite {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        defer { Task { await hub.stop() } }
        return try await TestSite("northside", joining: hub, in: base)
    }

    @Test(.enabled(if: MessageCorpus.isThere, MessageCorpus.absence))
    func `every public message becomes events or is refused at its place, and all of them again change nothing`() async throws {
        let files = try MessageCorpus.paths()
        #expect(files.count == 31)
        try await site().open { site in
            for file in files {
                let (exit, rows) = try await site.take(try MessageCorpus.bytes(file), name: file)
                #expect(!rows.isEmpty)
                for row in rows {
                    #expect((row.error == nil) == (row.acknowledgement == "AA"), "\(file): \(row)")
                    if let error = row.error {
                        #expect(error.location != nil && row.events.isEmpty && exit == 65, "\(file): \(row)")
                    } else {
                        #expect(!row.events.isEmpty || !row.remarks.isEmpty, "\(file): silence about nothing recorded")
                    }
                }
            }
            // A person's news finds the cases that came after it; everything else is known already.
            for file in files {
                for row in try await site.take(try MessageCorpus.bytes(file)).rows where !row.events.isEmpty && !row.repeat {
                    #expect(file.contains("/ADT") || file.contains("/SIU"), "\(file): \(row)")
                }
            }
            let (events, digest) = (try site.events(), try site.store.file.digest())
            for file in files.reversed() {
                let rows = try await site.take(try MessageCorpus.bytes(file)).rows
                #expect(rows.allSatisfy { $0.repeat || $0.events.isEmpty }, "\(file): \(rows)")
            }
            #expect(try site.events() == events && site.store.file.digest() == digest)
        }
    }

    /// A message and what it is answered.
    struct Attempt: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let answer: String

        init(_ name: String, _ bytes: [UInt8], _ answer: String) {
            (testDescription, self.bytes, self.answer) = (name, bytes, answer)
        }
    }

    static let attempts: [Attempt] = [
        Attempt("as it should be", bytes(), "AA"),
        Attempt("a byte-order mark", [0xef, 0xbb, 0xbf] + bytes(), "AA"),
        Attempt("LF", bytes(end: "\n"), "AA"),
        Attempt("CRLF", bytes(end: "\r\n"), "AA"),
        Attempt(
            "other delimiters", Array(String(decoding: bytes(), as: UTF8.self).replacingOccurrences(of: "|", with: "#").utf8),
            "AA"),
        Attempt("a delimiter twice", bytes(replacing: "MSH|^~\\&", with: "MSH|^^\\&"), "AR 102 MSH-2"),
        Attempt("no type", bytes(replacing: "ORM^O01^ORM_O01", with: ""), "AR 200 MSH-9"),
        Attempt("an unknown type", bytes(replacing: "ORM^O01^ORM_O01", with: "ZZZ^Z01"), "AR 200 MSH-9.1"),
        Attempt("an unknown trigger", bytes(replacing: "ORM^O01^ORM_O01", with: "ORM^O99^ORM_O99"), "AR 201 MSH-9.2"),
        Attempt("a version that is not offered", bytes(replacing: "|2.5.1", with: "|9.9"), "AR 203 MSH-12"),
        Attempt("no person", bytes(replacing: "P1^^^NORTH^MR", with: ""), "AE 101 PID-3"),
        Attempt("no order number", bytes(replacing: "P100^NORTH", with: ""), "AE 101 ORC-2"),
        Attempt("a day that is none", bytes(replacing: "19790328", with: "20260231"), "AE 102 PID-7"),
        Attempt("an hour that is none", bytes(replacing: "20260106134418+0100", with: "202601062460"), "AE 102 MSH-7"),
        Attempt("no zone", bytes(replacing: "20260106134418+0100", with: "20260106134418"), "AA"),
        Attempt(
            "a character set that is not kept",
            bytes([header + "||||||UNICODE UTF-8"] + order.dropFirst()) + [0x4e, 0x54, 0x45, 0x7c, 0xe9, 0x0d], "AE 102 NTE"),
        Attempt("a character set that nobody knows", bytes([header + "||||||KLINGON"] + order.dropFirst()), "AE 103 MSH-18"),
        Attempt("a bad escape", bytes(replacing: "CT Head", with: "CT \\X0G\\ \\Zxx\\ Head"), "AA"),
        Attempt("an escaped end of a segment", bytes(replacing: "CT Head", with: "CT\\X0D\\OBR|9|P999^NORTH||X"), "AA"),
        Attempt(
            "a document of 5 MB", bytes(order + ["OBX|1|ED|PDF||^AP^^Base64^" + String(repeating: "QUJD", count: 1_310_720)]),
            "AE 104"),
        Attempt("a field of 100 KB", bytes(order + ["NTE|1||" + String(repeating: "x", count: 100_000)]), "AE 104 NTE-3"),
    ]

    @Test(arguments: attempts) func `each departure has its answer, and nothing half is recorded`(_ attempt: Attempt) async throws
    {
        try await site().open { site in
            let (exit, rows) = try await site.take(attempt.bytes)
            #expect(
                rows.map(\.short) == [attempt.answer] || (attempt.answer == "AE 104" && rows.first?.error?.code == 104), "\(rows)"
            )
            let events = try site.events()
            #expect(exit == (attempt.answer == "AA" ? 0 : 65) && events.count == (attempt.answer == "AA" ? 1 : 0), "\(events)")
            #expect(rows.allSatisfy { $0.error?.message.contains("DOE") != true && $0.error?.remedy.isEmpty != true })
            let again = try await site.take(attempt.bytes)
            #expect(
                again.rows.map(\.short) == rows.map(\.short) && (again.rows.first?.repeat ?? false) == (attempt.answer == "AA"))
            #expect(try site.events() == events)
        }
    }

    @Test func `other line ends are the same message, other content under its control id is refused`() async throws {
        try await site().open { site in
            #expect(try await site.take(Self.bytes()).rows.map(\.short) == ["AA"])
            for end in ["\n", "\r\n", "\r"] {
                #expect(try await site.take(Self.bytes(end: end)).rows.map(\.repeat) == [true])
            }
            let other = try await site.take(Self.bytes(replacing: "CT Head", with: "CT Neck"))
            #expect(other.exit == 65 && other.rows.map(\.short) == ["AE 205 MSH-10"])
            #expect(try site.events().count == 1)
        }
    }

    @Test func `nothing in, nothing taken: an empty file is refused`() async throws {
        try await site().open { site in
            for bytes in [
                [], [0x0d], [0xef, 0xbb, 0xbf], Array("\n\n".utf8), Array("hello\r".utf8), Array("msh|^~\\&|x\r".utf8),
            ] {
                let (exit, rows) = try await site.take(bytes)
                #expect(exit == 65 && rows.allSatisfy { $0.error != nil }, "\(bytes): \(exit) \(rows)")
            }
            #expect(try site.events().isEmpty)
        }
    }

    @Test(.enabled(if: MessageCorpus.isThere, MessageCorpus.absence))
    func `a message that was cut anywhere is taken as far as it stands or refused, and the log stays whole`() async throws {
        let whole = try MessageCorpus.bytes("teleradiology-fr/1-order.hl7")
        try await site().open { site in
            for end in stride(from: 1, to: whole.count, by: 50) {
                let cut = String(decoding: whole[..<end], as: UTF8.self).replacingOccurrences(of: "OPN101", with: "OPN\(end)")
                    .replacingOccurrences(of: "|000001|", with: "|\(end)|")
                let before = try site.events().count
                let (exit, rows) = try await site.take(Array(cut.utf8))
                let taken = rows.allSatisfy { $0.acknowledgement == "AA" } && !rows.isEmpty
                #expect(exit == (taken ? 0 : 65), "cut at \(end): \(exit) \(rows)")
                if !taken { #expect(try site.events().count == before, "cut at \(end): half of it was recorded") }
                if taken { #expect(rows.contains { $0.remarks.contains { $0.contains("whole") } }, "cut at \(end): \(rows)") }
            }
            #expect(await site.desk.answer(.logVerify(states: true)).exit == 0)
        }
    }

    @Test func `a quoted nothing is recorded as taken back, and an empty field says nothing`() async throws {
        try await site().open { site in
            let stream = try #require(try await site.take(Self.bytes()).rows.first?.cases.first)
            for (id, field, isTakenBack) in [("C2", "", false), ("C3", "\"\"", true)] {
                let news = [
                    "MSH|^~\\&|RIS|NORTH|FJ|HUB|20260106134420+0100||ADT^A08|\(id)|P|2.5.1", "EVN||20260106134420+0100",
                    "PID|1||P1^^^NORTH^MR||DOE^JANE^Q||\(field)",
                ]
                let rows = try await site.take(Self.bytes(news)).rows
                #expect(rows.map(\.short) == ["AA"] && rows.first?.events.count == 1)
                let history = await site.desk.answer(.caseHistory(id: stream)).json
                #expect(history.contains("deleted by the sender: birth date") == isTakenBack, "\(id): \(history)")
            }
        }
    }
}
