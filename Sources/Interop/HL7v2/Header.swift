import EventLog

/// The facts of a message's MSH segment, as far as they could be read: enough for an acknowledgment of a message that is refused.
///
/// Source: HL7 v2.5.1 2.15.9.
public struct HL7Header: Hashable, Sendable {
    /// The segment.
    public let segment: HL7Segment

    /// Message type, MSH-9.1, such as `ORM`.
    public var type: String { segment[9].text(1) }
    /// Trigger event, MSH-9.2, such as `O01`.
    public var trigger: String { segment[9].text(2) }
    /// Control id, MSH-10.
    public var controlID: String { segment[10].text() }
    /// Processing id, MSH-11.1.
    public var processing: String { segment[11].text() }
    /// Version, MSH-12.1.
    public var version: String { segment[12].text() }
    /// Sending application, MSH-3: its name, or its universal id.
    public var sendingApplication: String { HL7Text.designator(segment[3].first) }
    /// Sending facility, MSH-4: its name, or its universal id.
    public var sendingFacility: String { HL7Text.designator(segment[4].first) }
    /// The sender for people.
    public var sender: String {
        [sendingApplication, sendingFacility].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// What names a message at its sender: application, facility and control id; replaced by their digest where they are too long
    /// for an event's source key.
    public var messageKey: String {
        let key = "\(sendingApplication)|\(sendingFacility)|\(controlID)"
        guard key.utf8.count > Self.messageKeyBytesMax else { return key }
        return EventHash.sha256(Array(key.utf8)).description
    }

    /// Leaves room for the digest's prefix and the index within an event's source key.
    static let messageKeyBytesMax = EventLimits.textBytesMax - 32

    /// Checks what every message has to say about itself.
    ///
    /// - Throws: AR 200 without a type, AR 203 for a version outside 2.1 to 2.9, AE 101 without a control id.
    func check() throws(HL7Problem) {
        guard !type.isEmpty else {
            throw HL7Problem(.unsupportedMessageType, at: segment.location(9), "MSH-9 names no message type.")
        }
        guard Self.versions.contains(version) else {
            throw HL7Problem(
                .unsupportedVersion, at: segment.location(12),
                "Versions 2.1 to 2.9 are read, and MSH-12 says \(HL7Problem.shown(version)).")
        }
        guard !controlID.isEmpty else {
            throw HL7Problem(.requiredFieldMissing, at: segment.location(10), "MSH-10 has to name the message, and it is empty.")
        }
    }

    /// Source: HL7 table 0104.
    private static let versions: Set<String> = [
        "2.1", "2.2", "2.3", "2.3.1", "2.3.2", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2", "2.9",
        "2.9.1",
    ]
}
