public import Crypto
public import EventLog
public import Problems

/// The hub's end of reconciliation: what it answers, decided from its store alone. Pure of sockets, threads and clocks, so that the
/// server and a rehearsal answer with the same code.
public enum HubSession {
    /// Answers a hello of a site that the door has let in.
    ///
    /// - Throws: `BAD_INPUT` for a version that is none, or a fault of the store.
    public static func greet(
        _ hello: HelloRequest, from site: SiteID, store: some HubStore, wireVersion: Int, now: Instant
    ) throws(Problem) -> HelloAnswer {
        guard hello.wireVersion >= 1 else {
            throw Problem(.badInput, "The site speaks wire version \(hello.wireVersion), this hub speaks \(wireVersion).")
        }
        let own = try store.logs().filter { $0.log.site == site }
        let head = try store.feedHead(of: site)
        return HelloAnswer(
            wireVersion: min(hello.wireVersion, wireVersion), generation: try store.generation(),
            logs: own.map { HelloRequest.Log($0) },
            cursorIsGood: try isGood(hello.cursor, for: site, in: store), feedHead: head, hubTime: now,
            quarantined: try store.quarantined().filter { $0.site == site })
    }

    private static func isGood(_ cursor: FeedCursor?, for site: SiteID, in store: some HubStore) throws(Problem) -> Bool {
        guard let cursor else { return false }
        do {
            try store.check(cursor, of: site)
            return true
        } catch {
            switch error {
            case .problem(let problem) where problem.code != .badCursor: throw problem
            default: return false
            }
        }
    }

    /// The signed state that a push carries, believed only where the site's own key signed it.
    ///
    /// - Parameters:
    ///   - note: the text as it came; nil where the push carries none.
    ///   - keys: those that the site may sign with now.
    /// - Throws: `SITE_MISMATCH` for another site's log, `BAD_SIGNATURE` for no note or one of another key.
    public static func checkpoint(
        _ note: String?, for log: LogID, from site: SiteID, keys: [Curve25519.Signing.PublicKey]
    ) throws(Problem) -> SignedCheckpoint {
        guard log.site == site else {
            throw Problem(.siteMismatch, "The site '\(site)' signed, the address names a log of '\(log.site)'.")
        }
        guard let note, let checkpoint = SignedCheckpoint(note: note), checkpoint.checkpoint.log.site == site,
            checkpoint.isOwn(of: keys)
        else { throw Problem(.badSignature, "The push carries no checkpoint that the site's key signed.") }
        return checkpoint
    }

    /// Refuses, for now, what rests on events that the hub does not hold. A site learns of other sites' events from the hub alone, so that
    /// one which names an event that nobody pushed yet either knows it from before the hub lost data - its own answer then is a rebuild,
    /// which takes children before parents - or invents it: kept, its false hash would stand against the true event for ever.
    ///
    /// - Throws: `PAST_MISSING` with the event that is not held, or a fault of the store; nothing was stored.
    public static func requirePast(of run: PushedRun, store: some HubStore) throws(Problem) {
        try require(run.segment.outside.keys.filter { $0.log != run.log }, by: "The push", store)
    }

    static func require(_ parents: some Sequence<EventID>, by what: String, _ store: some HubStore) throws(Problem) {
        for parent in parents.sorted() where try store.hash(of: parent) == nil {
            throw Problem(
                .pastMissing, "\(what) rests on \(parent), which this hub does not hold.", facts: [.init("missing", "\(parent)")])
        }
    }

    /// A part of a site's own log as the hub holds it: for a site that lost its store.
    ///
    /// - Throws: `NOT_FOUND` for another site's log and for one that is unknown or ends before, all alike.
    public static func part(of log: LogID, from first: UInt64, for site: SiteID, store: some HubStore) throws(Problem) -> Segment
    {
        // A hub that is filled again holds events beyond a log's head as well: only what is whole to its beginning goes back.
        guard log.site == site, first > 0, let whole = try store.state(of: log)?.head, first <= whole else {
            throw Problem(.notFound, "There is no such log for this site.")
        }
        let segment = try store.segment(
            of: log, from: first, eventsMax: Int(min(whole - first + 1, UInt64(SyncLimits.segmentEventsMax))),
            bytesMax: SyncLimits.segmentBytesMax / 2)
        guard !segment.events.isEmpty else { throw Problem(.notFound, "There is no such log for this site.") }
        return segment
    }
}
