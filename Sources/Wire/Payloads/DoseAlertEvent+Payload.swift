import EventLog
import ImagingCase
import WireSchema

extension DoseAlertEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> DoseAlertEvent? {
        switch kind {
        case .doseAlertAcknowledged: ProtoReader.read(DoseAlertAcknowledged.self, bytes).map(DoseAlertEvent.acknowledged)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .acknowledged(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .doseAlertAcknowledged: SchemaDoseAlertAcknowledged.self
        default: nil
        }
    }
}
