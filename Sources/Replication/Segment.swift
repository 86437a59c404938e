public import EventLog
import Problems

/// Events that travel together, each verified, with the hashes of those parents that lie outside.
///
/// Order: the sender's. A pushed run ascends; in a page of a feed the past of a case that was routed late comes after newer events
/// of the same logs, and at a hub that is being rebuilt a child may come before its parent.
public struct Segment: Sendable {
    /// The events.
    public let events: [HashedEvent]
    /// Hashes of parents that do not come before their child in the segment, by id.
    public let outside: [EventID: EventHash]
    /// Hashes of parents as one child names them, whatever else is known under their ids: child, then parent. The child's author saw another
    /// history of the parent's log than the one that is held where the segment comes from.
    public let disputed: [EventID: [EventID: EventHash]]

    /// Gathers a segment.
    public init(
        events: [HashedEvent], outside: [EventID: EventHash], disputed: [EventID: [EventID: EventHash]] = [:]
    ) {
        self.events = events
        self.outside = outside
        self.disputed = disputed
    }

    /// The same events, where the hashes beside are those that all its events and their parents were computed with: each can then be looked at
    /// by itself.
    public var spelledOut: Segment {
        var hashes = outside
        for event in events { hashes[event.id] = event.hash }
        return Segment(events: events, outside: hashes, disputed: disputed)
    }

    /// The hash by which a child names a parent that does not come before it, or is disputed; nil for any other.
    public func hash(of parent: EventID, namedBy child: EventID) -> EventHash? {
        disputed[child]?[parent] ?? outside[parent]
    }
}

/// A site's pushed part of its own log, checked as one gap-free run.
public struct PushedRun: Sendable {
    /// The log.
    public let log: LogID
    /// The segment.
    public let segment: Segment
    /// The signed state of the log after the last event.
    public let checkpoint: SignedCheckpoint

    /// Takes a segment that claims to be a run.
    ///
    /// - Throws: a refusal where it is empty, of another log, leaves a gap, or the checkpoint speaks of something else.
    public init(log: LogID, first: UInt64, segment: Segment, checkpoint: SignedCheckpoint) throws(SyncRefusal) {
        guard !segment.events.isEmpty else { throw .problem(.init(.emptyBody, "The segment has no event.")) }
        for (offset, event) in segment.events.enumerated() {
            guard event.id.log == log else {
                throw .problem(.init(.siteMismatch, "The segment holds an event of \(event.id.log), the address names \(log)."))
            }
            guard event.id.sequence == first + UInt64(offset) else {
                throw .problem(
                    .init(
                        .outOfRange,
                        "Event \(offset) of the segment has sequence \(event.id.sequence), expected \(first + UInt64(offset))."))
            }
        }
        guard checkpoint.checkpoint.log == log, checkpoint.checkpoint.size == first + UInt64(segment.events.count) - 1 else {
            throw .problem(.init(.badSignature, "The checkpoint speaks of another state than the segment's last event."))
        }
        self.log = log
        self.segment = segment
        self.checkpoint = checkpoint
    }

    /// The first sequence.
    public var first: UInt64 { segment.events[0].id.sequence }
    /// The last sequence.
    public var last: UInt64 { first + UInt64(segment.events.count) - 1 }
}
