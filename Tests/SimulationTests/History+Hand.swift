import EventLog
import Simulation

/// A small world by hand: a hub, a site that records and one that reads.
struct HandMade {
    static func site(_ name: String) -> SiteID {
        guard let site = SiteID(name) else { preconditionFailure("\(name) is no site id") }
        return site
    }

    let north = Node(0, site("northside"))
    let lake = Node(1, site("lakeview"))
    let stream = StreamID(kind: .imagingCase, high: 1, low: 1)
    let other = StreamID(kind: .imagingCase, high: 1, low: 2)

    func log(_ site: String = "northside", _ incarnation: UInt64 = 1) -> LogID {
        LogID(site: Self.site(site), incarnation: Incarnation(bits: incarnation))
    }

    func mark(
        _ sequence: UInt64, _ hash: UInt64 = 0, of log: LogID? = nil, on stream: StreamID? = nil, after: [EventMark] = [],
        key: String = "", to site: SiteID? = nil, isWhole: Bool = true
    ) -> EventMark {
        EventMark(
            id: EventID(log: log ?? self.log(), sequence: sequence), hash: EventHash(sequence, hash, 0, 0),
            stream: stream ?? self.stream, parents: after.map(\.id), key: key, routedTo: site, isWhole: isWhole)
    }

    /// A history that keeps every promise: two events are recorded, shared and read; the case is routed to the reader.
    var good: [Moment] {
        let (first, second) = (mark(1, key: "a"), mark(2, after: [mark(1)], key: "b", to: lake.site))
        return [
            .recorded(north, first, isHeld: true), .arrived(.hub, [first]), .acknowledged(north, log(), through: 1),
            .recorded(north, second, isHeld: true), .offered([second], wasTaken: true), .arrived(.hub, [second]),
            .acknowledged(north, log(), through: 2), .arrived(lake, [first, second]), .reopened(lake, [first, second]),
            .reopened(.hub, [first, second]), .served(Self.site("northside"), isRevoked: false, isRepeat: false),
            .replayed(lake, isUnchanged: true),
        ]
    }

    /// How such a world ends.
    var goodEnds: [NodeEnd] {
        let marks = [mark(1, key: "a"), mark(2, after: [mark(1)], key: "b", to: lake.site)]
        return [.hub, north, lake].map { node in
            var end = NodeEnd(node, marks: marks)
            end.digests = reference
            if node == north { (end.log, end.recorded, end.shared) = (log(), 2, 2) }
            if node == lake { end.taken = marks.map(\.id) }
            return end
        }
    }

    var reference: [StreamID: EventHash] { [stream: EventHash(7, 7, 7, 7)] }

    /// What a checker finds in a history and its end.
    func found(_ moments: [Moment], _ ends: [NodeEnd]? = nil, reference: [StreamID: EventHash]? = nil) -> [Violation] {
        var checker = Checker(allCases: [])
        var found: [Violation] = []
        for moment in moments { found += checker.take(moment) }
        return found + checker.finish(ends ?? goodEnds, reference: reference ?? self.reference)
    }

    /// The good end, changed.
    func ends(_ change: (inout [NodeEnd]) -> Void) -> [NodeEnd] {
        var ends = goodEnds
        change(&ends)
        return ends
    }
}
