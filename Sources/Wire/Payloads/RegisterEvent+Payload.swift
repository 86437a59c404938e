import EventLog
import ImagingCase
import WireSchema

extension RegisterEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> RegisterEvent? {
        switch kind {
        case .incidentReported: ProtoReader.read(IncidentReported.self, bytes).map(RegisterEvent.incidentReported)
        case .staffDoseRecorded: ProtoReader.read(StaffDoseRecorded.self, bytes).map(RegisterEvent.staffDoseRecorded)
        case .equipmentQcRecorded: ProtoReader.read(EquipmentQCRecorded.self, bytes).map(RegisterEvent.equipmentChecked)
        case .credentialGranted: ProtoReader.read(CredentialGranted.self, bytes).map(RegisterEvent.credentialGranted)
        case .credentialRevoked: ProtoReader.read(CredentialRevoked.self, bytes).map(RegisterEvent.credentialRevoked)
        case .researchConsented: ProtoReader.read(ResearchConsented.self, bytes).map(RegisterEvent.researchConsented)
        case .researchExported: ProtoReader.read(ResearchExported.self, bytes).map(RegisterEvent.researchExported)
        case .notificationSeen: ProtoReader.read(NotificationSeen.self, bytes).map(RegisterEvent.notificationSeen)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .incidentReported(let body): ProtoWriter.bytes(of: body)
        case .staffDoseRecorded(let body): ProtoWriter.bytes(of: body)
        case .equipmentChecked(let body): ProtoWriter.bytes(of: body)
        case .credentialGranted(let body): ProtoWriter.bytes(of: body)
        case .credentialRevoked(let body): ProtoWriter.bytes(of: body)
        case .researchConsented(let body): ProtoWriter.bytes(of: body)
        case .researchExported(let body): ProtoWriter.bytes(of: body)
        case .notificationSeen(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .incidentReported: SchemaIncidentReported.self
        case .staffDoseRecorded: SchemaStaffDoseRecorded.self
        case .equipmentQcRecorded: SchemaEquipmentQCRecorded.self
        case .credentialGranted: SchemaCredentialGranted.self
        case .credentialRevoked: SchemaCredentialRevoked.self
        case .researchConsented: SchemaResearchConsented.self
        case .researchExported: SchemaResearchExported.self
        case .notificationSeen: SchemaNotificationSeen.self
        default: nil
        }
    }
}
