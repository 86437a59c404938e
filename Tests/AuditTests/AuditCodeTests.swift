import Audit
import Testing

struct AuditCodeTests {
    @Test func `every code is one of DICOM's audit event codes, and no two are alike`() {
        let codes = AuditCode.allCases.map(\.rawValue)
        #expect(codes.allSatisfy { $0.count == 6 && $0.hasPrefix("1101") })
        #expect(Set(codes).count == codes.count)
    }
}
