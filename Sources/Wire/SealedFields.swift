import EventLog
import ImagingCase

/// A field whose text is sealed, by its number in the published message.
indirect enum SealedField: Hashable {
    /// The text itself, or each of several.
    case text(Int, SealedMeaning)
    /// Fields of a message that lies in it.
    case inside(Int, [SealedField])

    var number: Int {
        switch self {
        case .text(let number, _): number
        case .inside(let number, _): number
        }
    }

    fileprivate static func patient(_ number: Int) -> SealedField { .inside(number, [.text(2, .identifier), .text(3, .name)]) }
    fileprivate static func issued(_ number: Int) -> SealedField { .inside(number, [.text(2, .identifier)]) }
    fileprivate static func words(_ number: Int) -> SealedField { .text(number, .text) }
}

/// What is sealed of each kind: names and numbers of patients, numbers of orders, and all that is said in free words.
///
/// What stays readable is what the rules count with, or what is not about the patient: codes, choices, moments, doses, birth date (an age
/// decides whether a screen is due), unique identifiers of DICOM objects, and who acts. A kind that is not here has no such field.
enum SealedFields {
    /// The fields of each kind.
    static let byKind: [EventKind: [SealedField]] = ordering.merging(people) { first, _ in first }
        .merging(performing) { first, _ in first }.merging(reading) { first, _ in first }
        .merging(talking) { first, _ in first }.merging(treating) { first, _ in first }

    private static let ordering: [EventKind: [SealedField]] = [
        .orderPlaced: [.issued(1), .issued(2), .patient(3), .words(8), .words(12)],
        .orderChanged: [.words(5), .words(8)],
        .orderCancelled: [.words(1)],
        .orderReviewed: [.words(2)],
        .orderHeld: [.words(1)],
        .orderHoldReleased: [.words(2)],
        .orderCancelRequested: [.words(1)],
        .orderReplaced: [.issued(1), .words(3)],
        .protocolAssigned: [.words(3)],
        .protocolWithdrawn: [.words(2)],
        .protocolDeviated: [.words(2), .words(3)],
        .appointmentMoved: [.words(5)],
        .appointmentCancelled: [.words(1)],
        .appointmentNoShow: [.words(1)],
        .caseRouted: [.words(2)],
        .caseWithdrawn: [.words(2)],
        .caseLinked: [.words(3)],
        .caseUnlinked: [.words(2)],
        .caseMoved: [.patient(1), .words(2)],
    ]

    private static let people: [EventKind: [SealedField]] = [
        .patientArrived: [.patient(1)],
        .demographicsCorrected: [.patient(1), .words(2)],
        .identityDisputed: [.words(1)],
        .identityDisputeCleared: [.words(3)],
        .personMerged: [.issued(1), .issued(2), .words(3)],
        .personIdentifierChanged: [.issued(1), .issued(2)],
        .personUnmerged: [.issued(1), .issued(2), .words(3)],
    ]

    private static let performing: [EventKind: [SealedField]] = [
        .mriScreened: [.words(3)],
        .contrastScreened: [.words(3)],
        .pregnancyScreened: [.words(3)],
        .riskAccepted: [.words(2)],
        .safetyOtherScreened: [.words(4)],
        .consentRecorded: [.words(4)],
        .preparationRecorded: [.words(5)],
        .adverseReactionRecorded: [.words(4), .words(5)],
        .procedureStepDiscontinued: [.words(6)],
        .studyHandedOver: [.words(3), .issued(8)],
        .imageRepeated: [.words(3)],
        .imageRejected: [.words(4)],
        .imageRejectionRevoked: [.words(2)],
        .studyQualityChecked: [.words(2)],
        .doseAlertAcknowledged: [.words(2)],
        .transferFailed: [.words(3)],
        .attachmentAdded: [.words(1)],
        .attachmentWithdrawn: [.words(2)],
        .incidentReported: [.words(3), .words(7)],
    ]

    private static let reading: [EventKind: [SealedField]] = [
        .readingReleased: [.words(1)],
        .readingPriorityChanged: [.words(2)],
        .readingDeclined: [.words(1)],
        .readingTransferred: [.words(2)],
        .preliminaryIssued: [.words(1), .words(2)],
        .finalSigned: [.words(1), .words(2)],
        .addendumSigned: [.words(2)],
        .reportCorrected: [.words(2), .words(3), .words(4)],
        .reportRetracted: [.words(3)],
        .reportReconciled: [.words(3)],
        .recommendationMade: [.words(7)],
        .recommendationAccepted: [.words(2)],
        .recommendationDeclined: [.words(2)],
        .recommendationDeferred: [.words(3)],
        .recommendationOrdered: [.issued(2)],
        .recommendationFulfilled: [.words(3)],
        .recommendationNotNeeded: [.words(2)],
        .discrepancyRecorded: [.words(4)],
        .discrepancyResolved: [.words(3)],
        .reviewScored: [.words(3)],
    ]

    private static let talking: [EventKind: [SealedField]] = [
        .criticalResultRaised: [.words(2)],
        .criticalResultAcknowledged: [.words(2)],
        .criticalResultWithdrawn: [.words(2)],
        .instructionIssued: [.words(2)],
        .instructionCompleted: [.words(2)],
        .instructionDeclined: [.words(2)],
        .instructionWithdrawn: [.words(2)],
        .instructionImpossible: [.words(2)],
        .questionAsked: [.words(1)],
        .questionAnswered: [.words(2)],
        .consultRequested: [.words(1)],
        .consultAnswered: [.words(2), .words(3)],
        .conferenceRecorded: [.words(2)],
        .commentAdded: [.words(1)],
        .conflictResolved: [.words(4)],
    ]

    private static let treating: [EventKind: [SealedField]] = [
        .irAssessed: [.words(4), .words(5)],
        .irStepRecorded: [.words(4)],
        .irComplicationRecorded: [.words(2), .words(3)],
        .irCompleted: [.words(6), .words(7)],
        .irAborted: [.words(1)],
        .irRecoveryRecorded: [.words(2), .words(6)],
        .rtCourseAmended: [.words(5)],
        .rtPlanVersionCreated: [.words(7)],
        .rtPlanPhysicsChecked: [.words(3)],
        .rtPlanRejected: [.words(2)],
        .rtPlanRetired: [.words(2)],
        .rtFractionInterrupted: [.words(5)],
        .rtFractionMissed: [.words(2)],
        .rtOnTreatmentReviewed: [.words(4)],
        .rtAdaptationRequested: [.words(3)],
        .rtHeld: [.words(1)],
        .rtResumed: [.words(2)],
        .rtCompleted: [.words(1)],
        .rtDiscontinued: [.words(1)],
    ]
}
