extension ConflictRule {
    /// Every kind of conflict, by the number of the catalogue.
    public static let catalogue: [ConflictRule] = [
        ReadingAxis.twoClaims, ReadingAxis.signedOnStaleLease, ReadingAxis.twoTransfers, ReadingAxis.releasedWhenWorkedOn,
        OrderFacts.cancelledWhenAcquired, OrderFacts.cancelledOnTable, OrderFacts.changedWhenAcquired,
        OrderFacts.versionsDiffer, BetweenCases.possibleDuplicate, OrderFacts.replacedWhenPerformed,
        BetweenCases.sharedByTwoPersons, IdentityFacts.personsDiffer, AcquisitionFacts.bytesDiffer,
        BetweenCases.identifiedByLink, IdentityFacts.identifiedLater, IdentityFacts.demographicsDiffer,
        BetweenCases.orderOnRetiredID, ClusterLedger.circularMerge, ClusterLedger.mergedAndSeparated,
        LinkageLedger.linkedAndSeparated, BetweenCases.signedUnderRetiredID, LinkageLedger.movedUnderText,
        SafetyFacts.screensDiffer, SafetyFacts.findingsDiffer, SafetyFacts.findingNotCovered,
        SafetyFacts.exposedWhenPregnant, SafetyFacts.pregnancyDiffers, SafetyFacts.kidneyDiffers,
        MedicationFacts.givenWhenForbidden, ProtocolFacts.changedWhenScanned, ProtocolFacts.competing,
        InstructionAxis.contradiction, InstructionAxis.issuedWhenLeft, InstructionAxis.withdrawnWhenDone,
        InstructionAxis.acceptedWhenDeclined, ReadingAxis.lateContent, ImageQualityAxis.reportedOfAnotherPerson,
        ImageQualityAxis.reportedWhenRejected, ReportAxis.competingFinals, ReportAxis.preliminaryBesideFinal,
        ReportAxis.addendumOnEarlierVersion, ReportAxis.competingCorrections, ReportAxis.continuedAfterRetraction,
        DiscrepancyAxis.preliminaryDiffers, CriticalResultAxis.raisedTwice, CriticalResultAxis.escalatedWhenAcknowledged,
        CriticalResultAxis.withdrawnWhenActedUpon, Priority.raisedAndLowered, DoseAxis.valuesDiffer,
        ConsentAxis.givenWhenWithdrawn, InterventionFacts.timeOutApart, TreatmentCourse.changedMeanwhile,
        TreatmentPlans.twoApproved, TreatmentCourse.deliveredAfterEnd, TreatmentCourse.deliveredDuringHold,
        TreatmentCourse.holdAndContinue, TreatmentLedger.recordedTwice, RecommendationAxis.declinedWhenOrdered,
        CredentialRegister.unverifiedSignature, ImageQualityAxis.goneWhileRead, BetweenCases.linkedAcrossTenants,
        DiscrepancyAxis.adviceContradicts, AcquisitionFacts.endsDiffer, ScheduleFacts.cancelledWhenArrived,
        ScheduleFacts.movedWhenArrived, ScheduleFacts.noShowWhenArrived, SideFacts.sideDiffers,
        CredentialRegister.foreignLicence, CriticalResultAxis.orderedByAnother,
    ]

    /// Whether the conflicts of a number are about a course of radiotherapy: plans, fractions, holds and the end of the course.
    public static func isAboutTreatment(_ number: Int) -> Bool { (53...57).contains(number) }
}
