public import EventLog

/// A finding that somebody must learn of in time.
///
/// Source: RadLex RID49480-RID49482.
public struct CriticalResultRaised: Payload {
    /// 1 minutes, 2 hours, 3 days.
    public var category: Int
    /// The finding.
    public var finding: String
    /// The report that holds it.
    public var report: EventID?
    /// Who must be told.
    public var responsible: String

    /// Says the fields.
    public init(category: Int = 0, finding: String = "", report: EventID? = nil, responsible: String = "") {
        self.category = category
        self.finding = finding
        self.report = report
        self.responsible = responsible
    }

    /// No field said.
    public init() {
        self.init(category: 0)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.count(1, &category)
        visitor.text(2, &finding)
        visitor.event(3, &report)
        visitor.text(4, &responsible)
    }
}

/// Somebody was told.
///
/// Source: LOINC 73568-8.
public struct CriticalResultCommunicated: Payload {
    /// The critical result; empty means the only open one.
    public var raised: EventID?
    /// Who was told.
    public var to: String
    /// By which medium.
    public var medium: String
    /// Whether it was read back.
    public var readBack: Bool

    /// Says the fields.
    public init(raised: EventID? = nil, to: String = "", medium: String = "", readBack: Bool = false) {
        self.raised = raised
        self.to = to
        self.medium = medium
        self.readBack = readBack
    }

    /// No field said.
    public init() {
        self.init(raised: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &raised)
        visitor.text(2, &to)
        visitor.text(3, &medium)
        visitor.flag(4, &readBack)
    }
}

/// The responsible caregiver takes note.
public struct CriticalResultAcknowledged: Payload {
    /// The critical results; empty means the only open one.
    public var raised: [EventID]
    /// What will be done.
    public var plan: String

    /// Says the fields.
    public init(raised: [EventID] = [], plan: String = "") {
        self.raised = raised
        self.plan = plan
    }

    /// No field said.
    public init() {
        self.init(raised: [])
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.events(1, &raised)
        visitor.text(2, &plan)
    }
}

/// Nobody answered in time; the next is asked.
public struct CriticalResultEscalated: Payload {
    /// The critical result.
    public var raised: EventID?
    /// Step of the escalation, from 1.
    public var step: Int
    /// To whom.
    public var to: String

    /// Says the fields.
    public init(raised: EventID? = nil, step: Int = 0, to: String = "") {
        self.raised = raised
        self.step = step
        self.to = to
    }

    /// No field said.
    public init() {
        self.init(raised: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &raised)
        visitor.count(2, &step)
        visitor.text(3, &to)
    }
}

/// The finding turned out not to be critical; all who were told must hear.
public struct CriticalResultWithdrawn: Payload {
    /// The critical result.
    public var raised: EventID?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(raised: EventID? = nil, reason: String = "") {
        self.raised = raised
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(raised: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &raised)
        visitor.text(2, &reason)
    }
}
