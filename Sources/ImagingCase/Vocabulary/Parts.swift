public import EventLog

/// An identifier together with who issued it: an accession or patient id means nothing without its issuer.
///
/// Source: DICOM PS3.3 C.7.1.1 (0010,0021), HL7 v2.5.1 2.A.14 (CX).
public struct IssuedIdentifier: Payload {
    /// Who issued it: an OID, a namespace or a local name.
    public var issuer: String
    /// The identifier itself.
    public var value: String

    /// Says the fields.
    public init(issuer: String = "", value: String = "") {
        self.issuer = issuer
        self.value = value
    }

    /// No field said.
    public init() {
        self.init(issuer: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &issuer)
        visitor.text(2, &value)
    }
}

/// The person as one source gave it.
///
/// Source: DICOM PS3.3 C.7.1.1, HL7 v2.5.1 3.4.2 (PID).
public struct Patient: Payload {
    /// Issuer of the patient id.
    public var issuer: String
    /// Patient id.
    public var id: String
    /// Name in DICOM PN form: family^given^middle^prefix^suffix.
    public var name: String
    /// Birth date as YYYY-MM-DD, or empty.
    public var birthDate: String
    /// Administrative sex.
    public var sex: Sex

    /// Says the fields.
    public init(issuer: String = "", id: String = "", name: String = "", birthDate: String = "", sex: Sex = .unspecified) {
        self.issuer = issuer
        self.id = id
        self.name = name
        self.birthDate = birthDate
        self.sex = sex
    }

    /// No field said.
    public init() {
        self.init(issuer: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &issuer)
        visitor.text(2, &id)
        visitor.text(3, &name)
        visitor.text(4, &birthDate)
        visitor.choice(5, &sex)
    }
}

/// A code with its scheme and the words that a person reads.
///
/// Source: DICOM PS3.3 8 (Coding Scheme Designator), HL7 v2.5.1 2.A.13 (CE).
public struct Coded: Payload {
    /// The code value.
    public var code: String
    /// The coding scheme.
    public var scheme: String
    /// The meaning as text.
    public var text: String

    /// Says the fields.
    public init(code: String = "", scheme: String = "", text: String = "") {
        self.code = code
        self.scheme = scheme
        self.text = text
    }

    /// No field said.
    public init() {
        self.init(code: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &code)
        visitor.text(2, &scheme)
        visitor.text(3, &text)
    }
}

/// One series of a study as a step or content report gives it.
///
/// Source: DICOM PS3.3 C.7.3.1.
public struct Series: Payload {
    /// Series Instance UID (0020,000E).
    public var uid: String
    /// Modality (0008,0060).
    public var modality: String
    /// Series Description (0008,103E).
    public var description: String
    /// How many instances.
    public var instances: Int
    /// Digest over the sorted SOP instance UIDs and their MD5, where it is known.
    public var digest: String

    /// Says the fields.
    public init(uid: String = "", modality: String = "", description: String = "", instances: Int = 0, digest: String = "") {
        self.uid = uid
        self.modality = modality
        self.description = description
        self.instances = instances
        self.digest = digest
    }

    /// No field said.
    public init() {
        self.init(uid: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &uid)
        visitor.text(2, &modality)
        visitor.text(3, &description)
        visitor.count(4, &instances)
        visitor.text(5, &digest)
    }
}

/// One physical irradiation, keyed by its UID so that re-sent reports count once.
///
/// Source: DICOM PS3.16 TID 10013 (CT), TID 10003 (projection), 113769.
public struct IrradiationEvent: Payload {
    /// Irradiation Event UID (113769), also (0008,3010).
    public var uid: String
    /// CTDIvol in mGy (113830).
    public var ctdiVolMilligray: Double
    /// Dose length product in mGy*cm (113838).
    public var dlpMilligrayCentimetre: Double
    /// What a projection, fluoroscopy included, gave; nil for CT.
    public var projection: ProjectionDose?
    /// Modality (0008,0060); empty where nobody said it.
    public var modality: String
    /// When it began: DateTime Started (111526).
    public var startedAt: Instant?

    /// Says the fields.
    public init(
        uid: String = "", ctdiVolMilligray: Double = 0, dlpMilligrayCentimetre: Double = 0, projection: ProjectionDose? = nil,
        modality: String = "", startedAt: Instant? = nil
    ) {
        self.uid = uid
        self.ctdiVolMilligray = ctdiVolMilligray
        self.dlpMilligrayCentimetre = dlpMilligrayCentimetre
        self.projection = projection
        self.modality = modality
        self.startedAt = startedAt
    }

    /// No field said.
    public init() {
        self.init(uid: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &uid)
        visitor.real(2, &ctdiVolMilligray)
        visitor.real(3, &dlpMilligrayCentimetre)
        visitor.message(4, &projection)
        visitor.text(5, &modality)
        visitor.instant(6, &startedAt)
    }
}

/// What one projection gave, fluoroscopy included.
///
/// Source: DICOM PS3.16 TID 10003; units as people speak of them, not those of the report.
public struct ProjectionDose: Payload {
    /// Dose at the reference point in Gy (113738).
    public var referencePointAirKermaGray: Double
    /// Dose area product in Gy*cm2 (122130); a report gives it in Gy*m2.
    public var kermaAreaProductGraySquareCentimetre: Double
    /// Irradiation duration of fluoroscopy in seconds (113742), in the total 113730.
    public var fluoroscopySeconds: Double
    /// Peak skin dose in Gy, where somebody computed it.
    public var skinDoseGray: Double

    /// Says the fields.
    public init(
        referencePointAirKermaGray: Double = 0, kermaAreaProductGraySquareCentimetre: Double = 0, fluoroscopySeconds: Double = 0,
        skinDoseGray: Double = 0
    ) {
        self.referencePointAirKermaGray = referencePointAirKermaGray
        self.kermaAreaProductGraySquareCentimetre = kermaAreaProductGraySquareCentimetre
        self.fluoroscopySeconds = fluoroscopySeconds
        self.skinDoseGray = skinDoseGray
    }

    /// No field said.
    public init() {
        self.init(referencePointAirKermaGray: 0)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.real(1, &referencePointAirKermaGray)
        visitor.real(2, &kermaAreaProductGraySquareCentimetre)
        visitor.real(3, &fluoroscopySeconds)
        visitor.real(4, &skinDoseGray)
    }
}

/// One answer or finding of a safety screen.
public struct ScreeningItem: Payload {
    /// What was asked or found: implant, reaction, eGFR ...
    public var kind: String
    /// The answer.
    public var value: String
    /// Its safety label where it has one: safe, conditional, unsafe, unknown.
    public var label: String

    /// Says the fields.
    public init(kind: String = "", value: String = "", label: String = "") {
        self.kind = kind
        self.value = value
        self.label = label
    }

    /// No field said.
    public init() {
        self.init(kind: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &kind)
        visitor.text(2, &value)
        visitor.text(3, &label)
    }
}
