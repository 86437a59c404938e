extension ConflictRule {
    /// Every kind of conflict, by the number of the catalogue.
    public static let catalogue: [ConflictRule] = [
        ReadingAxis.twoClaims, ReadingAxis.signedOnStaleLease, OrderFacts.cancelledWhenAcquired,
        OrderFacts.cancelledOnTable, OrderFacts.changedWhenAcquired, OrderFacts.versionsDiffer, IdentityFacts.personsDiffer,
        AcquisitionFacts.bytesDiffer, IdentityFacts.demographicsDiffer, SafetyFacts.screensDiffer,
        SafetyFacts.findingsDiffer, SafetyFacts.findingNotCovered, SafetyFacts.exposedWhenPregnant,
        SafetyFacts.pregnancyDiffers, ProtocolFacts.changedWhenScanned, ProtocolFacts.competing,
        InstructionAxis.contradiction, InstructionAxis.withdrawnWhenDone, ReadingAxis.lateContent,
        ReportAxis.competingFinals, ReportAxis.preliminaryBesideFinal, ReportAxis.addendumOnEarlierVersion,
        ReportAxis.competingCorrections, ReportAxis.continuedAfterRetraction, CriticalResultAxis.raisedTwice,
        CriticalResultAxis.escalatedWhenAcknowledged, Priority.raisedAndLowered, DoseAxis.valuesDiffer,
        AcquisitionFacts.endsDiffer, OrderFacts.replacedWhenPerformed, SafetyFacts.kidneyDiffers,
        MedicationFacts.givenWhenForbidden, ConsentAxis.givenWhenWithdrawn, ScheduleFacts.noShowWhenArrived,
        ScheduleFacts.movedWhenArrived, ScheduleFacts.cancelledWhenArrived, SideFacts.sideDiffers,
    ]
}
