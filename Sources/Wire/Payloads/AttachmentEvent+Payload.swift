import EventLog
import ImagingCase
import WireSchema

extension AttachmentEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> AttachmentEvent? {
        switch kind {
        case .attachmentAdded: ProtoReader.read(AttachmentAdded.self, bytes).map(AttachmentEvent.added)
        case .attachmentWithdrawn: ProtoReader.read(AttachmentWithdrawn.self, bytes).map(AttachmentEvent.withdrawn)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .added(let body): ProtoWriter.bytes(of: body)
        case .withdrawn(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .attachmentAdded: SchemaAttachmentAdded.self
        case .attachmentWithdrawn: SchemaAttachmentWithdrawn.self
        default: nil
        }
    }
}
