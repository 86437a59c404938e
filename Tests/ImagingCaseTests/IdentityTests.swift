import EventLog
import ImagingCase
import Testing

@Suite struct IdentityTests {
    private var north = CaseBuilder("northside")
    private var south = CaseBuilder("southside")
    private let anna = Patient(issuer: "mpi", id: "100", name: "BERG^ANNA", birthDate: "1961-04-02", sex: .female)
    private let bert = Patient(issuer: "mpi", id: "200", name: "LIND^BERT", birthDate: "1970-01-01", sex: .male)

    private func order(_ patient: Patient) -> CaseEvent {
        .orderPlaced(OrderPlaced(patient: patient, modality: "CT", studyUID: "1.2.3"))
    }

    @Test mutating func `identity goes from unverified to verified when two identifiers match`() {
        let placed = north.record(order(anna))
        let arrived = north.record(.patientArrived(PatientArrived(patient: anna, visit: "V1")), after: [placed], role: .frontDesk)
        let checked = north.record(
            .identityVerified(IdentityVerified(checked: ["name", "birth date"], match: true)), after: [arrived])
        let state = foldedInEveryOrder([placed, arrived, checked])
        #expect(CaseFold.fold(someCase, [placed]).identity.status == .unverified)
        #expect(state.identity.status == .verified && !state.identity.isFrozen)
        #expect(state.identity.visit == "V1" && state.identity.arrivals == [arrived.id])
        #expect(state.patient == anna)
        #expect(state.conflicts.isEmpty)
    }

    @Test mutating func `an open dispute freezes publication until somebody who had seen it clears it`() {
        let placed = north.record(order(anna))
        let disputed = north.record(.identityDisputed(IdentityDisputed(what: "scar does not fit")), after: [placed])
        let checked = south.record(.identityVerified(IdentityVerified(checked: ["a", "b"], match: true)), after: [placed])
        let blind = south.record(
            .identityDisputeCleared(IdentityDisputeCleared(outcome: .samePerson, evidence: "x")), after: [checked],
            role: .frontDesk)
        let open = foldedInEveryOrder([placed, disputed, checked, blind])
        #expect(open.identity.status == .disputed && open.identity.isFrozen)
        #expect(open.headline == "Identity disputed: scar does not fit. Nothing is published.")
        let cleared = south.record(
            .identityDisputeCleared(IdentityDisputeCleared(dispute: [disputed.id], outcome: .samePerson, evidence: "photo")),
            after: [disputed], role: .frontDesk)
        let state = foldedInEveryOrder([placed, disputed, cleared])
        #expect(state.identity.status == .cleared && !state.identity.isFrozen)
        #expect(state.identity.disputes.map(\.clearedBy) == [cleared.id])
        let again = north.record(.identityDisputed(IdentityDisputed(what: "voice")), after: [cleared])
        #expect(foldedInEveryOrder([placed, disputed, cleared, again]).identity.status == .disputed)
    }

    @Test mutating func `a check that does not match disputes and two persons in one case stay frozen`() {
        let checked = north.record(.identityVerified(IdentityVerified(checked: ["name", "birth date"], match: false)))
        #expect(CaseFold.fold(someCase, [checked]).identity.status == .disputed)
        let cleared = south.record(
            .identityDisputeCleared(IdentityDisputeCleared(outcome: .differentPersons, evidence: "wristband")), after: [checked],
            role: .frontDesk)
        let state = foldedInEveryOrder([checked, cleared]).identity
        #expect(state.status == .cleared && state.isFrozen)
    }

    @Test mutating func `conflict 13: one study under two persons is disputed and neither is published or merged`() throws {
        let first = north.record(order(anna))
        let second = south.record(order(bert), minutes: 2)
        let state = foldedInEveryOrder([first, second])
        #expect(state.identity.status == .disputed && state.identity.isFrozen)
        #expect(
            state.identity.fields.first { $0.name == .name }.map { Set($0.values.map(\.text)) } == ["BERG^ANNA", "LIND^BERT"])
        #expect(state.jsonText.contains("mpi 100") && state.jsonText.contains("mpi 200"))
        let conflict = try #require(state.conflicts.first { $0.number == 13 })
        #expect(conflict.events == [first.id, second.id].sorted() && conflict.owner == .frontDesk && conflict.dueMinutes == 32)
        #expect(conflict.told == [.technologist, .siteAdmin, .radiologist, .frontDesk])
        let cleared = north.record(
            .identityDisputeCleared(IdentityDisputeCleared(outcome: .differentPersons, evidence: "wristbands")),
            after: [first, second], role: .frontDesk)
        let closed = foldedInEveryOrder([first, second, cleared])
        #expect(closed.conflicts.map(\.state) == [.resolved] && closed.conflicts[0].closedBy == cleared.id)
        #expect(closed.identity.isFrozen, "facts of two persons in one case are not published")
        let decided = north.record(decision(on: conflict, choosing: first), after: [first, second], role: .hubAdmin)
        #expect(foldedInEveryOrder([first, second, decided]).conflicts.first?.closedBy == decided.id)
    }

    @Test mutating func `conflict 13: a registration of another person is one even afterwards and a correction is none`() {
        let placed = north.record(order(anna))
        let arrived = north.record(.patientArrived(PatientArrived(patient: bert)), after: [placed], role: .frontDesk)
        #expect(foldedInEveryOrder([placed, arrived]).conflicts.map(\.number) == [13])
        let again = north.record(.patientArrived(PatientArrived(patient: bert, visit: "2")), after: [arrived], role: .frontDesk)
        #expect(foldedInEveryOrder([placed, arrived, again]).conflicts.count == 1, "two persons are one question")
        let corrected = north.record(
            .demographicsCorrected(DemographicsCorrected(patient: bert, evidence: "passport")), after: [placed], role: .frontDesk)
        let state = foldedInEveryOrder([placed, corrected])
        #expect(state.conflicts.isEmpty && state.patient == bert)
        let unnamed = north.record(order(Patient(issuer: "other", id: "9", name: "berg^anna^^", birthDate: "1961-04-02")))
        #expect(foldedInEveryOrder([placed, unnamed]).conflicts.isEmpty, "ids of two issuers are not compared")
    }

    @Test mutating func `conflict 17: demographics corrected differently stay beside each other field by field`() throws {
        let placed = north.record(order(anna))
        var married = anna
        married.name = "HOLM^ANNA"
        var younger = anna
        younger.birthDate = "1962-04-02"
        let first = north.record(
            .demographicsCorrected(DemographicsCorrected(patient: married)), after: [placed], role: .frontDesk, minutes: 1)
        let second = south.record(
            .demographicsCorrected(DemographicsCorrected(patient: younger)), after: [placed], role: .frontDesk, minutes: 2)
        let state = foldedInEveryOrder([placed, first, second])
        let values = Dictionary(uniqueKeysWithValues: state.identity.fields.map { ($0.name, Set($0.values.map(\.text))) })
        #expect(values[.name] == ["HOLM^ANNA", "BERG^ANNA"] && values[.birthDate] == ["1962-04-02", "1961-04-02"])
        #expect(values[.identifier] == ["mpi 100"])
        #expect(state.identity.isFrozen && state.identity.status == .unverified)
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 17 && conflict.owner == .frontDesk && conflict.dueMinutes == 1442)
        let checked = south.record(
            .identityVerified(IdentityVerified(checked: ["name", "birth date"], match: true)), after: [first, second])
        let closed = foldedInEveryOrder([placed, first, second, checked])
        #expect(closed.conflicts.map(\.state) == [.resolved] && !closed.identity.isFrozen)
    }

    @Test func `what is illegal is refused`() {
        let author = Author(person: "c.desk", role: .frontDesk)
        for event in [
            .identityVerified(IdentityVerified(checked: ["name"], match: true)), .identityDisputed(IdentityDisputed()),
            .identityDisputeCleared(IdentityDisputeCleared(outcome: .samePerson, evidence: "x")),
            .demographicsCorrected(DemographicsCorrected()),
        ] as [CaseEvent] {
            #expect(throws: AuthoringRefusal.self, "\(event)") {
                try IdentityAxis.mayAuthor(event, in: IdentityState(), by: author, now: testDay)
            }
        }
    }
}
