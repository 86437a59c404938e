import EventLog
import ImagingCase
import WireSchema

extension TreatmentEvent: PayloadGroup {
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> TreatmentEvent? {
        switch kind {
        case .rtCoursePrescribed: ProtoReader.read(RTCoursePrescribed.self, bytes).map(TreatmentEvent.coursePrescribed)
        case .rtCourseAmended: ProtoReader.read(RTCourseAmended.self, bytes).map(TreatmentEvent.courseAmended)
        case .rtPlanVersionCreated: ProtoReader.read(RTPlanVersionCreated.self, bytes).map(TreatmentEvent.planVersionCreated)
        case .rtPlanPhysicsChecked: ProtoReader.read(RTPlanPhysicsChecked.self, bytes).map(TreatmentEvent.planPhysicsChecked)
        case .rtPlanApproved: ProtoReader.read(RTPlanApproved.self, bytes).map(TreatmentEvent.planApproved)
        case .rtPlanRejected: ProtoReader.read(RTPlanRejected.self, bytes).map(TreatmentEvent.planRejected)
        case .rtPlanRetired: ProtoReader.read(RTPlanRetired.self, bytes).map(TreatmentEvent.planRetired)
        case .rtFractionDelivered: ProtoReader.read(RTFractionDelivered.self, bytes).map(TreatmentEvent.fractionDelivered)
        case .rtFractionInterrupted: ProtoReader.read(RTFractionInterrupted.self, bytes).map(TreatmentEvent.fractionInterrupted)
        case .rtFractionMissed: ProtoReader.read(RTFractionMissed.self, bytes).map(TreatmentEvent.fractionMissed)
        case .rtOnTreatmentReviewed: ProtoReader.read(RTOnTreatmentReviewed.self, bytes).map(TreatmentEvent.onTreatmentReviewed)
        case .rtAdaptationRequested: ProtoReader.read(RTAdaptationRequested.self, bytes).map(TreatmentEvent.adaptationRequested)
        case .rtHeld: ProtoReader.read(RTHeld.self, bytes).map(TreatmentEvent.held)
        case .rtResumed: ProtoReader.read(RTResumed.self, bytes).map(TreatmentEvent.resumed)
        case .rtCompleted: ProtoReader.read(RTCompleted.self, bytes).map(TreatmentEvent.completed)
        case .rtDiscontinued: ProtoReader.read(RTDiscontinued.self, bytes).map(TreatmentEvent.discontinued)
        default: nil
        }
    }

    var payload: [UInt8] {
        switch self {
        case .coursePrescribed(let body): ProtoWriter.bytes(of: body)
        case .courseAmended(let body): ProtoWriter.bytes(of: body)
        case .planVersionCreated(let body): ProtoWriter.bytes(of: body)
        case .planPhysicsChecked(let body): ProtoWriter.bytes(of: body)
        case .planApproved(let body): ProtoWriter.bytes(of: body)
        case .planRejected(let body): ProtoWriter.bytes(of: body)
        case .planRetired(let body): ProtoWriter.bytes(of: body)
        case .fractionDelivered(let body): ProtoWriter.bytes(of: body)
        case .fractionInterrupted(let body): ProtoWriter.bytes(of: body)
        case .fractionMissed(let body): ProtoWriter.bytes(of: body)
        case .onTreatmentReviewed(let body): ProtoWriter.bytes(of: body)
        case .adaptationRequested(let body): ProtoWriter.bytes(of: body)
        case .held(let body): ProtoWriter.bytes(of: body)
        case .resumed(let body): ProtoWriter.bytes(of: body)
        case .completed(let body): ProtoWriter.bytes(of: body)
        case .discontinued(let body): ProtoWriter.bytes(of: body)
        }
    }

    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        switch kind {
        case .rtCoursePrescribed: SchemaRTCoursePrescribed.self
        case .rtCourseAmended: SchemaRTCourseAmended.self
        case .rtPlanVersionCreated: SchemaRTPlanVersionCreated.self
        case .rtPlanPhysicsChecked: SchemaRTPlanPhysicsChecked.self
        case .rtPlanApproved: SchemaRTPlanApproved.self
        case .rtPlanRejected: SchemaRTPlanRejected.self
        case .rtPlanRetired: SchemaRTPlanRetired.self
        case .rtFractionDelivered: SchemaRTFractionDelivered.self
        case .rtFractionInterrupted: SchemaRTFractionInterrupted.self
        case .rtFractionMissed: SchemaRTFractionMissed.self
        case .rtOnTreatmentReviewed: SchemaRTOnTreatmentReviewed.self
        case .rtAdaptationRequested: SchemaRTAdaptationRequested.self
        case .rtHeld: SchemaRTHeld.self
        case .rtResumed: SchemaRTResumed.self
        case .rtCompleted: SchemaRTCompleted.self
        case .rtDiscontinued: SchemaRTDiscontinued.self
        default: nil
        }
    }
}
