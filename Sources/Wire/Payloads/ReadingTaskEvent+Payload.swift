import EventLog
import ImagingCase
import WireSchema

extension ReadingTaskEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> ReadingTaskEvent? {
        switch kind {
        case .readingRequested: ProtoReader.read(ReadingRequested.self, bytes).map(ReadingTaskEvent.requested)
        case .readingDeclined: ProtoReader.read(ReadingDeclined.self, bytes).map(ReadingTaskEvent.declined)
        case .readingTransferred: ProtoReader.read(ReadingTransferred.self, bytes).map(ReadingTaskEvent.transferred)
        case .readingTransferAccepted:
            ProtoReader.read(ReadingTransferAccepted.self, bytes).map(ReadingTaskEvent.transferAccepted)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .requested(let body): ProtoWriter.bytes(of: body)
        case .declined(let body): ProtoWriter.bytes(of: body)
        case .transferred(let body): ProtoWriter.bytes(of: body)
        case .transferAccepted(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .readingRequested: SchemaReadingRequested.self
        case .readingDeclined: SchemaReadingDeclined.self
        case .readingTransferred: SchemaReadingTransferred.self
        case .readingTransferAccepted: SchemaReadingTransferAccepted.self
        default: nil
        }
    }
}
