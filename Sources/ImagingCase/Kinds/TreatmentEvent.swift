public import EventLog

/// A course of radiotherapy: prescription, plan versions, fractions, reviews.
///
/// Source: DICOM PS3.3 C.8.8, HL7 CodeX RT, AAPM TG-263.
public enum TreatmentEvent: Hashable, Sendable {
    /// A course is prescribed.
    case coursePrescribed(RTCoursePrescribed)
    /// The prescription is another one.
    case courseAmended(RTCourseAmended)
    /// A version of the plan is there.
    case planVersionCreated(RTPlanVersionCreated)
    /// A physicist checked the version.
    case planPhysicsChecked(RTPlanPhysicsChecked)
    /// A radiation oncologist approves the version.
    case planApproved(RTPlanApproved)
    /// The version is not to be used.
    case planRejected(RTPlanRejected)
    /// The version is not used any more.
    case planRetired(RTPlanRetired)
    /// A fraction was delivered.
    case fractionDelivered(RTFractionDelivered)
    /// A fraction was broken off.
    case fractionInterrupted(RTFractionInterrupted)
    /// A fraction was not given.
    case fractionMissed(RTFractionMissed)
    /// The radiation oncologist saw the person.
    case onTreatmentReviewed(RTOnTreatmentReviewed)
    /// A new version of the plan is wanted.
    case adaptationRequested(RTAdaptationRequested)
    /// Treatment waits.
    case held(RTHeld)
    /// Treatment goes on.
    case resumed(RTResumed)
    /// The course ended as planned.
    case completed(RTCompleted)
    /// The course ended early.
    case discontinued(RTDiscontinued)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .coursePrescribed: .rtCoursePrescribed
        case .courseAmended: .rtCourseAmended
        case .planVersionCreated: .rtPlanVersionCreated
        case .planPhysicsChecked: .rtPlanPhysicsChecked
        case .planApproved: .rtPlanApproved
        case .planRejected: .rtPlanRejected
        case .planRetired: .rtPlanRetired
        case .fractionDelivered: .rtFractionDelivered
        case .fractionInterrupted: .rtFractionInterrupted
        case .fractionMissed: .rtFractionMissed
        case .onTreatmentReviewed: .rtOnTreatmentReviewed
        case .adaptationRequested: .rtAdaptationRequested
        case .held: .rtHeld
        case .resumed: .rtResumed
        case .completed: .rtCompleted
        case .discontinued: .rtDiscontinued
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .rtCoursePrescribed, .rtCourseAmended, .rtPlanVersionCreated, .rtPlanPhysicsChecked, .rtPlanApproved, .rtPlanRejected,
        .rtPlanRetired, .rtFractionDelivered, .rtFractionInterrupted, .rtFractionMissed, .rtOnTreatmentReviewed,
        .rtAdaptationRequested, .rtHeld, .rtResumed, .rtCompleted, .rtDiscontinued,
    ]
}

extension EventKind {
    /// A course is prescribed.
    public static let rtCoursePrescribed = EventKind("rt.coursePrescribed")
    /// The prescription is another one.
    public static let rtCourseAmended = EventKind("rt.courseAmended")
    /// A version of the plan is there.
    public static let rtPlanVersionCreated = EventKind("rt.planVersionCreated")
    /// A physicist checked the version.
    public static let rtPlanPhysicsChecked = EventKind("rt.planPhysicsChecked")
    /// A radiation oncologist approves the version.
    public static let rtPlanApproved = EventKind("rt.planApproved")
    /// The version is not to be used.
    public static let rtPlanRejected = EventKind("rt.planRejected")
    /// The version is not used any more.
    public static let rtPlanRetired = EventKind("rt.planRetired")
    /// A fraction was delivered.
    public static let rtFractionDelivered = EventKind("rt.fractionDelivered")
    /// A fraction was broken off.
    public static let rtFractionInterrupted = EventKind("rt.fractionInterrupted")
    /// A fraction was not given.
    public static let rtFractionMissed = EventKind("rt.fractionMissed")
    /// The radiation oncologist saw the person.
    public static let rtOnTreatmentReviewed = EventKind("rt.onTreatmentReviewed")
    /// A new version of the plan is wanted.
    public static let rtAdaptationRequested = EventKind("rt.adaptationRequested")
    /// Treatment waits.
    public static let rtHeld = EventKind("rt.held")
    /// Treatment goes on.
    public static let rtResumed = EventKind("rt.resumed")
    /// The course ended as planned.
    public static let rtCompleted = EventKind("rt.completed")
    /// The course ended early.
    public static let rtDiscontinued = EventKind("rt.discontinued")
}
