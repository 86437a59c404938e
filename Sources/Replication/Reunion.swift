public import EventLog
public import Problems

/// What the two ends of a site's own logs miss of each other after a hello, and where they might contradict. Pure.
public enum Reunion {
    /// A part of an own log that one end has and the other has not.
    public struct Part: Equatable, Sendable {
        /// The log.
        public let log: LogID
        /// Its first sequence.
        public let first: UInt64
        /// Its last sequence.
        public let last: UInt64

        /// Names a part.
        public init(log: LogID, first: UInt64, last: UInt64) {
            self.log = log
            self.first = first
            self.last = last
        }
    }

    /// Where two ends of the log that is written now are compared: where the shorter of both ends.
    public enum Meeting: Equatable, Sendable {
        /// One end holds nothing: there is nothing to compare.
        case none
        /// The hub ends here or before: its hash against the own one at its head.
        case here(sequence: UInt64, held: EventHash)
        /// The hub goes on beyond the own end: its event there must be asked for.
        case there(sequence: UInt64, own: EventHash)
    }

    /// Where to compare the own log with what the hub states of it.
    public static func meeting(own: LogState, held: HelloRequest.Log) -> Meeting {
        guard held.head > 0, own.head > 0 else { return .none }
        return held.head > own.head
            ? .there(sequence: own.head, own: own.hash) : .here(sequence: held.head, held: held.hash)
    }

    /// Earlier own logs of which the hub holds more than this store, those under quarantine left out: they come back. Each begins with the
    /// last event that this store holds, so that another history there is seen before anything is put on top of it.
    public static func lost(own: LogID, earlier: [LogState], answer: HelloAnswer) -> [Part] {
        answer.logs.compactMap { held in
            guard held.log != own, held.log.site == own.site, !answer.quarantined.contains(held.log) else { return nil }
            let mine = earlier.first { $0.log == held.log }?.head ?? 0
            return held.head > mine ? Part(log: held.log, first: max(mine, 1), last: held.head) : nil
        }
    }

    /// Earlier own logs of which the hub holds less than this store, or something else, those under quarantine left out: they go. Each begins
    /// with the last event that the hub holds, so that one which holds another there sees it and keeps both.
    ///
    /// - Parameters:
    ///   - contradicted: logs of which the hub gave something that does not fit what this store holds: shown in any case.
    ///   - differing: where the hub is known to hold something else than this store: shown from there.
    public static func owed(
        earlier: [LogState], answer: HelloAnswer, contradicted: Set<LogID> = [], differing: [LogID: UInt64] = [:]
    ) -> [Part] {
        earlier.compactMap { mine in
            if let place = differing[mine.log] { return Part(log: mine.log, first: place, last: mine.head) }
            let held = answer.logs.first { $0.log == mine.log }
            let head = held?.head ?? 0
            let isOther = head == mine.head && held.map { $0.hash != mine.hash } == true || contradicted.contains(mine.log)
            guard mine.head > 0, head < mine.head || isOther, !answer.quarantined.contains(mine.log) else { return nil }
            return Part(log: mine.log, first: max(min(head, mine.head), 1), last: mine.head)
        }
    }

    /// Where to ask for what the hub holds of earlier own logs beyond their gap-free part and this store does not: urgent events went ahead
    /// of a log that was lost before the rest of it went. They come back with the gaps that they have.
    public static func lostAhead(own: LogID, earlier: [LogState], answer: HelloAnswer) -> [EventID] {
        answer.logs.compactMap { held in
            guard held.log != own, held.log.site == own.site else { return nil }
            let mine = max(earlier.first { $0.log == held.log }?.highest ?? 0, held.head)
            return held.highest > mine ? EventID(log: held.log, sequence: mine + 1) : nil
        }
    }

    /// Whether a segment is what was asked for: of that log, ascending, from that sequence on at the earliest, and not empty.
    public static func isPart(_ segment: Segment, of log: LogID, from first: UInt64) -> Bool {
        let ids = segment.events.map(\.id)
        return ids.first.map { $0.log == log && $0.sequence >= first } == true
            && zip(ids, ids.dropFirst()).allSatisfy { $0.log == $1.log && $0.sequence < $1.sequence }
    }

    /// Whether a segment is what was asked for: of that log, from that sequence on, without gaps, and not empty.
    public static func isRun(_ segment: Segment, of log: LogID, from first: UInt64) -> Bool {
        !segment.events.isEmpty
            && segment.events.enumerated().allSatisfy { offset, event in
                event.id == EventID(log: log, sequence: first + UInt64(offset))
            }
    }
}

extension PushAnswer {
    /// How an answer contradicts what was sent through an event; nil where it confirms it. It may confirm more than was sent: what went
    /// ahead before, and what others gave back, joins what was sent.
    ///
    /// - Parameter own: the hash of the own event at a sequence; nil where there is none.
    public func failure<Fault: Error>(
        sentThrough last: UInt64, own: (UInt64) throws(Fault) -> EventHash?
    ) throws(Fault) -> SyncFailure? {
        guard head >= last else { return .gap(expected: head + 1) }
        guard let held = try own(head) else { return .ahead(head: head) }
        guard hash == held else {
            return .temporary(Problem(.proxyAnswered, "The hub confirms other events than were sent."))
        }
        return nil
    }
}

extension SyncFailure {
    /// What a problem that the hub answered means for the next step.
    public init(of problem: Problem) {
        func fact(_ name: String) -> String? { problem.facts.first { $0.name == name }?.value }
        switch problem.code {
        case .gap:
            let expected = fact("expected").flatMap { UInt64($0) } ?? 0
            self = expected > 0 ? .gap(expected: expected) : .temporary(problem)
        case .generation:
            self = fact("generation").flatMap { Generation($0) }.map { .generation($0) } ?? .temporary(problem)
        case .badSignature: self = fact("held").flatMap { UInt64($0) }.map { .differs(problem, held: $0) } ?? .temporary(problem)
        case .badCursor: self = .generation(Generation(bits: 0))
        case .badParents where fact("parent") != nil: self = .temporary(problem)
        case .fork, .siteUnknown, .siteRevoked, .siteRetired, .siteQuarantined, .siteMismatch, .badParents:
            self = .refusedForGood(problem)
        default: self = .temporary(problem)
        }
    }
}

extension FeedCursor {
    /// Whether a place leads on from another. A page that does not would be asked for without end.
    public func isBeyond(_ other: FeedCursor?) -> Bool {
        guard let other, other.generation == generation else { return position > 0 }
        return position > other.position
    }
}
