public import EventLog

/// Events of one log that follow each other; text `LOG/FIRST-LAST`.
public struct EventRange: Equatable, Sendable, CustomStringConvertible {
    /// The log.
    public let log: LogID
    /// The sequences.
    public let sequences: ClosedRange<UInt64>

    /// Names a range.
    public init(log: LogID, sequences: ClosedRange<UInt64>) {
        self.log = log
        self.sequences = sequences
    }

    /// Parses the text; nil for any other.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let log = LogID(parts[0]) else { return nil }
        let ends = parts[1].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = UInt64(ends[0]), let last = UInt64(ends[1]), first > 0, first <= last,
            last < 1 << 40
        else { return nil }
        self.init(log: log, sequences: first...last)
    }

    /// The text.
    public var description: String { "\(log)/\(sequences.lowerBound)-\(sequences.upperBound)" }

    /// How many events.
    public var count: UInt64 { sequences.upperBound - sequences.lowerBound + 1 }

    /// The events.
    public var ids: [EventID] { sequences.map { EventID(log: log, sequence: $0) } }

    /// The ranges of some events, in order.
    public static func ranges(of ids: [EventID]) -> [EventRange] {
        var ranges: [EventRange] = []
        for id in ids.sorted() {
            if let last = ranges.last, last.log == id.log, id.sequence <= last.sequences.upperBound + 1 {
                ranges[ranges.count - 1] = EventRange(
                    log: id.log, sequences: last.sequences.lowerBound...max(last.sequences.upperBound, id.sequence))
            } else {
                ranges.append(EventRange(log: id.log, sequences: id.sequence...id.sequence))
            }
        }
        return ranges
    }
}
