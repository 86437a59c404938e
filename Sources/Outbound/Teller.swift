import EventLog
import ImagingCase
import SQLiteStore

/// Says what a target is to be told of a history that changed.
protocol Teller: Sendable {
    /// What is to be told, given what was told before. Pure: the same history and the same memory give the same messages.
    func tell(_ stream: StreamID, _ facts: [CaseFact], told: [String: OutboundTold]) -> Telling
}

/// Messages to keep, and what counts as told by them.
struct Telling {
    var drafts: [OutboundDraft] = []
    /// Subjects of which something new was told; nil forgets one.
    var told: [String: OutboundTold?] = [:]
}

/// The subjects of a target's memory that are no subjects of messages.
enum Memory {
    /// How many events of the history were there when the target was added.
    static let known = ""
    /// Set once a final report was told.
    static let final = "report.final"
    /// Why something is held back.
    static let held = OutboundSubject.held
    /// The one reason for that.
    static let doubt = "It is in doubt whose examination this is: no result goes out until that is cleared."
}
