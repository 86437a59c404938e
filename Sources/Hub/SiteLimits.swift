/// How much one site may ask of a hub once it has shown who it is. Urgent events are counted and never refused for their number.
///
/// Source: house rule, reliability figures of the hub.
public struct SiteLimits: Equatable, Sendable {
    /// Calls of a site under way at once, its waiting polls and open feeds among them; one more is 429. An agent has a
    /// feed, up to three parts of its log and a question; as much again may be what it gave up on and the hub has not noticed.
    public var callsMax = 12
    /// Events a second that a site may push for long; 429. Nil is as many as the hub can store: a site that joins with years of events,
    /// or comes back after days without a line, is whole sooner so, and nobody waits for it, because commits are shared.
    public var eventsPerSecond: Int?
    /// For how many seconds a site may save up what it did not push.
    public var burstSeconds = 10
    /// Large pushes that are unpacked and stored at once, of all sites; others wait.
    public var unpackingMax = 4
    /// Large pushes that wait to be unpacked; one more is 429.
    public var waitingMax = 64

    /// The limits that hold unless configured.
    public init() {}
}
