import EventLog
import ImagingCase
import Logging
import Problems
import SQLiteStore
import ServiceLifecycle
import Web

/// Links at the hub what is surely one matter: an examination that was made without its order and the order that came later, where
/// issuer, accession and person are exactly the same. Anything less is a suggestion for a person.
///
/// The link is an event like any other, by the hub itself, and can be undone; once undone it is not made again. What is lost on the way,
/// as when the process stops, is noticed again when one of the cases changes.
///
/// Source: clinical rule 11.
struct ExactLinks: Service {
    /// The links that commits ask for.
    let news: AsyncStream<CommitNote.Link>
    let record: CaseDesk.Record
    let now: @Sendable () -> Instant
    let logger: Logger

    /// How many wait at most; further ones are noticed again later.
    static let waitingMax = 1_000

    /// Records until the process stops.
    func run() async throws {
        for await link in news.cancelOnGracefulShutdown() {
            let intent = RecordIntent(
                event: link.answer, stream: link.stream, author: Author(person: "hub", role: .system), assurance: .machine,
                occurredAt: OccurredAt(now()), source: .system, sourceKey: link.key)
            do throws(Problem) { _ = try await record(intent) } catch {
                logger.notice("a link was not recorded", metadata: ["case": "\(link.stream)", "why": "\(error.message)"])
            }
        }
    }
}
