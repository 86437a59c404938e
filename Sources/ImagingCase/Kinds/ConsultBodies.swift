public import EventLog

/// Advice is asked for.
///
/// Source: FHIR R4 CommunicationRequest (payload, recipient, occurrence[x]); HL7 v2.5.1 OBX-3 LOINC 11487-6.
public struct ConsultRequested: Payload {
    /// The question.
    public var question: String
    /// The subspecialty or person asked.
    public var to: String
    /// Whether a written, billable answer is asked for.
    public var isFormal: Bool
    /// When it is due.
    public var due: Instant?

    /// Says the fields.
    public init(question: String = "", to: String = "", isFormal: Bool = false, due: Instant? = nil) {
        self.question = question
        self.to = to
        self.isFormal = isFormal
        self.due = due
    }

    /// No field said.
    public init() {
        self.init(question: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &question)
        visitor.text(2, &to)
        visitor.flag(3, &isFormal)
        visitor.instant(4, &due)
    }
}

/// Somebody will answer.
///
/// Source: FHIR R4 Task accepted (owner).
public struct ConsultTaken: Payload {
    /// The request; empty means the only open one.
    public var consult: EventID?

    /// Says the fields.
    public init(consult: EventID? = nil) {
        self.consult = consult
    }

    /// No field said.
    public init() {
        self.init(consult: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &consult)
    }
}

/// The advice.
///
/// Source: LOINC 11487-6 and 74466-4 in OBX-3; FHIR R4 Communication (inResponseTo).
public struct ConsultAnswered: Payload {
    /// The request; empty means the only open one.
    public var consult: EventID?
    /// The advice.
    public var answer: String
    /// The options that were weighed.
    public var options: [String]
    /// The report that the advice contradicts, where it does.
    public var contradictsReport: EventID?

    /// Says the fields.
    public init(consult: EventID? = nil, answer: String = "", options: [String] = [], contradictsReport: EventID? = nil) {
        self.consult = consult
        self.answer = answer
        self.options = options
        self.contradictsReport = contradictsReport
    }

    /// No field said.
    public init() {
        self.init(consult: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &consult)
        visitor.text(2, &answer)
        visitor.texts(3, &options)
        visitor.event(4, &contradictsReport)
    }
}

/// The asker has what he needs.
///
/// Source: FHIR R4 CommunicationRequest.status completed.
public struct ConsultClosed: Payload {
    /// The request; empty means the only open one.
    public var consult: EventID?

    /// Says the fields.
    public init(consult: EventID? = nil) {
        self.consult = consult
    }

    /// No field said.
    public init() {
        self.init(consult: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &consult)
    }
}

/// A tumour board or other conference spoke of the case.
///
/// Source: house rule; FHIR R4 Communication with the attendees as recipients.
public struct ConferenceRecorded: Payload {
    /// Who took part.
    public var attendees: [String]
    /// What was concluded.
    public var conclusion: String

    /// Says the fields.
    public init(attendees: [String] = [], conclusion: String = "") {
        self.attendees = attendees
        self.conclusion = conclusion
    }

    /// No field said.
    public init() {
        self.init(attendees: [])
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.texts(1, &attendees)
        visitor.text(2, &conclusion)
    }
}
