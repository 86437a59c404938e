import EventLog
import FoundationEssentials
import Problems
import Testing

@testable import Replication

/// Whole exchanges as people read them: `Scripts/*.txt` hold what happens and, after `>`, what the session does.
///
/// A change of behaviour is read as a difference of these files: run once with FILMJACKET_REWRITE=1 and look at it.
struct TranscriptTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scripts")

    static let names = [
        "first-contact", "link-drops", "hub-restored", "hub-behind", "site-restored", "busy-hub", "refused", "fork",
    ]

    @Test(arguments: names)
    func `a session does what its transcript says`(name: String) throws {
        let path = Self.folder.appending(path: "\(name).txt").path
        let written = try String(contentsOfFile: path, encoding: .utf8)
        let played = try Transcript(of: written).text
        if ProcessInfo.processInfo.environment["FILMJACKET_REWRITE"] == "1" {
            try played.write(toFile: path, atomically: true, encoding: .utf8)
        } else {
            #expect(played == written)
        }
    }

    @Test func `every transcript in the folder is played`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(files.sorted() == Self.names.map { "\($0).txt" }.sorted())
    }

    @Test func `a line that says nothing known is an error, not an empty step`() {
        for line in [
            "0 sleep", "0 failed push", "0 failed door temporary", "0 greeted x", "wake", "0 pushed", "0 failed feed gap",
        ] {
            #expect(throws: Transcript.Unreadable.self, "\(line)") { try Transcript(of: "session head=1 seed=1\n\(line)\n") }
        }
    }
}

/// Plays the inputs of a script and writes the effects under each.
///
/// Lines: `# ...` and empty ones are kept; `session head=H seed=S`; `MILLISECONDS INPUT`; `> EFFECT` is replaced.
struct Transcript {
    struct Unreadable: Error { let line: String }

    private(set) var text = ""
    private var session: SyncSession
    private let log = Pen("northside").log

    init(of script: String) throws {
        session = SyncSession(log: log, head: 0, headHash: .zero, seed: 0)
        for line in script.split(separator: "\n", omittingEmptySubsequences: false).dropLast() where !line.hasPrefix(">") {
            text += "\(line)\n"
            if line.isEmpty || line.hasPrefix("#") { continue }
            let words = line.split(separator: " ")
            if words[0] == "session" {
                session = try begin(words)
            } else if words.count == 2, words[1] == "recovered" {
                session.recovered(log: Pen("northside", 2).log, head: 0, headHash: .zero)
            } else {
                guard let now = Int64(words[0]), let input = input(words.dropFirst()) else {
                    throw Unreadable(line: String(line))
                }
                for effect in session.step(input, now: Instant(milliseconds: now)) { text += "> \(Self.text(of: effect))\n" }
            }
        }
    }

    private func begin(_ words: [Substring]) throws -> SyncSession {
        guard words.count == 3, let head = Self.number(words[1], after: "head="), let seed = Self.number(words[2], after: "seed=")
        else { throw Unreadable(line: words.joined(separator: " ")) }
        return SyncSession(log: log, head: head, headHash: Self.hash(head), seed: seed)
    }

    private static func number(_ word: Substring, after prefix: String) -> UInt64? {
        word.hasPrefix(prefix) ? UInt64(word.dropFirst(prefix.count)) : nil
    }

    private static func hash(_ number: UInt64) -> EventHash { .sha256(Array("\(number)".utf8)) }

    private func input(_ words: ArraySlice<Substring>) -> SyncSession.Input? {
        let words = Array(words)
        let number = words.count > 1 ? UInt64(words[1]) : nil
        switch (words.first, number) {
        case ("wake", nil): return .wake
        case ("hurry", nil): return .hurry
        case ("feed-ended", nil): return .feedEnded
        case ("page-stored", let position?):
            return .pageStored(FeedCursor(generation: Generation(bits: 1), position: position, digest: 0))
        case ("appended", let head?): return .appended(head: head, hash: Self.hash(head))
        case ("pushed", let head?): return .pushed(PushAnswer(head: head, hash: Self.hash(head)))
        case ("greeted", let head?): return .greeted(answer(head, words.dropFirst(2)))
        case ("failed", nil): return failure(Array(words.dropFirst()))
        default: return nil
        }
    }

    private func answer(_ head: UInt64, _ notes: ArraySlice<Substring>) -> HelloAnswer {
        let hash = notes.contains("other-hash") ? Self.hash(head + 1) : Self.hash(head)
        return HelloAnswer(
            wireVersion: 1, generation: Generation(bits: 0xa), logs: [.init(log: log, head: head, hash: hash)],
            cursorIsGood: !notes.contains("cursor-void"), feedHead: 0, hubTime: Instant(milliseconds: 0),
            quarantined: notes.contains("quarantined") ? [log] : [])
    }

    private func failure(_ words: [Substring]) -> SyncSession.Input? {
        let lanes: [Substring: SyncSession.Lane] = ["hello": .hello, "push": .push, "feed": .feed]
        guard words.count > 1, let lane = lanes[words[0]] else { return nil }
        let number = words.count > 2 ? UInt64(words[2]) : nil
        let asked = words.firstIndex(of: "after").flatMap { Int64(words[$0 + 1]) }
        let failure: SyncFailure
        switch (words[1], number) {
        case ("unreachable", _): failure = .unreachable(Problem(.hubUnreachable, "x"))
        case ("temporary", _): failure = .temporary(Problem(.tooManyRequests, "x"))
        case ("refused", _): failure = .refusedForGood(Problem(.siteRevoked, "x"))
        case ("fork", _): failure = .refusedForGood(Problem(.fork, "x"))
        case ("generation", _): failure = .generation(Generation(bits: 0xa))
        case ("gap", let expected?): failure = .gap(expected: expected)
        default: return nil
        }
        return .failed(lane, failure, retryAfterMilliseconds: asked)
    }

    private static func text(of effect: SyncSession.Effect) -> String {
        switch effect {
        case .hello: "hello"
        case .push(let from): "push from \(from)"
        case .openFeed: "open feed"
        case .resetCursor(let generation): "reset cursor to \(generation)"
        case .recover(let log, let head): "recover \(log) through \(head)"
        case .confirm(let through): "confirm \(through)"
        case .wakeAt(let moment): "wake at \(moment.milliseconds)"
        case .stop(let problem): "stop \(problem.code.rawValue)"
        }
    }
}
