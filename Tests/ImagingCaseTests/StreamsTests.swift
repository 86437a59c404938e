import EventLog
import ImagingCase
import Testing

@Suite struct StreamsTests {
    private func refusal(_ event: CaseEvent, in stream: StreamID, as role: Role) -> AuthoringRefusal? {
        do {
            try Authoring.check(event, in: CaseFold.fold(stream, []), by: Author(person: "p", role: role), now: testDay)
            return nil
        } catch { return error }
    }

    @Test func `every kind has a home, and the unknown is carried anywhere`() {
        for kind in EventKind.known { #expect(!kind.streamKinds.isEmpty, "\(kind)") }
        #expect(EventKind.personMerged.streamKinds == [.person] && EventKind.rtPlanApproved.streamKinds == [.course])
        #expect(EventKind.reviewScored.streamKinds == [.reviewFile] && EventKind.credentialGranted.streamKinds == [.credential])
        #expect(EventKind.staffDoseRecorded.streamKinds == [.site] && EventKind.finalSigned.streamKinds == [.imagingCase])
        for stream in StreamKind.allCases {
            #expect(EventKind.commentAdded.belongs(in: stream) && EventKind.conflictResolved.belongs(in: stream))
            #expect(EventKind("future.kind").belongs(in: stream) && !stream.words.isEmpty)
        }
        #expect(EventKind("future.kind").streamKinds.isEmpty)
    }

    @Test func `two sites name the same history, and different things never do`() {
        #expect(StreamID.person(Known.a) == StreamID.person(Known.id("A")))
        #expect(StreamID.person(Known.id("bc", "a")) != StreamID.person(Known.id("c", "ab")), "lengths keep issuers apart")
        #expect(StreamID.person(Known.id("", "mpi")) == nil && StreamID.person(Known.id("A", "")) == nil)
        #expect(StreamID.person(Known.a)?.kind == .person && StreamID.credential(of: "dr.ito")?.kind == .credential)
        #expect(StreamID.credential(of: "") == nil)
        #expect(StreamID.site(SiteID("northside")!) != StreamID.site(SiteID("southside")!))
        let one = CaseIdentity.derive(Known.merge(Known.b, into: Known.a))
        #expect(one == StreamID.person(Known.a) && one == CaseIdentity.derive(Known.merge(Known.a, into: Known.b)))
        #expect(one == CaseIdentity.derive(Known.separate(Known.b, Known.a)), "links and their denial meet")
        #expect(CaseIdentity.derive(Known.merge(Known.a, into: Known.a)) == nil)
        let site = SiteID("northside")!
        let badge = CaseEvent.register(.staffDoseRecorded(StaffDoseRecorded(person: "t")))
        #expect(CaseIdentity.derive(badge) == nil && CaseIdentity.derive(badge, at: site) == StreamID.site(site))
        let fall = CaseEvent.register(.incidentReported(IncidentReported(what: "fall", caseID: someCase.description)))
        #expect(CaseIdentity.derive(fall, at: site) == someCase)
        let loose = CaseEvent.register(.incidentReported(IncidentReported(what: "fall")))
        #expect(CaseIdentity.derive(loose, at: site) == StreamID.site(site))
        let grant = CaseEvent.register(.credentialGranted(CredentialGranted(person: "dr.ito")))
        let revoked = CaseEvent.register(.credentialRevoked(CredentialRevoked(person: "dr.ito")))
        #expect(
            CaseIdentity.derive(grant) == StreamID.credential(of: "dr.ito")
                && CaseIdentity.derive(revoked) == CaseIdentity.derive(grant))
        let ordered = CaseEvent.orderPlaced(OrderPlaced(studyUID: "1.2"))
        #expect(CaseIdentity.derive(ordered, at: site)?.kind == .imagingCase)
    }

    @Test func `a kind in a wrong history is refused with where it belongs`() {
        let refused = refusal(Known.merge(Known.b, into: Known.a), in: someCase, as: .frontDesk)
        #expect(refused?.ground == .content)
        #expect(refused?.reason == "person.merged is not recorded in the history of a case.")
        #expect(refused?.remedy == "Record it in the history of a person.")
        #expect(refusal(Known.merge(Known.b, into: Known.a), in: Known.stream, as: .frontDesk) == nil)
        let stranger = refusal(Known.merge(Known.c, into: Known.b), in: Known.stream, as: .frontDesk)
        #expect(stranger?.reason.contains("another person") == true)
        #expect(stranger?.remedy.contains(StreamID.person(Known.b)!.description) == true)
        #expect(refusal(.orderPlaced(OrderPlaced()), in: Known.stream, as: .frontDesk)?.ground == .content)
        #expect(refusal(.commentAdded(CommentAdded(text: "x")), in: Known.stream, as: .frontDesk) == nil)
        let link = CaseEvent.linkage(.linked(CaseLinked(to: someCase.description, basis: .human, reason: "same")))
        #expect(refusal(link, in: someCase, as: .frontDesk)?.reason.contains("itself") == true)
        let cut = CaseEvent.linkage(.unlinked(CaseUnlinked(from: someCase.description, reason: "two")))
        #expect(refusal(cut, in: someCase, as: .frontDesk)?.remedy == "Name the other case.")
    }

    @Test func `what arrives in a wrong history is kept and flagged`() {
        var north = CaseBuilder("northside", stream: Known.stream)
        let placed = north.record(.orderPlaced(OrderPlaced(modality: "CT")))
        let state = foldedInEveryOrder([placed], of: Known.stream)
        #expect(state.anomalies.map(\.axis) == ["stream"] && state.order.status == .requested)
        #expect(state.anomalies[0].what == "order.placed in the history of a person; it belongs in that of a case.")
        var east = CaseBuilder("eastside")
        let merged = east.record(Known.merge(Known.b, into: Known.a), role: .frontDesk)
        let misplaced = foldedInEveryOrder([merged])
        #expect(misplaced.anomalies.map(\.event) == [merged.id] && misplaced.rare.cluster.status == .linked)
        let unknown = east.record(.unknown(EventKind("future.kind")), after: [merged])
        #expect(foldedInEveryOrder([merged, unknown]).anomalies.count == 1)
    }
}
