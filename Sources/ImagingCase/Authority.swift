import EventLog

/// Who may record and decide what: one pure table, used when an event is authored and again when it is merged.
public enum Authority {
    /// Whether a role may close a conflict that another role owns. The lead may always; interventional radiologists count as
    /// radiologists; identity questions, which the front desk owns, may also be closed by the administrators.
    public static func mayResolve(_ role: Role, ownedBy owner: Role) -> Bool {
        if role == owner || role == .lead { return true }
        switch owner {
        case .radiologist: return role.readsImages
        case .frontDesk: return role == .siteAdmin || role == .hubAdmin
        case .siteAdmin: return role == .hubAdmin
        case .technologist, .safetyOfficer, .physicist: return role.readsImages
        default: return false
        }
    }
}
