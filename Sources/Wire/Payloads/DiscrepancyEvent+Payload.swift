import EventLog
import ImagingCase
import WireSchema

extension DiscrepancyEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> DiscrepancyEvent? {
        switch kind {
        case .discrepancyRecorded: ProtoReader.read(DiscrepancyRecorded.self, bytes).map(DiscrepancyEvent.recorded)
        case .discrepancyCommunicated: ProtoReader.read(DiscrepancyCommunicated.self, bytes).map(DiscrepancyEvent.communicated)
        case .discrepancyResolved: ProtoReader.read(DiscrepancyResolved.self, bytes).map(DiscrepancyEvent.resolved)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .recorded(let body): ProtoWriter.bytes(of: body)
        case .communicated(let body): ProtoWriter.bytes(of: body)
        case .resolved(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .discrepancyRecorded: SchemaDiscrepancyRecorded.self
        case .discrepancyCommunicated: SchemaDiscrepancyCommunicated.self
        case .discrepancyResolved: SchemaDiscrepancyResolved.self
        default: nil
        }
    }
}
