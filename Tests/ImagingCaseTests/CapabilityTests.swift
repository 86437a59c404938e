import EventLog
import Foundation
import ImagingCase
import Testing

/// The table of who finds what names only what is there: kinds of the catalogue, commands of the contract, suites of the tests.
@Suite struct CapabilityTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private struct Row {
        let number: Int
        let need: String
        let kinds: [String]
        let commands: [String]
        let suites: [String]
    }

    private static func rows() throws -> [Row] {
        let path = root.appending(path: "Sources/ImagingCase/ImagingCase.docc/Capabilities.md")
        return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 5, let number = Int(cells[0]) else { return nil }
            return Row(
                number: number, need: cells[1], kinds: cells[2].split(separator: " ").map(String.init),
                commands: cells[3].split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) },
                suites: cells[4].split(separator: " ").map(String.init))
        }
    }

    @Test func `forty-one needs are served by kinds, commands and suites that are there`() throws {
        let rows = try Self.rows()
        #expect(rows.map(\.number) == Array(1...41))
        let known = Set(EventKind.known.map(\.text))
        let tests = Self.root.appending(path: "Tests")
        let walk = try #require(FileManager.default.enumerator(atPath: tests.path))
        let suites = Set(walk.compactMap { ($0 as? String)?.split(separator: "/").last.map(String.init) })
        let contract = try String(contentsOf: tests.appending(path: "EndToEndTests/ContractTests.swift"), encoding: .utf8)
        for row in rows {
            #expect(!row.kinds.isEmpty && !row.commands.isEmpty && !row.suites.isEmpty, "row \(row.number)")
            for kind in row.kinds { #expect(known.contains(kind), "row \(row.number): \(kind)") }
            for command in row.commands { #expect(contract.contains("(\"\(command)\","), "row \(row.number): \(command)") }
            for suite in row.suites { #expect(suites.contains(suite + ".swift"), "row \(row.number): \(suite)") }
        }
    }

    @Test func `every kind of the catalogue serves somebody`() throws {
        let named = Set(try Self.rows().flatMap(\.kinds))
        // What belongs to every row: remarks, routing, decisions, links, attachments, and who a person is.
        let common: Set<String> = [
            "case.routed", "case.withdrawn", "conflict.resolved", "case.linked", "case.unlinked", "case.moved",
            "attachment.withdrawn",
            "identity.disputeCleared", "person.demographicsCorrected", "person.merged", "person.identifierChanged",
            "person.unmerged",
        ]
        let unnamed = EventKind.known.map(\.text).filter { !named.contains($0) && !common.contains($0) }
        #expect(unnamed.isEmpty, "\(unnamed)")
    }
}
