import EventLog
import ImagingCase
import WireSchema

extension CriticalAttemptEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> CriticalAttemptEvent? {
        switch kind {
        case .criticalResultAttempted: ProtoReader.read(CriticalResultAttempted.self, bytes).map(CriticalAttemptEvent.attempted)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .attempted(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .criticalResultAttempted: SchemaCriticalResultAttempted.self
        default: nil
        }
    }
}
