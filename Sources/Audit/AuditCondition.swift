public import EventLog
import FoundationEssentials
import ImagingCase
import NodeFiles
public import Problems

/// How an audit is, for `doctor`.
public struct AuditCondition: Sendable {
    /// The last durable record.
    public let head: AuditHead
    /// When it was made; nil where there is none.
    public let lastAt: Instant?
    /// Up to where the chain was verified, and when; nil for never.
    public let verified: (head: AuditHead, at: String)?
    /// Bytes that are free where it lies.
    public let freeBytes: UInt64
    /// What keeps it from being written; nil where nothing.
    public let problem: Problem?

    /// One line for people.
    public func text(now: Instant) -> String {
        let age = lastAt.map { "the last record \(max(0, (now.milliseconds - $0.milliseconds) / 1000)) s ago" } ?? "no record yet"
        let point = verified.map { "verified to \($0.head.sequence) on \($0.at)" } ?? "never verified"
        return (problem.map { "\($0.message) " } ?? "")
            + "\(head.sequence) records, \(age), \(point), \(freeBytes >> 20) MiB free"
    }
}

extension AuditLog {
    /// Looks at the audit without writing to it, apart from what opening it may say.
    public func condition() async -> AuditCondition {
        var problem: Problem?
        do throws(Problem) { try await ready() } catch { problem = error }
        var (head, lastAt) = (head ?? .start, lastAt)
        // A page that cannot be read leaves the age out.
        if lastAt == nil, head.sequence > 0, let last = try? await page(after: head.sequence - 1, limit: 1).last {
            (head, lastAt) = (last.head, last.record?.at)
        }
        let stored = FileManager.default.contents(atPath: path + "/verified").map { String(decoding: $0, as: UTF8.self) } ?? ""
        let parts = stored.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
        let point = parts.first.flatMap { AuditHead($0) }
        return AuditCondition(
            head: head, lastAt: lastAt, verified: point.map { ($0, parts.count > 1 ? parts[1] : "") },
            freeBytes: Volume.space(at: path).freeBytes, problem: problem)
    }
}
