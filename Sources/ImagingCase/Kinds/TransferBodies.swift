/// A transfer to a destination began.
///
/// Source: DICOM PS3.4 B (C-STORE), PS3.18 10.5 (STOW-RS); house rule.
public struct TransferStarted: Payload {
    /// Destination: a site id or AE title.
    public var destination: String
    /// The content that is sent.
    public var contentVersion: String
    /// Instances to send.
    public var instances: Int

    /// Says the fields.
    public init(destination: String = "", contentVersion: String = "", instances: Int = 0) {
        self.destination = destination
        self.contentVersion = contentVersion
        self.instances = instances
    }

    /// No field said.
    public init() {
        self.init(destination: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &destination)
        visitor.text(2, &contentVersion)
        visitor.count(3, &instances)
    }
}

/// Part of it has arrived.
///
/// Source: DICOM PS3.7 9.1.1 (C-STORE status), house rule.
public struct TransferProgressed: Payload {
    /// Destination.
    public var destination: String
    /// The content that is sent.
    public var contentVersion: String
    /// Instances sent.
    public var sent: Int
    /// Instances verified there by count and hash.
    public var verified: Int

    /// Says the fields.
    public init(destination: String = "", contentVersion: String = "", sent: Int = 0, verified: Int = 0) {
        self.destination = destination
        self.contentVersion = contentVersion
        self.sent = sent
        self.verified = verified
    }

    /// No field said.
    public init() {
        self.init(destination: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &destination)
        visitor.text(2, &contentVersion)
        visitor.count(3, &sent)
        visitor.count(4, &verified)
    }
}

/// All of it has arrived; verified says how many were compared there.
///
/// Source: DICOM PS3.4 J.3 (Storage Commitment Push Model, N-EVENT-REPORT).
public struct TransferCompleted: Payload {
    /// Destination.
    public var destination: String
    /// The content that was sent.
    public var contentVersion: String
    /// Instances sent.
    public var sent: Int
    /// Instances verified there by count and hash.
    public var verified: Int
    /// Bytes sent.
    public var bytes: Int
    /// Whether the destination committed itself to keep all of it: N-EVENT-REPORT with event type 1.
    public var isCommitted: Bool

    /// Says the fields.
    public init(
        destination: String = "", contentVersion: String = "", sent: Int = 0, verified: Int = 0, bytes: Int = 0,
        isCommitted: Bool = false
    ) {
        self.destination = destination
        self.contentVersion = contentVersion
        self.sent = sent
        self.verified = verified
        self.bytes = bytes
        self.isCommitted = isCommitted
    }

    /// No field said.
    public init() {
        self.init(destination: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &destination)
        visitor.text(2, &contentVersion)
        visitor.count(3, &sent)
        visitor.count(4, &verified)
        visitor.count(5, &bytes)
        visitor.flag(6, &isCommitted)
    }
}

/// The transfer did not succeed; it is tried again or a person acts.
///
/// Source: DICOM PS3.8 7.1.1.9 (A-ASSOCIATE result), PS3.7 C (status codes); house rule.
public struct TransferFailed: Payload {
    /// Destination.
    public var destination: String
    /// The content that was sent.
    public var contentVersion: String
    /// Why.
    public var reason: String
    /// Whether it will not be tried again by itself.
    public var isFinal: Bool

    /// Says the fields.
    public init(destination: String = "", contentVersion: String = "", reason: String = "", isFinal: Bool = false) {
        self.destination = destination
        self.contentVersion = contentVersion
        self.reason = reason
        self.isFinal = isFinal
    }

    /// No field said.
    public init() {
        self.init(destination: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &destination)
        visitor.text(2, &contentVersion)
        visitor.text(3, &reason)
        visitor.flag(4, &isFinal)
    }
}
