public import EventLog
public import Problems

/// The hub's judgement of a pushed run: what of it is new. Pure; the store's facts come in as arguments.
public enum PushVerdict: Equatable, Sendable {
    /// The events from this offset on are new.
    case accept(fromOffset: Int)
    /// Everything is held already, byte for byte: the same answer as the first time.
    case duplicate

    /// Judges a run against the head that the hub holds.
    ///
    /// - Parameters:
    ///   - run: the run as pushed, its events' hashes verified from their bytes.
    ///   - head: the hub's head of the log, 0 for none.
    ///   - heldHash: the hash that the hub holds at a sequence up to the head.
    /// - Throws: `gap` when the run starts beyond head + 1, `fork` when an event that is held differs.
    public static func judge(
        _ run: PushedRun, head: UInt64, heldHash: (UInt64) throws(SyncRefusal) -> EventHash
    ) throws(SyncRefusal) -> PushVerdict {
        guard run.first <= head + 1 else { throw .gap(expected: head + 1) }
        let overlap = min(head, run.last)
        if run.first <= overlap {
            for sequence in run.first...overlap {
                let event = run.segment.events[Int(sequence - run.first)]
                guard try heldHash(sequence) == event.hash else { throw .fork(event.id) }
            }
        }
        return overlap == run.last ? .duplicate : .accept(fromOffset: Int(overlap + 1 - run.first))
    }

    /// Refuses a run whose signed root is not the root over its log as it is held: it is not what the site signed, at some event before.
    ///
    /// - Parameter held: how far the log is held.
    public static func rootDiffers(_ log: LogID, held: UInt64) -> Problem {
        Problem(
            .badSignature, "The signed root of \(log) is not the root over its events.", facts: [.init("held", "\(held)")])
    }

    /// Refuses, for now, an event that names a parent with another hash than is held: its author saw another history of the parent's log, and
    /// is not to blame, or invents one. It is taken once the two histories were seen here.
    public static func parentDiffers(_ child: EventID, _ parent: EventID) -> Problem {
        Problem(
            .badParents, "\(child) names \(parent) with another hash than is held.", facts: [.init("parent", "\(parent)")])
    }

    /// Checks what an event's place in its history must satisfy, whoever holds the parents.
    ///
    /// - Throws: `BAD_PARENTS` for a parent at or after the event in its own log, given twice, out of order, or too many.
    public static func checkParents(of event: Event) throws(SyncRefusal) {
        guard event.parents.count <= EventLimits.parentsMax else {
            throw .problem(.init(.badParents, "\(event.id) names \(event.parents.count) parents, at most 32 are allowed."))
        }
        var previous: EventID?
        for parent in event.parents {
            guard parent.log != event.id.log || parent.sequence < event.id.sequence else {
                throw .problem(.init(.badParents, "\(event.id) names itself or a later event as parent."))
            }
            if let previous, !(previous < parent) {
                throw .problem(.init(.badParents, "\(event.id) names its parents twice or out of order."))
            }
            previous = parent
        }
    }
}

extension PushVerdict {
    /// Checks that parents which travel with their child come before it and belong to its stream.
    ///
    /// - Parameter events: of one log, ascending.
    /// - Throws: `BAD_PARENTS` for the first that does not.
    public static func checkStreams(of events: [HashedEvent]) throws(SyncRefusal) {
        guard let first = events.first?.id else { return }
        for event in events {
            for parent in event.event.parents where parent.log == first.log && parent.sequence >= first.sequence {
                guard let place = place(of: parent.sequence, in: events) else { continue }
                guard parent.sequence < event.id.sequence, events[place].event.stream == event.event.stream else {
                    throw .problem(.init(.badParents, "\(event.id) names \(parent), which belongs to another stream."))
                }
            }
        }
    }

    private static func place(of sequence: UInt64, in events: [HashedEvent]) -> Int? {
        // Of a run without a gap it stands where its number says.
        let guess = Int(clamping: sequence - events[0].id.sequence)
        if guess < events.count, events[guess].id.sequence == sequence { return guess }
        var (low, high) = (0, events.count)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].id.sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low < events.count && events[low].id.sequence == sequence ? low : nil
    }
}

/// The hub's judgement of a cursor. Pure.
public enum FeedVerdict {
    /// Whether a cursor is a place in the hub's feed.
    ///
    /// - Parameter digest: the feed's digest at a position; nil where no row ends there.
    /// - Throws: `generation` for another numbering or other entries under the same one; `BAD_CURSOR` for a place that is none.
    public static func check(
        _ cursor: FeedCursor, generation: Generation, head: UInt64, digest: (UInt64) throws(SyncRefusal) -> EventHash?
    ) throws(SyncRefusal) {
        guard cursor.generation == generation, cursor.position <= head else { throw .generation(generation) }
        guard cursor.position > 0 else { return }
        guard let held = try digest(cursor.position) else {
            throw .problem(.init(.badCursor, "The cursor names position \(cursor.position), where no page ends."))
        }
        guard FeedDigest.prefix(held) == cursor.digest else { throw .generation(generation) }
    }
}
