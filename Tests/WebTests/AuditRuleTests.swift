import Audit
import EventLog
import Foundation
import Testing

@testable import Web

/// What is kept of which call, and what of its words.
struct AuditRuleTests {
    @Test func `every call of the interface is decided, and none that nobody knows`() {
        for call in APITable.all {
            if case .undecided = AuditRule.route(call.method, call.path) { Issue.record("\(call.method) \(call.path)") }
        }
        guard case .undecided = AuditRule.route("GET", "/v1/unheard-of") else {
            Issue.record("an unknown call was decided")
            return
        }
    }

    @Test func `only words of the node's own stand in a record as they are`() {
        for word in ["200", "radiologist", "stat", "CT", "all", "2026-11-24T09:30:00Z", "110112", "lakeview~0000000000000001/4"] {
            #expect(AuditRule.isPlain(word), "\(word)")
        }
        for word in ["", "DOE^JANE", "doe", "Doe", "DOE", "c-doe", "Dr Lund", "A-1", "1.2.840.1", "doe~1/2"] {
            #expect(!AuditRule.isPlain(word), "\(word)")
        }
    }

    @Test func `a flood is passed over in numbers, which come with the next that is written`() {
        let budget = IntrusionBudget()
        let noon = Instant(milliseconds: 1_795_000_000_000)
        let taken = (0..<100).compactMap { _ in budget.take(at: noon) }
        #expect(taken == Array(repeating: 0, count: IntrusionBudget.recordsMax))
        #expect(budget.take(at: noon.advanced(byMilliseconds: 59_999)) == nil)
        #expect(budget.take(at: noon.advanced(byMilliseconds: 60_000)) == 41)
        // A clock that was put back begins anew.
        #expect(budget.take(at: Instant(milliseconds: 0)) == 0)
    }

    @Test(arguments: [(AuditAction.update, true), (.read, false)])
    func `what was done and cannot be kept says that it was done`(action: AuditAction, saysSo: Bool) async throws {
        let folder = NSTemporaryDirectory() + "fj-audit-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder
        let now: @Sendable () -> Instant = { Instant(milliseconds: 1_795_000_000_000) }
        let log = AuditLog(folder: folder + "/audit", node: "here", now: now)
        let auditor = Auditor(log: log, node: "here", door: "console", now: now)
        let rule = AuditRule(.procedureRecord, action, "case x")
        let good = DeskAnswer(json: "{}", text: "done")
        #expect(await auditor.answer(rule, AuditTrail()) { good } == good)
        let answer = await auditor.answer(rule, AuditTrail()) {
            // The audit goes away while it is done.
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder + "/audit")) ?? [] {
                try? FileManager.default.removeItem(atPath: folder + "/audit/" + name)
            }
            return good
        }
        #expect(answer.exit == 75 && answer.json.contains("AUDIT_UNAVAILABLE"), "\(answer.json)")
        #expect(answer.json.contains("It was done") == saysSo && answer.json.contains("Look before asking again") == saysSo)
    }
}
