public import EventLog

/// A document is there. It is known by its content: equal bytes are one document, whatever their names.
///
/// Source: FHIR R4 DocumentReference.content.attachment (contentType, size, hash, title); HL7 v2.5.1 OBX-5 (ED).
public struct AttachmentAdded: Payload {
    /// File name, for people.
    public var name: String
    /// Media type.
    public var mediaType: String
    /// Size in bytes.
    public var bytes: Int
    /// SHA-256 of the content, in hexadecimal.
    public var digest: String

    /// Says the fields.
    public init(name: String = "", mediaType: String = "", bytes: Int = 0, digest: String = "") {
        self.name = name
        self.mediaType = mediaType
        self.bytes = bytes
        self.digest = digest
    }

    /// No field said.
    public init() {
        self.init(name: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &name)
        visitor.text(2, &mediaType)
        visitor.count(3, &bytes)
        visitor.text(4, &digest)
    }
}

/// A document is not to be used; it stays readable as evidence.
///
/// Source: FHIR R4 DocumentReference.status entered-in-error.
public struct AttachmentWithdrawn: Payload {
    /// The attachment.
    public var attachment: EventID?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(attachment: EventID? = nil, reason: String = "") {
        self.attachment = attachment
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(attachment: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &attachment)
        visitor.text(2, &reason)
    }
}
