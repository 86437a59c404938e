import EventLog
import Problems
import Replication
import SQLiteStore

/// What a member may do: everything, send alone, or nothing any more.
extension SiteRegistry {
    /// What a request is for.
    enum Purpose {
        /// To give the hub something, and to learn how both stand.
        case sends
        /// To be given what others recorded.
        case reads
    }

    /// Refuses what a site's state does not allow.
    ///
    /// - Throws: `SITE_UNKNOWN`, `SITE_PENDING`, `SITE_SUSPENDED`, `SITE_RETIRED` or `SITE_REVOKED`.
    func require(_ purpose: Purpose, of site: SiteID) throws(Problem) {
        switch self[site]?.state {
        case nil, .invited: throw Problem(.siteUnknown, "The site '\(site)' has not joined this hub.")
        case .pending: throw Problem(.sitePending, "The hub has the key of '\(site)'; nobody has approved it there yet.")
        case .active: return
        case .suspended where purpose == .sends: return
        case .suspended:
            throw Problem(
                .siteSuspended, "The site '\(site)' is suspended: it is given nothing, and what it sends is kept aside.")
        case .retired: throw Problem(.siteRetired, "The site '\(site)' was retired: its log is sealed.")
        case .revoked: throw Problem(.siteRevoked, "The site '\(site)' was revoked.")
        }
    }

    /// What becomes of events of a log that are stored now. Asked in the transaction that stores them, so that a change of state holds
    /// from the next one on.
    ///
    /// - Parameter isOwn: whether the log's own site sends them; else others give them back.
    func standing(of log: LogID, isOwn: Bool) throws(Problem) -> LogStanding {
        guard log.site.text != "hub", let row = self[log.site] else { return .admitted }
        if isOwn { try require(.sends, of: log.site) }
        if isOwn, row.state == .suspended {
            return LogStanding(asideBeyond: 0, objection: Problem(.siteSuspended, "The site was suspended when this came."))
        }
        return LogStanding(countingThrough: row.cuts?[log.description])
    }

    /// Gives nothing to a site from now on, and keeps aside what it sends.
    func suspend(_ id: String, reason: String, now: Instant) throws(Problem) {
        try Self.requireReason(reason, "Say why the site is suspended.")
        try change(id) { (row) throws(Problem) in
            guard row.state == .active || row.state == .suspended else { throw row.refusal("suspended", from: "an active site") }
            row.enter(.suspended, reason, now)
        }
    }

    /// Lets a suspended site sync again.
    func resume(_ id: String, now: Instant) throws(Problem) {
        try change(id) { (row) throws(Problem) in
            guard row.state == .suspended || row.state == .active else { throw row.refusal("resumed", from: "a suspended site") }
            if row.state == .suspended { row.enter(.active, nil, now) }
        }
    }

    /// Refuses a site from now on.
    func revoke(_ id: String, reason: String, now: Instant) throws(Problem) {
        try Self.requireReason(reason, "Say why the site may no longer sync.")
        try change(id) { row in
            row.codeHash = nil
            row.enter(.revoked, reason, now)
        }
    }

    /// Has logs of a site count only so far; what lies beyond is in no state.
    func cut(_ id: String, _ cuts: [LogID: UInt64]) throws(Problem) {
        guard !cuts.isEmpty else { return }
        try change(id) { row in
            // An earlier cut stays: nothing comes back by revoking again.
            row.cuts = (row.cuts ?? [:]).merging(cuts.map { ($0.key.description, $0.value) }) { min($0, $1) }
        }
    }

    /// Ends a site in order; its logs are sealed next.
    func retire(_ id: String, reason: String, now: Instant) throws(Problem) {
        try Self.requireReason(reason, "Say why the site is retired.")
        try change(id) { (row) throws(Problem) in
            guard row.state == .active || row.state == .retired else { throw row.refusal("retired", from: "an active site") }
            if row.state == .active { row.enter(.retired, reason, now) }
        }
    }

    /// Seals the logs of a retired site where its own key signed them; sealed ones stay as they are.
    func seal(_ id: String, _ heads: [String]) throws(Problem) {
        try change(id) { row in
            if row.state == .retired, row.sealed == nil { row.sealed = heads }
        }
    }

    private static func requireReason(_ reason: String, _ remedy: String) throws(Problem) {
        guard reason.contains(where: { !$0.isWhitespace }) else {
            throw Problem(.badInput, "No reason is given.", remedy: remedy)
        }
    }
}

extension RegisteredSite {
    fileprivate mutating func enter(_ state: State, _ reason: String?, _ now: Instant) {
        if self.state != state { changed = now.milliseconds }
        self.state = state
        self.reason = reason
    }

    fileprivate func refusal(_ done: String, from expected: String) -> Problem {
        Problem(
            .illegalTransition, "Only \(expected) can be \(done); '\(id)' is \(state.rawValue).",
            remedy: "See: filmjacket hub site show \(id).")
    }
}
