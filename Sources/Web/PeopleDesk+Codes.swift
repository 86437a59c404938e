import EventLog
import ImagingCase
import People
import Problems

/// The second factor: whoever signed in gets his own, and whoever looks after accounts helps.
extension PeopleDesk {
    func codes(_ request: PeopleRequest, _ pass: Door.Pass, _ peer: Peer?) throws(Problem) -> DeskAnswer {
        switch request {
        case .codesBegin(let text):
            let name = try name(text)
            _ = try requireOwn(name, pass, peer)
            let address = try reception.beginCodes(of: name, issuer: issuer)
            var json = JSONWriter()
            json.beginObject()
            json.member("name", name.description)
            json.member("uri", address)
            json.endObject()
            return DeskAnswer(
                json: json.text, text: address,
                remark: "Give it to an authenticator app; it is not shown again, and takes effect with the first code.\n"
                    + "Try: filmjacket user totp \(name) --confirm")
        case .codesConfirm(let text, let code):
            let name = try name(text)
            let token = try requireOwn(name, pass, peer)
            return Self.recovery(
                try reception.confirmCodes(of: name, code: code, keeping: token, address: peer?.address ?? "?"), of: name)
        case .codesRemove(let text):
            _ = try keeper(pass, peer)
            try reception.removeCodes(of: try name(text))
            return try show(text)
        case .codesRequire(let roles):
            if let roles {
                _ = try keeper(pass, peer)
                try reception.askForCodes(in: try Self.roles(roles))
            }
            return policy()
        default: throw Problem(.internalError, "The question is about no second factor.")
        }
    }

    /// Whose codes these are in the list of an authenticator app.
    private var issuer: String { "Filmjacket" + (door.cases.sight.own().map { " \($0.text)" } ?? "") }

    /// That somebody sets his own codes a moment after his password, or that whoever looks after accounts does.
    ///
    /// - Returns: the session of whoever does it for himself.
    private func requireOwn(_ name: AccountName, _ pass: Door.Pass, _ peer: Peer?) throws(Problem) -> SessionToken? {
        guard let token = pass.token.flatMap(SessionToken.init), let session = try? reception.session(of: token),
            session.person == name
        else {
            _ = try keeper(pass, peer)
            return nil
        }
        guard session.isConfirmed(at: reception.now(), reception.sessions.bounds) else {
            throw Problem(.confirmSignIn, "Codes are set by whoever gave his password a moment ago.")
        }
        return token
    }

    private static func recovery(_ codes: [RecoveryCode], of name: AccountName) -> DeskAnswer {
        var json = JSONWriter()
        json.beginObject()
        json.member("name", name.description)
        json.member("recoveryCodes", texts: codes.map(\.text))
        json.endObject()
        return DeskAnswer(
            json: json.text, text: codes.map(\.text).joined(separator: "\n"),
            remark:
                "Signing in needs a code from now on. Keep these for the day on which the authenticator is lost: each does once, "
                + "and they are not shown again.")
    }

    private func policy() -> DeskAnswer {
        let roles = reception.policy.codesForSigning.map(\.rawValue)
        var json = JSONWriter()
        json.beginObject()
        json.member("codesForSigning", texts: roles)
        json.endObject()
        return DeskAnswer(
            json: json.text,
            text: roles.isEmpty
                ? "no role needs codes for signing" : "nothing is signed without codes as \(roles.joined(separator: ", "))")
    }
}
