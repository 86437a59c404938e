/// How many parts of a log a site has on their way at once: one until the hub has shown that it answers quickly, then up to three, so that
/// one is stored, one unpacked and one packed and sent. Over a slow line several parts at once would only take from each other, until
/// none is through before the hub gives it up.
public struct PushWidth: Equatable, Sendable {
    /// The most parts on their way.
    public static let partsMax = 3
    /// An answer within so many milliseconds of the part's setting out is quick.
    public static let quickMilliseconds: Int64 = 2_000

    /// How many parts may be on their way now, 1 to 3.
    public private(set) var parts = 1

    /// Begins with one.
    public init() {}

    /// Takes note of how long a part took from setting out to its answer.
    public mutating func answered(afterMilliseconds milliseconds: Int64) {
        parts = milliseconds <= Self.quickMilliseconds ? min(Self.partsMax, parts + 1) : 1
    }

    /// Takes note of a part that was through before the one ahead of it.
    public mutating func overtaken() { parts = 1 }
}
