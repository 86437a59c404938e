/// The resource types that the read interface has.
///
/// Source: FHIR R4 (4.0.1) resource list.
public enum FHIRType: String, CaseIterable, Sendable {
    case adverseEvent = "AdverseEvent"
    case allergyIntolerance = "AllergyIntolerance"
    case appointment = "Appointment"
    case auditEvent = "AuditEvent"
    case carePlan = "CarePlan"
    case communication = "Communication"
    case communicationRequest = "CommunicationRequest"
    case consent = "Consent"
    case detectedIssue = "DetectedIssue"
    case diagnosticReport = "DiagnosticReport"
    case imagingStudy = "ImagingStudy"
    case medicationAdministration = "MedicationAdministration"
    case observation = "Observation"
    case patient = "Patient"
    case procedure = "Procedure"
    case provenance = "Provenance"
    case serviceRequest = "ServiceRequest"
    case task = "Task"

    /// The types that a case or a course gives; the audit gives the other.
    public static var ofHistories: [FHIRType] { allCases.filter { $0 != .auditEvent } }

    /// What a search may ask of the type, beside what every search has.
    public var parameters: [FHIRParameter] {
        switch self {
        case .auditEvent: [.date, .agent, .entity]
        case .patient: [.identifier]
        case .provenance: [.patient, .target]
        case .serviceRequest, .imagingStudy: [.identifier, .patient, .subject, .status, .basedOn]
        case .diagnosticReport, .task: [.identifier, .patient, .subject, .status, .basedOn]
        case .appointment, .procedure, .communicationRequest, .carePlan: [.patient, .subject, .status, .basedOn]
        case .communication: [.patient, .subject, .status, .basedOn, .partOf]
        case .detectedIssue: [.identifier, .patient, .subject, .status]
        case .adverseEvent, .allergyIntolerance: [.patient, .subject]
        case .consent, .medicationAdministration, .observation: [.patient, .subject, .status]
        }
    }

    /// The histories that can have one: cases, courses of radiotherapy, or both.
    public var isOfCases: Bool { self != .carePlan }
    /// Whether a course of radiotherapy can have one.
    public var isOfCourses: Bool {
        switch self {
        case .carePlan, .detectedIssue, .patient, .procedure, .provenance, .serviceRequest: true
        default: false
        }
    }

    /// What the codes of its status may be; none where the type has no status.
    ///
    /// Source: FHIR R4 request-status, appointmentstatus, event-status, consent-state-codes, observation-status,
    /// diagnostic-report-status, imagingstudy-status, medication-admin-status, task-status.
    public var statusCodes: [String] {
        switch self {
        case .adverseEvent, .auditEvent, .patient, .provenance: []
        case .allergyIntolerance: []
        case .appointment:
            [
                "proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error", "checked-in",
                "waitlist",
            ]
        case .carePlan, .communicationRequest, .serviceRequest:
            ["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"]
        case .communication, .procedure:
            ["preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown"]
        case .consent: ["draft", "proposed", "active", "rejected", "inactive", "entered-in-error"]
        case .detectedIssue, .observation:
            ["registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"]
        case .diagnosticReport:
            [
                "registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled",
                "entered-in-error", "unknown",
            ]
        case .imagingStudy: ["registered", "available", "cancelled", "entered-in-error", "unknown"]
        case .medicationAdministration:
            ["in-progress", "not-done", "on-hold", "completed", "entered-in-error", "stopped", "unknown"]
        case .task:
            [
                "draft", "requested", "received", "accepted", "rejected", "ready", "cancelled", "in-progress", "on-hold",
                "failed", "completed", "entered-in-error",
            ]
        }
    }
}

/// The parameters of searches, beside `_id`, `_lastUpdated`, `_count`, `_summary`, `_format` and `_total`.
public enum FHIRParameter: String, CaseIterable, Sendable {
    case agent
    case basedOn = "based-on"
    case date
    case entity
    case identifier
    case partOf = "part-of"
    case patient
    case status
    case subject
    case target

    /// The type of the parameter, as a CapabilityStatement says it.
    ///
    /// Source: FHIR R4 search-param-type.
    public var kind: String {
        switch self {
        case .identifier, .status: "token"
        case .date: "date"
        default: "reference"
        }
    }

    /// Whether a store finds by it at once: its cost follows what is found. By the others what else is found is looked through, so much at
    /// a time.
    public var isIndexed: Bool { self != .status && self != .date }
}
