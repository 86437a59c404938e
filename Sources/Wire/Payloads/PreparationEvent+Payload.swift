import EventLog
import ImagingCase
import WireSchema

extension PreparationEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> PreparationEvent? {
        switch kind {
        case .consentRecorded: ProtoReader.read(ConsentRecorded.self, bytes).map(PreparationEvent.consentRecorded)
        case .safetyOtherScreened: ProtoReader.read(OtherScreened.self, bytes).map(PreparationEvent.otherScreened)
        case .preparationRecorded: ProtoReader.read(PreparationRecorded.self, bytes).map(PreparationEvent.preparationRecorded)
        case .medicationAdministered:
            ProtoReader.read(MedicationAdministered.self, bytes).map(PreparationEvent.medicationAdministered)
        case .adverseReactionRecorded:
            ProtoReader.read(AdverseReactionRecorded.self, bytes).map(PreparationEvent.adverseReactionRecorded)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .consentRecorded(let body): ProtoWriter.bytes(of: body)
        case .otherScreened(let body): ProtoWriter.bytes(of: body)
        case .preparationRecorded(let body): ProtoWriter.bytes(of: body)
        case .medicationAdministered(let body): ProtoWriter.bytes(of: body)
        case .adverseReactionRecorded(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .consentRecorded: SchemaConsentRecorded.self
        case .safetyOtherScreened: SchemaOtherScreened.self
        case .preparationRecorded: SchemaPreparationRecorded.self
        case .medicationAdministered: SchemaMedicationAdministered.self
        case .adverseReactionRecorded: SchemaAdverseReactionRecorded.self
        default: nil
        }
    }
}
