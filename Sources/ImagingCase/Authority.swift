import EventLog

/// Who may record and decide what: one pure table, used when an event is authored and again when it is merged.
///
/// Source: house rule (role, kind of event, owner of the conflict).
public enum Authority {
    static let readers: [Role] = [.radiologist, .lead, .interventionalRadiologist]
    static let performers: [Role] = [.technologist, .interventionalRadiologist, .therapist]
    static let ordering: [Role] = [.referrer, .frontDesk, .technologist, .siteAdmin, .radiationOncologist]
    static let registering: [Role] = [.frontDesk, .technologist, .nurse, .siteAdmin, .hubAdmin]
    static let screening: [Role] = [.technologist, .nurse, .safetyOfficer, .interventionalRadiologist]
    static let everybody: [Role] = Role.allCases.filter { $0 != .researcher }

    /// Whether a role may record an event. The state of the case is judged apart from this.
    public static func mayRecord(_ event: CaseEvent, as role: Role) -> Bool {
        role == .system ? systemMayRecord(event) : roles(for: event).contains(role)
    }

    /// The people's roles that may record an event, in the order in which one would be asked.
    public static func roles(for event: CaseEvent) -> [Role] {
        switch event {
        case .orderPlaced, .orderChanged, .orderCancelled: ordering
        case .orderReviewed, .protocolAssigned, .protocolWithdrawn: readers + [.radiationOncologist]
        case .riskAccepted: readers
        case .mriScreened, .contrastScreened, .pregnancyScreened: screening
        case .procedureStepStarted, .procedureStepCompleted, .procedureStepDiscontinued: performers
        case .studyContentChanged: [.technologist, .siteAdmin]
        case .studyHandedOver: performers
        case .readingClaimed, .readingReleased: readers
        case .readingPriorityChanged: readers + [.referrer, .technologist]
        case .preliminaryIssued, .finalSigned, .addendumSigned, .reportCorrected, .reportRetracted, .reportReconciled: readers
        case .criticalResultRaised: readers + [.technologist]
        case .criticalResultAcknowledged: Role.allCases.filter { CriticalLedger.isLicensed($0) && $0 != .system }
        case .criticalResultCommunicated, .criticalResultEscalated, .criticalResultWithdrawn: readers
        case .instructionIssued, .instructionWithdrawn: readers
        case .instructionAcknowledged, .instructionCompleted, .instructionDeclined: [.technologist]
        case .doseRecorded: [.technologist, .physicist, .safetyOfficer, .interventionalRadiologist]
        case .patientArrived, .demographicsCorrected: registering
        case .identityVerified: [.technologist, .nurse, .therapist, .frontDesk, .interventionalRadiologist]
        case .identityDisputed: registering + readers
        case .identityDisputeCleared: [.frontDesk, .siteAdmin, .hubAdmin]
        case .commentAdded: everybody
        case .caseRouted, .caseWithdrawn: [.siteAdmin, .hubAdmin, .lead]
        case .conflictResolved: everybody
        case .ordering(let event): roles(for: event)
        case .deviation(let event): roles(for: event)
        case .schedule(let event): roles(for: event)
        case .preparation(let event): roles(for: event)
        case .imageQuality(let event): roles(for: event)
        case .doseAlert(let event): roles(for: event)
        case .transfer(let event): roles(for: event)
        case .readingTask(let event): roles(for: event)
        case .reportReceipt(let event): roles(for: event)
        case .criticalAttempt(let event): roles(for: event)
        case .recommendation(let event): roles(for: event)
        case .dialogue(let event): roles(for: event)
        case .consult(let event): roles(for: event)
        case .discrepancy(let event): roles(for: event)
        case .linkage(let event): roles(for: event)
        case .attachment(let event): roles(for: event)
        case .intervention(let event): roles(for: event)
        case .treatment(let event): roles(for: event)
        case .review(let event): roles(for: event)
        case .person(let event): roles(for: event)
        case .register(let event): roles(for: event)
        case .unknown: []
        }
    }

    /// A device or interface may report whatever has happened; it signs nothing, accepts no risk and decides no conflict.
    private static func systemMayRecord(_ event: CaseEvent) -> Bool {
        switch event {
        case .finalSigned, .addendumSigned, .reportCorrected, .reportReconciled, .riskAccepted, .conflictResolved, .unknown: false
        case .treatment(let event): systemMayRecord(event)
        case .intervention(.timeOutDone), .review, .discrepancy(.resolved), .recommendation(.made), .consult(.answered): false
        case .register(.credentialGranted), .register(.credentialRevoked), .register(.researchExported): false
        default: true
        }
    }

    /// Whether a role may close a conflict that another role owns. The lead may always; interventional radiologists count as
    /// radiologists; identity questions, which the front desk owns, may also be closed by the administrators.
    public static func mayResolve(_ role: Role, ownedBy owner: Role) -> Bool {
        if role == owner || role == .lead { return true }
        switch owner {
        case .radiologist, .technologist, .safetyOfficer, .physicist: return role.readsImages
        case .frontDesk: return role == .siteAdmin || role == .hubAdmin
        case .siteAdmin: return role == .hubAdmin
        default: return false
        }
    }
}
