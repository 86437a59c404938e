import CurlHTTP
import EventLog
import Problems
import Synchronization

/// The certificate that a site's client shows, and when another one is fetched: where the hub says that it asks for them.
final class CertificateShelf: Sendable {
    /// How long after a try that failed the next one comes, in milliseconds: soon where the hub refuses what is held.
    private static let (dueMilliseconds, refusedMilliseconds): (Int64, Int64) = (3_600_000, 60_000)

    private struct State {
        var held: OwnCertificate?
        var isFetching = false
        var failed: Instant?
    }

    private let folder: String
    private let http: HTTPClient
    private let state: Mutex<State>

    /// Shows what a site's folder holds.
    init(folder: String, http: HTTPClient) {
        self.folder = folder
        self.http = http
        // One that cannot be read is fetched again, as one that is not there.
        let held = (try? OwnCertificate(in: folder)) ?? nil
        state = Mutex(State(held: held))
        if let held { http.show(held.shown) }
    }

    /// Why one is fetched.
    enum Reason {
        /// The hub says that it asks for them.
        case asked
        /// The hub refused the one that is shown, or that none is.
        case refused
    }

    /// Fetches another certificate where it is time, and shows it from then on.
    ///
    /// - Parameter fetch: asks the hub, with a request for the site's key.
    /// - Returns: whether there is a new one.
    func renew(
        _ reason: Reason, for key: SigningKey, now: () -> Instant, fetch: () async throws -> OwnCertificate
    ) async -> Bool {
        guard begin(reason, key, now()) else { return false }
        do {
            let fetched = try await fetch()
            try fetched.keep(in: folder)
            http.show(fetched.shown)
            state.withLock { $0 = State(held: fetched) }
            return true
        } catch {
            // The hub refuses what needs one, and that is said; where it does not need one, doctor says how long this one holds.
            let failed = now()
            state.withLock { state in
                state.isFetching = false
                state.failed = failed
            }
            return false
        }
    }

    private func begin(_ reason: Reason, _ key: SigningKey, _ now: Instant) -> Bool {
        state.withLock { state in
            let pause = reason == .refused ? Self.refusedMilliseconds : Self.dueMilliseconds
            let isTooSoon = state.failed.map { (0..<pause).contains(now.milliseconds - $0.milliseconds) } ?? false
            guard !state.isFetching, !isTooSoon, reason == .refused || state.held?.isDue(for: key, now) ?? true else {
                return false
            }
            state.isFetching = true
            return true
        }
    }

    /// Shows none any more: the hub asks for none.
    func forget() {
        let isHeld = state.withLock { state in
            defer { state.held = nil }
            return state.held != nil
        }
        guard isHeld else { return }
        OwnCertificate.forget(in: folder)
        http.show(nil)
    }
}
