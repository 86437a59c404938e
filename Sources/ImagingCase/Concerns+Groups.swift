/// The parts of a case that take something from the events of each group: one table beside the one of the first catalogue.

extension OrderingEvent {
    var concerns: Concerns {
        switch self {
        case .held, .holdReleased: .order
        case .cancelRequested, .replaced: [.order, .medication]
        }
    }
}

extension DeviationEvent {
    var concerns: Concerns { .protocoling }
}

extension ScheduleEvent {
    var concerns: Concerns { .schedule }
}

extension PreparationEvent {
    var concerns: Concerns {
        switch self {
        case .consentRecorded: .consent
        case .otherScreened: .safety
        case .preparationRecorded: [.preparation, .handOver]
        case .medicationAdministered: [.medication, .consent]
        case .adverseReactionRecorded: .medication
        }
    }
}

extension ImageQualityEvent {
    var concerns: Concerns { .imageQuality }
}

extension DoseAlertEvent {
    var concerns: Concerns { .dose }
}

extension TransferEvent {
    /// A completed transfer says where a copy is, in case the images are gone elsewhere.
    var concerns: Concerns { if case .completed = self { [.availability, .imageQuality] } else { .availability } }
}

extension ReadingTaskEvent {
    var concerns: Concerns { .reading }
}

extension ReportReceiptEvent {
    var concerns: Concerns {
        switch self {
        case .draftNoted: .reading
        case .delivered, .viewed: .receipt
        }
    }
}

extension CriticalAttemptEvent {
    var concerns: Concerns { .criticalResult }
}

extension RecommendationEvent {
    var concerns: Concerns { .recommendation }
}

extension DialogueEvent {
    var concerns: Concerns {
        switch self {
        case .delivered, .accepted, .impossible: [.instruction, .receipt]
        case .asked, .answered: .question
        }
    }
}

extension ConsultEvent {
    var concerns: Concerns {
        if case .answered = self { return [.consult, .discrepancy] }
        return .consult
    }
}

extension DiscrepancyEvent {
    var concerns: Concerns { .discrepancy }
}

extension LinkageEvent {
    var concerns: Concerns {
        if case .moved = self { return [.linkage, .identity] }
        return .linkage
    }
}

extension AttachmentEvent {
    var concerns: Concerns { .attachment }
}

extension InterventionEvent {
    var concerns: Concerns { .intervention }
}

extension TreatmentEvent {
    var concerns: Concerns { .treatment }
}

extension ReviewEvent {
    var concerns: Concerns { .review }
}

extension PersonEvent {
    var concerns: Concerns { .cluster }
}

extension RegisterEvent {
    var concerns: Concerns {
        switch self {
        case .incidentReported: .incident
        case .staffDoseRecorded: .staffDose
        case .equipmentChecked: .equipment
        case .credentialGranted, .credentialRevoked: .credential
        case .researchConsented, .researchExported: .research
        case .notificationSeen: [.receipt, .criticalResult]
        }
    }
}
