public import EventLog

/// A remark on the case.
public struct CommentAdded: Payload {
    /// The remark.
    public var text: String

    /// Says the fields.
    public init(text: String = "") {
        self.text = text
    }

    /// No field said.
    public init() {
        self.init(text: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &text)
    }
}

/// The case is shared with a site from now on, its past included.
public struct CaseRouted: Payload {
    /// The site.
    public var site: String
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(site: String = "", reason: String = "") {
        self.site = site
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(site: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &site)
        visitor.text(2, &reason)
    }
}

/// The case is no longer routed to a site.
public struct CaseWithdrawn: Payload {
    /// The site.
    public var site: String
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(site: String = "", reason: String = "") {
        self.site = site
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(site: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &site)
        visitor.text(2, &reason)
    }
}

/// A person closes a conflict by choosing what stands, with the reason.
public struct ConflictResolved: Payload {
    /// Id of the conflict.
    public var conflict: String
    /// Its number in the catalogue.
    public var number: Int
    /// The event that stands.
    public var choose: EventID?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(conflict: String = "", number: Int = 0, choose: EventID? = nil, reason: String = "") {
        self.conflict = conflict
        self.number = number
        self.choose = choose
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(conflict: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &conflict)
        visitor.count(2, &number)
        visitor.event(3, &choose)
        visitor.text(4, &reason)
    }
}
