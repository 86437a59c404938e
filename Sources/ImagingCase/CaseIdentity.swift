public import EventLog

/// An outside identifier of an examination together with who issued it; a value means nothing without its issuer.
public struct Alias: Hashable, Comparable, Sendable {
    /// What kind of identifier it is, the strongest first.
    public enum Kind: UInt8, CaseIterable, Sendable {
        case placerOrder = 1
        case accession = 2
        case studyUID = 3

        /// The word in keys and JSON.
        public var word: String {
            switch self {
            case .placerOrder: "placerOrder"
            case .accession: "accession"
            case .studyUID: "studyUID"
            }
        }
    }

    /// What kind of identifier it is.
    public let kind: Kind
    /// Who issued it; empty for a StudyInstanceUID, which is unique by itself.
    public let issuer: String
    /// The identifier.
    public let value: String

    /// Names an identifier; nil where the value is empty.
    public init?(_ kind: Kind, issuer: String = "", value: String) {
        guard !value.isEmpty else { return nil }
        self.kind = kind
        self.issuer = issuer
        self.value = value
    }

    /// One text for equal identifiers and no others: kind, length of the issuer, issuer and value.
    public var key: String { "\(kind.word):\(issuer.utf8.count):\(issuer):\(value)" }

    /// By kind, issuer and value.
    public static func < (left: Alias, right: Alias) -> Bool {
        (left.kind.rawValue, left.issuer, left.value) < (right.kind.rawValue, right.issuer, right.value)
    }
}

/// The outside identifiers under which a case is known, each list ascending.
public struct Aliases: Hashable, Sendable {
    /// Placer order numbers.
    public private(set) var placerOrder: [Alias] = []
    /// Accession numbers.
    public private(set) var accession: [Alias] = []
    /// StudyInstanceUIDs.
    public private(set) var studyUID: [Alias] = []

    /// None.
    public init() {}

    mutating func take(_ event: CaseEvent) {
        for alias in CaseIdentity.aliases(in: event) {
            switch alias.kind {
            case .placerOrder: if !placerOrder.contains(alias) { placerOrder.append(alias) }
            case .accession: if !accession.contains(alias) { accession.append(alias) }
            case .studyUID: if !studyUID.contains(alias) { studyUID.append(alias) }
            }
        }
    }

    mutating func sort() {
        if placerOrder.count > 1 { placerOrder.sort() }
        if accession.count > 1 { accession.sort() }
        if studyUID.count > 1 { studyUID.sort() }
    }
}

/// How a case gets its id: looked up among known aliases first, else derived from the strongest identifier at hand, so that two
/// sites that meet one examination apart mostly name the same case.
public enum CaseIdentity {
    /// The identifiers that an event names, the strongest first.
    public static func aliases(in event: CaseEvent) -> [Alias] {
        switch event {
        case .orderPlaced(let order):
            var found: [Alias] = []
            if let number = order.placerOrder, let alias = Alias(.placerOrder, issuer: number.issuer, value: number.value) {
                found.append(alias)
            }
            if let number = order.accession, let alias = Alias(.accession, issuer: number.issuer, value: number.value) {
                found.append(alias)
            }
            if let alias = Alias(.studyUID, value: order.studyUID) { found.append(alias) }
            return found
        case .procedureStepStarted(let step): return study(step.studyUID)
        case .procedureStepCompleted(let step): return study(step.studyUID)
        case .procedureStepDiscontinued(let step): return study(step.studyUID)
        case .studyContentChanged(let content): return study(content.studyUID)
        case .studyHandedOver(let said):
            let number = said.accession.flatMap { Alias(.accession, issuer: $0.issuer, value: $0.value) }
            return (number.map { [$0] } ?? []) + study(said.studyUID)
        default: return []
        }
    }

    /// The persons' identifiers that an event names and by which its history is found.
    ///
    /// A case is found by whom it was ordered for: a correction may have moved it to somebody else. A course has no order and is found
    /// by whom it treats, a person's history by whom it is of.
    public static func persons(in event: CaseEvent, of kind: StreamKind) -> [IssuedIdentifier] {
        switch event {
        case .orderPlaced(let order): identifier(of: order.patient)
        case .person(let said): said.pair.map { [$0.low, $0.high] } ?? []
        case .demographicsCorrected(let said) where kind == .person || kind == .course: identifier(of: said.patient)
        case .patientArrived(let said) where kind == .course: identifier(of: said.patient)
        default: []
        }
    }

    /// Who signed an event, for finding again what rests on a person's licence; nil for what carries no signature.
    public static func signer(of fact: CaseFact) -> String? {
        CredentialRegister.isSigned(fact) && fact.role != .system ? fact.actor.person : nil
    }

    /// The sites of which an event shows that they keep a register of who may do what.
    public static func registers(in fact: CaseFact) -> [SiteID] {
        guard case .register(.credentialGranted(let grant)) = fact.event else { return [] }
        return grant.sites.isEmpty ? [fact.actor.site] : grant.sites.compactMap { SiteID($0) }
    }

    private static func identifier(of patient: Patient?) -> [IssuedIdentifier] {
        guard let patient, !patient.id.isEmpty else { return [] }
        return [IssuedIdentifier(issuer: patient.issuer, value: patient.id)]
    }

    /// The id of the history that an event belongs to: of the person, the credential or the site that it is about, else of the case
    /// that its strongest identifier gives; nil where it names none and the id must be drawn.
    ///
    /// Two identifiers of a person meet in the history of the lesser, so that two sites that link them either way round, or deny it,
    /// name the same history.
    ///
    /// - Parameter site: where it is recorded; what belongs to a site's registers has no history without it.
    public static func derive(_ event: CaseEvent, at site: SiteID? = nil) -> StreamID? {
        switch event {
        case .person(let said): said.pair.flatMap { StreamID.person($0.low) }
        case .register(.credentialGranted(let said)): StreamID.credential(of: said.person)
        case .register(.credentialRevoked(let said)): StreamID.credential(of: said.person)
        case .register(.staffDoseRecorded), .register(.equipmentChecked): site.map { StreamID.site($0) }
        case .register(.incidentReported(let said)): StreamID(said.caseID) ?? site.map { StreamID.site($0) }
        default: aliases(in: event).first.map { derive($0) }
        }
    }

    /// The case id of an identifier: 128 bits of the SHA-256 of its key, so that one accession value of two issuers names two
    /// cases.
    public static func derive(_ alias: Alias) -> StreamID {
        StreamID(kind: .imagingCase, derivedFrom: alias.key)
    }

    private static func study(_ uid: String) -> [Alias] {
        Alias(.studyUID, value: uid).map { [$0] } ?? []
    }
}
