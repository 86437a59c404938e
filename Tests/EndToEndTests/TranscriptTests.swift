import Foundation
import Testing

/// A first session as a person sees it, word for word; ids, times, sizes and ports have names in place of values.
///
/// A session that is meant to look different is written anew: FILMJACKET_REWRITE=1 swift test --filter TranscriptTests.
@Suite(.serialized) struct TranscriptTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Transcripts")

    /// Commands that were run, with what they said.
    private final class Session {
        let folder: String
        private(set) var text = ""
        private var names: [String: String] = [:]
        private var counts: [String: Int] = [:]

        init(folder: String) { self.folder = folder }

        /// Runs a command in the folder and writes it down; words are parted by spaces, `~` stands for one.
        @discardableResult
        func run(_ line: String, input: String = "") throws -> Product.Ended {
            let words = line.split(separator: " ").map { $0.replacingOccurrences(of: "~", with: " ") }
            let ended = try Product.run(words, in: folder, input: input, environment: ["TZ": "UTC", "NO_COLOR": "1"])
            text += "$ filmjacket " + words.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ") + "\n"
            if !input.isEmpty { text += "< \(input)\n" }
            for part in ended.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() { text += "\(part)\n" }
            for part in ended.errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast() { text += "! \(part)\n" }
            if ended.code != 0 { text += "[exit \(ended.code)]\n" }
            text += "\n"
            return ended
        }

        /// What was written down, with names in place of what no two sessions have in common.
        func named() -> String {
            var result = text
            result = name(result, #/FJ1-[0-9a-f-]+/#, "CODE")
            result = name(result, #/127\.0\.0\.1:[0-9]+/#, "ADDRESS")
            result = name(result, #/~[0-9a-f]{16}/#, "~INCARNATION")
            result = name(result, #/generation [0-9a-f]{16}/#, "generation GENERATION")
            result = name(result, #/\bk-?[0-9a-z]{6,}\b/#, "CONFLICT")
            result = name(result, #/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/#, "TIME", numbered: false)
            result = name(result, #/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5}Z?/#, "MINUTE", numbered: false)
            result = name(result, #/state [0-9a-f]{12}/#, "state STATE")
            result = name(result, #/[0-9]+ bytes/#, "N bytes", numbered: false)
            result = name(result, #/[0-9]+ MiB free/#, "N MiB free", numbered: false)
            result = name(result, #/at rest     .*/#, "at rest     HOW", numbered: false)
            result = name(result, #/oldest [0-9]+ s/#, "oldest N s", numbered: false)
            result = name(result, #/heard [0-9]+ s ago/#, "heard N s ago", numbered: false)
            result = name(result, #/record [0-9]+ s ago/#, "record N s ago", numbered: false)
            result = name(result, #/newest event [0-9]+ s old/#, "newest event N s old", numbered: false)
            result = name(result, #/clock [+-][0-9.]+ s/#, "clock N s", numbered: false)
            return result
        }

        private func name(_ text: String, _ pattern: Regex<Substring>, _ word: String, numbered: Bool = true) -> String {
            text.replacing(pattern) { match in
                guard numbered else { return word }
                let value = String(match.0)
                if let known = names[value] { return known }
                counts[word, default: 0] += 1
                let name = "\(word)-\(counts[word] ?? 0)"
                names[value] = name
                return name
            }
        }
    }

    /// Reports that stand beside each other are listed in the order of their hashes, which each session draws anew: here by name.
    private static func ordered(_ text: String) -> String {
        var lines = text.components(separatedBy: "\n")
        let isReport = { (line: String) in line.hasPrefix(String(repeating: " ", count: 11)) && line.contains(" Dr ") }
        var start = 0
        while start < lines.count {
            var end = start
            while end < lines.count, isReport(lines[end]) { end += 1 }
            if end > start { lines[start..<end].sort { name(of: $0) < name(of: $1) } }
            start = max(end, start + 1)
        }
        return lines.joined(separator: "\n")
    }

    private static func name(of line: String) -> Substring {
        line[(line.range(of: " Dr ")?.lowerBound ?? line.startIndex)...]
    }

    private func compare(_ session: Session, with file: String) throws {
        let path = Self.folder.appendingPathComponent(file)
        let now = Self.ordered(session.named())
        if ProcessInfo.processInfo.environment["FILMJACKET_REWRITE"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try now.write(to: path, atomically: true, encoding: .utf8)
            return
        }
        let before = try String(contentsOf: path, encoding: .utf8)
        let (old, new) = (before.components(separatedBy: "\n"), now.components(separatedBy: "\n"))
        for (place, line) in new.enumerated() where place >= old.count || line != old[place] {
            Issue.record("\(file) line \(place + 1): '\(line)' in place of '\(place < old.count ? old[place] : "")'")
            return
        }
        #expect(old.count == new.count, "\(file) has \(old.count) lines, \(new.count) were said")
    }

    @Test func `a first session at a site reads as it did`() throws {
        let network = try RealNetwork()
        let session = Session(folder: network.folder)
        let by = "--data northside --as Dr~Reyes --role referrer"
        let tech = "--data northside --case A1 --as tech.lee --role technologist"
        try session.run("hub init --data second --name Lakes~Imaging")
        try session.run("hub site add third --kind imaging --data second")
        try session.run("hub site list --data second")
        try session.run("version")
        try session.run("status --data northside")
        try session.run(
            "case record order.placed \(by) accession.issuer=northside accession.value=A1 patient.issuer=northside patient.id=1 "
                + "patient.name=DOE^JANE modality=CT priority=stat")
        try session.run("case record procedureStep.started \(tech) --body -", input: #"{"stepUID":"2.25.1","modality":"CT"}"#)
        try session.run(
            "case record procedureStep.completed \(tech) stepUID=2.25.1 series[0].uid=2.25.11 series[0].instances=412")
        try session.run("case record study.handedOver \(tech) declaredSeries=1 declaredInstances=412 note=sealed")
        try session.run("case list --data northside")
        try session.run("case show A1 --data northside")
        try session.run("case history A1 --data northside")
        try session.run("case explain A1 --data northside")
        try session.run("conflict list --data northside")
        for verb in ["show", "stats", "verify", "tail -n 1"] { try session.run("log \(verb) --data northside") }
        try session.run("case show A2 --data northside")
        try session.run("case record order.placd \(by)")
        try session.run("sync --data northside")
        try session.run("doctor --data northside")
        try compare(session, with: "site.txt")
    }

    @Test func `a conflict reads as it did, from its opening to its closing`() throws {
        let network = try RealNetwork()
        let session = Session(folder: network.folder)
        try network.finalsApart("A1")
        try network.hub.start()
        try session.run("sync --data northside --dry-run")
        try session.run("sync --data northside")
        try session.run("sync --data lakeview")
        try session.run("conflict list --data lakeview")
        try session.run("conflict show A1 --data lakeview")
        try session.run("case show A1 --data lakeview")
        try session.run("case show A1 --known-to northside/2 --data lakeview")
        try session.run(
            "conflict resolve A1 --choose northside --reason compared --as Dr~Kim --role technologist --data lakeview")
        try session.run("conflict resolve A1 --choose northside --reason compared --as Dr~Kim --role lead --data lakeview")
        try session.run("conflict list --all --data lakeview")
        try session.run("case show A1 --data lakeview")
        try session.run("sync --data lakeview")
        try session.run("status --data lakeview")
        try session.run("status --data hub")
        try session.run("hub site show lakeview --data hub")
        try session.run("hub site revoke lakeview --reason closed --data hub")
        try session.run("sync --data lakeview")
        try compare(session, with: "conflict.txt")
    }
}
