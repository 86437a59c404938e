public import EventLog

/// Something went wrong that must be looked into, or what became of it: a report that names an earlier one adds to it, and one
/// with an outcome closes it.
///
/// Source: House rule; FHIR R4 AdverseEvent.
public struct IncidentReported: Payload {
    /// What kind.
    public var kind: IncidentKind
    /// How severe.
    public var severity: Severity
    /// What happened.
    public var what: String
    /// The case, where there is one.
    public var caseID: String
    /// The clinical event that it is about; empty where there is none.
    public var about: EventID?
    /// The earlier report that this one adds to; empty for a new incident.
    public var incident: EventID?
    /// What was found and done; said by whoever closes the incident.
    public var outcome: String

    /// Says the fields.
    public init(
        kind: IncidentKind = .unspecified, severity: Severity = .unspecified, what: String = "", caseID: String = "",
        about: EventID? = nil, incident: EventID? = nil, outcome: String = ""
    ) {
        self.kind = kind
        self.severity = severity
        self.what = what
        self.caseID = caseID
        self.about = about
        self.incident = incident
        self.outcome = outcome
    }

    /// No field said.
    public init() {
        self.init(kind: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &kind)
        visitor.choice(2, &severity)
        visitor.text(3, &what)
        visitor.text(4, &caseID)
        visitor.event(5, &about)
        visitor.event(6, &incident)
        visitor.text(7, &outcome)
    }
}

/// A badge was read.
///
/// Source: Council Directive 2013/59/Euratom article 9 (20 mSv in a year), ICRP 103 table 6; DICOM has no object for it.
public struct StaffDoseRecorded: Payload {
    /// Who wore it, by the id that the site uses.
    public var person: String
    /// From when, inclusive.
    public var periodStart: Instant?
    /// Until when, exclusive.
    public var periodEnd: Instant?
    /// Effective dose in mSv, 0 to 1000.
    public var millisieverts: Double

    /// Says the fields.
    public init(person: String = "", periodStart: Instant? = nil, periodEnd: Instant? = nil, millisieverts: Double = 0) {
        self.person = person
        self.periodStart = periodStart
        self.periodEnd = periodEnd
        self.millisieverts = millisieverts
    }

    /// No field said.
    public init() {
        self.init(person: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &person)
        visitor.instant(2, &periodStart)
        visitor.instant(3, &periodEnd)
        visitor.real(4, &millisieverts)
    }
}

/// Quality control of a machine.
///
/// Source: IEC 61223 (acceptance and constancy tests), AAPM TG-142 for treatment machines.
public struct EquipmentQCRecorded: Payload {
    /// Station AE title (0040,0241), at most 16 characters.
    public var station: String
    /// What it came to.
    public var result: QualityResult
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(station: String = "", result: QualityResult = .unspecified, note: String = "") {
        self.station = station
        self.result = result
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(station: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &station)
        visitor.choice(2, &result)
        visitor.text(3, &note)
    }
}

/// A person may do certain acts at certain sites.
///
/// Source: FHIR R4 Practitioner.qualification.
public struct CredentialGranted: Payload {
    /// Who.
    public var person: String
    /// Licence number.
    public var licence: String
    /// State or country.
    public var jurisdiction: String
    /// Sites; empty means all.
    public var sites: [String]
    /// Kinds of events; empty means all that the role may record.
    public var acts: [String]
    /// From when.
    public var from: Instant?
    /// Until when.
    public var until: Instant?

    /// Says the fields.
    public init(
        person: String = "", licence: String = "", jurisdiction: String = "", sites: [String] = [], acts: [String] = [],
        from: Instant? = nil, until: Instant? = nil
    ) {
        self.person = person
        self.licence = licence
        self.jurisdiction = jurisdiction
        self.sites = sites
        self.acts = acts
        self.from = from
        self.until = until
    }

    /// No field said.
    public init() {
        self.init(person: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &person)
        visitor.text(2, &licence)
        visitor.text(3, &jurisdiction)
        visitor.texts(4, &sites)
        visitor.texts(5, &acts)
        visitor.instant(6, &from)
        visitor.instant(7, &until)
    }
}

/// A person may not any more.
///
/// Source: House rule.
public struct CredentialRevoked: Payload {
    /// Who.
    public var person: String
    /// Licence number; empty means all.
    public var licence: String
    /// From when.
    public var from: Instant?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(person: String = "", licence: String = "", from: Instant? = nil, reason: String = "") {
        self.person = person
        self.licence = licence
        self.from = from
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(person: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &person)
        visitor.text(2, &licence)
        visitor.instant(3, &from)
        visitor.text(4, &reason)
    }
}

/// A person takes part in a study, or does not any more.
///
/// Source: FHIR R4 ResearchSubject (status on-study, withdrawn), Consent.
public struct ResearchConsented: Payload {
    /// The study.
    public var study: String
    /// What may be used.
    public var scope: String
    /// Whether the consent is taken back.
    public var isWithdrawn: Bool

    /// Says the fields.
    public init(study: String = "", scope: String = "", isWithdrawn: Bool = false) {
        self.study = study
        self.scope = scope
        self.isWithdrawn = isWithdrawn
    }

    /// No field said.
    public init() {
        self.init(study: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &study)
        visitor.text(2, &scope)
        visitor.flag(3, &isWithdrawn)
    }
}

/// Data left for research.
///
/// Source: DICOM PS3.15 E (de-identification profiles).
public struct ResearchExported: Payload {
    /// The study.
    public var study: String
    /// De-identification profile with its options, such as Basic with Clean Descriptors; De-identification Method (0012,0063).
    public var profile: String
    /// How many events left, 1 or more.
    public var events: Int

    /// Says the fields.
    public init(study: String = "", profile: String = "", events: Int = 0) {
        self.study = study
        self.profile = profile
        self.events = events
    }

    /// No field said.
    public init() {
        self.init(study: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &study)
        visitor.text(2, &profile)
        visitor.count(3, &events)
    }
}

/// A person saw something that waits for him.
///
/// Source: House rule.
public struct NotificationSeen: Payload {
    /// What was seen.
    public var item: EventID?

    /// Says the fields.
    public init(item: EventID? = nil) {
        self.item = item
    }

    /// No field said.
    public init() {
        self.init(item: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &item)
    }
}
