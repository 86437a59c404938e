import EventLog
import ImagingCase
import WireSchema

extension ConsultEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> ConsultEvent? {
        switch kind {
        case .consultRequested: ProtoReader.read(ConsultRequested.self, bytes).map(ConsultEvent.requested)
        case .consultTaken: ProtoReader.read(ConsultTaken.self, bytes).map(ConsultEvent.taken)
        case .consultAnswered: ProtoReader.read(ConsultAnswered.self, bytes).map(ConsultEvent.answered)
        case .consultClosed: ProtoReader.read(ConsultClosed.self, bytes).map(ConsultEvent.closed)
        case .conferenceRecorded: ProtoReader.read(ConferenceRecorded.self, bytes).map(ConsultEvent.conferenceRecorded)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .requested(let body): ProtoWriter.bytes(of: body)
        case .taken(let body): ProtoWriter.bytes(of: body)
        case .answered(let body): ProtoWriter.bytes(of: body)
        case .closed(let body): ProtoWriter.bytes(of: body)
        case .conferenceRecorded(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .consultRequested: SchemaConsultRequested.self
        case .consultTaken: SchemaConsultTaken.self
        case .consultAnswered: SchemaConsultAnswered.self
        case .consultClosed: SchemaConsultClosed.self
        case .conferenceRecorded: SchemaConferenceRecorded.self
        default: nil
        }
    }
}
