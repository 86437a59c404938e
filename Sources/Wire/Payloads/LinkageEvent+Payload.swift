import EventLog
import ImagingCase
import WireSchema

extension LinkageEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> LinkageEvent? {
        switch kind {
        case .caseLinked: ProtoReader.read(CaseLinked.self, bytes).map(LinkageEvent.linked)
        case .caseUnlinked: ProtoReader.read(CaseUnlinked.self, bytes).map(LinkageEvent.unlinked)
        case .caseMoved: ProtoReader.read(CaseMoved.self, bytes).map(LinkageEvent.moved)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .linked(let body): ProtoWriter.bytes(of: body)
        case .unlinked(let body): ProtoWriter.bytes(of: body)
        case .moved(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .caseLinked: SchemaCaseLinked.self
        case .caseUnlinked: SchemaCaseUnlinked.self
        case .caseMoved: SchemaCaseMoved.self
        default: nil
        }
    }
}
