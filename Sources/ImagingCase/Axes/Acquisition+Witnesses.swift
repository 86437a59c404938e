public import EventLog

/// Somebody or something that told of one fact: the same click, record or message may be told of through several doors.
///
/// Source: house rule for conflict 68; DICOM PS3.4 F.7 (MPPS) beside a person's own word.
public struct Witness: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who or what told.
    public let by: String
    /// At which site.
    public let site: SiteID
    /// Through which door.
    public let source: EventSource
    /// When it was, as asserted.
    public let at: Instant
    /// Whether a person attests it; else a device or an interface inferred it.
    public let isPerson: Bool

    /// Names the witness that recorded a fact.
    init(_ fact: CaseFact) {
        event = fact.id
        by = fact.actor.person
        site = fact.actor.site
        source = fact.source
        at = fact.occurredAt.instant
        isPerson = fact.role != nil && fact.role != .system
    }
}

extension AcquisitionAxis {
    /// Writes who told of a step's beginning and end, and the times that count.
    static func write(witnessesOf step: AcquisitionStep, to json: inout JSONWriter) {
        if let start = step.startedAt { json.moment("startedAt", start) }
        if let end = step.endedAt { json.moment("endedAt", end) }
        json.key("witnesses")
        json.beginArray()
        for (word, witnesses) in [("start", step.starts), ("end", step.ends)] {
            for witness in witnesses {
                json.beginObject()
                json.member("of", word)
                json.member("event", witness.event)
                json.member("by", witness.by)
                json.member("source", witness.source.name)
                json.moment("at", witness.at)
                json.member("attested", witness.isPerson)
                json.endObject()
            }
        }
        json.endArray()
    }
}
