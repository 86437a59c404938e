/// An order for an examination.
///
/// Source: HL7 v2.5.1 4.5.1 (ORC), FHIR R4 ServiceRequest.
public struct OrderPlaced: Payload {
    /// Accession number with its issuer.
    public var accession: IssuedIdentifier?
    /// Placer order number with its assigner.
    public var placerOrder: IssuedIdentifier?
    /// The person.
    public var patient: Patient?
    /// The requested procedure.
    public var procedure: Coded?
    /// DICOM modality code.
    public var modality: String
    /// Body part or region.
    public var bodySite: String
    /// Side.
    public var laterality: Laterality
    /// Reason for the examination.
    public var reason: String
    /// How soon.
    public var priority: Urgency
    /// Ordering practitioner.
    public var requester: String
    /// Study Instance UID, where already assigned.
    public var studyUID: String
    /// Clinical history, body height and weight and other observations sent with the order.
    public var history: [String]

    /// Says the fields.
    public init(
        accession: IssuedIdentifier? = nil, placerOrder: IssuedIdentifier? = nil, patient: Patient? = nil,
        procedure: Coded? = nil, modality: String = "", bodySite: String = "", laterality: Laterality = .unspecified,
        reason: String = "", priority: Urgency = .unspecified, requester: String = "", studyUID: String = "",
        history: [String] = []
    ) {
        self.accession = accession
        self.placerOrder = placerOrder
        self.patient = patient
        self.procedure = procedure
        self.modality = modality
        self.bodySite = bodySite
        self.laterality = laterality
        self.reason = reason
        self.priority = priority
        self.requester = requester
        self.studyUID = studyUID
        self.history = history
    }

    /// No field said.
    public init() {
        self.init(accession: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.message(1, &accession)
        visitor.message(2, &placerOrder)
        visitor.message(3, &patient)
        visitor.message(4, &procedure)
        visitor.text(5, &modality)
        visitor.text(6, &bodySite)
        visitor.choice(7, &laterality)
        visitor.text(8, &reason)
        visitor.choice(9, &priority)
        visitor.text(10, &requester)
        visitor.text(11, &studyUID)
        visitor.texts(12, &history)
    }
}

/// New content of an order; empty fields stay as they were.
///
/// Source: HL7 table 0119 XO.
public struct OrderChanged: Payload {
    /// The requested procedure.
    public var procedure: Coded?
    /// DICOM modality code.
    public var modality: String
    /// Body part or region.
    public var bodySite: String
    /// Side.
    public var laterality: Laterality
    /// Reason for the examination.
    public var reason: String
    /// How soon.
    public var priority: Urgency
    /// Ordering practitioner.
    public var requester: String
    /// Why it changed.
    public var note: String

    /// Says the fields.
    public init(
        procedure: Coded? = nil, modality: String = "", bodySite: String = "", laterality: Laterality = .unspecified,
        reason: String = "", priority: Urgency = .unspecified, requester: String = "", note: String = ""
    ) {
        self.procedure = procedure
        self.modality = modality
        self.bodySite = bodySite
        self.laterality = laterality
        self.reason = reason
        self.priority = priority
        self.requester = requester
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(procedure: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.message(1, &procedure)
        visitor.text(2, &modality)
        visitor.text(3, &bodySite)
        visitor.choice(4, &laterality)
        visitor.text(5, &reason)
        visitor.choice(6, &priority)
        visitor.text(7, &requester)
        visitor.text(8, &note)
    }
}

/// A request to cancel; it cancels only while nothing has happened to the patient.
///
/// Source: HL7 table 0119 CA, OC.
public struct OrderCancelled: Payload {
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

/// Justification by a radiologist.
///
/// Source: HL7 table 0119 OK, OC.
public struct OrderReviewed: Payload {
    /// The decision.
    public var decision: ReviewDecision
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(decision: ReviewDecision = .unspecified, reason: String = "") {
        self.decision = decision
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(decision: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &decision)
        visitor.text(2, &reason)
    }
}
