import EventLog
public import ImagingCase
public import Problems
import SQLiteStore
public import Web

/// How one target is: for `status`, `doctor` and `notify list`.
struct TargetReport {
    /// After how long a message that waits is a fault.
    private static let lateSeconds: Int64 = 900

    let target: OutboundTarget
    let settings: TargetSettings?
    let counts: OutboundCounts
    let state: DeliveryGauge.State?
    /// Why it cannot be served as it is set.
    let fault: String?
    let now: Instant

    private var oldestSeconds: Int64 { counts.oldest.map { max(0, (now.milliseconds - $0.milliseconds) / 1000) } ?? 0 }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("edge", "outbound")
        json.member("target", target.name)
        json.member("kind", settings?.kind.rawValue ?? "unknown")
        json.member("address", settings?.address ?? "")
        json.member("paused", target.isPaused)
        json.member("waiting", counts.waiting)
        json.member("parked", counts.parked)
        json.member("held", counts.held)
        json.member("changes", counts.changes)
        json.member("oldestSeconds", oldestSeconds)
        json.memberIfSaid("reason", target.reason)
        json.memberIfSaid("fault", fault ?? "")
        if let state {
            json.member("taken", state.taken)
            if let last = state.last { json.moment("last", last) }
            if let outage = state.outage {
                json.moment("unreachableSince", outage.since)
                json.member("lastError", outage.why)
            }
        }
        json.endObject()
    }

    /// In one line.
    var line: String {
        var parts = ["\(counts.waiting) waiting"]
        if counts.parked > 0 { parts.append("\(counts.parked) parked") }
        if counts.held > 0 { parts.append("\(counts.held) held back") }
        if target.isPaused { parts.append("paused\(target.reason.isEmpty ? "" : ": \(target.reason)")") }
        if let fault { parts.append("cannot be served: \(fault)") }
        if let outage = state?.outage { parts.append("not reached: \(outage.why)") }
        return
            "\(target.name) (\(settings?.kind.rawValue ?? "unknown") \(settings?.address ?? "")): \(parts.joined(separator: ", "))"
    }

    /// As a check: bad while it is not reached, while something waits for a person, and while something waits too long.
    var check: DoctorCheck {
        let name = "notify-\(target.name)"
        if settings == nil || fault != nil {
            return DoctorCheck(
                name: name, isGood: false, text: line,
                remedy: "Mend what is named, or remove it and add it again: filmjacket notify remove \(target.name).")
        }
        if target.isPaused, counts.waiting + counts.parked > 0 || !target.reason.isEmpty {
            return DoctorCheck(
                name: name, isGood: false, text: line, remedy: "Let it go on: filmjacket notify resume \(target.name).")
        }
        if state?.outage != nil {
            return DoctorCheck(
                name: name, isGood: false, text: line,
                remedy:
                    "See whether the other side runs, then: filmjacket notify test \(target.name). Nothing is lost; it goes by itself."
            )
        }
        if counts.parked > 0 {
            return DoctorCheck(
                name: name, isGood: false, text: line,
                remedy: "See why: filmjacket notify waiting \(target.name); then notify retry or notify drop.")
        }
        let isGood = oldestSeconds < Self.lateSeconds
        return DoctorCheck(
            name: name, isGood: isGood, text: line,
            remedy: isGood ? "" : "See why: filmjacket notify waiting \(target.name).")
    }
}

extension Outbox {
    private func reports() throws(Problem) -> [TargetReport] {
        var reports: [TargetReport] = []
        for target in try store.outboundTargets() {
            reports.append(
                TargetReport(
                    target: target,
                    // What cannot be read is said by the report itself.
                    settings: try? TargetSettings(stored: target.settings, of: target.name),
                    counts: try store.outboundCounts(for: target.name), state: gauge(of: target.name)?.current,
                    fault: fault(of: target.name), now: now()))
        }
        return reports
    }

    /// Writes one object a target.
    public func write(to json: inout JSONWriter) throws(Problem) {
        for report in try reports() { report.write(to: &json) }
    }

    /// One line a target.
    public func lines() throws(Problem) -> [String] { try reports().map(\.line) }

    /// One check a target.
    public func checks() throws(Problem) -> [DoctorCheck] { try reports().map(\.check) }

    func list() throws(Problem) -> DeskAnswer {
        let reports = try reports()
        var json = JSONWriter()
        json.beginArray()
        for report in reports { report.write(to: &json) }
        json.endArray()
        let text = reports.isEmpty ? "nobody is told anything" : reports.map(\.line).joined(separator: "\n")
        return DeskAnswer(
            json: json.text, text: text, remark: reports.isEmpty ? "Try: filmjacket notify add NAME --hl7 HOST:PORT" : "")
    }

    func waiting(_ name: String?, limit: Int) throws(Problem) -> DeskAnswer {
        let reports = try reports()
        let targets = reports.map(\.target.name)
        if let name, !targets.contains(name) {
            throw Problem(.notFound, "No target '\(name)' is told anything here.", remedy: "See: filmjacket notify list.")
        }
        let messages = try store.openMessages(for: name, limit: limit)
        var json = JSONWriter()
        json.beginArray()
        var lines: [String] = []
        for message in messages {
            let reason = Self.reason(of: message, reports.first { $0.target.name == message.target })
            json.beginObject()
            json.member("target", message.target)
            json.member("number", message.number)
            json.member("case", message.stream.description)
            json.member("subject", message.subject)
            json.member("state", message.state == .parked ? "parked" : "waiting")
            json.member("attempts", message.attempts)
            json.moment("made", message.made)
            if message.due.milliseconds > 0 { json.moment("due", message.due) }
            json.member("reason", reason)
            json.endObject()
            let state = message.state == .parked ? "parked" : "waiting"
            lines.append("\(message.number)  \(message.target)  \(state)  \(message.stream)  \(message.subject)  \(reason)")
        }
        for target in targets where name == nil || target == name {
            for held in try store.heldBack(for: target, limit: limit) {
                json.beginObject()
                json.member("target", target)
                json.member("case", held.stream.description)
                json.member("state", "held")
                json.member("reason", held.reason)
                json.endObject()
                lines.append("-  \(target)  held  \(held.stream)  \(held.reason)")
            }
        }
        json.endArray()
        return DeskAnswer(json: json.text, text: lines.isEmpty ? "nothing waits" : lines.joined(separator: "\n"))
    }

    /// Why a message is not there: what the other side said of it, else what holds for all that goes to it.
    private static func reason(of message: OutboundMessage, _ report: TargetReport?) -> String {
        if !message.reason.isEmpty { return message.reason }
        if report?.target.isPaused == true { return "the target is paused" }
        if let fault = report?.fault { return "the target cannot be served: \(fault)" }
        if let outage = report?.state?.outage { return "not reached: \(outage.why)" }
        return message.attempts == 0 ? "not tried yet" : "tried \(message.attempts) times"
    }
}
