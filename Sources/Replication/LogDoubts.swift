public import EventLog

/// Own logs of which the hub holds something else than this node somewhere before their ends. Pure.
///
/// Two histories of a log can share an end: what went ahead of one, or what others gave back of it, joins the other at the hub. Comparing the
/// ends then says nothing, and what is pushed behind them is refused for the signed root as often as it is sent. Such a log is compared
/// event by event, once, and shown to the hub from the first event that differs: it keeps both as evidence.
public struct LogDoubts: Sendable {
    private var generation: Generation?
    private var open: Set<LogID> = []
    /// Through where each log was found to be the same at both ends.
    private var agreed: [LogID: UInt64] = [:]

    /// Nothing is in doubt.
    public init() {}

    /// Takes a greeting: what was compared under another numbering says nothing of this one.
    public mutating func greeted(_ answer: HelloAnswer) {
        if generation != answer.generation { agreed = [:] }
        generation = answer.generation
    }

    /// The hub refused a push for its signed root. Gives whether comparing may say why: not where all that it holds was found to be the same.
    public mutating func refused(_ log: LogID, held: UInt64) -> Bool {
        guard agreed[log] ?? 0 < held else { return false }
        open.insert(log)
        return true
    }

    /// Where to compare next; nil for a log that is not in doubt, or is the same through the end.
    public mutating func next(of log: LogID, through end: UInt64) -> UInt64? {
        guard open.contains(log) else { return nil }
        let next = (agreed[log] ?? 0) + 1
        guard next <= end else {
            open.remove(log)
            return nil
        }
        return next
    }

    /// The log is the same at both ends through a sequence.
    public mutating func agrees(_ log: LogID, through sequence: UInt64) { agreed[log] = max(agreed[log] ?? 0, sequence) }
}

extension Reunion {
    /// The first sequence at which two runs of one log that begin at the same place hold different events.
    public static func difference(_ theirs: Segment, _ ours: Segment) -> UInt64? {
        zip(theirs.events, ours.events).first { $0.id == $1.id && $0.hash != $1.hash }?.0.id.sequence
    }
}
