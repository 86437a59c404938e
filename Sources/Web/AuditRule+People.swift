import Audit
import People

extension AuditRule {
    /// How what is asked about people is kept; nil for what shows who is there and changes nothing. Total, so that the compiler finds a
    /// question without an answer to that. Passwords are in none of it.
    static func people(_ request: PeopleRequest) -> AuditRule? {
        switch request {
        case .signIn: AuditRule(.userAuthentication, .execute, "sign-in")
        case .signOut: AuditRule(.userAuthentication, .execute, "sign-out")
        case .confirm: AuditRule(.userAuthentication, .execute, "sign-in --confirm")
        case .codesBegin(let name): AuditRule(rights: "user totp", name)
        case .codesConfirm(let name, _): AuditRule(rights: "user totp --confirm", name)
        case .codesRemove(let name): AuditRule(rights: "user totp --remove", name)
        case .codesRequire(let roles?): AuditRule(rights: "user totp-roles", "", roles)
        case .add(let name, let roles, _): AuditRule(rights: "user add", name, roles)
        case .stand(let name, let isActive): AuditRule(rights: isActive ? "user enable" : "user disable", name)
        case .password(let name, _, _): AuditRule(rights: "user password", name)
        case .roles(let name, let roles): AuditRule(rights: "user role", name, roles)
        case .openIDSet: AuditRule(.securityAlert, .update, "user oidc set")
        case .glassReview: AuditRule(.securityAlert, .update, "user break-glass review")
        // Names cases that were looked at.
        case .glassList: AuditRule(.query, .read, "user break-glass list")
        case .whoIs, .list, .show, .openIDShow, .codesRequire(nil): nil
        }
    }

    /// Changing what somebody may do. What is no account's name may be anything, and is not kept.
    private init(rights call: String, _ name: String, _ roles: [String] = []) {
        self.init(
            .securityAlert, .update, "\(call)\(AccountName(name).map { " \($0)" } ?? "")",
            query: roles.map { ("role", $0) })
    }
}
