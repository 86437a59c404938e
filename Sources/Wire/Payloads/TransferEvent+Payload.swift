import EventLog
import ImagingCase
import WireSchema

extension TransferEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> TransferEvent? {
        switch kind {
        case .transferStarted: ProtoReader.read(TransferStarted.self, bytes).map(TransferEvent.started)
        case .transferProgressed: ProtoReader.read(TransferProgressed.self, bytes).map(TransferEvent.progressed)
        case .transferCompleted: ProtoReader.read(TransferCompleted.self, bytes).map(TransferEvent.completed)
        case .transferFailed: ProtoReader.read(TransferFailed.self, bytes).map(TransferEvent.failed)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .started(let body): ProtoWriter.bytes(of: body)
        case .progressed(let body): ProtoWriter.bytes(of: body)
        case .completed(let body): ProtoWriter.bytes(of: body)
        case .failed(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .transferStarted: SchemaTransferStarted.self
        case .transferProgressed: SchemaTransferProgressed.self
        case .transferCompleted: SchemaTransferCompleted.self
        case .transferFailed: SchemaTransferFailed.self
        default: nil
        }
    }
}
