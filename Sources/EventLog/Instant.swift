/// A moment of wall-clock time in milliseconds since 1970-01-01T00:00:00Z. Always passed in; the core never reads a clock.
public struct Instant: Hashable, Comparable, Sendable {
    /// Milliseconds since the epoch; negative before it.
    public let milliseconds: Int64

    /// Wraps milliseconds since the epoch.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The moment a number of milliseconds later.
    public func advanced(byMilliseconds delta: Int64) -> Instant {
        let (sum, overflow) = milliseconds.addingReportingOverflow(delta)
        return Instant(milliseconds: overflow ? (delta > 0 ? .max : .min) : sum)
    }

    /// The order of the text or bits, which every node computes alike.
    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
}

/// The clinical time that a person or device asserts, with the zone of the place: shown as given, never an order.
public struct OccurredAt: Hashable, Sendable {
    /// The moment.
    public let instant: Instant
    /// Minutes east of UTC at the place, -1080 to 1080.
    public let zoneMinutes: Int16

    /// Asserts a time in a zone; a zone outside +-18 hours is clamped, because the moment matters and the zone only shows.
    public init(_ instant: Instant, zoneMinutes: Int16 = 0) {
        self.instant = instant
        self.zoneMinutes = min(max(zoneMinutes, -1080), 1080)
    }
}

/// A hybrid logical clock's reading: 48 bits of milliseconds and 16 bits of counter.
///
/// For display and stable listing only; never for "newer". Source: Kulkarni et al., "Logical Physical Clocks", 2014.
public struct HybridTime: Hashable, Comparable, Sendable {
    /// Milliseconds << 16 | counter.
    public let bits: UInt64

    /// Wraps the packed form.
    public init(bits: UInt64) { self.bits = bits }

    /// The first reading of a moment; before 1970 and beyond 48 bits the nearest that there is.
    public init(startOf instant: Instant) {
        bits = UInt64(min(max(0, instant.milliseconds), (1 << 48) - 1)) << 16
    }

    /// The physical part, in milliseconds since the epoch.
    public var instant: Instant { Instant(milliseconds: Int64(bits >> 16)) }

    /// The order of the text or bits, which every node computes alike.
    public static func < (left: HybridTime, right: HybridTime) -> Bool { left.bits < right.bits }
}

/// A node's hybrid logical clock: never goes back, and follows others at most five minutes into the future.
public struct HybridClock: Sendable {
    /// How far ahead of the own clock another node's reading may be and still be followed.
    public static let leapMaximumMilliseconds: Int64 = 5 * 60 * 1000
    private var last: UInt64

    /// Starts after the last reading that the log holds.
    public init(after last: HybridTime = HybridTime(bits: 0)) { self.last = last.bits }

    /// The next reading at a wall-clock moment: later than every earlier one. The last of all, in the year 10889, repeats.
    public mutating func reading(at now: Instant) -> HybridTime {
        last = max(last == .max ? last : last + 1, HybridTime(startOf: now).bits)
        return HybridTime(bits: last)
    }

    /// Takes notice of another node's reading. One beyond the leap is not followed: a clock set to 2099 moves nobody else's.
    public mutating func observe(_ other: HybridTime, at now: Instant) {
        guard other.instant <= now.advanced(byMilliseconds: Self.leapMaximumMilliseconds) else { return }
        last = max(last, other.bits)
    }
}
