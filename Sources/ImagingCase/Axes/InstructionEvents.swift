public import EventLog

/// A radiologist asks the technologist for something.
///
/// Source: FHIR R4 CommunicationRequest.
public struct InstructionIssued: Payload {
    /// What is asked.
    public var kind: InstructionKind
    /// In words.
    public var text: String
    /// How soon.
    public var urgency: Urgency
    /// Until when it makes sense.
    public var validUntil: Instant?

    /// Says the fields.
    public init(
        kind: InstructionKind = .unspecified, text: String = "", urgency: Urgency = .unspecified, validUntil: Instant? = nil
    ) {
        self.kind = kind
        self.text = text
        self.urgency = urgency
        self.validUntil = validUntil
    }

    /// No field said.
    public init() {
        self.init(kind: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &kind)
        visitor.text(2, &text)
        visitor.choice(3, &urgency)
        visitor.instant(4, &validUntil)
    }
}

/// The technologist has seen it.
public struct InstructionAcknowledged: Payload {
    /// The instruction.
    public var instruction: EventID?

    /// Says the fields.
    public init(instruction: EventID? = nil) {
        self.instruction = instruction
    }

    /// No field said.
    public init() {
        self.init(instruction: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &instruction)
    }
}

/// The technologist has done it.
public struct InstructionCompleted: Payload {
    /// The instruction.
    public var instruction: EventID?
    /// Series or remark that shows it.
    public var evidence: String

    /// Says the fields.
    public init(instruction: EventID? = nil, evidence: String = "") {
        self.instruction = instruction
        self.evidence = evidence
    }

    /// No field said.
    public init() {
        self.init(instruction: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &instruction)
        visitor.text(2, &evidence)
    }
}

/// The technologist cannot or may not.
public struct InstructionDeclined: Payload {
    /// The instruction.
    public var instruction: EventID?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(instruction: EventID? = nil, reason: String = "") {
        self.instruction = instruction
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(instruction: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &instruction)
        visitor.text(2, &reason)
    }
}

/// The radiologist takes it back.
public struct InstructionWithdrawn: Payload {
    /// The instruction.
    public var instruction: EventID?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(instruction: EventID? = nil, reason: String = "") {
        self.instruction = instruction
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(instruction: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &instruction)
        visitor.text(2, &reason)
    }
}
