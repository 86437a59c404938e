import Foundation
import Problems
import Testing

/// The page of mistakes and the code say the same: every code has its row.
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
