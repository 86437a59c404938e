import EventLog
import Foundation
import Problems
import SQLiteStore
import Wire
import NodeFiles

/// The newest signed head of every log that this site has seen, kept beside the store.
///
/// A log only grows and only at its end, whoever shows it: a hub that shows less than before, or another past, is caught by the heads
/// that sites keep, and a rebuilt hub is told by them how far it must come.
struct Witness: Sendable {
    /// What a newly seen head says against the one that was kept.
    enum Finding: Equatable {
        /// Nothing: it is the same, or it grew and must be shown to have only appended.
        case grew(from: UInt64, to: UInt64)
        case same
        /// The hub shows less than it did.
        case shrank(from: UInt64, to: UInt64)
        /// Two states of one size.
        case differs(at: UInt64)
    }

    private let path: String

    init(folder: String) { path = folder + "/witness" }

    /// The heads kept, by log.
    func heads() throws(Problem) -> [LogID: SignedCheckpoint] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        var heads: [LogID: SignedCheckpoint] = [:]
        for line in String(decoding: try SecretFile.read(path), as: UTF8.self).split(separator: "\n") {
            guard let note = Base64.bytes(of: line), let head = SignedCheckpoint(note: String(decoding: note, as: UTF8.self))
            else {
                throw Problem(
                    .integrityFailed, "A line of the file of witnessed heads is damaged.",
                    remedy: "Remove DIR/witness: it is filled again by the next sync.")
            }
            heads[head.checkpoint.log] = head
        }
        return heads
    }

    /// Keeps heads, whole or not at all.
    func keep(_ heads: [LogID: SignedCheckpoint]) throws(Problem) {
        let lines = heads.values.sorted { $0.checkpoint.log < $1.checkpoint.log }.map {
            Base64.text(of: Array($0.note.utf8)) + "\n"
        }
        try SecretFile.write(Array(lines.joined().utf8), to: path)
    }

    /// Compares a head with the one that was kept.
    static func compare(_ held: Checkpoint, with seen: Checkpoint) -> Finding {
        if seen.size < held.size { return .shrank(from: held.size, to: seen.size) }
        if seen.size == held.size { return seen.root == held.root ? .same : .differs(at: held.size) }
        return .grew(from: held.size, to: seen.size)
    }
}

extension SiteFolder {
    /// The registry's copy that is kept; nil for none or for one that this hub did not sign.
    func roster() -> Roster? {
        guard let bytes = try? SecretFile.read(rosterPath) else { return nil }  // none yet, or not readable: it is fetched again
        return try? Roster(parsing: String(decoding: bytes, as: UTF8.self), hubKey: hubKey)  // the same
    }
}
