import EventLog
import ImagingCase
import Testing

@Suite struct CaseIdentityTests {
    private func order(accession: (String, String)? = nil, placer: (String, String)? = nil, study: String = "") -> CaseEvent {
        .orderPlaced(
            OrderPlaced(
                accession: accession.map { IssuedIdentifier(issuer: $0.0, value: $0.1) },
                placerOrder: placer.map { IssuedIdentifier(issuer: $0.0, value: $0.1) }, studyUID: study))
    }

    @Test func `conflict 15: one accession of two issuers names two cases and links none`() throws {
        let north = try #require(CaseIdentity.derive(order(accession: ("north", "A100"))))
        let south = try #require(CaseIdentity.derive(order(accession: ("south", "A100"))))
        #expect(north != south)
        #expect(north == CaseIdentity.derive(order(accession: ("north", "A100"), study: "1.2.3")))
        var site = CaseBuilder("northside", stream: north)
        let placed = site.record(order(accession: ("north", "A100")))
        let state = foldedInEveryOrder([placed], of: north)
        #expect(state.aliases.accession.map(\.issuer) == ["north"] && state.conflicts.isEmpty)
    }

    @Test func `the strongest identifier names the case`() throws {
        let placer = try #require(Alias(.placerOrder, issuer: "his", value: "P1"))
        let accession = try #require(Alias(.accession, issuer: "north", value: "A1"))
        let study = try #require(Alias(.studyUID, value: "1.2.3"))
        let all = order(accession: ("north", "A1"), placer: ("his", "P1"), study: "1.2.3")
        #expect(CaseIdentity.aliases(in: all) == [placer, accession, study])
        #expect(CaseIdentity.derive(all) == CaseIdentity.derive(placer))
        #expect(CaseIdentity.derive(order(accession: ("north", "A1"), study: "1.2.3")) == CaseIdentity.derive(accession))
        let step = CaseEvent.procedureStepStarted(ProcedureStepStarted(studyUID: "1.2.3"))
        #expect(CaseIdentity.derive(step) == CaseIdentity.derive(study))
        #expect(CaseIdentity.derive(.commentAdded(CommentAdded(text: "x"))) == nil)
        #expect(CaseIdentity.derive(all)?.kind == .imagingCase)
    }

    @Test func `keys of different identifiers differ even where their texts run together`() {
        let one = Alias(.accession, issuer: "a:b", value: "c")
        let other = Alias(.accession, issuer: "a", value: "b:c")
        #expect(one?.key != other?.key)
        #expect(Alias(.accession, issuer: "a", value: "") == nil)
        #expect(one.map { $0 < Alias(.studyUID, value: "1")! } == true)
    }

    @Test func `the aliases of a case are those of all its facts, each once and ascending`() {
        var site = CaseBuilder("northside")
        let placed = site.record(order(accession: ("north", "A2"), study: "1.9"))
        let again = site.record(order(accession: ("north", "A1"), study: "1.9"), after: [placed])
        let step = site.record(.procedureStepStarted(ProcedureStepStarted(studyUID: "1.2")), after: [again])
        let aliases = foldedInEveryOrder([placed, again, step]).aliases
        #expect(aliases.accession.map(\.value) == ["A1", "A2"])
        #expect(aliases.studyUID.map(\.value) == ["1.2", "1.9"])
        #expect(aliases.placerOrder.isEmpty)
    }

    @Test func `a case is found by whom it was ordered for, a course by whom it treats, a person's history by whom it is of`() {
        let patient = Patient(issuer: "MPI", id: "7")
        let id = IssuedIdentifier(issuer: "MPI", value: "7")
        let said: [(event: CaseEvent, kinds: [StreamKind])] = [
            (.orderPlaced(OrderPlaced(patient: patient)), StreamKind.allCases),
            (.demographicsCorrected(DemographicsCorrected(patient: patient)), [.person, .course]),
            (.patientArrived(PatientArrived(patient: patient)), [.course]), (.commentAdded(CommentAdded(text: "7")), []),
            (.demographicsCorrected(DemographicsCorrected(patient: Patient(issuer: "MPI"))), []),
        ]
        for (event, kinds) in said {
            for kind in StreamKind.allCases {
                #expect(
                    CaseIdentity.persons(in: event, of: kind) == (kinds.contains(kind) ? [id] : []), "\(event.kind) in \(kind)")
            }
        }
        let merged = PersonMerged(survivor: IssuedIdentifier(issuer: "MPI", value: "9"), retired: id)
        #expect(CaseIdentity.persons(in: .person(.merged(merged)), of: .person).map(\.value) == ["7", "9"])
    }
}
