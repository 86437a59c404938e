import EventLog
import ImagingCase
import Testing

/// Each step of the rule beats the ones after it.
@Suite struct HeadlineTests {
    @Test func `the headline says first what needs somebody first`() {
        var north = CaseBuilder("northside")
        var south = CaseBuilder("southside")
        var facts: [CaseFact] = []
        func headline() -> String { CaseFold.fold(someCase, facts).headline }
        func record(_ event: CaseEvent, _ role: Role = .radiologist, by person: String = "p") {
            facts.append(north.record(event, after: facts.suffix(1), by: person, role: role))
        }
        #expect(headline() == "No order")
        record(.orderPlaced(OrderPlaced(modality: "MR", priority: .routine)), .referrer)
        #expect(headline() == "Ordered")
        record(.orderReviewed(OrderReviewed(decision: .accepted)))
        #expect(headline() == "Order accepted")
        record(.protocolAssigned(ProtocolAssigned(name: "Head")))
        #expect(headline() == "Protocol Head")
        record(.patientArrived(PatientArrived()), .frontDesk)
        #expect(headline() == "Patient arrived; protocol Head")
        record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), .technologist)
        #expect(headline() == "Examination in progress")
        record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), .technologist)
        #expect(headline() == "Acquired, not handed over")
        record(.studyHandedOver(StudyHandedOver()), .technologist)
        #expect(headline() == "Waiting to be read")
        record(.readingPriorityChanged(ReadingPriorityChanged(priority: .stat)))
        #expect(headline() == "STAT: Waiting to be read")
        record(.readingClaimed(ReadingClaimed()), by: "dr.rad")
        #expect(headline() == "STAT: Being read by dr.rad")
        record(.finalSigned(FinalSigned(impression: "x")), by: "dr.rad")
        #expect(headline() == "Final report")
        record(.reportRetracted(ReportRetracted(which: facts[facts.count - 1].id, reason: .premature)), by: "dr.rad")
        #expect(headline() == "Report withdrawn from use")
        record(.mriScreened(MRIScreened(result: .contraindicated)), .technologist)
        #expect(headline() == "Do not go ahead: mri contraindicated")
        let before = facts[facts.count - 1]
        record(.protocolAssigned(ProtocolAssigned(name: "b")))
        facts.append(south.record(.protocolAssigned(ProtocolAssigned(name: "c")), after: [before], role: .radiologist))
        #expect(headline().hasPrefix("Conflict: No protocol may be run"))
        facts.append(
            north.record(
                .criticalResultRaised(CriticalResultRaised(category: 1, finding: "bleed")), after: [before], role: .radiologist))
        #expect(headline() == "Critical result not acknowledged: bleed")
        facts.append(north.record(.identityDisputed(IdentityDisputed(what: "scar")), after: [before]))
        #expect(headline() == "Identity disputed: scar. Nothing is published.")
    }
}
