public import EventLog

/// The registers of a site: incidents, staff dose, equipment, credentials, research.
///
/// Source: House rule.
public enum RegisterEvent: Hashable, Sendable {
    /// Something went wrong that must be looked into.
    case incidentReported(IncidentReported)
    /// A badge was read.
    case staffDoseRecorded(StaffDoseRecorded)
    /// Quality control of a machine.
    case equipmentChecked(EquipmentQCRecorded)
    /// A person may do certain acts at certain sites.
    case credentialGranted(CredentialGranted)
    /// A person may not any more.
    case credentialRevoked(CredentialRevoked)
    /// A person takes part in a study.
    case researchConsented(ResearchConsented)
    /// Data left for research.
    case researchExported(ResearchExported)
    /// A person saw something that waits for him.
    case notificationSeen(NotificationSeen)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .incidentReported: .incidentReported
        case .staffDoseRecorded: .staffDoseRecorded
        case .equipmentChecked: .equipmentQcRecorded
        case .credentialGranted: .credentialGranted
        case .credentialRevoked: .credentialRevoked
        case .researchConsented: .researchConsented
        case .researchExported: .researchExported
        case .notificationSeen: .notificationSeen
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .incidentReported, .staffDoseRecorded, .equipmentQcRecorded, .credentialGranted, .credentialRevoked, .researchConsented,
        .researchExported, .notificationSeen,
    ]
}

extension EventKind {
    /// Something went wrong that must be looked into.
    public static let incidentReported = EventKind("incident.reported")
    /// A badge was read.
    public static let staffDoseRecorded = EventKind("staffDose.recorded")
    /// Quality control of a machine.
    public static let equipmentQcRecorded = EventKind("equipment.qcRecorded")
    /// A person may do certain acts at certain sites.
    public static let credentialGranted = EventKind("credential.granted")
    /// A person may not any more.
    public static let credentialRevoked = EventKind("credential.revoked")
    /// A person takes part in a study.
    public static let researchConsented = EventKind("research.consented")
    /// Data left for research.
    public static let researchExported = EventKind("research.exported")
    /// A person saw something that waits for him.
    public static let notificationSeen = EventKind("notification.seen")
}
