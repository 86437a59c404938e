import EventLog
import Problems
import Replication
import SQLiteStore
import Synchronization
import Wire

/// Reads, signs and packs the next part of the own log.
///
/// Keeps the Merkle tree's right edge at the last part's end, so that the next root costs only the new events.
final class PushLane: Sendable {
    struct Part: Sendable {
        let bytes: [UInt8]
        let first: UInt64
        let last: UInt64
        let lastHash: EventHash
        let checkpoint: SignedCheckpoint
        let isFull: Bool
    }

    private let store: SQLiteSiteStore
    private let folder: SiteFolder
    private let edge = Mutex<(log: LogID, tree: MerkleFrontier)?>(nil)

    init(store: SQLiteSiteStore, folder: SiteFolder) {
        self.store = store
        self.folder = folder
    }

    /// Forgets the edge: the next part may start elsewhere.
    func forget() { edge.withLock { $0 = nil } }

    /// The part that begins at a sequence; nil when the log ends before it.
    func prepare(_ log: LogID, from first: UInt64) async throws(Problem) -> Part? {
        try await store.file.offloadCoding { zstd throws(Problem) in
            // Of an earlier log there may be more beyond a gap: what had gone ahead of it and came back.
            let end = log == self.store.log ? UInt64.max : try self.store.state(of: log)?.head ?? 0
            guard first <= end else { return nil }
            let segment = try self.store.segment(
                of: log, from: first, eventsMax: min(SyncLimits.segmentEventsMax / 2, Int(clamping: end - first + 1)),
                bytesMax: SyncLimits.segmentBytesMax * 3 / 4)
            guard let last = segment.events.last else { return nil }
            var tree: MerkleFrontier
            if let known = self.edge.withLock({ $0 }), known.log == log, known.tree.size == first - 1 {
                tree = known.tree
            } else {
                tree = try self.store.file.treeEdge(of: log, size: first - 1) ?? MerkleFrontier()
            }
            for event in segment.events { tree.append(event.hash) }
            let reached = tree
            self.edge.withLock { $0 = (log, reached) }
            let checkpoint: SignedCheckpoint
            do {
                checkpoint = try SignedCheckpoint(
                    Checkpoint(log: log, size: tree.size, root: tree.root), signer: self.folder.site.text, key: self.folder.key)
            } catch { throw Problem(.configuration, "The site's key cannot sign.") }
            let bytes = SegmentCoding.encode(segment, using: zstd)
            return Part(
                bytes: bytes, first: first, last: last.id.sequence, lastHash: last.hash, checkpoint: checkpoint,
                isFull: segment.events.count >= 256)
        }
    }
}
