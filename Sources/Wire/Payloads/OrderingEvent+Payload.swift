import EventLog
import ImagingCase
import WireSchema

extension OrderingEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> OrderingEvent? {
        switch kind {
        case .orderHeld: ProtoReader.read(OrderHeld.self, bytes).map(OrderingEvent.held)
        case .orderHoldReleased: ProtoReader.read(OrderHoldReleased.self, bytes).map(OrderingEvent.holdReleased)
        case .orderCancelRequested: ProtoReader.read(OrderCancelRequested.self, bytes).map(OrderingEvent.cancelRequested)
        case .orderReplaced: ProtoReader.read(OrderReplaced.self, bytes).map(OrderingEvent.replaced)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .held(let body): ProtoWriter.bytes(of: body)
        case .holdReleased(let body): ProtoWriter.bytes(of: body)
        case .cancelRequested(let body): ProtoWriter.bytes(of: body)
        case .replaced(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .orderHeld: SchemaOrderHeld.self
        case .orderHoldReleased: SchemaOrderHoldReleased.self
        case .orderCancelRequested: SchemaOrderCancelRequested.self
        case .orderReplaced: SchemaOrderReplaced.self
        default: nil
        }
    }
}
