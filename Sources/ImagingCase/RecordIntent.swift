public import EventLog

/// What somebody wants to record on a case.
public struct RecordIntent: Sendable {
    /// What is said.
    public let event: CaseEvent
    /// The case; nil to find or derive it from the event's identifiers.
    public let stream: StreamID?
    /// Who says it, in which role.
    public let author: Author
    /// How sure the site is of who it is.
    public let assurance: Assurance
    /// The asserted time.
    public let occurredAt: OccurredAt
    /// Through which door it came.
    public let source: EventSource
    /// The outside identity that makes a re-send the same event; empty for none.
    public let sourceKey: String
    /// The heads that the author looked at; nil for "whatever is there now".
    public let expectedHeads: [EventID]?

    /// Gathers an intent.
    public init(
        event: CaseEvent, stream: StreamID?, author: Author, assurance: Assurance = .operator, occurredAt: OccurredAt,
        source: EventSource, sourceKey: String = "", expectedHeads: [EventID]? = nil
    ) {
        self.event = event
        self.stream = stream
        self.author = author
        self.assurance = assurance
        self.occurredAt = occurredAt
        self.source = source
        self.sourceKey = sourceKey
        self.expectedHeads = expectedHeads
    }
}

/// What a recording came to.
public struct Recorded: Sendable {
    /// The event.
    public let id: EventID
    /// The case.
    public let stream: StreamID
    /// Whether it had been recorded before under its source key.
    public let isRepeat: Bool

    /// States an outcome.
    public init(id: EventID, stream: StreamID, isRepeat: Bool) {
        self.id = id
        self.stream = stream
        self.isRepeat = isRepeat
    }
}
