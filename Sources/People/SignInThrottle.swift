public import EventLog
import NodeFiles
public import Problems
import Synchronization

/// How often somebody may try to sign in: a bucket for each name and each address, which fills again with time. A delay, never a lock:
/// whoever waits as long as he is told may try again.
///
/// With a folder it outlives the process: who guesses gains nothing by a restart. A try is written before a password is looked at.
public final class SignInThrottle: Sendable {
    /// The file's name in the node's folder.
    public static let fileName = "sign-in-delays.json"
    /// Most delays of a kind that are written: those with the longest to go.
    static let writtenMax = 1000

    /// The size of a bucket and how long it takes to fill.
    public struct Rate: Hashable, Sendable {
        /// Tries at once.
        public var burst: Int
        /// How long an empty bucket takes to be full.
        public var periodMilliseconds: Int64

        /// States a rate.
        public init(burst: Int, periodMilliseconds: Int64) {
            self.burst = burst
            self.periodMilliseconds = periodMilliseconds
        }

        /// 5 wrong tries with a name in 15 minutes.
        public static let name = Rate(burst: 5, periodMilliseconds: 900_000)
        /// 50 wrong tries from an address in an hour.
        public static let address = Rate(burst: 50, periodMilliseconds: 3_600_000)

        var stepMilliseconds: Int64 { periodMilliseconds / Int64(burst) }
    }

    private struct Buckets {
        /// When each bucket that is not full will be.
        var full: [String: Instant] = [:]
        let rate: Rate
        let max: Int

        /// Lets no bucket be further from full than an empty one: a clock that was ahead and was set back locks nobody out.
        ///
        /// - Returns: whether one was.
        mutating func settle(_ key: String, _ now: Instant) -> Bool {
            let latest = now.advanced(byMilliseconds: rate.periodMilliseconds)
            guard let held = full[key], held > latest else { return false }
            full[key] = latest
            return true
        }

        /// How long to wait until a try is free; nil where one is.
        func wait(_ key: String, _ now: Instant) -> Int64? {
            guard let full = full[key] else { return nil }
            let rest = full.milliseconds - now.milliseconds - (rate.periodMilliseconds - rate.stepMilliseconds)
            return rest > 0 ? rest : nil
        }

        mutating func take(_ key: String, _ now: Instant) {
            if full[key] == nil, full.count >= max {
                full = full.filter { $0.value > now }
                // Whoever fills the table with names that he made up must not free a name from its own delay: the one nearest to full goes.
                if full.count >= max, let nearest = full.min(by: { $0.value < $1.value }) { full[nearest.key] = nil }
            }
            full[key] = Swift.max(full[key] ?? now, now).advanced(byMilliseconds: rate.stepMilliseconds)
        }

        mutating func give(_ key: String, _ now: Instant) {
            guard let held = full[key]?.advanced(byMilliseconds: -rate.stepMilliseconds) else { return }
            full[key] = held > now ? held : nil
        }

        /// What is written of it.
        func stored(_ now: Instant) -> [String: Int64] {
            let open = full.filter { $0.value > now }.sorted { ($1.value, $1.key) < ($0.value, $0.key) }
            return Dictionary(uniqueKeysWithValues: open.prefix(writtenMax).map { ($0.key, $0.value.milliseconds) })
        }

        mutating func take(from stored: [String: Int64]) {
            full = stored.prefix(max).reduce(into: [:]) { $0[$1.key] = Instant(milliseconds: $1.value) }
        }
    }

    private struct State {
        var names: Buckets
        var addresses: Buckets
    }

    private struct Stored: Codable {
        var format = 1
        /// By a hash: what was typed as a name may be a password in the wrong field.
        var names: [String: Int64]
        var addresses: [String: Int64]
    }

    private let path: String?
    private let state: Mutex<State>

    /// One that lasts as long as the process.
    public init(name: Rate = .name, address: Rate = .address, keysMax: Int = 10_000) {
        path = nil
        state = Mutex(State(names: Buckets(rate: name, max: keysMax), addresses: Buckets(rate: address, max: keysMax)))
    }

    /// One that lasts in a folder.
    ///
    /// - Throws: `PERMISSIONS` for a file that others may read. One that is damaged delays nobody.
    public init(folder: String, name: Rate = .name, address: Rate = .address, keysMax: Int = 10_000) throws(Problem) {
        let path = folder + "/" + Self.fileName
        self.path = path
        var state = State(names: Buckets(rate: name, max: keysMax), addresses: Buckets(rate: address, max: keysMax))
        do throws(Problem) {
            if let stored = try SecretFile.json(Stored.self, in: path), stored.format == 1 {
                state.names.take(from: stored.names)
                state.addresses.take(from: stored.addresses)
            }
        } catch {
            guard error.code == .configuration else { throw error }
        }
        self.state = Mutex(state)
    }

    /// Takes a try before a password is looked at, so that many at once are no more than many one after another.
    ///
    /// - Throws: `TOO_MANY_REQUESTS` with the seconds to wait. The words are the same for a name that nobody has.
    public func take(name: String, address: String, now: Instant) throws(Problem) {
        let (name, address) = (Self.key("name", name), Self.key("address", address))
        let wait: Int64? = state.withLock { state in
            let isSettled = [state.names.settle(name, now), state.addresses.settle(address, now)]
            if isSettled.contains(true) { write(state, now) }
            let waits = [state.names.wait(name, now), state.addresses.wait(address, now)].compactMap { $0 }
            if let longest = waits.max() { return longest }
            state.names.take(name, now)
            state.addresses.take(address, now)
            write(state, now)
            return nil
        }
        guard let wait else { return }
        let seconds = Int((wait + 999) / 1000)
        throw Problem(
            .tooManyRequests, "Signing in was tried too often; the next try is free in \(seconds) s.",
            remedy: "Wait, then try again; an administrator can set another password.", retryAfterSeconds: seconds)
    }

    /// Gives a try back to a name and an address: what was said was right. A ward that signs in behind one address is no guesser.
    public func succeeded(name: String, address: String, now: Instant) {
        state.withLock { state in
            state.names.give(Self.key("name", name), now)
            state.addresses.give(Self.key("address", address), now)
            write(state, now)
        }
    }

    /// How many delays are held.
    var count: Int { state.withLock { $0.names.full.count + $0.addresses.full.count } }

    private static func key(_ kind: String, _ text: String) -> String {
        String(EventHash.sha256(Array("\(kind):\(text)".utf8)).description.prefix(32))
    }

    private func write(_ state: State, _ now: Instant) {
        guard let path else { return }
        // A full disk keeps nobody out, and lets nobody guess faster: the running process knows the tries all the same.
        try? SecretFile.write(json: Stored(names: state.names.stored(now), addresses: state.addresses.stored(now)), to: path)
    }
}
