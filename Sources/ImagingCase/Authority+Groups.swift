/// The rows of the permission table for the groups of kinds.
///
/// Source: house rule (role, kind of event); who signs is who carries the licence for it.
extension Authority {
    private static let clinicians: [Role] = [
        .technologist, .nurse, .radiologist, .lead, .referrer, .interventionalRadiologist, .radiationOncologist, .therapist,
        .physicist,
    ]
    private static let oncologist: [Role] = [.radiationOncologist]
    private static let desk: [Role] = [.frontDesk, .siteAdmin]

    static func roles(for event: OrderingEvent) -> [Role] {
        switch event {
        case .held, .holdReleased: [.referrer] + desk
        case .cancelRequested, .replaced: ordering
        }
    }

    static func roles(for event: DeviationEvent) -> [Role] { performers }

    static func roles(for event: ScheduleEvent) -> [Role] {
        switch event {
        case .booked, .moved, .cancelled: desk
        case .noShow: desk + [.technologist]
        }
    }

    static func roles(for event: PreparationEvent) -> [Role] {
        switch event {
        case .consentRecorded: [.nurse, .technologist] + readers + oncologist
        case .otherScreened: screening
        case .preparationRecorded: [.technologist, .nurse, .therapist, .interventionalRadiologist]
        case .medicationAdministered: [.technologist, .nurse] + readers
        case .adverseReactionRecorded: [.technologist, .nurse, .therapist] + readers + oncologist
        }
    }

    static func roles(for event: ImageQualityEvent) -> [Role] {
        switch event {
        case .repeated: performers
        case .rejected, .rejectionRevoked: performers + readers + [.siteAdmin]
        case .qualityChecked: performers + readers
        case .imagesGone: [.siteAdmin]
        }
    }

    static func roles(for event: DoseAlertEvent) -> [Role] { readers + [.safetyOfficer, .physicist] }

    static func roles(for event: TransferEvent) -> [Role] { [.technologist, .siteAdmin] }

    static func roles(for event: ReadingTaskEvent) -> [Role] {
        switch event {
        case .requested: readers + [.siteAdmin, .technologist, .referrer]
        case .declined, .transferred, .transferAccepted: readers
        }
    }

    static func roles(for event: ReportReceiptEvent) -> [Role] {
        switch event {
        case .draftNoted: readers
        case .delivered: desk
        case .viewed: everybody
        }
    }

    static func roles(for event: CriticalAttemptEvent) -> [Role] { readers + [.nurse, .frontDesk] }

    static func roles(for event: RecommendationEvent) -> [Role] {
        switch event {
        case .made: readers + oncologist
        case .accepted, .declined, .deferred: [.referrer] + oncologist
        case .ordered: ordering
        case .fulfilled, .notNeeded: readers + [.referrer] + oncologist
        }
    }

    static func roles(for event: DialogueEvent) -> [Role] {
        switch event {
        case .delivered, .accepted, .impossible: [.technologist, .therapist]
        case .asked, .answered: clinicians
        }
    }

    static func roles(for event: ConsultEvent) -> [Role] {
        switch event {
        case .requested: [.referrer, .interventionalRadiologist] + oncologist
        case .taken, .answered: readers + oncologist + [.physicist]
        case .closed: [.referrer] + readers + oncologist
        case .conferenceRecorded: readers + [.referrer] + oncologist
        }
    }

    static func roles(for event: DiscrepancyEvent) -> [Role] { readers }

    static func roles(for event: LinkageEvent) -> [Role] { desk + [.hubAdmin, .technologist] }

    static func roles(for event: AttachmentEvent) -> [Role] { everybody }

    static func roles(for event: InterventionEvent) -> [Role] {
        switch event {
        case .assessed, .complicationRecorded: [.interventionalRadiologist, .nurse]
        case .timeOutDone, .stepRecorded: [.interventionalRadiologist, .nurse, .technologist]
        case .completed, .aborted: [.interventionalRadiologist]
        case .recoveryRecorded: [.nurse, .interventionalRadiologist]
        }
    }

    static func roles(for event: TreatmentEvent) -> [Role] {
        switch event {
        case .coursePrescribed, .courseAmended, .planApproved, .planRejected, .onTreatmentReviewed, .adaptationRequested,
            .resumed,
            .completed, .discontinued:
            oncologist
        case .planVersionCreated, .planPhysicsChecked: [.physicist]
        case .planRetired: [.physicist] + oncologist
        case .fractionDelivered, .fractionInterrupted, .fractionMissed: [.therapist]
        case .held: oncologist + [.physicist, .therapist]
        }
    }

    /// A treatment machine may tell what it delivered and a planning system that a version is there; nobody approves but people.
    static func systemMayRecord(_ event: TreatmentEvent) -> Bool {
        switch event {
        case .planVersionCreated, .fractionDelivered, .fractionInterrupted: true
        default: false
        }
    }

    static func roles(for event: ReviewEvent) -> [Role] {
        switch event {
        case .assigned: [.lead]
        case .scored: readers
        }
    }

    static func roles(for event: PersonEvent) -> [Role] { desk + [.hubAdmin] }

    static func roles(for event: RegisterEvent) -> [Role] {
        switch event {
        case .incidentReported, .notificationSeen: everybody
        case .staffDoseRecorded: [.safetyOfficer, .physicist]
        case .equipmentChecked: [.technologist, .physicist, .safetyOfficer]
        case .credentialGranted, .credentialRevoked: [.siteAdmin, .hubAdmin]
        case .researchConsented: [.nurse, .technologist, .researcher] + readers
        case .researchExported: [.researcher]
        }
    }
}
