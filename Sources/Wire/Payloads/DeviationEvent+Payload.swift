import EventLog
import ImagingCase
import WireSchema

extension DeviationEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> DeviationEvent? {
        switch kind {
        case .protocolDeviated: ProtoReader.read(ProtocolDeviated.self, bytes).map(DeviationEvent.protocolDeviated)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .protocolDeviated(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .protocolDeviated: SchemaProtocolDeviated.self
        default: nil
        }
    }
}
