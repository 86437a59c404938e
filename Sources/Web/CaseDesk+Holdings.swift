import EventLog
import ImagingCase
import Problems

/// What the calls over HTTP ask of a node's holdings, besides answers in words.
extension CaseDesk {
    /// The rows of worklists, the newest first, at most `rowsMax`.
    func summaries() throws(Problem) -> [[UInt8]] { try library.summaries(limit: Self.rowsMax) }

    /// The history that a name leads to; nil where it leads to none or to several.
    func stream(named name: String) -> StreamID? {
        // Why it leads nowhere is nothing to whoever looks for a name.
        try? resolve(name)
    }

    /// The heads of a case that is named as people name it, for whoever records on it.
    func heads(of name: String) throws(Problem) -> [EventID] { try heads(of: resolveWritten(name)) }

    /// The heads of a history.
    func heads(of stream: StreamID) throws(Problem) -> [EventID] { CaseHistory(try library.facts(of: stream)).heads }

    /// How many cases are held.
    func count() throws(Problem) -> Int { try library.count() }

    /// What all cases come to.
    func digest() throws(Problem) -> EventHash { try library.digest() }

    /// How many conflicts wait for a person: of the cases that open to whoever asks.
    func openConflicts() throws(Problem) -> Int {
        var count = 0
        for place in try library.conflicts(openOnly: true) where try isListed(place.stream) { count += 1 }
        return count
    }
}
