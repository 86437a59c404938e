public import EventLog
public import ImagingCase
public import Problems

extension LogReport {
    /// Events that are set aside.
    public static func aside(_ events: [SetAsideEvent]) -> LogReport {
        var json = JSONWriter()
        json.beginObject()
        json.member("aside", aside: events)
        json.endObject()
        let lines = events.map { "\($0.id)  \($0.code.rawValue): \($0.reason)" }
        return LogReport(json: json.text, text: lines.isEmpty ? "nothing is set aside" : lines.joined(separator: "\n"))
    }

    /// What a repair came to; verifies when everything was put right.
    ///
    /// - Throws: `INTEGRITY_FAILED` naming the first event that is damaged still, or what verification finds.
    public static func repaired(_ damaged: [EventID], mended: [EventID], _ file: StoreFile) throws(Problem) -> LogReport {
        let left = damaged.filter { !Set(mended).contains($0) }
        if let first = left.first {
            throw Problem(
                .integrityFailed, "\(left.count) of \(damaged.count) damaged events are not repaired yet; the first is \(first).",
                remedy: "A site asks its hub, a hub asks its sites at their next hello: sync them, then verify again.",
                facts: left.prefix(32).map { .init("damaged", $0.description) })
        }
        _ = try verify(file)
        var json = JSONWriter()
        json.beginObject()
        json.member("ok", true)
        json.member("repaired", texts: mended.map(\.description))
        json.endObject()
        let lines = mended.map { "repaired \($0)" } + ["ok: every hash recomputed, \(mended.count) events repaired"]
        return LogReport(json: json.text, text: lines.joined(separator: "\n"))
    }
}

extension JSONWriter {
    /// Writes events that are set aside, each with why.
    public mutating func member(_ name: StaticString, aside events: [SetAsideEvent]) {
        key(name)
        beginArray()
        for event in events {
            beginObject()
            member("event", event.id.description)
            member("code", event.code.rawValue)
            member("reason", event.reason)
            endObject()
        }
        endArray()
    }
}
