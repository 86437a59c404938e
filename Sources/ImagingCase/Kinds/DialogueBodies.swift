public import EventLog

/// The instruction is on a screen at the site.
///
/// Source: FHIR R4 Communication.received (of the CommunicationRequest).
public struct InstructionDelivered: Payload {
    /// The instruction.
    public var instruction: EventID?
    /// Which screen or device.
    public var device: String

    /// Says the fields.
    public init(instruction: EventID? = nil, device: String = "") {
        self.instruction = instruction
        self.device = device
    }

    /// No field said.
    public init() {
        self.init(instruction: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &instruction)
        visitor.text(2, &device)
    }
}

/// The technologist will do it.
///
/// Source: FHIR R4 Task accepted (focus is the CommunicationRequest).
public struct InstructionAccepted: Payload {
    /// The instruction; empty means the only open one.
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

/// It cannot be done any more.
///
/// Source: FHIR R4 Task failed (statusReason); DICOM PS3.16 CID 9300 for reasons such as 110505 patient refused.
public struct InstructionImpossible: Payload {
    /// The instruction; empty means the only open one.
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

/// Somebody asks.
///
/// Source: FHIR R4 CommunicationRequest (payload, priority, about).
public struct QuestionAsked: Payload {
    /// The question.
    public var text: String
    /// How soon.
    public var urgency: Urgency
    /// The event that it is about.
    public var about: EventID?
    /// Whether the examination waits for the answer.
    public var isBlocking: Bool

    /// Says the fields.
    public init(text: String = "", urgency: Urgency = .unspecified, about: EventID? = nil, isBlocking: Bool = false) {
        self.text = text
        self.urgency = urgency
        self.about = about
        self.isBlocking = isBlocking
    }

    /// No field said.
    public init() {
        self.init(text: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &text)
        visitor.choice(2, &urgency)
        visitor.event(3, &about)
        visitor.flag(4, &isBlocking)
    }
}

/// Somebody answers.
///
/// Source: FHIR R4 Communication (inResponseTo, payload).
public struct QuestionAnswered: Payload {
    /// The question; empty means the only open one.
    public var question: EventID?
    /// The answer.
    public var text: String

    /// Says the fields.
    public init(question: EventID? = nil, text: String = "") {
        self.question = question
        self.text = text
    }

    /// No field said.
    public init() {
        self.init(question: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &question)
        visitor.text(2, &text)
    }
}
