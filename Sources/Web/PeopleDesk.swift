import EventLog
import ImagingCase
import People
import Problems

/// Answers what is asked about people at a node, running or opened by a command.
public struct PeopleDesk: Sendable {
    let door: Door
    var reception: Reception { door.reception }

    /// Stands behind a door.
    public init(_ door: Door) { self.door = door }

    /// Answers a request when its record is durable; problems are answers too.
    public func answer(_ request: PeopleRequest, _ pass: Door.Pass, from peer: Peer?) async -> DeskAnswer {
        guard let auditor = door.auditor, let rule = AuditRule.people(request) else { return await reply(request, pass, peer) }
        return await auditor.answer(rule, trail(of: request, pass, peer)) { await reply(request, pass, peer) }
    }

    /// Who asks: whoever wants to sign in by the name that he gives, everybody else by his session, and else the folder's owner.
    private func trail(of request: PeopleRequest, _ pass: Door.Pass, _ peer: Peer?) -> AuditTrail {
        let trail = AuditTrail()
        if case .signIn(let name, _, let role, _) = request {
            // What is no account's name may be a password in the wrong field.
            trail.asks(AccountName(name)?.description, role.flatMap { Role(rawValue: $0) }?.rawValue)
        } else if let caller = try? door.caller(pass, from: peer), caller.person != nil {
            trail.asks(caller)
        } else if peer?.isOwner == true {
            trail.asks("console", nil)
        }
        return trail
    }

    private func reply(_ request: PeopleRequest, _ pass: Door.Pass, _ peer: Peer?) async -> DeskAnswer {
        do throws(Problem) {
            try door.requirePeer(peer)
            let address = peer?.address ?? "?"
            switch request {
            case .signIn(let name, let password, let role, let code):
                let role = try role.map { (word) throws(Problem) in try RoleWord.role(word) }
                let begun = try await reception.signIn(name, password: password, code: code, as: role, address: address)
                return said(begun.session, begun.token, isGiven: true)
            case .signOut:
                try reception.signOut(try token(pass))
                return DeskAnswer(json: #"{"signedOut":true}"#, text: "signed out")
            case .whoIs:
                let token = try token(pass)
                return said(try reception.session(of: token), token)
            case .confirm(let password, let code):
                let token = try token(pass)
                return said(try await reception.confirm(token, password: password, code: code, address: address), token)
            case .password(let name, let new, let old?):
                let token = try token(pass)
                guard try reception.session(of: token).person == self.name(name) else {
                    throw Problem(.notPermitted, "With the old password everybody changes his own.")
                }
                try await reception.changePassword(token, from: old, to: new, address: address)
                return DeskAnswer(json: #"{"changed":true}"#, text: "the password is changed; other sessions are over")
            case .codesBegin, .codesConfirm, .codesRemove, .codesRequire: return try codes(request, pass, peer)
            default: return try await keep(request, as: try keeper(pass, peer))
            }
        } catch { return DeskAnswer(problem: error) }
    }

    /// Who looks after accounts: whoever owns the folder, or an administrator who signed in.
    func keeper(_ pass: Door.Pass, _ peer: Peer?) throws(Problem) -> String {
        if pass.token != nil, reception.isInForce {
            // A session that is over makes nobody an administrator, and takes nothing from the folder's owner.
            if let caller = try? door.caller(pass, from: peer), caller.administers, let person = caller.person { return person }
        }
        guard peer?.isOwner == true else {
            throw Problem(
                .notPermitted, "Accounts are looked after by the owner of the node's folder, or an administrator who signed in.",
                remedy: "Sign in as one: filmjacket sign-in NAME --role siteAdmin --data DIR.")
        }
        return "console"
    }

    private func keep(_ request: PeopleRequest, as keeper: String) async throws(Problem) -> DeskAnswer {
        switch request {
        case .add(let text, let roles, let password):
            try await reception.add(try name(text), roles: try Self.roles(roles), password: password)
            return try show(text)
        case .show(let text): return try show(text)
        case .stand(let text, let isActive):
            try reception.set(try name(text), standing: isActive ? .active : .disabled)
            return try show(text)
        case .password(let text, let new, _):
            try await reception.setPassword(of: try name(text), to: new)
            return try show(text)
        case .roles(let text, let roles):
            try reception.set(try name(text), roles: try Self.roles(roles))
            return try show(text)
        case .glassList(let all): return GlassText.answer(reception.glass.all.filter { all || $0.reviewedBy == nil })
        case .glassReview(let numbers):
            let count = try reception.glass.review(numbers.isEmpty ? nil : numbers, by: keeper)
            return DeskAnswer(json: "{\"reviewed\":\(count)}", text: "reviewed: \(count)")
        case .openIDSet(let issuer, let client, let redirect, let claim, let authorityFile):
            try reception.believe(
                try OpenIDConfiguration(
                    issuer: issuer, clientID: client, redirect: redirect, claim: claim, authorityFile: authorityFile))
            return try openID()
        case .openIDShow: return try openID()
        default: return AccountText.answer(reception.accounts.all)
        }
    }

    private func openID() throws(Problem) -> DeskAnswer {
        guard let provider = reception.openID?.configuration else {
            throw Problem(.notFound, "No identity provider is set.", remedy: "Set one: filmjacket user oidc set --help.")
        }
        var json = JSONWriter()
        json.beginObject()
        json.member("issuer", provider.issuer)
        json.member("client", provider.clientID)
        json.member("redirect", provider.redirect)
        json.member("claim", provider.claim)
        json.endObject()
        return DeskAnswer(
            json: json.text,
            text: "\(provider.issuer) names accounts by \(provider.claim), as \(provider.clientID), back to \(provider.redirect)")
    }

    func show(_ text: String) throws(Problem) -> DeskAnswer {
        let name = try name(text)
        guard let account = reception.accounts[name] else {
            throw Problem(.notFound, "There is no account '\(name)'.", remedy: "See: filmjacket user list.")
        }
        return AccountText.answer(account)
    }

    func name(_ text: String) throws(Problem) -> AccountName {
        guard let name = AccountName(text) else {
            throw Problem(
                .badInput, "A name of 1 to \(AccountName.lengthMax) lower-case letters, digits and . - _ @ was expected.",
                remedy: "Take a name such as dr.ito.")
        }
        return name
    }

    static func roles(_ words: [String]) throws(Problem) -> [Role] {
        var roles: [Role] = []
        for word in words { roles.append(try RoleWord.role(word)) }
        return roles
    }

    func token(_ pass: Door.Pass) throws(Problem) -> SessionToken {
        guard let token = pass.token.flatMap(SessionToken.init) else { throw Problem(.signIn, "Nobody has signed in.") }
        return token
    }

    private func said(_ session: Session, _ token: SessionToken, isGiven: Bool = false) -> DeskAnswer {
        DeskAnswer(
            json: String(decoding: SessionText.json(session, reception, of: token, isGiven: isGiven), as: UTF8.self),
            text: "signed in: \(SessionText.line(session, reception))")
    }
}

/// Accounts for programs and people.
enum AccountText {
    static func answer(_ account: Account) -> DeskAnswer {
        var json = JSONWriter()
        write(account, to: &json)
        return DeskAnswer(json: json.text, text: TextTable.aligned([row(account)]))
    }

    static func answer(_ accounts: [Account]) -> DeskAnswer {
        var json = JSONWriter()
        json.beginArray()
        for account in accounts { write(account, to: &json) }
        json.endArray()
        let text =
            accounts.isEmpty
            ? "no accounts: whoever may open the folder is believed"
            : TextTable.aligned([["NAME", "STATE", "ROLES", "LAST SIGN-IN", "CODES"]] + accounts.map(row))
        return DeskAnswer(json: json.text, text: text)
    }

    private static func write(_ account: Account, to json: inout JSONWriter) {
        json.beginObject()
        json.member("name", account.name.description)
        json.member("state", account.standing.rawValue)
        json.member("roles", texts: account.roles.map(\.rawValue))
        json.key("password")
        json.flag(account.hasPassword)
        json.key("codes")
        json.flag(account.hasCodes)
        if account.hasCodes { json.member("recoveryCodes", account.recoveryCodes) }
        json.member("created", Timestamp.text(of: account.created))
        json.member("changed", Timestamp.text(of: account.changed))
        if let moment = account.lastSignIn { json.member("lastSignIn", Timestamp.text(of: moment)) }
        json.endObject()
    }

    private static func row(_ account: Account) -> [String] {
        [
            account.name.description, account.standing.rawValue, account.roles.map(\.rawValue).joined(separator: ", "),
            account.lastSignIn.map { Timestamp.text(of: $0) } ?? "never",
            account.hasCodes ? "codes, \(account.recoveryCodes) for recovery" : "",
        ]
    }
}

/// The list of broken glasses for programs and people.
enum GlassText {
    static func answer(_ entries: [BrokenGlass]) -> DeskAnswer {
        var json = JSONWriter()
        json.beginArray()
        for entry in entries {
            json.beginObject()
            json.member("number", entry.number)
            json.member("person", entry.person)
            json.member("role", entry.role)
            json.member("case", entry.stream)
            json.member("reason", entry.reason)
            json.member("at", moment(entry))
            if let person = entry.reviewedBy { json.member("reviewedBy", person) }
            json.endObject()
        }
        json.endArray()
        let rows = entries.map { entry in
            [
                "\(entry.number)", moment(entry), entry.person, entry.role, entry.stream, entry.reason,
                entry.reviewedBy.map { "reviewed by \($0)" } ?? "! to review",
            ]
        }
        return DeskAnswer(
            json: json.text, text: rows.isEmpty ? "nobody broke the glass" : TextTable.aligned(rows),
            remark: entries.contains { $0.reviewedBy == nil } ? "Reviewed? filmjacket user break-glass review NUMBER..." : "")
    }

    private static func moment(_ entry: BrokenGlass) -> String {
        Timestamp.text(of: Instant(milliseconds: entry.openedMilliseconds))
    }
}
