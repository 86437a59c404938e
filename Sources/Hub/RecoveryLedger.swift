import EventLog
import FoundationEssentials
import ImagingCase
import Problems
import Replication
import SQLiteStore
import Synchronization
import NodeFiles

/// What a rebuild has come to: which sites have given back what they hold, and how far each log is known to have gone.
///
/// A small file beside the store, begun anew with each numbering. It says what must be reached, so that the end of a rebuild is
/// proven and not hoped for.
final class RecoveryLedger: Sendable {
    /// What the file says.
    struct State: Codable, Sendable, Equatable {
        var generation: String
        /// The sites that had joined when the numbering began.
        var expected: [String]
        /// When each site was found to hold nothing more that the hub does not, milliseconds since the epoch.
        var heard: [String: Int64] = [:]
        /// Sites that nobody waits for, with the reason.
        var waived: [String: String] = [:]
        /// When the numbering began, milliseconds since the epoch; nil where it was not noted.
        var began: Int64?
        /// For each log the newest state that its site signed, as sites kept it.
        var heads: [String: String] = [:]

        /// The sites that had joined and were neither heard nor waived.
        var waiting: [String] { expected.filter { heard[$0] == nil && waived[$0] == nil } }
    }

    private let path: String
    private let state: Mutex<State>

    /// Reads the ledger of a numbering; another numbering's is left behind.
    init(folder: String, generation: Generation, sites: [String], now: Instant) throws(Problem) {
        path = folder + "/recovery.json"
        if FileManager.default.fileExists(atPath: path) {
            let bytes = try SecretFile.read(path)
            if let held = try? JSONDecoder().decode(State.self, from: Data(bytes)), held.generation == generation.description {
                state = Mutex(held)
                return
            }
        }
        var begun = State(generation: generation.description, expected: sites)
        begun.began = now.milliseconds
        state = Mutex(begun)
        try write(begun)
    }

    var current: State { state.withLock { $0 } }

    /// Refuses a moment of which this hub cannot say what came before it and what came later: the events of then came again since.
    ///
    /// - Throws: `BAD_INPUT` for a moment before the numbering began, where sites had joined before; `ILLEGAL_NOW` while what was lost still
    ///   comes.
    func requireKnown(since moment: Instant) throws(Problem) {
        let state = current
        guard !state.expected.isEmpty, let began = state.began else { return }
        guard state.waiting.isEmpty else {
            throw Problem(
                .illegalTransition, "This hub is being filled again by its sites; what came since a moment is not known yet.",
                remedy: "Revoke without --since, or wait: filmjacket hub recover watch.")
        }
        guard moment.milliseconds >= began else {
            let text = Timestamp.text(of: Instant(milliseconds: began))
            throw Problem(
                .badInput, "This hub was filled again at \(text); what came before and after an earlier moment is not known.",
                remedy: "Revoke without --since, or from \(text) on.")
        }
    }

    /// Whether every site that had joined was heard or is waived.
    var isComplete: Bool { current.waiting.isEmpty }

    /// A site holds nothing more that the hub does not.
    func heard(_ site: SiteID, _ now: Instant) throws(Problem) {
        guard current.expected.contains(site.text), current.heard[site.text] == nil else { return }
        try change { $0.heard[site.text] = now.milliseconds }
    }

    /// Nobody waits for a site any more.
    func waive(_ site: String, reason: String) throws(Problem) {
        guard current.expected.contains(site) else {
            throw Problem(
                .notFound, "The rebuild does not wait for '\(site)'.", remedy: "See: filmjacket hub recover watch --once.")
        }
        guard reason.contains(where: { !$0.isWhitespace }) else {
            throw Problem(.badInput, "No reason is given.", remedy: "Say why nobody waits for the site.")
        }
        try change { $0.waived[site] = reason }
    }

    /// Takes states that logs' sites signed; the caller has checked the signatures. The larger of two stays.
    func witnessed(_ heads: [SignedCheckpoint]) throws(Problem) {
        let held = current.heads
        let newer = heads.filter { head in
            let before = held[head.checkpoint.log.description].flatMap { SignedCheckpoint(note: $0) }
            return before.map { head.checkpoint.size > $0.checkpoint.size } ?? true
        }
        guard !newer.isEmpty else { return }
        try change { state in for head in newer { state.heads[head.checkpoint.log.description] = head.note } }
    }

    private func change(_ body: @Sendable (inout State) -> Void) throws(Problem) {
        let fault: Problem? = state.withLock { state in
            var next = state
            body(&next)
            do throws(Problem) { try write(next) } catch { return error }
            state = next
            return nil
        }
        if let fault { throw fault }
    }

    private func write(_ state: State) throws(Problem) { try SecretFile.write(json: state, to: path) }
}
