public import EventLog

/// Who may record and decide what: one pure table, used when an event is authored, judged again when it is merged, and listed for
/// people who ask.
///
/// Source: house rule (role, kind of event, owner of the conflict).
public enum Authority {
    static let readers: [Role] = [.radiologist, .lead, .interventionalRadiologist]
    static let performers: [Role] = [.technologist, .interventionalRadiologist, .therapist]
    static let ordering: [Role] = [.referrer, .frontDesk, .technologist, .siteAdmin, .radiationOncologist]
    static let registering: [Role] = [.frontDesk, .technologist, .nurse, .siteAdmin, .hubAdmin]
    static let screening: [Role] = [.technologist, .nurse, .safetyOfficer, .interventionalRadiologist]
    static let everybody: [Role] = Role.allCases.filter { $0 != .researcher }

    /// The whole table, a row for each kind that this version knows, in the order of the catalogue.
    public static let table: [AuthorityRow] = {
        var rows: [EventKind: AuthorityRow] = [:]
        for row in firstCatalogue + groups { rows[row.kind] = row }
        return EventKind.known.compactMap { rows[$0] }
    }()
    /// Where the row of each kind is: asked of every fact.
    static let places = KindIndex(table.map(\.kind))

    /// The row of a kind; nil for one that this version does not know, which nobody may record.
    public static func row(for kind: EventKind) -> AuthorityRow? { places[kind].map { table[$0] } }

    /// Whether a role may record an event. The state of the case and the row's conditions are judged apart from this.
    public static func mayRecord(_ event: CaseEvent, as role: Role) -> Bool {
        if case .unknown = event { return false }
        return row(for: event.kind)?.admits(role) ?? false
    }

    /// The people's roles that may record an event, in the order in which one would be asked.
    public static func roles(for event: CaseEvent) -> [Role] {
        if case .unknown = event { return [] }
        return row(for: event.kind)?.roles ?? []
    }

    /// Whether a fact's author may record such a thing, by the role that he acted in.
    static func isEntitled(_ fact: CaseFact) -> Bool { fact.role.map { mayRecord(fact.event, as: $0) } ?? false }

    /// Whether a role may close a conflict of some number that another role owns: radiologists decide what is clinical, technologists
    /// the fields of their site, interventional radiologists their procedure, radiation oncologists the plan, physicists the dose, and
    /// administrators identity.
    ///
    /// The lead is the lead of reading. He stands in for everybody whose questions are part of an examination, from its order to its
    /// report, because one of them may be off duty when it is due. He does not stand in where the question is about radiotherapy: which
    /// plan is delivered, whether a course waits and which fraction counts is prescribed and answered for by the radiation oncologist
    /// and the physicist, whose licence he does not hold, and a wrong answer is delivered to the person on the next day. Neither do the
    /// other readers there. Interventional radiologists count as radiologists; identity questions, which the front desk owns, may also
    /// be closed by the administrators.
    ///
    /// Source: house rule; the rows of the table follow the same bounds.
    public static func mayResolve(_ role: Role, number: Int, ownedBy owner: Role) -> Bool {
        if role == owner { return true }
        if ConflictRule.isAboutTreatment(number) { return false }
        if role == .lead { return owner != .radiationOncologist && owner != .therapist }
        switch owner {
        case .radiologist, .technologist, .safetyOfficer, .physicist: return role.readsImages
        case .frontDesk: return role == .siteAdmin || role == .hubAdmin
        case .siteAdmin: return role == .hubAdmin
        default: return false
        }
    }
}

/// One row of the permission table: deny by default, so what is not named may not.
public struct AuthorityRow: Hashable, Sendable {
    /// The kind of event.
    public let kind: EventKind
    /// The people's roles that may record it, in the order in which one would be asked.
    public let roles: [Role]
    /// Whether a device or interface may report it; it signs nothing, accepts no risk and decides no conflict.
    public let isOpenToSystems: Bool
    /// What must hold besides.
    public let conditions: [AuthorityCondition]
    /// What the row rests on.
    public let source: String

    /// Whether a role is named by the row.
    public func admits(_ role: Role) -> Bool { role == .system ? isOpenToSystems : roles.contains(role) }
}

/// What must hold besides the role.
public enum AuthorityCondition: String, CaseIterable, Sendable {
    case ownSite
    case ownPatients
    case ownProcedure
    case authorOrTakeover
    case credential
    case reauthenticated
    case evidence

    /// Who judges it.
    public enum Judge: String, Sendable {
        /// When authored, and again when merged.
        case core
        /// By the session of the site where it is recorded, which knows person and device.
        case session
    }

    /// The condition in words.
    public var words: String {
        switch self {
        case .ownSite: "at the site where it is recorded"
        case .ownPatients: "a referrer for the patients that he referred"
        case .ownProcedure: "an interventional radiologist for his own procedure"
        case .authorOrTakeover: "by the author, by whoever took the reading over, or by the lead"
        case .credential: "with a licence that covers act, site, time and jurisdiction, where a register is kept"
        case .reauthenticated: "after signing in once more"
        case .evidence: "with the reason or the evidence"
        }
    }

    /// Who judges it.
    public var judge: Judge {
        switch self {
        case .ownSite, .authorOrTakeover, .credential, .evidence: .core
        case .ownPatients, .ownProcedure, .reauthenticated: .session
        }
    }
}
