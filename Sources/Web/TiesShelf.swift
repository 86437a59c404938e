import EventLog
import ImagingCase
import Problems
import Synchronization

/// Whom histories concern, kept for as long as their rows are the same: a list asks it of each row, and gathering it reads and folds the
/// whole history.
final class TiesShelf: Sendable {
    /// The most histories; when there are more, all are gathered anew as they are asked for.
    static let entriesMax = 20_000

    private let held = Mutex<[StreamID: (version: CaseVersion, ties: CaseTies)]>([:])

    /// The ties of a history in the version that its row names.
    func ties(
        of stream: StreamID, version: CaseVersion, _ gather: () throws(Problem) -> CaseTies
    ) throws(Problem) -> CaseTies {
        if let entry = held.withLock({ $0[stream] }), entry.version == version { return entry.ties }
        let ties = try gather()
        held.withLock { held in
            if held.count >= Self.entriesMax { held = [:] }
            held[stream] = (version, ties)
        }
        return ties
    }
}
