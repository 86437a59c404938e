import EventLog

extension Authority {
    /// Rows for kinds that the same roles may record on the same conditions.
    static func grant(
        _ kinds: [EventKind], to roles: [Role], systems: Bool = true, if conditions: [AuthorityCondition] = [],
        source: String = "house rule"
    ) -> [AuthorityRow] {
        var each: [Role] = []
        for role in roles where !each.contains(role) { each.append(role) }
        return kinds.map {
            AuthorityRow(kind: $0, roles: each, isOpenToSystems: systems, conditions: conditions, source: source)
        }
    }

    static let signing: [AuthorityCondition] = [.credential, .reauthenticated]
    static let verifier = "DICOM PS3.3 C.17.2 (Verifying Observer); house rule: who signs carries the licence"

    /// The rows of the first catalogue.
    static let firstCatalogue: [AuthorityRow] = [orders, safety, examination, reading, messages, identity, general].flatMap { $0 }

    private static let orders: [AuthorityRow] = [
        grant(
            [.orderPlaced, .orderChanged, .orderCancelled], to: ordering, if: [.ownSite, .ownPatients],
            source: "HL7 v2.5.1 4.5.1 (ORC-12)"),
        grant(
            [.orderReviewed, .protocolAssigned, .protocolWithdrawn], to: readers + [.radiationOncologist],
            source: "house rule: who justifies and plans carries the licence"),
    ].flatMap { $0 }

    private static let safety: [AuthorityRow] = [
        grant([.riskAccepted], to: readers, systems: false, if: signing + [.evidence], source: verifier),
        grant([.mriScreened, .contrastScreened, .pregnancyScreened], to: screening, if: [.ownSite, .ownProcedure]),
    ].flatMap { $0 }

    private static let examination: [AuthorityRow] = [
        grant(
            [.procedureStepStarted, .procedureStepCompleted, .procedureStepDiscontinued], to: performers,
            if: [.ownSite, .ownProcedure], source: "DICOM PS3.4 F.7 (MPPS)"),
        grant([.studyContentChanged], to: [.technologist, .siteAdmin]),
        grant([.studyHandedOver], to: performers, if: [.ownSite, .ownProcedure]),
        grant(
            [.doseRecorded], to: [.technologist, .physicist, .safetyOfficer, .interventionalRadiologist],
            source: "DICOM PS3.16 TID 10011"),
    ].flatMap { $0 }

    private static let reading: [AuthorityRow] = [
        grant([.readingClaimed, .readingReleased], to: readers, source: "DICOM PS3.4 CC.2.1 (UPS)"),
        grant([.readingPriorityChanged], to: readers + [.referrer, .technologist], if: [.ownPatients]),
        grant([.preliminaryIssued], to: readers, if: [.ownProcedure]),
        grant([.finalSigned], to: readers, systems: false, if: signing + [.ownProcedure], source: verifier),
        grant(
            [.addendumSigned, .reportCorrected], to: readers, systems: false, if: signing + [.authorOrTakeover],
            source: verifier),
        grant([.reportRetracted], to: readers, if: signing + [.authorOrTakeover], source: verifier),
        grant([.reportReconciled], to: readers, systems: false, if: signing, source: verifier),
    ].flatMap { $0 }

    private static let messages: [AuthorityRow] = [
        grant([.criticalResultRaised], to: readers + [.technologist]),
        grant(
            [.criticalResultAcknowledged], to: Role.allCases.filter { CriticalLedger.isLicensed($0) && $0 != .system },
            if: [.ownPatients], source: "Joint Commission NPSG.02.03.01: the responsible licensed caregiver"),
        grant([.criticalResultCommunicated, .criticalResultEscalated, .criticalResultWithdrawn], to: readers),
        grant([.instructionIssued, .instructionWithdrawn], to: readers),
        grant([.instructionAcknowledged, .instructionCompleted, .instructionDeclined], to: [.technologist], if: [.ownSite]),
    ].flatMap { $0 }

    private static let identity: [AuthorityRow] = [
        grant(
            [.patientArrived, .demographicsCorrected], to: registering, if: [.ownSite],
            source: "HL7 v2.5.1 3.3.4 (A04), 3.3.8 (A08)"),
        grant(
            [.identityVerified], to: [.technologist, .nurse, .therapist, .frontDesk, .interventionalRadiologist], if: [.ownSite]),
        grant([.identityDisputed], to: registering + readers),
        grant([.identityDisputeCleared], to: [.frontDesk, .siteAdmin, .hubAdmin], if: [.evidence]),
    ].flatMap { $0 }

    private static let general: [AuthorityRow] = [
        grant([.commentAdded], to: everybody),
        grant([.caseRouted, .caseWithdrawn], to: [.siteAdmin, .hubAdmin, .lead]),
        grant(
            [.conflictResolved], to: everybody, systems: false, if: [.evidence],
            source: "house rule: the role that the conflict names as its owner; the lead too, but not in radiotherapy"),
    ].flatMap { $0 }
}
