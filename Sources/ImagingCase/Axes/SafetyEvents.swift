public import EventLog

/// An MRI safety screen.
///
/// Source: ACR Manual on MR Safety 2024.
public struct MRIScreened: Payload {
    /// Outcome.
    public var result: ScreenResult
    /// Findings: implants with their labels.
    public var items: [ScreeningItem]
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(result: ScreenResult = .unspecified, items: [ScreeningItem] = [], note: String = "") {
        self.result = result
        self.items = items
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(result: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &result)
        visitor.messages(2, &items)
        visitor.text(3, &note)
    }
}

/// A contrast medium screen.
///
/// Source: ACR Manual on Contrast Media.
public struct ContrastScreened: Payload {
    /// Outcome.
    public var result: ScreenResult
    /// Reactions, eGFR, medication.
    public var items: [ScreeningItem]
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(result: ScreenResult = .unspecified, items: [ScreeningItem] = [], note: String = "") {
        self.result = result
        self.items = items
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(result: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &result)
        visitor.messages(2, &items)
        visitor.text(3, &note)
    }
}

/// A pregnancy screen.
///
/// Source: DICOM (0010,21C0).
public struct PregnancyScreened: Payload {
    /// Outcome.
    public var result: PregnancyStatus
    /// Last menstrual period, test.
    public var items: [ScreeningItem]
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(result: PregnancyStatus = .unspecified, items: [ScreeningItem] = [], note: String = "") {
        self.result = result
        self.items = items
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(result: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &result)
        visitor.messages(2, &items)
        visitor.text(3, &note)
    }
}

/// A privileged person accepts the named screens and no others.
public struct RiskAccepted: Payload {
    /// The screening events that are covered.
    public var covers: [EventID]
    /// Why the benefit outweighs the risk.
    public var justification: String

    /// Says the fields.
    public init(covers: [EventID] = [], justification: String = "") {
        self.covers = covers
        self.justification = justification
    }

    /// No field said.
    public init() {
        self.init(covers: [])
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.events(1, &covers)
        visitor.text(2, &justification)
    }
}
