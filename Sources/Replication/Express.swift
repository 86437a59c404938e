public import EventLog
public import Problems

/// The express lane: what is urgent goes ahead of a backlog, both ways. Pure.
///
/// A history is urgent while its examination is STAT or a critical result waits for somebody's acknowledgement. Its events travel as whole
/// histories, with the ids that they have in their logs; when the logs and the feed bring them in their turn they are passed over. So what
/// was folded from events that went ahead is what is folded in the end, and nothing doubles.
public enum Express {
    /// How many events must wait before what is urgent goes ahead: fewer travel in one part anyway.
    public static let backlogMin = UInt64(SyncLimits.segmentEventsMax / 2)
    /// The most parts that go ahead at a time; what is beyond them takes its turn.
    public static let partsMax = 16
    /// The most events of a part.
    public static let eventsMax = SyncLimits.segmentEventsMax / 2
    /// The most bytes of a part before compression.
    public static let bytesMax = SyncLimits.segmentBytesMax * 3 / 4
    /// How often, in milliseconds, a long catching up looks for what became urgent meanwhile.
    public static let lookMilliseconds: Int64 = 1_000

    /// Gathers whole histories into a part until it is full; a history that alone is too long is cut at its end, not at its beginning.
    ///
    /// - Parameters:
    ///   - histories: with the place of each in its lane, from the highest place on.
    ///   - events: the events of a history that belong to the part, in an order in which each comes after its parents.
    public static func part<History, Fault: Error>(
        _ histories: some Sequence<(place: UInt64, history: History)>, eventsMax: Int, bytesMax: Int,
        events: (History) throws(Fault) -> [HashedEvent]
    ) throws(Fault) -> (events: [HashedEvent], lowest: UInt64)? {
        var taken: [HashedEvent] = []
        var bytes = 0
        var lowest: UInt64?
        for (place, history) in histories {
            let next = try events(history)
            let size = next.reduce(0) { $0 + $1.event.payload.count }
            guard taken.isEmpty || (taken.count + next.count <= eventsMax && bytes + size <= bytesMax) else { break }
            lowest = place
            for event in next {
                guard taken.count < eventsMax, taken.isEmpty || bytes + event.event.payload.count <= bytesMax else { break }
                bytes += event.event.payload.count
                taken.append(event)
            }
        }
        return lowest.map { (taken, $0) }
    }
}

extension ProblemCode {
    /// Whether it speaks of events that cannot be taken as they are, and not of the store or the way.
    public var isOfEvents: Bool { self == .fork || self == .badParents || self == .siteMismatch }
}

/// The stretch of a lane that is looked at: the places between two, both left out.
public struct ExpressWindow: Equatable, Sendable {
    /// What is at or below this place went before.
    public let above: UInt64
    /// What is at or above this place went just now; nil for the lane's end.
    public let below: UInt64?

    /// Looks at a stretch.
    public init(above: UInt64, below: UInt64? = nil) {
        self.above = above
        self.below = below
    }

    /// What is left after a part; nil for nothing.
    public func rest(after part: ExpressPart) -> ExpressWindow? {
        part.lowest > above + 1 ? ExpressWindow(above: above, below: part.lowest) : nil
    }

    func contains(_ place: UInt64) -> Bool { place > above && below.map { place < $0 } ?? true }
}

/// Urgent histories of a lane, and where to go on.
public struct ExpressPart: Sendable {
    /// The events; empty where those of the lane's histories are all held at the other end.
    public let segment: Segment
    /// The highest place in the lane that the part speaks of.
    public let highest: UInt64
    /// The place of the last history: what comes next lies below it.
    public let lowest: UInt64

    /// Gathers a part.
    public init(segment: Segment, highest: UInt64, lowest: UInt64) {
        self.segment = segment
        self.highest = highest
        self.lowest = lowest
    }
}
