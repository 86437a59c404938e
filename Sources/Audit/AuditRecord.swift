public import EventLog

/// What was done to the object of a record.
///
/// Source: DICOM PS3.15 A.5.2 (EventActionCode), RFC 3881 5.1.2.
public enum AuditAction: String, CaseIterable, Sendable {
    case create = "C"
    case read = "R"
    case update = "U"
    case delete = "D"
    case execute = "E"
}

/// How it ended.
///
/// Source: DICOM PS3.15 A.5.2 (EventOutcomeIndicator), RFC 3881 5.1.4.
public enum AuditOutcome: Int, CaseIterable, Sendable {
    case success = 0
    /// Refused for what was asked: unknown, ill-formed, out of time.
    case minorFailure = 4
    /// Refused for who asked.
    case seriousFailure = 8
    /// The node itself failed.
    case majorFailure = 12
}

/// Who did it, as far as the node is sure.
public struct AuditActor: Hashable, Sendable {
    /// The person as signed in or as said, a site's id where a site acts; nil where nobody said.
    public var person: String?
    /// In which role.
    public var role: String?
    /// How sure the node was.
    public var assurance: Assurance
    /// The node at which it was asked.
    public var site: String
    /// A shortening of the session that gives nobody the session.
    public var session: String?

    /// Names who acted.
    public init(
        person: String? = nil, role: String? = nil, assurance: Assurance = .operator, site: String, session: String? = nil
    ) {
        self.person = person
        self.role = role
        self.assurance = assurance
        self.site = site
        self.session = session
    }
}

/// What it was done to: identifiers that name no person.
public struct AuditObjects: Hashable, Sendable {
    /// The case, or another history.
    public var stream: String?
    /// The event that was recorded.
    public var event: String?
    /// The conflict.
    public var conflict: String?

    /// Names what was looked at or changed.
    public init(stream: String? = nil, event: String? = nil, conflict: String? = nil) {
        self.stream = stream
        self.event = event
        self.conflict = conflict
    }
}

/// Who saw or did what, when, from where and why: one entry of a node's audit.
///
/// No patient is named in it. Texts that somebody typed are kept as their cloak (``AuditCloak``), which finds them again for whoever
/// knows what to look for and tells nothing to anybody else.
/// Source: DICOM PS3.15 A.5 (audit message), IHE ITI TF-1 9 (ATNA); house rule (reliability 4.2).
public struct AuditRecord: Hashable, Sendable {
    /// The longest text of one member, in bytes; what is longer is cut, so that a record is bounded.
    public static let textBytesMax = 256

    /// When, in UTC.
    public var at: Instant
    /// By whose clock: the machine's own; a clock that is doubted is said by `doctor` and the log's heads.
    public var clock = "system"
    /// What kind of act.
    public var code: AuditCode
    /// What was done.
    public var action: AuditAction
    /// How it ended.
    public var outcome: AuditOutcome
    /// Why: TREAT, ETREAT, BTG or HOPERAT. Source: HL7 v3 PurposeOfUse.
    public var purpose: String
    /// Who.
    public var actor: AuditActor
    /// For whom, where that is another.
    public var onBehalfOf: String?
    /// From where: an address, `socket`, `console` or `http`.
    public var address: String
    /// What was asked: a command's name or a call's method and path pattern.
    public var call: String
    /// What it was done to.
    public var objects: AuditObjects
    /// What was searched for, each value that is no word of the node's own as its cloak.
    public var query: String?
    /// How many results were given.
    public var count: Int?
    /// The problem's code, where it was refused or failed.
    public var problem: String?

    /// Says what happened.
    public init(
        at: Instant, code: AuditCode, action: AuditAction, outcome: AuditOutcome = .success, purpose: String = "TREAT",
        actor: AuditActor, onBehalfOf: String? = nil, address: String, call: String, objects: AuditObjects = AuditObjects(),
        query: String? = nil, count: Int? = nil, problem: String? = nil
    ) {
        self.at = at
        self.code = code
        self.action = action
        self.outcome = outcome
        self.purpose = purpose
        self.actor = actor
        self.onBehalfOf = onBehalfOf
        self.address = address
        self.call = call
        self.objects = objects
        self.query = query
        self.count = count
        self.problem = problem
    }
}
