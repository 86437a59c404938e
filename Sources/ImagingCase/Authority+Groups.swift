import EventLog

/// The rows of the permission table for the groups of kinds.
extension Authority {
    private static let clinicians: [Role] = [
        .technologist, .nurse, .radiologist, .lead, .referrer, .interventionalRadiologist, .radiationOncologist, .therapist,
        .physicist,
    ]
    private static let oncologist: [Role] = [.radiationOncologist]
    private static let desk: [Role] = [.frontDesk, .siteAdmin]

    /// The rows of all groups.
    static let groups: [AuthorityRow] = [
        before, images, readings, talk, links, intervention, treatment, registers,
    ].flatMap { $0 }

    private static let before: [AuthorityRow] = [
        grant([.orderHeld, .orderHoldReleased], to: [.referrer] + desk, source: "HL7 table 0119 HD, RL"),
        grant([.orderCancelRequested, .orderReplaced], to: ordering, if: [.ownPatients], source: "HL7 table 0119 CA, RP"),
        grant([.protocolDeviated], to: performers, if: [.ownSite]),
        grant(
            [.appointmentBooked, .appointmentMoved, .appointmentCancelled], to: desk, source: "HL7 v2.5.1 10.3 (SIU)"),
        grant([.appointmentNoShow], to: desk + [.technologist], source: "HL7 v2.5.1 10.3 (SIU S26)"),
        grant([.consentRecorded], to: [.nurse, .technologist] + readers + oncologist, if: [.ownSite]),
        grant([.safetyOtherScreened], to: screening, if: [.ownSite]),
        grant(
            [.preparationRecorded], to: [.technologist, .nurse, .therapist, .interventionalRadiologist],
            if: [.ownSite, .ownProcedure]),
        grant([.medicationAdministered], to: [.technologist, .nurse] + readers, if: [.ownSite]),
        grant(
            [.adverseReactionRecorded], to: [.technologist, .nurse, .therapist] + readers + oncologist, if: [.ownSite]),
    ].flatMap { $0 }

    private static let images: [AuthorityRow] = [
        grant([.imageRepeated], to: performers, if: [.ownSite]),
        grant([.imageRejected, .imageRejectionRevoked], to: performers + readers + [.siteAdmin], source: "IHE RAD-66"),
        grant([.studyQualityChecked], to: performers + readers),
        grant([.studyImagesGone], to: [.siteAdmin]),
        grant(DoseAlertEvent.kinds, to: readers + [.safetyOfficer, .physicist]),
        grant(TransferEvent.kinds, to: [.technologist, .siteAdmin]),
        grant(AttachmentEvent.kinds, to: everybody),
    ].flatMap { $0 }

    private static let readings: [AuthorityRow] = [
        grant([.readingRequested], to: readers + [.siteAdmin, .technologist, .referrer], source: "DICOM PS3.16 110005"),
        grant([.readingDeclined, .readingTransferred, .readingTransferAccepted], to: readers),
        grant([.reportDraftNoted], to: readers),
        grant([.reportDelivered], to: desk),
        grant([.reportViewed], to: everybody),
        grant(DiscrepancyEvent.kinds.filter { $0 != .discrepancyResolved }, to: readers),
        grant([.discrepancyResolved], to: readers, systems: false),
        grant([.reviewAssigned], to: [.lead], systems: false, source: "house rule: peer review is privileged"),
        grant([.reviewScored], to: readers, systems: false, source: "house rule: peer review is privileged"),
    ].flatMap { $0 }

    private static let talk: [AuthorityRow] = [
        grant(CriticalAttemptEvent.kinds, to: readers + [.nurse, .frontDesk]),
        grant([.recommendationMade], to: readers + oncologist, systems: false),
        grant([.recommendationAccepted, .recommendationDeclined, .recommendationDeferred], to: [.referrer] + oncologist),
        grant([.recommendationOrdered], to: ordering),
        grant([.recommendationFulfilled, .recommendationNotNeeded], to: readers + [.referrer] + oncologist),
        grant([.instructionDelivered, .instructionAccepted, .instructionImpossible], to: [.technologist, .therapist]),
        grant([.questionAsked, .questionAnswered], to: clinicians),
        grant([.consultRequested], to: [.referrer, .interventionalRadiologist] + oncologist, if: [.ownPatients]),
        grant([.consultTaken], to: readers + oncologist + [.physicist]),
        grant([.consultAnswered], to: readers + oncologist + [.physicist], systems: false),
        grant([.consultClosed], to: [.referrer] + readers + oncologist),
        grant([.conferenceRecorded], to: readers + [.referrer] + oncologist),
    ].flatMap { $0 }

    private static let links: [AuthorityRow] = [
        grant(LinkageEvent.kinds, to: desk + [.hubAdmin, .technologist], if: [.evidence], source: "IHE RAD PIR"),
        grant(
            PersonEvent.kinds, to: desk + [.hubAdmin], if: [.evidence],
            source: "HL7 v2.5.1 3.3.40 (A40), 3.3.47 (A47), 3.3.37 (A37)"),
    ].flatMap { $0 }

    private static let intervention: [AuthorityRow] = [
        grant([.irAssessed, .irComplicationRecorded], to: [.interventionalRadiologist, .nurse], if: [.ownProcedure]),
        grant(
            [.irTimeOutDone], to: [.interventionalRadiologist, .nurse, .technologist], systems: false, if: [.ownSite],
            source: "WHO Surgical Safety Checklist: people answer, no device"),
        grant([.irStepRecorded], to: [.interventionalRadiologist, .nurse, .technologist], if: [.ownSite]),
        grant([.irCompleted, .irAborted], to: [.interventionalRadiologist], if: [.ownProcedure]),
        grant([.irRecoveryRecorded], to: [.nurse, .interventionalRadiologist], if: [.ownSite]),
    ].flatMap { $0 }

    /// A treatment machine may tell what it delivered and a planning system that a version is there; nobody approves but people.
    private static let treatment: [AuthorityRow] = [
        grant(
            [.rtCoursePrescribed, .rtCourseAmended, .rtPlanApproved, .rtPlanRejected], to: oncologist, systems: false,
            if: signing,
            source: "DICOM PS3.3 C.8.8.16 (300E,0002); house rule: who prescribes carries the licence"),
        grant(
            [.rtOnTreatmentReviewed, .rtAdaptationRequested, .rtResumed, .rtCompleted, .rtDiscontinued], to: oncologist,
            systems: false),
        grant([.rtPlanVersionCreated], to: [.physicist]),
        grant([.rtPlanPhysicsChecked], to: [.physicist], systems: false, if: signing),
        grant([.rtPlanRetired], to: [.physicist] + oncologist, systems: false),
        grant([.rtFractionDelivered, .rtFractionInterrupted], to: [.therapist], if: [.ownSite]),
        grant([.rtFractionMissed], to: [.therapist], systems: false, if: [.ownSite]),
        grant([.rtHeld], to: oncologist + [.physicist, .therapist], systems: false),
    ].flatMap { $0 }

    private static let registers: [AuthorityRow] = [
        grant([.incidentReported, .notificationSeen], to: everybody),
        grant([.staffDoseRecorded], to: [.safetyOfficer, .physicist], source: "ICRP 103"),
        grant([.equipmentQcRecorded], to: [.technologist, .physicist, .safetyOfficer], if: [.ownSite], source: "IEC 61223"),
        grant(
            [.credentialGranted, .credentialRevoked], to: [.siteAdmin, .hubAdmin], systems: false, if: [.evidence],
            source: "FHIR R4 Practitioner.qualification; house rule: nobody grants to himself"),
        grant([.researchConsented], to: [.nurse, .technologist, .researcher] + readers),
        grant([.researchExported], to: [.researcher], systems: false),
    ].flatMap { $0 }
}
