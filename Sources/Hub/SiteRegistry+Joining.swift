import Crypto
public import EventLog
public import Problems
public import Wire

/// How a site becomes one of the hub's: invited, and joined by its code; where that was asked for, approved by a person.
extension SiteRegistry {
    /// Invites a site, or invites it again with a new code.
    ///
    /// - Throws: `BAD_INPUT` for an id or kind that is none, `STORE_IN_USE` for a site that is active, `SITE_RETIRED` for one whose log
    ///   is sealed.
    public func invite(
        _ id: String, kind: String, allCases: Bool, label: String, needsApproval: Bool = false, hubKey: [UInt8],
        secret: [UInt8], now: Instant
    ) throws(Problem) -> JoinCode {
        guard let site = SiteID(id), site.text != "hub" else {
            throw Problem(.badInput, "A site id is a lower-case letter and 1 to 31 letters, digits or hyphens, and not 'hub'.")
        }
        guard ["imaging", "reading", "both"].contains(kind) else {
            throw Problem(.usage, "A site's kind is imaging, reading or both.")
        }
        let code = JoinCode(hubKey: hubKey, secret: secret)
        try change { (sites) throws(Problem) in
            var row = RegisteredSite(
                inviting: site.text, kind: kind, label: label, allCases: allCases, codeHash: code.storedHash.description,
                codeExpires: now.milliseconds + JoinCode.lifetimeMilliseconds)
            row.needsApproval = needsApproval ? true : nil
            row.changed = now.milliseconds
            if let held = sites.first(where: { $0.id == site.text }) {
                try Self.requireInvitable(held)
                // What it was refused for stays out of every state, whoever joins under its name.
                row.cuts = held.cuts
                row.formerKeys = held.retiredKeys(now)
            }
            sites.removeAll { $0.id == row.id }
            sites.append(row)
            sites.sort { $0.id < $1.id }
        }
        return code
    }

    private static func requireInvitable(_ row: RegisteredSite) throws(Problem) {
        guard !row.state.isMember else {
            throw Problem(
                .storeInUse, "The site '\(row.id)' has joined already.", remedy: "Revoke it first, if it must join again.")
        }
        guard row.state != .retired, row.sealed == nil else {
            throw Problem(
                .siteRetired, "The site '\(row.id)' was retired: its log is sealed.", remedy: "Add a site under another id.")
        }
    }

    /// Takes a site's key in exchange for its code, once. The same key with the same code may ask again: the answer may have been lost, or
    /// nobody has approved the site yet.
    ///
    /// - Throws: `JOIN_CODE_REFUSED` for a code that is unknown, used, too old or tried too often, `SITE_PENDING` while nobody has
    ///   approved the site.
    public func join(_ request: JoinRequest, hubKey: [UInt8], now: Instant) throws(Problem) -> RegisteredSite {
        let code = try JoinCode(parsing: request.code)
        guard code.fingerprint == JoinCode.fingerprint(of: hubKey) else {
            throw Problem(.joinCodeRefused, "The join code was made by another hub.")
        }
        guard request.publicKey.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: request.publicKey),
            key.isValidSignature(request.proof, for: Array(request.code.utf8))  // a key that is none proves nothing
        else { throw Problem(.joinCodeRefused, "The proof of the site's key does not fit.") }
        let hash = code.storedHash.description
        let text = Base64.text(of: request.publicKey)
        let outcome: Result<RegisteredSite, Problem> = try change { sites in
            guard let place = sites.firstIndex(where: { $0.codeHash == hash && $0.isJoining(with: text) }) else {
                // A wrong secret counts against every open invitation: guessing ends them all.
                for index in sites.indices where sites[index].state == .invited {
                    sites[index].tries += 1
                    if sites[index].tries >= JoinCode.triesMax { sites[index].codeHash = nil }
                }
                return .failure(Problem(.joinCodeRefused, "The join code is unknown or was used."))
            }
            return sites[place].joined(text, now: now)
        }
        return try outcome.get()
    }

    /// Lets a site in that showed its key, after a person has compared the check digits.
    ///
    /// - Throws: `NOT_FOUND` for a site that is none, `ILLEGAL_NOW` for one that does not wait.
    func approve(_ id: String, now: Instant) throws(Problem) {
        try change(id) { (row) throws(Problem) in
            guard row.state == .pending else {
                throw Problem(
                    .illegalTransition, "The site '\(id)' does not wait for approval: it is \(row.state.rawValue).",
                    remedy: "See: filmjacket hub site show \(id).")
            }
            row.state = .active
            row.changed = now.milliseconds
        }
    }
}

extension RegisteredSite {
    /// Whether a key may be shown with this site's code: any while it is invited, its own once it has shown one.
    fileprivate func isJoining(with key: String) -> Bool {
        state == .invited || ((state == .pending || state == .active) && publicKey == key)
    }

    fileprivate mutating func joined(_ key: String, now: Instant) -> Result<RegisteredSite, Problem> {
        if state == .invited {
            guard now.milliseconds <= codeExpires else {
                return .failure(Problem(.joinCodeRefused, "The join code ended after 15 minutes."))
            }
            publicKey = key
            keyMade = now.milliseconds
            changed = now.milliseconds
            state = needsApproval == true ? .pending : .active
        }
        guard state == .active else {
            return .failure(Problem(.sitePending, "The hub has the key of '\(id)'; nobody has approved it there yet."))
        }
        return .success(self)
    }

    /// The keys that it signed with until now, none of which is taken any more; what they signed stays signed.
    fileprivate func retiredKeys(_ now: Instant) -> [FormerKey]? {
        let former = (formerKeys ?? []).map {
            FormerKey(
                key: $0.key, made: $0.made, until: min($0.until, now.milliseconds - 1), announcement: $0.announcement)
        }
        guard state == .revoked, let publicKey else { return former.isEmpty ? nil : former }
        return former + [FormerKey(key: publicKey, made: keyMade, until: now.milliseconds - 1)]
    }
}
