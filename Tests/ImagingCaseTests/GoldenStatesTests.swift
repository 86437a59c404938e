import EventLog
import Foundation
import ImagingCase
import Testing

/// States of drawn histories as they were once written down: a store's digests must outlive every rewriting of the fold.
///
/// `FILMJACKET_REWRITE=1` writes the file anew, for a change that means to change states.
@Suite struct GoldenStatesTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/states.txt")

    @Test func `three hundred drawn histories have the states that were written down`() throws {
        let lines = (1...300 as ClosedRange<UInt64>).map(Self.line)
        if ProcessInfo.processInfo.environment["FILMJACKET_REWRITE"] == "1" {
            try (lines.joined(separator: "\n") + "\n").write(to: Self.path, atomically: true, encoding: .utf8)
        }
        let held = try String(contentsOf: Self.path, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(held.count == lines.count)
        for (line, wanted) in zip(lines, held) { #expect(line == wanted) }
    }

    /// Seed, number of events, the state's digest, and those of the worklist's row and of all explanations.
    private static func line(seed: UInt64) -> String {
        let events = 5 + Int(seed % 40)
        let history = CaseHistory(RandomHistory(seed: seed, events: events, sites: 2 + Int(seed % 3), hasGroups: false).facts)
        let state = CaseFold.fold(someCase, history)
        var row = JSONWriter()
        CaseSummary(state).write(to: &row)
        let reasons = CaseFold.explain(someCase, history).map {
            "\($0.axis) \($0.state) \($0.rule) \($0.events.map(\.description))"
        }
        let rest = EventHash.sha256(row.bytes + Array(reasons.joined(separator: "\n").utf8))
        return "\(seed) \(events) \(state.digest()) \(rest)"
    }
}
