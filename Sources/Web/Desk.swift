public import Audit

/// What can be asked of a node, the same whether a process runs (through its socket) or not (on the opened store).
public enum DeskRequest: Codable, Sendable, Equatable {
    /// Worklist rows, newest first.
    case caseList(limit: Int)
    /// One case's state; as the author of an event knew it, or as it was at a moment (RFC 3339). A file of peer review opens only to
    /// a person and role that may see it.
    case caseShow(id: String, knownTo: String?, at: String?, person: String? = nil, role: String? = nil)
    /// One case's events in causal order; as for `caseShow`.
    case caseHistory(id: String, knownTo: String? = nil, at: String? = nil, person: String? = nil, role: String? = nil)
    /// Which events and rules made each axis' state; as for `caseShow`.
    case caseExplain(id: String, knownTo: String? = nil, at: String? = nil, person: String? = nil, role: String? = nil)
    /// What changed in a case since an event or a moment, or since a person last acted on it; as for `caseShow`.
    case caseChanges(id: String, since: String?, person: String?, role: String? = nil)
    /// Whether it is safe to go ahead with the person.
    case caseGo(id: String)
    /// What of a case waits for somebody, and by when.
    case caseDue(id: String)
    /// How far each message of a case went.
    case caseReceipts(id: String)
    /// What a case shares with others of its person, and what is known of its signatures.
    case caseRelated(id: String)
    /// What came long after it happened, and whom it concerns; since a moment, else in the last 24 hours.
    case caseLate(role: String?, since: String?)
    /// What waits for a role, everywhere or at one site.
    case worklist(role: String, site: String?, limit: Int)
    /// Record an event; `body` is the JSON of its message.
    case caseRecord(
        kind: String, id: String?, person: String, role: String, at: String?, body: String, expectedHeads: [String]?, key: String?
    )
    /// Conflicts, open ones or all.
    case conflictList(all: Bool)
    /// One conflict with both sides.
    case conflictShow(id: String)
    /// Close a conflict by choosing what stands.
    case conflictResolve(id: String, choose: String, reason: String, person: String, role: String)
    /// Take in HL7 v2 messages; `bytes` is base64.
    case importHL7(name: String, bytes: String)
    /// Events of a log: the own one when nil.
    case logShow(log: String?, from: UInt64, limit: Int)
    /// Every log's head and size.
    case logStats
    /// Recompute every hash and root, and every state where that is wanted.
    case logVerify(states: Bool)
    /// How the node is.
    case status
    /// Single checks, each with cause, effect and remedy.
    case doctor
    /// Forget the notices that `doctor` shows: a person knows of them.
    case acknowledge
    /// Save a copy of the node into a folder that is not there yet.
    case backupSave(folder: String)
    /// Every own event that is not shared, with its age and the reason.
    case statement(olderThanSeconds: Int64)
    /// Verify, and fetch what is damaged from whoever holds it.
    case logRepair
    /// Events that keep their place and are not part of any state.
    case logAside
    /// Put what another node is not known to hold into a bundle.
    case bundleExport(to: String, path: String, partBytes: Int)
    /// Take a bundle in.
    case bundleImport(path: String)
    /// Hub: how far a rebuild from the sites is.
    case recoverShow
    /// Hub: wait for a site no longer.
    case recoverWaive(site: String, reason: String)
    /// Agent: put a new key in the place of the site's own.
    case keyRotate
    /// What is told to systems outside, and to whom.
    case notify(NotifyRequest)
    /// Agent: reconcile now; asked again until `done`.
    case syncNow
    /// Agent: what a sync would do, and which conflicts would open; nothing is changed.
    case syncPreview
    /// Hub: let a site join; with `approval` it waits, after it has joined, until somebody approves it.
    case siteAdd(id: String, kind: String, allCases: Bool, label: String, approval: Bool = false)
    /// Hub: let a site in that has shown its key.
    case siteApprove(id: String)
    /// Hub: the sites.
    case siteList
    /// Hub: one site.
    case siteShow(id: String)
    /// Records of the audit, for whoever may read it.
    case auditSearch(filter: AuditFilter, person: String, role: String)
    /// Records of the audit after a number, to be carried elsewhere.
    case auditPage(after: UInt64, limit: Int, person: String, role: String)
    /// Recompute the audit's chain; `head` is one that was seen before.
    case auditVerify(head: String?, person: String, role: String)
    /// Hub: refuse a site from now on; what came since a moment (RFC 3339) is taken out of every state.
    case siteRevoke(id: String, reason: String, since: String? = nil)
    /// Hub: give a site nothing, and keep aside what it sends.
    case siteSuspend(id: String, reason: String)
    /// Hub: let a suspended site sync again, and let in what was kept aside.
    case siteResume(id: String)
    /// Hub: end a site in order; its log is sealed.
    case siteRetire(id: String, reason: String)
}

/// What a node answers: for programs and for people, with the exit code that a command ends with.
public struct DeskAnswer: Codable, Sendable, Equatable {
    /// DESIGN section 9.
    public var exit: Int32
    /// Exactly one JSON document.
    public var json: String
    /// The same for people, lines without a final newline.
    public var text: String
    /// What goes to standard error beside: a problem, a hint.
    public var remark: String

    /// Gathers an answer.
    public init(exit: Int32 = 0, json: String, text: String, remark: String = "") {
        self.exit = exit
        self.json = json
        self.text = text
        self.remark = remark
    }
}

/// Who answers: an agent, a hub, or a command on an opened store.
public protocol Desk: Sendable {
    /// Answers a request; problems are answers too.
    func answer(_ request: DeskRequest) async -> DeskAnswer
}
