public import EventLog
public import Problems

/// Lets each request of one site count once, for as long as it could still be taken. Pure: the time is an argument.
///
/// Bounded, and never by forgetting: a window that is full refuses what is new until time has made room, so that no flood lets a
/// captured request in again. One window a site: a site that floods stands in nobody's way but its own.
/// Source: RFC 9421 7.2.2.
public struct NonceWindow: Sendable {
    /// The most nonces of one site that are remembered at once: 1,600 requests a second, eight times the rate that a site may
    /// send events at, for as long as a request can be repeated.
    public static let noncesMax = 400_000
    /// For how long a nonce must be remembered, in seconds: a request may be dated ahead by one window and is taken for another.
    private static let lifeSeconds = 2 * RequestSignature.windowSeconds

    private var young: Set<UInt64> = []
    private var old: Set<UInt64> = []
    private var turned: Int64
    /// The newest date among what is remembered, by generation.
    private var youngDate = Int64.min
    private var oldDate = Int64.min
    /// What is dated up to here may have been taken and forgotten.
    private var forgotten: Int64
    private let generationMax: Int

    /// Nothing seen yet.
    ///
    /// - Parameters:
    ///   - opened: when the hub started: what is dated before may have been taken by the process before it.
    ///   - noncesMax: the most that are remembered at once.
    public init(opened: Instant, noncesMax: Int = NonceWindow.noncesMax) {
        turned = opened.milliseconds / 1000
        forgotten = turned - 1
        generationMax = max(1, noncesMax / 2)
    }

    /// Takes a request whose signature holds and whose date lies in the window.
    ///
    /// - Throws: `REPLAYED_REQUEST` for one that came before, `CLOCK_IMPLAUSIBLE` for one that may have come before this window
    ///   opened, `TOO_MANY_REQUESTS` where no more can be remembered; nothing was taken then.
    public mutating func take(_ nonce: String, created: Int64, now: Instant) throws(Problem) {
        let seconds = now.milliseconds / 1000
        // Two generations, each of a nonce's whole life: what is forgotten is too old to be taken.
        if seconds - turned > Self.lifeSeconds {
            forgotten = max(forgotten, oldDate)
            (old, oldDate) = (young, youngDate)
            (young, youngDate) = ([], .min)
            turned = seconds
        }
        guard created > forgotten else {
            // Also where the hub's clock was set back: what it remembers of that time is gone.
            throw Problem(
                .clockImplausible, "The request is dated before the time from which on this hub can tell repeated requests.",
                remedy: "Sign a new one; restart the hub if its clock was set back.",
                facts: [.init("offsetSeconds", "\(created - seconds)")])
        }
        let key = Self.key(of: nonce)
        guard !old.contains(key), !young.contains(key) else {
            throw Problem(.replayed, "A request with this nonce came before.")
        }
        guard young.count < generationMax else {
            throw Problem(
                .tooManyRequests,
                "The site sent \(generationMax) requests in two minutes; no more can be told from repeated ones.",
                retryAfterSeconds: Int(max(1, turned + Self.lifeSeconds + 1 - seconds)))
        }
        young.insert(key)
        youngDate = max(youngDate, created)
    }

    /// Eight bytes stand for a nonce of any length: two that share them are taken for one, which refuses and lets nothing in.
    private static func key(of nonce: String) -> UInt64 {
        EventHash.sha256(Array(nonce.utf8)).bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// The windows of all sites.
public struct NonceWindows: Sendable {
    private var windows: [SiteID: NonceWindow] = [:]
    private let opened: Instant
    private let noncesMax: Int

    /// Nothing seen yet; `opened` is when the hub started, `noncesMax` the most that are remembered of one site.
    public init(opened: Instant, noncesMax: Int = NonceWindow.noncesMax) {
        self.opened = opened
        self.noncesMax = noncesMax
    }

    /// Takes a request of a site whose signature holds; as ``NonceWindow/take(_:created:now:)``.
    public mutating func take(_ signature: RequestSignature, now: Instant) throws(Problem) {
        try windows[signature.site, default: NonceWindow(opened: opened, noncesMax: noncesMax)].take(
            signature.nonce, created: signature.created, now: now)
    }
}
