import EventLog
import Hummingbird
import Problems
import Synchronization

/// How many calls of each site are under way, so that no site holds all of a hub's connections with polls that wait.
///
/// Calls and not connections are counted: a proxy that stands between carries the calls of many sites on the same few connections.
final class SiteCalls: Sendable {
    private let callsMax: Int
    private let underWay = Mutex<[SiteID: Int]>([:])

    init(callsMax: Int) { self.callsMax = callsMax }

    /// One call: it counts for the site that it turns out to be of, until nobody holds the ticket any more.
    final class Ticket: Sendable {
        /// The ticket of the call that is being answered; nil where none is counted.
        @TaskLocal static var current: Ticket?

        private let calls: SiteCalls
        private let site = Mutex<SiteID?>(nil)

        init(_ calls: SiteCalls) { self.calls = calls }

        deinit {
            if let site = site.withLock({ $0 }) { calls.leave(site) }
        }

        /// Counts the call for the site that signed it.
        ///
        /// - Throws: `TOO_MANY_REQUESTS` where it has as many under way as it may, unless the call is urgent.
        func belongs(to owner: SiteID, isUrgent: Bool) throws(Problem) {
            // Counted once, however often it is asked who signed.
            guard site.withLock({ $0 }) == nil else { return }
            try calls.enter(owner, isUrgent: isUrgent)
            site.withLock { $0 = owner }
        }
    }

    private func enter(_ site: SiteID, isUrgent: Bool) throws(Problem) {
        let isTaken = underWay.withLock { underWay in
            guard isUrgent || underWay[site, default: 0] < callsMax else { return false }
            underWay[site, default: 0] += 1
            return true
        }
        guard isTaken else {
            throw Problem(
                .tooManyRequests, "The site has \(callsMax) calls under way, its waiting polls and open feeds among them.",
                remedy: "Wait until one has ended. See that the site runs once.", retryAfterSeconds: 5)
        }
    }

    private func leave(_ site: SiteID) {
        underWay.withLock { underWay in
            let left = underWay[site, default: 0] - 1
            underWay[site] = left > 0 ? left : nil
        }
    }
}

/// Gives each call its ticket, and has an answer that is still being written hold it.
struct SiteCallMiddleware<Context: RequestContext>: RouterMiddleware {
    private let calls: SiteCalls

    init(_ calls: SiteCalls) { self.calls = calls }

    @concurrent
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let ticket = SiteCalls.Ticket(calls)
        var response = try await SiteCalls.Ticket.$current.withValue(ticket) { try await next(request, context) }
        // What is written by and by, or is large, is under way until it is written; a few bytes are as good as gone.
        let body = response.body
        if body.contentLength.map({ $0 > 64 << 10 }) ?? true {
            response.body = ResponseBody(contentLength: body.contentLength) { [ticket] writer in
                try await body.write(writer)
                withExtendedLifetime(ticket) {}
            }
        }
        return response
    }
}
