public import EventLog

/// One message, lexed and within bounds; its header names type, version and control id.
public struct HL7Message: Hashable, Sendable {
    /// The facts of MSH.
    public let header: HL7Header
    /// All segments in order, MSH first.
    public let segments: [HL7Segment]
    /// SHA-256 over the segments in UTF-8, each ended by one CR: the same whatever framing, line ends or byte-order mark a copy has.
    public let digest: EventHash
    /// What was accepted although it departs from the standard.
    public let remarks: [HL7Remark]

    /// The first segment of a name.
    public func first(_ name: String) -> HL7Segment? { segments.first { $0.name == name } }

    /// The key of the event that one of the message's intents makes: sender, control id, content and index. A re-sent message gives
    /// the same keys; the same control id with other content gives others under the same ``HL7Header/messageKey``.
    public func sourceKey(_ index: Int) -> String {
        "\(header.messageKey)|\(digest.description.prefix(16))|\(index)"
    }
}
