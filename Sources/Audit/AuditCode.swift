/// What kind of act an audit record is about, in the codes that auditors' software knows.
///
/// Source: DICOM PS3.15 A.5.1, PS3.16 CID 400.
public enum AuditCode: String, CaseIterable, Sendable {
    /// A node started or stopped.
    case applicationActivity = "110100"
    /// Somebody read or exported the audit itself.
    case auditLogUsed = "110101"
    /// Images were looked at or changed.
    case instancesAccessed = "110103"
    /// Data left the node.
    case export = "110106"
    /// Data came in.
    case `import` = "110107"
    /// A person's record was looked at or changed.
    case patientRecord = "110110"
    /// An order or an examination was looked at or changed.
    case procedureRecord = "110111"
    /// Somebody searched.
    case query = "110112"
    /// A right, a key or a rule changed, or something tried to get in.
    case securityAlert = "110113"
    /// Somebody signed in or out.
    case userAuthentication = "110114"
}
