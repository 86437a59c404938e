import EventLog
import ImagingCase
import WireSchema

extension ReportReceiptEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> ReportReceiptEvent? {
        switch kind {
        case .reportDraftNoted: ProtoReader.read(ReportDraftNoted.self, bytes).map(ReportReceiptEvent.draftNoted)
        case .reportDelivered: ProtoReader.read(ReportDelivered.self, bytes).map(ReportReceiptEvent.delivered)
        case .reportViewed: ProtoReader.read(ReportViewed.self, bytes).map(ReportReceiptEvent.viewed)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .draftNoted(let body): ProtoWriter.bytes(of: body)
        case .delivered(let body): ProtoWriter.bytes(of: body)
        case .viewed(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .reportDraftNoted: SchemaReportDraftNoted.self
        case .reportDelivered: SchemaReportDelivered.self
        case .reportViewed: SchemaReportViewed.self
        default: nil
        }
    }
}
