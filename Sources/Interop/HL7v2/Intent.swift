public import EventLog
public import ImagingCase

/// What a site knows that its messages leave out.
public struct HL7Site: Sendable {
    /// Who issues identifiers that come without an issuer; empty takes the sending facility, or else the sending application.
    public let issuer: String
    /// Whether training and debugging messages (MSH-11 T and D) are recorded.
    public let acceptsTraining: Bool
    /// Minutes east of UTC at a local time, given as the milliseconds that the same clock face would be after 1970 in UTC.
    let zoneMinutes: @Sendable (_ localMilliseconds: Int64) -> Int16

    /// A site whose zone changes over the year.
    public init(
        issuer: String = "", acceptsTraining: Bool = false, zoneMinutes: @escaping @Sendable (_ localMilliseconds: Int64) -> Int16
    ) {
        self.issuer = issuer
        self.acceptsTraining = acceptsTraining
        self.zoneMinutes = zoneMinutes
    }

    /// A site with one zone all year.
    public init(issuer: String = "", acceptsTraining: Bool = false, zoneMinutes: Int16 = 0) {
        self.init(issuer: issuer, acceptsTraining: acceptsTraining) { _ in zoneMinutes }
    }
}

/// The identifiers under which a message speaks of a case; the strongest first.
public struct HL7Aliases: Hashable, Sendable {
    /// Placer order number, ORC-2 or OBR-2.
    public var placerOrder: IssuedIdentifier?
    /// Accession number: IPC-1, else OBR-18, else the filler order number.
    public var accession: IssuedIdentifier?
    /// Study Instance UID; empty where none is named.
    public var studyUID = ""
    /// The person, as this message gives it.
    public var patient: Patient?
    /// Every identifier of the person in PID-3, in order: for finding the cases of a person where no order is named.
    public var patientIdentifiers: [IssuedIdentifier] = []

    /// No identifier.
    public init() {}

    /// Whether an order or a study is named, so that one case is meant; else all cases of the person are.
    public var namesCase: Bool { placerOrder != nil || accession != nil || !studyUID.isEmpty }
}

/// One event that a message asks to record: everything but the case, which the importer finds by the aliases.
///
/// A correction, an addendum or a retraction comes without the version that it concerns, because no message names our events: the
/// importer fills it in from the case, or refuses with AE 204.
public struct HL7Intent: Hashable, Sendable {
    /// Which case is meant.
    public let aliases: HL7Aliases
    /// Whether a case may be opened for it when none of the aliases is known. Not for events about a person, nor for a report that
    /// does not show itself to be an imaging report: it counts only where the order is known.
    public let opensCase: Bool
    /// What happened.
    public let event: CaseEvent
    /// When, as the sender asserts it.
    public let occurredAt: OccurredAt
    /// Who did it, in words, at most 256 bytes; the sending application where the message names nobody.
    public let person: String
    /// In which role: `system` where an interface may report what happened elsewhere; `radiologist` for review, protocol, report and
    /// critical result and `technologist` for hand-over, which only persons do.
    public let role: Role
    /// The outside identity of the event: see ``HL7Message/sourceKey(_:)``.
    public let sourceKey: String

    /// The intent with its texts put in other words: for who stores them sealed.
    public func replacing(_ aliases: HL7Aliases, _ event: CaseEvent) -> HL7Intent {
        HL7Intent(
            aliases: aliases, opensCase: opensCase, event: event, occurredAt: occurredAt, person: person, role: role,
            sourceKey: sourceKey)
    }
}

/// A message as intents, and what was assumed on the way.
public struct HL7Mapped: Hashable, Sendable {
    /// What to record, in the order of the message; none for an acknowledgment.
    public let intents: [HL7Intent]
    /// The lexer's and the mapping's remarks.
    public let remarks: [HL7Remark]
}
