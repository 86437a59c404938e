import Audit
import EventLog

extension AuditRule {
    /// How a question is kept; nil for one whose answer shows nothing of any patient and changes nobody's rights.
    ///
    /// Without a default, so that a new question does not compile until somebody decides.
    init?(_ request: DeskRequest) {
        switch request {
        case .caseList(let limit): self.init(.query, .read, "case list", query: [("limit", "\(limit)")])
        case .caseShow(let id, let knownTo, let at, _, _): self.init(reading: "case show", id, knownTo, at)
        case .caseHistory(let id, let knownTo, let at, _, _): self.init(reading: "case history", id, knownTo, at)
        case .caseExplain(let id, let knownTo, let at, _, _): self.init(reading: "case explain", id, knownTo, at)
        case .caseChanges(let id, let since, _, _):
            self.init(.procedureRecord, .read, "case changes", named: id, query: [("since", since)])
        case .caseGo(let id): self.init(.procedureRecord, .read, "case go", named: id)
        case .caseDue(let id): self.init(.procedureRecord, .read, "case due", named: id)
        case .caseReceipts(let id): self.init(.procedureRecord, .read, "case receipts", named: id)
        case .caseRelated(let id): self.init(.procedureRecord, .read, "case related", named: id)
        case .caseLate(let role, let since): self.init(.query, .read, "case late", query: [("role", role), ("since", since)])
        case .worklist(let role, let site, let limit):
            self.init(.query, .read, "worklist", query: [("role", role), ("site", site), ("limit", "\(limit)")])
        case .caseRecord(_, let id, _, _, _, _, _, _):
            self.init(.procedureRecord, id == nil ? .create : .update, "case record", named: id)
        case .conflictList(let all): self.init(.query, .read, "conflict list", query: [("state", all ? "all" : "open")])
        case .conflictShow(let id): self.init(.procedureRecord, .read, "conflict show", named: id)
        case .conflictResolve(let id, _, _, _, _): self.init(.procedureRecord, .update, "conflict resolve", named: id)
        case .importHL7: self.init(.import, .create, "import hl7")
        case .logShow(let log, let first, let limit):
            self.init(.query, .read, "log show", query: [("log", log), ("from", "\(first)"), ("limit", "\(limit)")])
        case .statement(let seconds): self.init(.query, .read, "statement", query: [("olderThanSeconds", "\(seconds)")])
        case .syncPreview: self.init(.query, .read, "sync --dry-run")
        case .backupSave: self.init(.export, .read, "backup save", .before)
        case .bundleExport(let to, _, _):
            self.init(.export, .read, "bundle export \(SiteID(to) == nil ? "" : to)", .before)
        case .bundleImport: self.init(.import, .create, "bundle import")
        case .siteAdd(let id, _, _, _, _): self.init(rights: "hub site add", id)
        case .siteApprove(let id): self.init(rights: "hub site approve", id)
        case .siteRevoke(let id, _, _): self.init(rights: "hub site revoke", id)
        case .siteSuspend(let id, _): self.init(rights: "hub site suspend", id)
        case .siteResume(let id): self.init(rights: "hub site resume", id)
        case .siteRetire(let id, _): self.init(rights: "hub site retire", id)
        case .notify(let asked):
            // Who is told what is a right; and what waits names cases.
            if asked.changes { self.init(.securityAlert, .update, asked.call) } else { self.init(.query, .read, asked.call) }
        case .keyRotate: self.init(.securityAlert, .update, "agent rotate-key")
        case .recoverWaive(let id, _): self.init(rights: "hub recover waive", id)
        case .auditSearch(let filter, _, _):
            self.init(
                .auditLogUsed, .read, "audit search",
                query: [
                    ("person", filter.person), ("role", filter.role), ("case", filter.stream), ("code", filter.code),
                    ("since", filter.since.map(String.init)), ("until", filter.until.map(String.init)),
                    ("limit", "\(filter.limit)"),
                ])
        case .auditPage(let after, let limit, _, _):
            self.init(.auditLogUsed, .read, "audit export", query: [("after", "\(after)"), ("limit", "\(limit)")])
        case .auditVerify: self.init(.auditLogUsed, .read, "audit verify")
        case .logStats, .logVerify, .logRepair, .logAside, .status, .doctor, .acknowledge, .recoverShow, .syncNow, .siteList,
            .siteShow:
            // Numbers, identifiers of events and sites, states of the node.
            return nil
        }
    }

    /// Looking at one case.
    private init(reading call: String, _ id: String, _ knownTo: String?, _ at: String?) {
        self.init(.procedureRecord, .read, call, named: id, query: [("knownTo", knownTo), ("at", at)])
    }

    /// Changing who may take part.
    private init(rights call: String, _ id: String) {
        self.init(.securityAlert, .update, "\(call) \(SiteID(id) == nil ? "" : id)")
    }

    /// Who says that he asks, where the answering finds it out too late or not at all.
    static func asker(_ request: DeskRequest) -> (person: String?, role: String?) {
        switch request {
        case .caseRecord(_, _, let person, let role, _, _, _, _), .conflictResolve(_, _, _, let person, let role),
            .auditSearch(_, let person, let role), .auditPage(_, _, let person, let role), .auditVerify(_, let person, let role):
            (person, role)
        case .caseShow(_, _, _, let person, let role), .caseHistory(_, _, _, let person, let role),
            .caseExplain(_, _, _, let person, let role), .caseChanges(_, _, let person, let role):
            (person, role)
        default: (nil, nil)
        }
    }
}
