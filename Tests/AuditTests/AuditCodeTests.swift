import Audit
import Testing

struct AuditCodeTests {
    /// DICOM's audit event codes as the standard names them, in the form of the cases here.
    ///
    /// Source: DICOM PS3.16 CID 400 (Audit Event ID).
    private static let standard = [
        "110100": "applicationActivity", "110101": "auditLogUsed", "110102": "beginTransferringInstances",
        "110103": "instancesAccessed", "110104": "instancesTransferred", "110105": "studyDeleted", "110106": "export",
        "110107": "import", "110108": "networkEntry", "110109": "orderRecord", "110110": "patientRecord",
        "110111": "procedureRecord", "110112": "query", "110113": "securityAlert", "110114": "userAuthentication",
    ]

    @Test func `every code is the one that DICOM has for what it is called here`() {
        for code in AuditCode.allCases { #expect(Self.standard[code.rawValue] == "\(code)", "\(code.rawValue)") }
    }
}
