public import EventLog

/// A reader takes the study as a lease, not a lock.
///
/// Source: DICOM PS3.4 CC.2.1 (UPS IN PROGRESS).
public struct ReadingClaimed: Payload {
    /// Exclusive or parallel.
    public var mode: ClaimMode
    /// When the lease ends unless renewed.
    public var leaseUntil: Instant?
    /// Whether the study was assigned to this reader.
    public var assigned: Bool

    /// Says the fields.
    public init(mode: ClaimMode = .unspecified, leaseUntil: Instant? = nil, assigned: Bool = false) {
        self.mode = mode
        self.leaseUntil = leaseUntil
        self.assigned = assigned
    }

    /// No field said.
    public init() {
        self.init(mode: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &mode)
        visitor.instant(2, &leaseUntil)
        visitor.flag(3, &assigned)
    }
}

/// A reader gives the study back.
public struct ReadingReleased: Payload {
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(reason: String = "") {
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(reason: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &reason)
    }
}

/// The urgency of the reading changes.
public struct ReadingPriorityChanged: Payload {
    /// The new urgency.
    public var priority: Urgency
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(priority: Urgency = .unspecified, reason: String = "") {
        self.priority = priority
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(priority: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &priority)
        visitor.text(2, &reason)
    }
}
