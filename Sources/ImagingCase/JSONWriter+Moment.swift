import EventLog

extension JSONWriter {
    /// Writes a moment as text, in UTC.
    mutating func moment(_ name: StaticString, _ instant: Instant) {
        member(name, Timestamp.text(of: instant))
    }
}
