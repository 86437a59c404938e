/// A transfer to a destination began.
///
/// Source: House rule.
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
/// Source: House rule.
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
/// Source: DICOM PS3.4 J.
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

    /// Says the fields.
    public init(destination: String = "", contentVersion: String = "", sent: Int = 0, verified: Int = 0, bytes: Int = 0) {
        self.destination = destination
        self.contentVersion = contentVersion
        self.sent = sent
        self.verified = verified
        self.bytes = bytes
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
    }
}

/// The transfer did not succeed; it is tried again or a person acts.
///
/// Source: House rule.
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
