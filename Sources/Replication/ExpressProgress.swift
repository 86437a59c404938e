public import EventLog

/// What went and came ahead, and what goes next. Pure: the driver and a rehearsal ask it alike.
public struct ExpressProgress: Sendable {
    private let backlogMin: UInt64?
    private var generation: Generation?
    private var feedHead: UInt64 = 0
    /// Of own logs: the highest sequence that went ahead.
    private var sent: [LogID: UInt64] = [:]
    /// The highest place in the feed that came ahead.
    private var received: UInt64 = 0
    private var looked: Instant?

    /// Nothing went yet.
    ///
    /// - Parameter backlogMin: how many events must wait before anything goes ahead; nil for never.
    public init(backlogMin: UInt64? = Express.backlogMin) { self.backlogMin = backlogMin }

    /// Takes a greeting: under another numbering nothing went or came yet.
    public mutating func greeted(_ answer: HelloAnswer) {
        if generation != answer.generation { self = ExpressProgress(backlogMin: backlogMin) }
        generation = answer.generation
        feedHead = answer.feedHead
        looked = nil
    }

    /// The stretch of an own log's lane that goes ahead; nil where too little waits.
    ///
    /// - Parameters:
    ///   - shared: how far the hub holds the log.
    ///   - head: how far it goes.
    public func outgoing(_ log: LogID, beyond shared: UInt64, head: UInt64) -> ExpressWindow? {
        guard let backlogMin, head > shared, head - shared > backlogMin else { return nil }
        return ExpressWindow(above: max(shared, sent[log] ?? 0))
    }

    /// The stretch of the feed's lane that is asked for; nil where too little waits, and within a second of the last time.
    public mutating func incoming(after cursor: FeedCursor, now: Instant) -> ExpressWindow? {
        guard let backlogMin, feedHead > cursor.position, feedHead - cursor.position > backlogMin else { return nil }
        if let looked, looked <= now, now < looked.advanced(byMilliseconds: Express.lookMilliseconds) { return nil }
        looked = now
        return ExpressWindow(above: max(received, cursor.position))
    }

    /// Notes what the hub took ahead of a log.
    public mutating func sent(_ part: ExpressPart, of log: LogID) { sent[log] = max(sent[log] ?? 0, part.highest) }

    /// Notes what was stored ahead of the feed.
    public mutating func received(_ part: ExpressPart) { received = max(received, part.highest) }
}
