import NIOCore

/// The points in time at which a connection is given up, one for each reason; nil where a reason does not apply now.
struct Deadlines {
    var head: NIODeadline?
    var request: NIODeadline?
    var body: NIODeadline?
    var idle: NIODeadline?
    var linger: NIODeadline?

    /// The next of them.
    var earliest: NIODeadline? {
        var next = head
        for deadline in [request, body, idle, linger] {
            next = [next, deadline].compactMap { $0 }.min()
        }
        return next
    }
}

/// How long a body has kept us waiting, to judge its rate by the client's time and not by ours.
struct BodyClock {
    private(set) var bytes = 0
    private var waited = TimeAmount.zero
    private var waitingSince: NIODeadline?

    /// We are ready for more.
    mutating func wait(_ now: NIODeadline) {
        waitingSince = waitingSince ?? now
    }

    /// More came.
    mutating func receive(_ count: Int, _ now: NIODeadline) {
        bytes += count
        if let since = waitingSince {
            waited = waited + (now - since)
        }
        waitingSince = nil
    }

    /// When the rate will have been too low, if nothing comes until then; nil while we do not wait.
    func deadline(_ limits: ServerLimits) -> NIODeadline? {
        let allowed = max(
            TimeAmount(limits.bodyRateGrace), .milliseconds(Int64(bytes) * 1_000 / Int64(max(limits.bodyRateMin, 1))))
        return waitingSince.map { $0 + allowed - waited }
    }
}
