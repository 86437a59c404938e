/// How large and how slow an exchange may be. A peer that goes over one is dropped, whatever it says of itself.
///
/// Source: house rule, reliability figures of the HTTP client.
public struct TransferLimits: Equatable, Sendable {
    /// The answer's body, counted in bytes as they arrive; nil is without bound and meant for streams only.
    public var responseBytesMax: Int?
    /// All header lines of the answer together, in bytes.
    public var headerBytesMax: Int
    /// Header lines of the answer.
    public var headerCountMax: Int
    /// From the start until connected, TLS included.
    public var connectTimeout: Duration
    /// From the start to the answer's last byte; nil is without bound.
    public var totalTimeout: Duration?
    /// The average rate below which an exchange is given up after `lowSpeedTime`, in bytes a second; 0 is never.
    public var lowSpeedBytesPerSecond: Int
    /// How long the average may stay below `lowSpeedBytesPerSecond`.
    public var lowSpeedTime: Duration
    /// The longest time without a single byte once connected; nil is for ever.
    public var silenceMax: Duration?

    /// Limits of an ordinary exchange, but for what is named.
    public init(
        responseBytesMax: Int? = 16 << 20, headerBytesMax: Int = 16 << 10, headerCountMax: Int = 64,
        connectTimeout: Duration = .seconds(10), totalTimeout: Duration? = .seconds(120), lowSpeedBytesPerSecond: Int = 64,
        lowSpeedTime: Duration = .seconds(30), silenceMax: Duration? = nil
    ) {
        self.responseBytesMax = responseBytesMax
        self.headerBytesMax = headerBytesMax
        self.headerCountMax = headerCountMax
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.lowSpeedBytesPerSecond = lowSpeedBytesPerSecond
        self.lowSpeedTime = lowSpeedTime
        self.silenceMax = silenceMax
    }

    /// A request and its answer: 16 MiB, 120 s, at least 64 B/s over 30 s.
    public static let ordinary = TransferLimits()

    /// A long poll, where silence is normal until the server's wait ends: no lower rate.
    public static let longPoll = TransferLimits(lowSpeedBytesPerSecond: 0)

    /// A stream that stays open: no total, no rate, but three missed heartbeats of 15 s end it.
    public static let heldOpen = TransferLimits(
        responseBytesMax: nil, totalTimeout: nil, lowSpeedBytesPerSecond: 0, silenceMax: .seconds(45))
}

extension Duration {
    /// Whole milliseconds, rounded up so that a bound above zero never becomes "none".
    var millisecondsRoundedUp: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
