public import EventLog
import Foundation
public import ImagingCase
public import Problems
import Synchronization
import NodeFiles

/// One look at a case by somebody without a relation to it, with his reason.
public struct BrokenGlass: Codable, Hashable, Sendable {
    /// A number that names it here.
    public let number: Int
    /// Who.
    public let person: String
    /// In which role.
    public let role: String
    /// The case.
    public let stream: String
    /// Why, as he typed it.
    public let reason: String
    /// When, in milliseconds since the epoch.
    public let openedMilliseconds: Int64
    /// Who reviewed it; nil while nobody did.
    public internal(set) var reviewedBy: String?

    /// How long the case stays open to him.
    public static let lifetimeMilliseconds: Int64 = 60 * 60_000

    /// Whether the case is still open to him.
    func holds(at now: Instant) -> Bool {
        let age = now.milliseconds - openedMilliseconds
        return (0..<Self.lifetimeMilliseconds).contains(age)
    }
}

/// Who broke the glass over which case and why: kept until somebody reviewed it, and long after.
public final class BreakGlassBook: Sendable {
    /// The file's name in the node's folder.
    public static let fileName = "break-glass.json"
    /// Most entries; beyond them the oldest reviewed ones go, and where none is reviewed no glass is broken any more.
    public static let entriesMax = 10_000
    /// Characters of a reason.
    public static let reasonLengths = 5...500

    private struct Stored: Codable {
        var format = 1
        var next: Int
        var entries: [BrokenGlass]
    }

    private let path: String
    private let entriesMax: Int
    private let state: Mutex<Stored>

    /// Opens the book of a folder.
    ///
    /// - Throws: `CONFIGURATION` for a file that is damaged, `PERMISSIONS` for one that others may read.
    public init(folder: String, entriesMax: Int = BreakGlassBook.entriesMax) throws(Problem) {
        path = folder + "/" + Self.fileName
        self.entriesMax = entriesMax
        let stored = try SecretFile.json(Stored.self, in: path) ?? Stored(next: 1, entries: [])
        guard stored.format == 1 else { throw SecretFile.damaged(path) }
        state = Mutex(stored)
    }

    /// Every entry, oldest first.
    public var all: [BrokenGlass] { state.withLock { $0.entries } }

    /// Whether a case is open to somebody because he broke its glass less than an hour ago.
    public func isBroken(over stream: StreamID, by author: Author, now: Instant) -> Bool {
        state.withLock { $0.entries.contains { Self.is($0, stream, author) && $0.holds(at: now) } }
    }

    /// A reason as it is kept.
    ///
    /// - Throws: `BAD_INPUT` for one that is too short or long, or has more than one line.
    public static func words(of reason: String) throws(Problem) -> String {
        let reason = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        guard reasonLengths.contains(reason.count), !reason.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw Problem(
                .badInput, "A reason of \(reasonLengths.lowerBound) to \(reasonLengths.upperBound) characters was expected.",
                remedy: "Say in a few words why you must see the case.")
        }
        return reason
    }

    /// Refuses where no glass can be broken any more.
    ///
    /// - Throws: `RANGE` when nobody reviews the list.
    public func requireRoom(now: Instant) throws(Problem) {
        let hasRoom = state.withLock { $0.entries.count < entriesMax || Self.oldestReviewed($0, now) != nil }
        guard hasRoom else { throw full }
    }

    private static func oldestReviewed(_ stored: Stored, _ now: Instant) -> Int? {
        stored.entries.firstIndex { $0.reviewedBy != nil && !$0.holds(at: now) }
    }

    private var full: Problem {
        Problem(
            .outOfRange, "\(entriesMax) entries wait for review.",
            remedy: "Review them first: filmjacket user break-glass list.")
    }

    /// Opens a case to somebody for an hour.
    ///
    /// - Throws: `BAD_INPUT` for a reason that is none, `RANGE` when nobody reviews the list.
    public func open(
        _ stream: StreamID, to author: Author, because reason: String, now: Instant
    ) throws(Problem) -> BrokenGlass {
        let reason = try Self.words(of: reason)
        return try state.withLock { (held) throws(Problem) -> BrokenGlass in
            var stored = held
            if stored.entries.count >= entriesMax {
                guard let oldest = Self.oldestReviewed(stored, now) else { throw full }
                stored.entries.remove(at: oldest)
            }
            let entry = BrokenGlass(
                number: stored.next, person: author.person, role: author.role.rawValue, stream: stream.description,
                reason: reason, openedMilliseconds: now.milliseconds)
            stored.next += 1
            stored.entries.append(entry)
            try write(stored)
            held = stored
            return entry
        }
    }

    /// Notes that somebody reviewed entries: those of the numbers, or all.
    ///
    /// - Returns: how many were not reviewed before.
    public func review(_ numbers: [Int]?, by person: String) throws(Problem) -> Int {
        try state.withLock { (held) throws(Problem) -> Int in
            var stored = held
            var count = 0
            for place in stored.entries.indices where stored.entries[place].reviewedBy == nil {
                guard numbers?.contains(stored.entries[place].number) ?? true else { continue }
                stored.entries[place].reviewedBy = person
                count += 1
            }
            guard count > 0 else { return 0 }
            try write(stored)
            held = stored
            return count
        }
    }

    private static func `is`(_ entry: BrokenGlass, _ stream: StreamID, _ author: Author) -> Bool {
        entry.person == author.person && entry.role == author.role.rawValue && entry.stream == stream.description
    }

    private func write(_ stored: Stored) throws(Problem) { try SecretFile.write(json: stored, to: path) }
}
