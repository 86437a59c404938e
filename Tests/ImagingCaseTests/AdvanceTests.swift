import EventLog
import ImagingCase
import Testing

/// What is plainly added to a case is taken from its earlier state: it must say what folding all facts anew says.
@Suite struct AdvanceTests {
    private var site = CaseBuilder("north")
    private var facts: [CaseFact] = []

    /// A reported examination with an open instruction.
    init() {
        record(.orderPlaced(OrderPlaced(patient: Patient(issuer: "n", id: "1", name: "DOE^ANN"), modality: "CT")), by: .referrer)
        record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1", studyUID: "1.2", modality: "CT")))
        record(
            .procedureStepCompleted(
                ProcedureStepCompleted(
                    stepUID: "1", studyUID: "1.2", modality: "CT", series: [Series(uid: "1.2.1", instances: 4)]))
        )
        record(.studyHandedOver(StudyHandedOver(declaredSeries: 1, declaredInstances: 4)))
        record(.doseRecorded(dose("1.5")), by: .system)
        record(.readingClaimed(ReadingClaimed(mode: .exclusive)), by: .radiologist)
        record(.finalSigned(FinalSigned(findings: "None.", impression: "None.")), by: .radiologist)
        record(.instructionIssued(InstructionIssued(kind: .other, text: "Send again.")), by: .radiologist)
    }

    private func dose(_ uid: String, dlp: Double = 7) -> DoseRecorded {
        DoseRecorded(irradiationEvents: [IrradiationEvent(uid: uid, dlpMilligrayCentimetre: dlp)], source: "RDSR")
    }

    @discardableResult private mutating func record(_ event: CaseEvent, by role: Role = .technologist) -> CaseFact {
        let fact = site.record(event, after: facts.suffix(1), by: role.rawValue, role: role)
        facts.append(fact)
        return fact
    }

    /// The states of an axis before and after a fact, and what its shortcut says.
    private mutating func tried<A: Axis>(
        _ axis: A.Type, _ state: KeyPath<CaseState, A.State>, _ event: CaseEvent, by role: Role = .technologist
    ) -> (short: A.State?, whole: A.State) {
        let before = CaseFold.fold(someCase, facts)[keyPath: state]
        let fact = record(event, by: role)
        let whole = CaseFold.fold(someCase, facts)
        #expect(FoldedCase(someCase, Array(facts.dropLast())).appending([fact]).state == whole)
        return (A.advanced(before, by: fact), whole[keyPath: state])
    }

    @Test mutating func `an addendum to the report that stands is added without weighing the others again`() {
        let final = facts[6].id
        let addendum = AddendumSigned(addendumTo: final, text: "Seen again.")
        let report = tried(ReportAxis.self, \.report, .addendumSigned(addendum), by: .radiologist)
        #expect(report.short == report.whole && report.whole.status == .addended)
        let reading = tried(ReadingAxis.self, \.reading, .addendumSigned(addendum), by: .radiologist)
        #expect(reading.short == reading.whole)
        let identity = tried(IdentityAxis.self, \.identity, .addendumSigned(addendum), by: .radiologist)
        #expect(identity.short == identity.whole)
    }

    @Test mutating func `an addendum that names nothing, or by somebody who may not sign, is weighed with the others`() {
        let unnamed = tried(ReportAxis.self, \.report, .addendumSigned(AddendumSigned(text: "Seen again.")), by: .radiologist)
        #expect(unnamed.short == nil)
        let final = facts[6].id
        let other = tried(
            ReportAxis.self, \.report, .addendumSigned(AddendumSigned(addendumTo: final, text: "Seen.")), by: .technologist)
        #expect(other.short == nil)
    }

    @Test mutating func `an addendum by a reader who has let go of the study ends his claim as it did before`() {
        record(.readingClaimed(ReadingClaimed(mode: .exclusive)), by: .lead)
        record(.readingReleased(ReadingReleased(reason: "Called away.")), by: .lead)
        let addendum = AddendumSigned(addendumTo: facts[6].id, text: "Seen again.")
        let reading = tried(ReadingAxis.self, \.reading, .addendumSigned(addendum), by: .lead)
        #expect(reading.short == nil)
    }

    @Test mutating func `instructions and their plain answers change their own card alone`() {
        let first = facts[7].id
        let seen = tried(
            InstructionAxis.self, \.instruction, .instructionAcknowledged(InstructionAcknowledged(instruction: first)))
        #expect(seen.short == seen.whole && seen.whole.status == .acknowledged)
        let issued = tried(
            InstructionAxis.self, \.instruction, .instructionIssued(InstructionIssued(kind: .extraViews, text: "Lateral.")),
            by: .radiologist)
        #expect(issued.short == issued.whole && issued.whole.status == .issued)
        let done = tried(
            InstructionAxis.self, \.instruction,
            .instructionCompleted(InstructionCompleted(instruction: facts[9].id, evidence: "1.2.3")))
        #expect(done.short == done.whole && done.whole.status == .acknowledged)
        let declined = tried(
            InstructionAxis.self, \.instruction, .instructionDeclined(InstructionDeclined(instruction: first, reason: "No.")))
        #expect(declined.short == nil)
    }

    @Test mutating func `an irradiation that nobody told of is added, and one that is known is weighed`() {
        let new = tried(DoseAxis.self, \.dose, .doseRecorded(dose("1.4", dlp: 2_500)), by: .system)
        #expect(new.short == new.whole && new.whole.irradiations.map(\.uid) == ["1.4", "1.5"])
        let known = tried(DoseAxis.self, \.dose, .doseRecorded(dose("1.5", dlp: 8)), by: .system)
        #expect(known.short == nil)
        let unnamed = tried(DoseAxis.self, \.dose, .doseRecorded(dose("")), by: .system)
        #expect(unnamed.short == nil)
    }

    @Test mutating func `a check that matches verifies, and one that does not is weighed`() {
        let check = tried(
            IdentityAxis.self, \.identity, .identityVerified(IdentityVerified(checked: ["name", "birthDate"], match: true)))
        #expect(check.short == check.whole && check.whole.status == .verified)
        let other = tried(
            IdentityAxis.self, \.identity, .identityVerified(IdentityVerified(checked: ["name", "birthDate"], match: false)))
        #expect(other.short == nil)
    }
}
