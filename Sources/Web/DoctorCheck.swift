public import Audit
public import EventLog
import ImagingCase
public import Problems

/// One line of `doctor`: cause, effect and what mends it.
public struct DoctorCheck: Sendable {
    /// One word.
    public let name: String
    /// Whether it is as it must be.
    public let isGood: Bool
    /// What was found.
    public let text: String
    /// What mends it; empty when nothing must.
    public let remedy: String

    /// Says what was found.
    public init(name: String, isGood: Bool, text: String, remedy: String) {
        self.name = name
        self.isGood = isGood
        self.text = text
        self.remedy = remedy
    }

    /// The age of the last copy. A node that was copied once is expected to be copied every day; one that never was may be kept by
    /// other means, which nobody here can see.
    public init(lastBackup: Instant?, now: Instant, command: String) {
        guard let lastBackup else {
            self.init(name: "backup", isGood: true, text: "none taken by filmjacket \(command)", remedy: "")
            return
        }
        let minutes = (now.milliseconds - lastBackup.milliseconds) / 60_000
        // A copy of the day after tomorrow would count for days: the clock was wrong, and nobody knows how old it is.
        let isGood = abs(minutes) < 24 * 60
        let size = "\(abs(minutes) / 60) h \(abs(minutes) % 60) min"
        self.init(
            name: "backup", isGood: isGood,
            text:
                "the last is of \(Timestamp.text(of: lastBackup)), \(size) \(minutes < 0 ? "ahead of this machine's clock" : "ago")",
            remedy: isGood ? "" : "Take one, and find out why none was taken for a day: filmjacket \(command) FOLDER.")
    }

    /// How the audit is.
    public init(_ audit: AuditCondition, now: Instant) {
        self.init(
            name: "audit", isGood: audit.problem == nil, text: audit.text(now: now), remedy: audit.problem?.remedy ?? "")
    }

    /// All checks as one answer; exit 1 when one is not as it must be.
    public static func answer(_ checks: [DoctorCheck]) -> DeskAnswer {
        let failures = checks.filter { !$0.isGood }.count
        var json = JSONWriter()
        json.beginObject()
        json.key("checks")
        json.beginArray()
        for check in checks {
            json.beginObject()
            json.member("name", check.name)
            json.member("good", check.isGood)
            json.member("text", check.text)
            json.memberIfSaid("remedy", check.remedy)
            json.endObject()
        }
        json.endArray()
        json.member("failures", failures)
        json.endObject()
        let width = checks.map(\.name.count).max() ?? 0
        let lines = checks.map { check in
            let name = check.name + String(repeating: " ", count: width - check.name.count)
            let fix = check.remedy.isEmpty ? "" : "  Fix: \(check.remedy)"
            return "\(check.isGood ? "ok  " : "FAIL")  \(name)  \(check.text)\(fix)"
        }
        return DeskAnswer(
            exit: failures == 0 ? 0 : 1, json: json.text,
            text: (lines + ["\(checks.count - failures) ok, \(failures) failed"]).joined(separator: "\n"))
    }
}

extension DeskAnswer {
    /// A problem as an answer: its exit code, its JSON, and for people its sentence and what to try.
    public init(problem: Problem) {
        var json = JSONWriter()
        json.beginObject()
        json.key("error")
        json.beginObject()
        json.member("code", problem.code.rawValue)
        json.member("message", problem.message)
        json.member("remedy", problem.remedy)
        if let seconds = problem.retryAfterSeconds { json.member("retryAfterSeconds", seconds) }
        json.members(problem.facts)
        json.endObject()
        json.endObject()
        self.init(
            exit: problem.code.row.exit, json: json.text, text: "",
            remark: problem.remark)
    }
}
