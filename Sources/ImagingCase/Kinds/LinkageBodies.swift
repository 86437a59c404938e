/// Two cases are one examination.
///
/// Source: IHE RAD PIR (RAD-12); FHIR R4 ImagingStudy.basedOn.
public struct CaseLinked: Payload {
    /// The other case, as the text of its id.
    public var to: String
    /// What it rests on; a program may link by exact identifiers only.
    public var basis: LinkBasis
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(to: String = "", basis: LinkBasis = .unspecified, reason: String = "") {
        self.to = to
        self.basis = basis
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(to: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &to)
        visitor.choice(2, &basis)
        visitor.text(3, &reason)
    }
}

/// They are two after all.
///
/// Source: House rule.
public struct CaseUnlinked: Payload {
    /// The other case.
    public var from: String
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(from: String = "", reason: String = "") {
        self.from = from
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(from: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &from)
        visitor.text(2, &reason)
    }
}

/// The examination belongs to another person.
///
/// Texts that were signed before keep their words and the name for which they were signed.
/// Source: DICOM PS3.16 113038 (wrong worklist entry), HL7 v2.5.1 3.3.45 (ADT^A45); house rule.
public struct CaseMoved: Payload {
    /// The person that it belongs to: (0010,0010), (0010,0020), (0010,0021); PID-3, PID-5.
    public var patient: Patient?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(patient: Patient? = nil, reason: String = "") {
        self.patient = patient
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(patient: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.message(1, &patient)
        visitor.text(2, &reason)
    }
}
