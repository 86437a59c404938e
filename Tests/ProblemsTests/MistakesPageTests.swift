import Foundation
import Problems
import Testing

/// The page of mistakes and the code say the same: every code has its row, and every test that a row names is there.
struct MistakesPageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let page = root.appending(path: "Sources/Problems/Problems.docc/Mistakes.md")

    private static func row(of code: ProblemCode) -> String {
        let row = code.row
        let retry = row.retryAfterSeconds.map { "after \($0) s" } ?? "-"
        return "| `\(code.rawValue)` | \(row.status) | \(row.exit) | \(row.acknowledgement) | \(retry) | \(row.remedy) |"
    }

    private static var table: String {
        (["", "| code | HTTP | exit | HL7 | again | what to do |", "| --- | --- | --- | --- | --- | --- |"]
            + ProblemCode.allCases.map(row) + [""]).joined(separator: "\n")
    }

    @Test func `every code has its row, and no row is of another time`() throws {
        var text = try String(contentsOf: Self.page, encoding: .utf8)
        let begin = try #require(text.range(of: "<!-- codes -->"))
        let end = try #require(text.range(of: "<!-- end -->"))
        let held = String(text[begin.upperBound..<end.lowerBound])
        if ProcessInfo.processInfo.environment["FILMJACKET_REWRITE"] != nil {
            text.replaceSubrange(begin.upperBound..<end.lowerBound, with: Self.table)
            try text.write(to: Self.page, atomically: true, encoding: .utf8)
        } else {
            #expect(held == Self.table)
        }
    }

    @Test func `every test that the page names is there`() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| B") }
        #expect(rows.count > 50)
        let tests = Self.root.appending(path: "Tests")
        let walk = try #require(FileManager.default.enumerator(atPath: tests.path))
        let sources = try walk.compactMap { $0 as? String }.filter { $0.hasSuffix("Tests.swift") }.map {
            try String(contentsOf: tests.appending(path: $0), encoding: .utf8)
        }.joined(separator: "\n")
        for row in rows {
            let name = row.split(separator: "|").last { $0.contains("`") }?.trimmingCharacters(in: .whitespaces) ?? ""
            #expect(sources.contains("func \(name)("), "\(name)")
        }
    }

    @Test func `each code maps to a status, an exit code and an acknowledgement that exist`() {
        let exits: Set<Int32> = [1, 3, 4, 5, 6, 64, 65, 73, 75, 77, 78, 130]
        for code in ProblemCode.allCases {
            #expect((400..<600).contains(code.row.status), "\(code.rawValue)")
            #expect(exits.contains(code.row.exit), "\(code.rawValue)")
            #expect(["AE", "AR"].contains(code.row.acknowledgement), "\(code.rawValue)")
            #expect(code.row.remedy.hasSuffix("."), "\(code.rawValue): \(code.row.remedy)")
        }
    }
}
