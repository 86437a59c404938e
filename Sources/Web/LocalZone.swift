public import EventLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The zone of this machine: for asserted times that come without one, and for showing times to people.
public enum LocalZone {
    /// Minutes east of UTC at a moment.
    ///
    /// Source: POSIX `localtime_r`, tm_gmtoff.
    public static func minutes(at moment: Instant) -> Int16 {
        var seconds = time_t(moment.milliseconds / 1000)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return 0 }
        return Int16(truncatingIfNeeded: parts.tm_gmtoff / 60)
    }
}
