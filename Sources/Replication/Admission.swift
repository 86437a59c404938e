public import EventLog
public import Problems

/// Whether an event may become part of a state at all, judged by its envelope alone. Pure.
///
/// What may not keeps its place in its log, so that the log stays whole and nothing behind it waits; it is neither folded nor given
/// on, and its own site shows it as refused. Roles and content are judged by the fold, which doubts and does not refuse.
public enum Admission {
    /// Why an event is set aside; nil for one that is admitted.
    public static func objection(to event: Event) -> Problem? {
        guard event.actor.site == event.id.log.site else {
            return Problem(
                .siteMismatch,
                "\(event.id) says that somebody of '\(event.actor.site)' acted; only people of '\(event.id.log.site)' act in its log."
            )
        }
        return nil
    }
}
