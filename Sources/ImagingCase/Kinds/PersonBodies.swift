/// Two identifiers are one person: a link that can be undone, never a rewriting.
///
/// Recorded in the history of the lesser of the two identifiers.
/// Source: HL7 v2.5.1 3.3.40 (ADT^A40), 3.4.9 (MRG); FHIR R4 Patient.link (replaced-by).
public struct PersonMerged: Payload {
    /// The identifier that goes on: PID-3, (0010,0020) with (0010,0021).
    public var survivor: IssuedIdentifier?
    /// The identifier that is retired: MRG-1.
    public var retired: IssuedIdentifier?
    /// What it rests on; a person says it, the master index need not.
    public var evidence: String

    /// Says the fields.
    public init(survivor: IssuedIdentifier? = nil, retired: IssuedIdentifier? = nil, evidence: String = "") {
        self.survivor = survivor
        self.retired = retired
        self.evidence = evidence
    }

    /// No field said.
    public init() {
        self.init(survivor: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.message(1, &survivor)
        visitor.message(2, &retired)
        visitor.text(3, &evidence)
    }
}

/// The person has another identifier.
///
/// Source: HL7 v2.5.1 3.3.47 (ADT^A47), MRG-1; FHIR R4 Patient.identifier.
public struct PersonIdentifierChanged: Payload {
    /// The identifier that was.
    public var from: IssuedIdentifier?
    /// The identifier that is.
    public var to: IssuedIdentifier?

    /// Says the fields.
    public init(from: IssuedIdentifier? = nil, to: IssuedIdentifier? = nil) {
        self.from = from
        self.to = to
    }

    /// No field said.
    public init() {
        self.init(from: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.message(1, &from)
        visitor.message(2, &to)
    }
}

/// They are two persons after all.
///
/// Source: HL7 v2.5.1 3.3.37 (ADT^A37).
public struct PersonUnmerged: Payload {
    /// One identifier.
    public var first: IssuedIdentifier?
    /// The other.
    public var second: IssuedIdentifier?
    /// What it rests on.
    public var evidence: String

    /// Says the fields.
    public init(first: IssuedIdentifier? = nil, second: IssuedIdentifier? = nil, evidence: String = "") {
        self.first = first
        self.second = second
        self.evidence = evidence
    }

    /// No field said.
    public init() {
        self.init(first: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.message(1, &first)
        visitor.message(2, &second)
        visitor.text(3, &evidence)
    }
}
