import EventLog
import ImagingCase
import WireSchema

extension PersonEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> PersonEvent? {
        switch kind {
        case .personMerged: ProtoReader.read(PersonMerged.self, bytes).map(PersonEvent.merged)
        case .personIdentifierChanged: ProtoReader.read(PersonIdentifierChanged.self, bytes).map(PersonEvent.identifierChanged)
        case .personUnmerged: ProtoReader.read(PersonUnmerged.self, bytes).map(PersonEvent.unmerged)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .merged(let body): ProtoWriter.bytes(of: body)
        case .identifierChanged(let body): ProtoWriter.bytes(of: body)
        case .unmerged(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .personMerged: SchemaPersonMerged.self
        case .personIdentifierChanged: SchemaPersonIdentifierChanged.self
        case .personUnmerged: SchemaPersonUnmerged.self
        default: nil
        }
    }
}
