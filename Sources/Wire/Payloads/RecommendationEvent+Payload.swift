import EventLog
import ImagingCase
import WireSchema

extension RecommendationEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> RecommendationEvent? {
        switch kind {
        case .recommendationMade: ProtoReader.read(RecommendationMade.self, bytes).map(RecommendationEvent.made)
        case .recommendationAccepted: ProtoReader.read(RecommendationAccepted.self, bytes).map(RecommendationEvent.accepted)
        case .recommendationDeclined: ProtoReader.read(RecommendationDeclined.self, bytes).map(RecommendationEvent.declined)
        case .recommendationDeferred: ProtoReader.read(RecommendationDeferred.self, bytes).map(RecommendationEvent.deferred)
        case .recommendationOrdered: ProtoReader.read(RecommendationOrdered.self, bytes).map(RecommendationEvent.ordered)
        case .recommendationFulfilled: ProtoReader.read(RecommendationFulfilled.self, bytes).map(RecommendationEvent.fulfilled)
        case .recommendationNotNeeded: ProtoReader.read(RecommendationNotNeeded.self, bytes).map(RecommendationEvent.notNeeded)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .made(let body): ProtoWriter.bytes(of: body)
        case .accepted(let body): ProtoWriter.bytes(of: body)
        case .declined(let body): ProtoWriter.bytes(of: body)
        case .deferred(let body): ProtoWriter.bytes(of: body)
        case .ordered(let body): ProtoWriter.bytes(of: body)
        case .fulfilled(let body): ProtoWriter.bytes(of: body)
        case .notNeeded(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .recommendationMade: SchemaRecommendationMade.self
        case .recommendationAccepted: SchemaRecommendationAccepted.self
        case .recommendationDeclined: SchemaRecommendationDeclined.self
        case .recommendationDeferred: SchemaRecommendationDeferred.self
        case .recommendationOrdered: SchemaRecommendationOrdered.self
        case .recommendationFulfilled: SchemaRecommendationFulfilled.self
        case .recommendationNotNeeded: SchemaRecommendationNotNeeded.self
        default: nil
        }
    }
}
