public import EventLog

/// Lets each nonce count once, for as long as a request that carries it could still be taken. Pure: the time is an argument.
public struct NonceWindow: Sendable {
    /// The most nonces of one generation; beyond it the oldest half of the window is refused by time anyway.
    public static let noncesMax = 200_000
    private var young: Set<String> = []
    private var old: Set<String> = []
    private var turned: Int64 = 0

    /// Nothing seen yet.
    public init() {}

    /// Takes a nonce; false where it came before.
    public mutating func take(_ nonce: String, now: Instant) -> Bool {
        let seconds = now.milliseconds / 1000
        // Two generations of one window each: what is forgotten is too old to be taken.
        if seconds - turned > 2 * RequestSignature.windowSeconds || young.count > Self.noncesMax {
            old = young
            young = []
            turned = seconds
        }
        guard !old.contains(nonce) else { return false }
        return young.insert(nonce).inserted
    }
}
