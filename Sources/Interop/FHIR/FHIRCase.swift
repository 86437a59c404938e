public import EventLog
public import ImagingCase

/// A case or a course as FHIR resources: each type is one file beside this one.
///
/// Source: FHIR R4; the derivations are in `FHIR.md`.
public struct FHIRCase: Sendable {
    /// The state that is mapped.
    public let state: CaseState
    /// The history that made it.
    public let history: CaseHistory
    /// Opens what is sealed, for whoever may see it.
    let opened: @Sendable (String) -> String
    /// Of each log that it rests on the newest checkpoint that its site signed, where the node has one.
    let checkpoints: [LogID: SignedCheckpoint]
    /// What is known beside the case of the person's identifiers; nil where they are linked to no others.
    public let person: FHIRPerson?
    private let hashes: [EventID: EventHash]

    /// Stands before a history.
    public init(
        _ state: CaseState, _ history: CaseHistory, checkpoints: [LogID: SignedCheckpoint] = [:], person: FHIRPerson? = nil,
        opened: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.state = state
        self.history = history
        self.checkpoints = checkpoints
        self.person = person
        self.opened = opened
        hashes = Dictionary(history.facts.map { ($0.id, $0.hash) }) { first, _ in first }
    }

    /// The version that its resources are of, save those that are one event.
    public var version: FHIRVersion {
        FHIRVersion(id: state.digest().description, updated: history.updated)
    }

    /// The version of one of its resources.
    public func version(of resource: FHIRResource, _ whole: FHIRVersion) -> FHIRVersion {
        if resource.type == .patient, let person { return person.version(of: whole) }
        guard resource.type == .provenance, let event = resource.events.first, let position = history.position(of: event) else {
            return whole
        }
        return FHIRVersion(id: history[position].hash.description, updated: history[position].recordedAt.instant)
    }

    /// All resources of a type.
    public func resources(_ type: FHIRType) -> [FHIRResource] {
        switch type {
        case .adverseEvent: adverseEvents()
        case .allergyIntolerance: allergies()
        case .appointment: appointments()
        case .auditEvent: []
        case .carePlan: carePlans()
        case .communication: communications()
        case .communicationRequest: communicationRequests()
        case .consent: consents()
        case .detectedIssue: detectedIssues()
        case .diagnosticReport: diagnosticReports()
        case .imagingStudy: imagingStudies()
        case .medicationAdministration: medications()
        case .observation: observations()
        case .patient: patients()
        case .procedure: procedures()
        case .provenance: provenances()
        case .serviceRequest: serviceRequests()
        case .task: tasks()
        }
    }

    // MARK: - What the types share

    var stream: StreamID { state.stream }
    /// The id of the one of a type.
    var own: FHIRResourceID { FHIRResourceID(stream) }

    /// The id of what an event began.
    func id(_ event: EventID, _ word: String = "") -> FHIRResourceID {
        // An event that a state names is in its history; a name without one would still be stable.
        let digits = FHIRResourceID.suffix(hashes[event] ?? .sha256(Array(event.description.utf8)))
        return FHIRResourceID(stream, word.isEmpty ? digits : "\(digits).\(word)")
    }

    /// The person, or words where nobody named one.
    var subject: FHIRReference {
        state.patient == nil ? .words("no source named the person") : .to(.patient, own.description)
    }

    /// The order, where there is one.
    var order: FHIRReference? { state.order.content == nil ? nil : .to(.serviceRequest, own.description) }

    /// The study, where there is one.
    var study: FHIRReference? { hasStudy ? .to(.imagingStudy, own.description) : nil }

    /// The events of some kinds, in causal order.
    func events(_ isMeant: (CaseEvent) -> Bool) -> [EventID] { history.facts.filter { isMeant($0.event) }.map(\.id) }

    /// The examination in words and codes.
    var examination: FHIRConcept {
        if let said = FHIRConcept(state.order.content?.procedure) { return said }
        let modality = state.order.content?.modality ?? ""
        return FHIRConcept(text: modality.isEmpty ? "imaging examination" : "\(modality) examination")
    }
}

extension CaseHistory {
    /// When the last of its events was recorded.
    var updated: Instant { facts.map(\.recordedAt).max()?.instant ?? Instant(milliseconds: 0) }
}
