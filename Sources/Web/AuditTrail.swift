public import EventLog
public import ImagingCase
import Synchronization

/// What a request turned out to be about, as far as its answering found out: filled by whoever answers, read by whoever keeps the record.
///
/// The names that are asked for are people's words; only here is known which case they led to.
public final class AuditTrail: Sendable {
    /// What was found.
    struct Found: Sendable {
        var person: String?
        var role: String?
        /// Who asks, where a door within established it.
        var caller: Caller?
        var site: SiteID?
        var stream: StreamID?
        var event: EventID?
        var conflict: String?
        var count: Int?
        var isNothing = false
    }

    private let state = Mutex(Found())

    /// An empty trail.
    public init() {}

    /// The trail of the request that is being answered; nil where nobody keeps one.
    @TaskLocal public static var current: AuditTrail?

    var found: Found { state.withLock { $0 } }

    /// Who says that he asks.
    public func asks(_ person: String?, _ role: String?) {
        state.withLock { found in
            if let person, !person.isEmpty { found.person = person }
            if let role, !role.isEmpty { found.role = role }
        }
    }

    /// Who asks, as the door established it.
    public func asks(_ caller: Caller) { state.withLock { $0.caller = caller } }

    /// Which site signed the request.
    public func acts(_ site: SiteID) { state.withLock { $0.site = site } }

    /// Which history it is about.
    public func finds(_ stream: StreamID) { state.withLock { $0.stream = stream } }

    /// Which conflict it is about.
    public func finds(conflict: String) { state.withLock { $0.conflict = conflict } }

    /// What was recorded.
    public func records(_ recorded: Recorded) {
        state.withLock { found in
            found.stream = recorded.stream
            found.event = recorded.id
        }
    }

    /// How many rows, events or messages the answer has.
    public func counts(_ count: Int) { state.withLock { $0.count = count } }

    /// Nothing of a patient is in the answer: it says only that there is nothing new.
    public func givesNothing() { state.withLock { $0.isNothing = true } }
}
