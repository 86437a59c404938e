import Audit
import EventLog
import ImagingCase
import Problems

/// A desk whose answers are kept: what shows or changes anything of a patient is answered when its record is durable.
public struct AuditedDesk: Desk {
    private let inner: any Desk
    let cases: CaseDesk
    let auditor: Auditor

    /// Stands before a desk.
    ///
    /// - Parameter cases: by which the names of cases are understood.
    public init(_ held: any Desk, cases: CaseDesk, auditor: Auditor) {
        inner = held
        self.cases = cases
        self.auditor = auditor
    }

    /// Answers a request; problems are answers too.
    public func answer(_ request: DeskRequest) async -> DeskAnswer {
        guard let rule = AuditRule(request) else { return await inner.answer(request) }
        let trail = AuditTrail()
        let (person, role) = AuditRule.asker(request)
        trail.asks(person, role)
        return await auditor.answer(rule, trail) { await reply(request, trail) }
    }

    private func reply(_ request: DeskRequest, _ trail: AuditTrail) async -> DeskAnswer {
        do throws(Problem) {
            switch request {
            case .auditSearch(let filter, _, let role): return try await search(filter, role, trail)
            case .auditPage(let after, let limit, _, let role):
                try AuditAccess.require(role)
                let lines = try await auditor.log.page(after: after, limit: limit)
                trail.counts(lines.count)
                return AuditAnswer.page(lines, head: auditor.log.head ?? .start)
            case .auditVerify(let text, _, let role):
                try AuditAccess.require(role)
                return try await verify(text)
            default: return await inner.answer(request)
            }
        } catch { return DeskAnswer(problem: error) }
    }

    private func search(_ filter: AuditFilter, _ role: String, _ trail: AuditTrail) async throws(Problem) -> DeskAnswer {
        try AuditAccess.require(role)
        var filter = filter
        // An accession or another name of a case leads to the case; what leads nowhere is looked for as it was typed.
        if let named = filter.stream, let stream = cases.stream(named: named) { filter.stream = stream.description }
        let lines = try await auditor.log.search(filter)
        trail.counts(lines.count)
        return AuditAnswer.list(lines)
    }

    private func verify(_ text: String?) async throws(Problem) -> DeskAnswer {
        let witness = try text.map { (text) throws(Problem) in
            guard let head = AuditHead(text) else {
                throw Problem(.badInput, "A head has the form NUMBER:HASH, as the process' log and audit verify write it.")
            }
            return head
        }
        let result = try await auditor.log.verify(witness: witness)
        guard let fault = result.fault else { return AuditAnswer.verified(result) }
        throw Problem(
            .integrityFailed, "Record \(fault.sequence) of the audit is wrong: \(fault.what).",
            remedy: "Keep the folder as it is, and compare it with what was exported: somebody or a disk changed it.",
            facts: [
                .init("sequence", "\(fault.sequence)"), .init("file", fault.file), .init("good", "\(result.records)"),
            ])
    }
}

/// Who may read the audit: whoever keeps the node's users, roles and keys. Nobody who treats, because it shows who looked at whom.
///
/// Source: house rule (reliability 4.1: users, roles and keys are the administrators'; "cannot: audit").
enum AuditAccess {
    static let roles: Set<Role> = [.siteAdmin, .hubAdmin]

    /// - Throws: `NOT_PERMITTED` for another role, `BAD_INPUT` for a word that is none.
    static func require(_ said: String) throws(Problem) {
        // Whoever signed in has the role of his session, whatever he says.
        let caller = Caller.current.flatMap { $0.assurance == .operator ? nil : $0.role }
        let role = try RoleWord.role(caller ?? said)
        guard roles.contains(role) else {
            throw Problem(
                .notPermitted, "The audit is read by siteAdmin and hubAdmin, and \(role.rawValue) asked.",
                remedy: "Ask the node's administrator.")
        }
    }
}
