public import EventLog

extension JSONWriter {
    /// Writes a moment as text, in UTC.
    public mutating func moment(_ name: StaticString, _ instant: Instant) {
        key(name)
        quote(atMost: Timestamp.textBytesMax) { Timestamp.append(instant, to: &$0) }
    }

    /// Writes an event's id.
    public mutating func member(_ name: StaticString, _ event: EventID) {
        key(name)
        quote(atMost: EventID.textBytesMax) { event.append(to: &$0) }
    }

    /// Writes an array of events' ids.
    public mutating func member(_ name: StaticString, events: [EventID]) {
        key(name)
        beginArray()
        for event in events { quote(atMost: EventID.textBytesMax) { event.append(to: &$0) } }
        endArray()
    }
}
