public import Audit
import EventLog
public import Logging
import Problems
public import ServiceLifecycle

/// Says each minute in the process' own log where the audit stands: what is carried away from the machine shows later whether an end was
/// cut off the file.
///
/// Source: house rule (reliability T20).
public struct AuditService: Service {
    private let log: AuditLog
    private let logger: Logger

    /// Says of an audit where it stands.
    public init(log: AuditLog, logger: Logger) {
        self.log = log
        self.logger = logger
    }

    /// How often.
    static var interval: Duration { .seconds(60) }

    /// Runs until the process stops.
    public func run() async throws {
        // Cancelled or asked to stop: either way the process ends.
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: Self.interval)
                if let head = log.head { logger.notice("audit head", metadata: ["head": "\(head.text)"]) }
            }
        }
    }
}

extension Auditor {
    /// Runs a node's process between the record of its start and that of its end.
    ///
    /// A node whose audit cannot be written runs all the same: it takes in and sends on, and shows nobody anything.
    public func running(logger: Logger, _ body: () async throws -> Void) async throws {
        await say("start", .success, logger)
        do { try await body() } catch {
            await say("stop", .majorFailure, logger)
            throw error
        }
        await say("stop", .success, logger)
    }

    private func say(_ call: String, _ outcome: AuditOutcome, _ logger: Logger) async {
        let record = AuditRecord(
            at: now(), code: .applicationActivity, action: .execute, outcome: outcome, purpose: "HOPERAT",
            actor: AuditActor(role: "system", assurance: .machine, site: node), address: "console", call: call)
        do throws(Problem) { try await log.append(record) } catch {
            logger.error("the audit cannot be written; nothing of a patient is shown", metadata: ["problem": "\(error)"])
        }
    }
}
