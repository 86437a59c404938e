import EventLog
import Foundation
import ImagingCase
import Testing

/// The guide and the code say the same: every rule has its section, every row of the index is the rule's own, every number is kept.
@Suite struct GuideTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let guide = root.appending(path: "Sources/ImagingCase/ImagingCase.docc")

    private static func files(below folder: URL, ending end: String) throws -> [(path: String, text: String)] {
        let walk = try #require(FileManager.default.enumerator(atPath: folder.path))
        return try walk.compactMap { $0 as? String }.filter { $0.hasSuffix(end) }.sorted().map {
            ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
        }
    }

    /// A section's number, name and paragraphs.
    private struct Section {
        let number: Int
        let kind: String
        let text: String
    }

    private static func sections() throws -> [Section] {
        try files(below: guide.appending(path: "Parts"), ending: ".md").flatMap { file in
            file.text.split(separator: "\n### ", omittingEmptySubsequences: false).dropFirst().compactMap { part in
                let words = part.prefix { $0 != "\n" }.split(separator: " ")
                guard words.count == 2, let number = Int(words[0]) else { return nil }
                return Section(number: number, kind: String(words[1]), text: String(part))
            }
        }
    }

    @Test func `the catalogue lists every rule of the code once`() throws {
        let sources = try Self.files(below: Self.root.appending(path: "Sources/ImagingCase"), ending: ".swift")
        var written = 0
        for file in sources where !file.path.hasSuffix("ConflictCatalogue.swift") {
            written += file.text.matches(of: #/= ConflictRule\(/#).count
        }
        let all = ConflictRule.catalogue
        #expect(all.count == written, "rules in the sources: \(written)")
        #expect(all.allSatisfy { !$0.told.isEmpty && $0.dueMinutes > 0 && $0.rule.hasSuffix(".") && $0.inForce.hasSuffix(".") })
    }

    @Test func `every rule has its section with what you see, what stands, who resolves and an example`() throws {
        let sections = try Self.sections()
        for rule in ConflictRule.catalogue {
            let found = sections.filter { $0.number == rule.number && $0.kind == rule.kind }
            #expect(found.count == 1, "\(rule.number) \(rule.kind)")
            for paragraph in ["What you see:", "What stays in force:", "Who may resolve:", "Example:"] {
                #expect(found.first?.text.contains(paragraph) == true, "\(rule.number) \(rule.kind): \(paragraph)")
            }
        }
    }

    @Test func `each of the seventy-five situations is in the guide and in a test that names it`() throws {
        let numbers = Set(try Self.sections().map(\.number))
        #expect(
            numbers == Set(1...75),
            "missing \(Set(1...75).subtracting(numbers).sorted()), extra \(numbers.subtracting(1...75).sorted())")
        let tests = try Self.files(below: Self.root.appending(path: "Tests"), ending: ".swift").map(\.text).joined()
        for number in 1...75 {
            #expect(
                tests.contains("`conflict \(number):") || tests.contains("`conflict \(number) ")
                    || tests.contains("`conflict \(number),"),
                "no test is named by conflict \(number)")
        }
    }

    /// The index is written from the rules; run once with FILMJACKET_REWRITE=1 to take a change over.
    @Test func `the index of the guide is what the rules say`() throws {
        var lines = [
            "# Conflicts", "",
            "What two people or machines recorded apart, and what holds until somebody decides. Written from the rules in the code;",
            "the parts of this guide say of each what you see, what stays in force, who may resolve it, and give an example.", "",
            "| # | Conflict | Owner | Due | Told | What stays in force |", "| --- | --- | --- | --- | --- | --- |",
        ]
        for rule in ConflictRule.catalogue.sorted(by: { ($0.number, $0.kind) < ($1.number, $1.kind) }) {
            let told = rule.told.map(\.rawValue).joined(separator: ", ")
            lines.append(
                "| \(rule.number) | \(rule.kind) | \(rule.owner.rawValue) | \(Self.words(rule.dueMinutes)) | \(told) | \(rule.inForce) |"
            )
        }
        let text = lines.joined(separator: "\n") + "\n"
        let path = Self.guide.appending(path: "Conflicts.md")
        if ProcessInfo.processInfo.environment["FILMJACKET_REWRITE"] == "1" {
            try text.write(to: path, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: path, encoding: .utf8) == text)
    }

    private static func words(_ minutes: Int64) -> String {
        minutes % 1440 == 0 ? "\(minutes / 1440) d" : minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes) min"
    }
}
