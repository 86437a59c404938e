extension AuditCode {
    /// The code's meaning, as the standard writes it.
    ///
    /// Source: DICOM PS3.16 Annex D.
    public var display: String {
        switch self {
        case .applicationActivity: "Application Activity"
        case .auditLogUsed: "Audit Log Used"
        case .instancesAccessed: "DICOM Instances Accessed"
        case .export: "Export"
        case .import: "Import"
        case .patientRecord: "Patient Record"
        case .procedureRecord: "Procedure Record"
        case .query: "Query"
        case .securityAlert: "Security Alert"
        case .userAuthentication: "User Authentication"
        }
    }
}
