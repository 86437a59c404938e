import EventLog
import ImagingCase
import Logging
import Problems
import SQLiteStore

/// Brings what waits for one target, until it is cancelled or the target is removed.
///
/// Order: of one history each message goes after the one before it was taken; histories do not wait for one another. Tries: the same bytes
/// again, with waits that grow; nothing is given up by itself. A message that is refused waits for a person, and with it what follows in
/// its history.
struct Delivery {
    /// How many messages are looked at together.
    private static let batch = 64
    /// The first and the longest wait for one message that could not be taken, in milliseconds.
    private static let waits: (first: Int64, longest: Int64) = (10_000, 24 * 3_600_000)
    /// The longest wait while the other side is not there: it must be seen soon when it is back.
    private static let outageSeconds = 30

    let target: String
    /// How the target was set when this began: one that is removed and added again is another.
    let settings: [UInt8]
    let store: StoreFile
    let courier: any Courier
    let gauge: DeliveryGauge
    let bell: Bell
    let logger: Logger
    let now: @Sendable () -> Instant
    /// Keeps that a message went out, before it is noted as taken.
    let went: @Sendable (OutboundMessage) async throws(Problem) -> Void
    /// Told what was taken, once it is noted.
    let taken: @Sendable (OutboundMessage, _ receipt: String) async -> Void

    /// Runs until cancelled, or until the target is removed.
    func run() async {
        var failures = 0
        while !Task.isCancelled {
            do throws(Problem) {
                let held = try store.outboundTargets().first { $0.name == target && $0.settings == settings }
                guard let current = held else { break }
                let due = current.isPaused ? [] : try store.dueMessages(for: target, now: now(), limit: Self.batch)
                if due.isEmpty {
                    await bell.wait(atMost: try pause(until: current.isPaused ? nil : store.nextDue(for: target)))
                    continue
                }
                if try await deliver(due) {
                    failures = 0
                } else {
                    failures += 1
                    await bell.wait(atMost: .seconds(min(Self.outageSeconds, 1 << min(failures - 1, 5))))
                }
            } catch {
                logger.error(
                    "what waits for a target cannot be read or noted",
                    metadata: ["target": "\(target)", "why": "\(error.message)"])
                await bell.wait(atMost: .seconds(5))
            }
        }
        await courier.close()
    }

    /// Until the next message may be tried; a message that is made meanwhile rings.
    private func pause(until due: Instant?) -> Duration {
        guard let due else { return .seconds(60) }
        return .milliseconds(min(max(due.milliseconds - now().milliseconds, 1), 60_000))
    }

    /// Delivers messages of different histories in their order; gives false when the other side is not there.
    private func deliver(_ due: [OutboundMessage]) async throws(Problem) -> Bool {
        for message in due {
            if Task.isCancelled { return true }
            let outcome = await courier.deliver(message)
            // Who stops in the middle of a try does not know what became of it: the same message goes again.
            if Task.isCancelled, outcome.isUnknown { return true }
            switch outcome {
            case .taken(let receipt):
                try await went(message)
                try await store.note(message, .sent, reason: "")
                if let since = gauge.took(at: now()) { tellEnd(of: since) }
                await taken(message, receipt)
            case .refused(let why):
                if let since = gauge.answered() { tellEnd(of: since) }
                try await store.note(message, .parked, reason: why)
                logger.error(
                    "a target refuses a message; it waits for a person",
                    metadata: ["target": "\(target)", "message": "\(message.number)"])
            case .again(let why):
                if let since = gauge.answered() { tellEnd(of: since) }
                let due = now().advanced(byMilliseconds: wait(after: message.attempts))
                try await store.note(message, .waiting, reason: why, due: due)
            case .unreachable(let why):
                if gauge.lost(why, at: now()) {
                    logger.error(
                        "a target cannot be reached; what it is to be told waits",
                        metadata: ["target": "\(target)", "why": "\(why)"])
                }
                return false
            case .gone(let why):
                try await store.setPaused(target, true, reason: why)
                logger.error("a target wants nothing any more; it is paused", metadata: ["target": "\(target)", "why": "\(why)"])
                return true
            }
        }
        return true
    }

    private func tellEnd(of since: Instant) {
        let seconds = (now().milliseconds - since.milliseconds) / 1000
        logger.notice("a target can be reached again", metadata: ["target": "\(target)", "outageSeconds": "\(seconds)"])
    }

    /// Grows by two, with up to a quarter more, so that what failed together does not come back together.
    private func wait(after attempts: Int) -> Int64 {
        let whole = min(Self.waits.longest, Self.waits.first << Int64(min(attempts, 14)))
        return whole + Int64.random(in: 0...(whole / 4))
    }
}
