import Glibc

/// How many files this process may have open, connections among them.
///
/// A shell gives a process 1,024: fewer than the connections that a server takes. Whoever opened them all would leave none for the store,
/// and a store that cannot open a file cannot keep what came.
public enum OpenFiles {
    /// As many as a server of this kind needs.
    private static let wanted: rlim_t = 8_192
    /// What store, audit and clients need beside the connections.
    private static let ownMax = 256

    /// How many the system allows now; nil where it does not say.
    public static var allowed: Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Int(clamping: limit.rlim_cur)
    }

    /// Asks for as many as are wanted, up to what the system lets a process have. Where it does not, the connections are bounded instead.
    public static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(limit.rlim_max, wanted)
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// How many of so many files may be connections.
    static func connectionsMax(of allowed: Int?) -> Int {
        guard let allowed else { return Int.max }
        return allowed - min(ownMax, allowed / 2)
    }
}
