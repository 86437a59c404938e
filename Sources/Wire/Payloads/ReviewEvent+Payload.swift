import EventLog
import ImagingCase
import WireSchema

extension ReviewEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> ReviewEvent? {
        switch kind {
        case .reviewAssigned: ProtoReader.read(ReviewAssigned.self, bytes).map(ReviewEvent.assigned)
        case .reviewScored: ProtoReader.read(ReviewScored.self, bytes).map(ReviewEvent.scored)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .assigned(let body): ProtoWriter.bytes(of: body)
        case .scored(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .reviewAssigned: SchemaReviewAssigned.self
        case .reviewScored: SchemaReviewScored.self
        default: nil
        }
    }
}
