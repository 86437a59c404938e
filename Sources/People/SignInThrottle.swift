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

        fileprivate func buckets(_ keysMax: Int) -> RateBuckets<String> {
            RateBuckets(burst: burst, periodMicroseconds: periodMilliseconds * 1000, keysMax: keysMax)
        }
    }

    private struct State {
        var names: RateBuckets<String>
        var addresses: RateBuckets<String>
    }

    private struct Stored: Codable {
        var format = 1
        /// When each bucket will be full, milliseconds since the epoch. By a hash: what was typed as a name may be a password in the wrong field.
        var names: [String: Int64]
        var addresses: [String: Int64]
    }

    private let path: String?
    private let state: Mutex<State>

    /// One that lasts as long as the process.
    public init(name: Rate = .name, address: Rate = .address, keysMax: Int = 10_000) {
        path = nil
        state = Mutex(State(names: name.buckets(keysMax), addresses: address.buckets(keysMax)))
    }

    /// One that lasts in a folder.
    ///
    /// - Throws: `PERMISSIONS` for a file that others may read. One that is damaged delays nobody.
    public init(folder: String, name: Rate = .name, address: Rate = .address, keysMax: Int = 10_000) throws(Problem) {
        let path = folder + "/" + Self.fileName
        self.path = path
        var state = State(names: name.buckets(keysMax), addresses: address.buckets(keysMax))
        do throws(Problem) {
            if let stored = try SecretFile.json(Stored.self, in: path), stored.format == 1 {
                state.names.goOn(with: stored.names.mapValues { $0 * 1000 })
                state.addresses.goOn(with: stored.addresses.mapValues { $0 * 1000 })
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
            let before = [state.names.full[name], state.addresses.full[address]]
            let waits = [state.names.wait(of: name, now), state.addresses.wait(of: address, now)].compactMap { $0 }
            if let longest = waits.max() {
                // A clock was set back: whoever is told to wait waits so long from now on, in every process.
                if before != [state.names.full[name], state.addresses.full[address]] { write(state, now) }
                return longest
            }
            state.names.count(of: name, now)
            state.addresses.count(of: address, now)
            write(state, now)
            return nil
        }
        guard let wait else { return }
        let seconds = Int((wait + 999_999) / 1_000_000)
        throw Problem(
            .tooManyRequests, "Signing in was tried too often; the next try is free in \(seconds) s.",
            remedy: "Wait, then try again; an administrator can set another password.", retryAfterSeconds: seconds)
    }

    /// Gives a try back to a name and an address: what was said was right. A ward that signs in behind one address is no guesser.
    public func succeeded(name: String, address: String, now: Instant) {
        state.withLock { state in
            state.names.giveBack(to: Self.key("name", name), now)
            state.addresses.giveBack(to: Self.key("address", address), now)
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
        func kept(_ buckets: RateBuckets<String>) -> [String: Int64] {
            buckets.kept(now, max: Self.writtenMax).mapValues { ($0 + 999) / 1000 }
        }
        try? SecretFile.write(json: Stored(names: kept(state.names), addresses: kept(state.addresses)), to: path)
    }
}
