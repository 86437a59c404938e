import EventLog
import ImagingCase
import Testing

@Suite struct LinkageTests {
    private var north = CaseBuilder("northside")
    private let other = StreamID(kind: .imagingCase, high: 9, low: 9)

    private func refusal(_ event: CaseEvent, _ facts: [CaseFact] = [], _ role: Role = .frontDesk) -> AuthoringRefusal? {
        do {
            try LinkageAxis.mayAuthor(
                event, in: CaseFold.fold(someCase, facts).rare.linkage, by: Author(person: "c.desk", role: role), now: testDay)
            return nil
        } catch { return error }
    }

    private func linked(_ basis: LinkBasis = .human, _ reason: String = "same examination") -> CaseEvent {
        .linkage(.linked(CaseLinked(to: other.description, basis: basis, reason: reason)))
    }

    private var unlinked: CaseEvent { .linkage(.unlinked(CaseUnlinked(from: other.description, reason: "two needs"))) }

    @Test mutating func `a link can be undone and made again`() {
        let made = north.record(linked(), role: .frontDesk)
        let one = foldedInEveryOrder([made])
        #expect(one.rare.linkage.status == .linked && one.rare.linkage.linkedTo == [other])
        #expect(one.jsonText.contains(#""linkage":{"state":"linked","linkedTo":["\#(other)"]"#))
        let undone = north.record(unlinked, after: [made], role: .frontDesk)
        let two = foldedInEveryOrder([made, undone])
        #expect(two.rare.linkage.status == .separate && two.rare.linkage.isSeparate(from: other) && two.conflicts.isEmpty)
        #expect(two.rare.linkage.links.map(\.stands) == [false, true])
        let again = north.record(linked(), after: [undone], role: .frontDesk)
        #expect(foldedInEveryOrder([made, undone, again]).rare.linkage.linkedTo == [other])
        let why = CaseFold.explain(someCase, CaseHistory([made, undone])).filter { $0.axis == "linkage" }
        #expect(why.map(\.state) == ["linked: \(other), not in force", "separate: \(other)"])
    }

    @Test mutating func `a link to itself, to nothing or by a program without exact identifiers links nothing and is flagged`() {
        let own = north.record(
            .linkage(.linked(CaseLinked(to: someCase.description, basis: .human, reason: "x"))), role: .frontDesk)
        let nothing = north.record(.linkage(.linked(CaseLinked(to: "A-1", basis: .human, reason: "x"))), role: .frontDesk)
        let person = north.record(
            .linkage(.linked(CaseLinked(to: Known.stream.description, basis: .human, reason: "x"))), role: .frontDesk)
        let guess = north.record(linked(.human), role: .system)
        let byNurse = north.record(linked(), role: .nurse)
        let nobody = north.record(.linkage(.moved(CaseMoved(reason: "x"))), role: .frontDesk)
        let state = foldedInEveryOrder([own, nothing, person, guess, byNurse, nobody])
        #expect(state.rare.linkage.linkedTo.isEmpty && state.rare.linkage.moves.isEmpty)
        #expect(Set(state.anomalies.map(\.event)) == Set([own, nothing, person, guess, byNurse, nobody].map(\.id)))
        #expect(state.anomalies.first { $0.event == guess.id }?.what.contains("suggestion") == true)
        let exact = north.record(linked(.exactIdentifiers, ""), role: .system)
        #expect(foldedInEveryOrder([exact]).rare.linkage.linkedTo == [other])
    }

    @Test mutating func `links without case, basis or reason, repetitions and moves to nobody are refused`() {
        #expect(refusal(linked()) == nil && refusal(unlinked) == nil, "that two are two may be said in advance")
        let noCase = refusal(.linkage(.linked(CaseLinked(to: "A-1", basis: .human, reason: "x"))))
        #expect(noCase?.reason == #"The field 'to' is no case id: "A-1"."# && noCase?.remedy.contains("c-") == true)
        #expect(refusal(.linkage(.unlinked(CaseUnlinked(from: "", reason: "x"))))?.reason.contains("'from'") == true)
        #expect(refusal(linked(.unspecified))?.reason == "The field 'basis' is not said.")
        #expect(refusal(linked(.human), [], .system)?.remedy == "Suggest the link to a person.")
        #expect(refusal(linked(.exactIdentifiers, ""), [], .system) == nil)
        #expect(refusal(linked(.human, " "))?.reason == "The field 'reason' is empty.")
        let made = north.record(linked(), role: .frontDesk)
        #expect(refusal(linked(), [made])?.remedy == "Nothing is left to do.")
        let undone = north.record(unlinked, after: [made], role: .frontDesk)
        #expect(refusal(unlinked, [made, undone])?.ground == .state)
        let bert = Patient(issuer: "mpi", id: "200", name: "LIND^BERT")
        func move(_ patient: Patient?, _ reason: String = "wrong worklist entry") -> CaseEvent {
            .linkage(.moved(CaseMoved(patient: patient, reason: reason)))
        }
        #expect(refusal(move(nil))?.reason == "The field 'patient.id' is empty.")
        #expect(refusal(move(Patient(id: "200")))?.reason.contains("patient.issuer") == true)
        #expect(refusal(move(bert, ""))?.remedy == "Say why.")
        #expect(refusal(move(bert)) == nil)
        let moved = north.record(move(bert), role: .frontDesk)
        #expect(refusal(move(bert), [moved])?.ground == .state)
        #expect(refusal(.commentAdded(CommentAdded())) == nil)
    }

    @Test mutating func `a moved case is shown under the other person and nobody is disputed`() {
        let anna = Patient(issuer: "mpi", id: "100", name: "BERG^ANNA", birthDate: "1961-04-02")
        let bert = Patient(issuer: "mpi", id: "200", name: "LIND^BERT", birthDate: "1970-01-01")
        let placed = north.record(.orderPlaced(OrderPlaced(patient: anna)))
        let read = north.record(
            .finalSigned(FinalSigned(impression: "normal")), after: [placed], by: "dr.ito", role: .radiologist)
        let moved = north.record(.linkage(.moved(CaseMoved(patient: bert, reason: "113038"))), after: [read], role: .frontDesk)
        let state = foldedInEveryOrder([placed, read, moved])
        #expect(state.patient == bert && state.conflicts.isEmpty && !state.identity.isFrozen)
        #expect(state.rare.linkage.status == .moved)
        #expect(state.rare.linkage.texts.map(\.event) == [read.id] && state.rare.linkage.texts[0].label == anna)
        #expect(state.rare.linkage.texts[0].movedBy == nil && state.rare.linkage.texts[0].isToBeRecalled)
        #expect(state.report.versions[0].impression == "normal", "the text is untouched")
        #expect(
            state.jsonText.contains(#""signedUnder":[{"event":"\#(read.id)","by":"dr.ito","label":{"issuer":"mpi","id":"100""#))
        let why = CaseFold.explain(someCase, CaseHistory([placed, read, moved])).first { $0.axis == "linkage" }
        #expect(why?.state == "moved to mpi 200 LIND^BERT" && why?.events == [moved.id, read.id])
        let byNurse = north.record(.linkage(.moved(CaseMoved(patient: bert, reason: "x"))), after: [placed], role: .nurse)
        #expect(foldedInEveryOrder([placed, byNurse]).patient == anna)
    }
}

@Suite struct LinkageConflictTests {
    var north = CaseBuilder("northside")
    var hub = CaseBuilder("hub")
    private let other = StreamID(kind: .imagingCase, high: 9, low: 9)
    private let anna = Patient(issuer: "mpi", id: "100", name: "BERG^ANNA", birthDate: "1961-04-02")
    private let bert = Patient(issuer: "mpi", id: "200", name: "LIND^BERT", birthDate: "1970-01-01")

    private func move(to patient: Patient) -> CaseEvent { .linkage(.moved(CaseMoved(patient: patient, reason: "113038"))) }

    @Test mutating func `conflict 22: an addendum signed under the old name follows the study and waits for its author`() throws {
        let placed = north.record(.orderPlaced(OrderPlaced(patient: anna)))
        let read = north.record(
            .finalSigned(FinalSigned(impression: "normal")), after: [placed], by: "dr.ito", role: .radiologist)
        let added = north.record(
            .addendumSigned(AddendumSigned(addendumTo: read.id, text: "no fracture")), after: [read], by: "dr.ito",
            role: .radiologist, minutes: 4)
        let moved = hub.record(move(to: bert), after: [read], role: .frontDesk, minutes: 3)
        let facts = [placed, read, added, moved]
        let state = foldedInEveryOrder(facts)
        #expect(state.patient == bert && state.report.versions.map(\.event).contains(added.id))
        let text = try #require(state.rare.linkage.texts.first { $0.event == added.id })
        #expect(text.label == anna && text.movedBy == moved.id && text.confirmedBy == nil && text.isToBeRecalled)
        #expect(
            state.jsonText.contains("no fracture") && state.jsonText.contains("LIND^BERT") && state.jsonText.contains("BERG^ANNA")
        )
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1 && conflict.number == 22 && conflict.events == [added.id, moved.id].sorted())
        #expect(conflict.owner == .radiologist && conflict.dueMinutes == 64)
        #expect(conflict.told == [.radiologist, .referrer, .frontDesk])
        let confirmed = north.record(
            .addendumSigned(AddendumSigned(addendumTo: read.id, text: "confirmed for LIND")), after: [added, moved],
            by: "dr.ito", role: .radiologist)
        let closed = foldedInEveryOrder(facts + [confirmed])
        #expect(closed.conflicts(numbered: 22).map(\.closedBy) == [confirmed.id])
        #expect(closed.rare.linkage.texts.first { $0.event == added.id }?.confirmedBy == confirmed.id)
        let other = hub.record(
            .addendumSigned(AddendumSigned(addendumTo: read.id, text: "seen")), after: [added, moved], by: "dr.mora",
            role: .radiologist)
        #expect(foldedInEveryOrder(facts + [other]).conflicts(numbered: 22)[0].state == .open, "the author must confirm")
        let decided = hub.record(decision(on: conflict, choosing: added), after: [added, moved], role: .radiologist)
        #expect(foldedInEveryOrder(facts + [decided]).conflicts(numbered: 22).map(\.closedBy) == [decided.id])
        let withdrawn = hub.record(
            .reportRetracted(ReportRetracted(which: added.id, reason: .wrongPatient)), after: [added, moved], by: "dr.mora",
            role: .radiologist)
        #expect(foldedInEveryOrder(facts + [withdrawn]).conflicts(numbered: 22).map(\.closedBy) == [withdrawn.id])
        let early = north.record(
            .reportRetracted(ReportRetracted(which: added.id, reason: .wrongPatient)), after: [added], by: "dr.ito",
            role: .radiologist)
        #expect(foldedInEveryOrder(facts + [early]).conflicts(numbered: 22).map(\.state) == [.superseded])
    }

    @Test mutating func `conflict 22: no question where the author had seen the move or the name is the same`() {
        let placed = north.record(.orderPlaced(OrderPlaced(patient: anna)))
        let moved = hub.record(move(to: bert), after: [placed], role: .frontDesk)
        let seen = north.record(.finalSigned(FinalSigned(impression: "x")), after: [moved], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([placed, moved, seen]).conflicts.isEmpty)
        let read = north.record(.finalSigned(FinalSigned(impression: "x")), after: [placed], by: "dr.ito", role: .radiologist)
        let same = hub.record(move(to: anna), after: [placed], role: .frontDesk)
        #expect(foldedInEveryOrder([placed, read, same]).conflicts.isEmpty)
        let nameless = north.record(.finalSigned(FinalSigned(impression: "x")), by: "dr.ito", role: .radiologist)
        let state = foldedInEveryOrder([placed, moved, nameless])
        #expect(state.rare.linkage.texts.map(\.label) == [nil] && state.conflicts(numbered: 22).count == 1)
        #expect(!state.rare.linkage.texts[0].isToBeRecalled)
        let byNurse = north.record(.finalSigned(FinalSigned(impression: "x")), after: [placed], by: "n", role: .nurse)
        #expect(foldedInEveryOrder([placed, moved, byNurse]).conflicts.isEmpty, "he signed nothing")
    }

    @Test mutating func `moved to two persons apart is conflict 13 and frozen`() {
        let placed = north.record(.orderPlaced(OrderPlaced(patient: anna)))
        let one = north.record(move(to: bert), after: [placed], role: .frontDesk)
        let two = hub.record(
            move(to: Patient(issuer: "mpi", id: "300", name: "HOLM^EVA")), after: [placed], role: .frontDesk)
        let state = foldedInEveryOrder([placed, one, two])
        #expect(state.conflicts.map(\.number) == [13] && state.identity.isFrozen && state.rare.linkage.moves.count == 2)
    }

    @Test mutating func `conflict 20: cases linked and separated apart stay two until somebody decides`() throws {
        let linked = north.record(
            .linkage(.linked(CaseLinked(to: other.description, basis: .human, reason: "same"))), role: .frontDesk)
        let parted = hub.record(
            .linkage(.unlinked(CaseUnlinked(from: other.description, reason: "two needs"))), role: .siteAdmin)
        let state = foldedInEveryOrder([linked, parted])
        #expect(state.rare.linkage.linkedTo.isEmpty && state.rare.linkage.links.map(\.reason).sorted() == ["same", "two needs"])
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 20 && conflict.kind == "linkedAndSeparated" && conflict.owner == .frontDesk)
        let decided = hub.record(decision(on: conflict, choosing: linked), after: [linked, parted], role: .frontDesk)
        let joined = foldedInEveryOrder([linked, parted, decided])
        #expect(joined.rare.linkage.linkedTo == [other] && joined.conflicts.map(\.state) == [.resolved])
        let kept = hub.record(decision(on: conflict, choosing: parted), after: [linked, parted], role: .frontDesk)
        #expect(foldedInEveryOrder([linked, parted, kept]).rare.linkage.linkedTo.isEmpty)
    }

    @Test mutating func `conflict 16: a person identified later is shown, and the signed text keeps its name`() throws {
        let temp = Patient(issuer: "mpi", id: "TEMP-7", name: "DOE^JOHN")
        let placed = north.record(.orderPlaced(OrderPlaced(patient: temp)))
        let read = north.record(
            .finalSigned(FinalSigned(impression: "bleed")), after: [placed], by: "dr.ito", role: .radiologist, minutes: 9)
        let named = hub.record(
            .demographicsCorrected(DemographicsCorrected(patient: bert, evidence: "wallet")), after: [placed], role: .frontDesk,
            minutes: 5)
        let state = foldedInEveryOrder([placed, read, named])
        #expect(state.patient == bert && !state.identity.isFrozen && state.report.versions[0].impression == "bleed")
        #expect(
            state.identity.identifiedLater.map(\.original) == [temp] && state.identity.identifiedLater[0].identifiedBy == named.id
        )
        #expect(state.jsonText.contains(#""identifiedLater":[{"event":"\#(read.id)","original":{"issuer":"mpi","id":"TEMP-7""#))
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1 && conflict.number == 16 && conflict.kind == "identifiedLater")
        #expect(conflict.told == [.radiologist, .referrer] && conflict.dueMinutes == 1449)
        let added = hub.record(
            .addendumSigned(AddendumSigned(addendumTo: read.id, text: "This is LIND^BERT.")), after: [read, named], by: "dr.ito",
            role: .radiologist)
        let closed = foldedInEveryOrder([placed, read, named, added])
        #expect(closed.conflicts.map(\.closedBy) == [added.id])
        let why = CaseFold.explain(someCase, CaseHistory([placed, read, named])).first { $0.state.contains("DOE^JOHN") }
        #expect(why?.events == [read.id, named.id])
    }

    @Test mutating func `conflict 16: none where the reader knew, and a registration of a named person stays conflict 13`() {
        let temp = Patient(issuer: "mpi", id: "TEMP-7", name: "UNKNOWN")
        let placed = north.record(.orderPlaced(OrderPlaced(patient: temp)))
        let named = hub.record(.demographicsCorrected(DemographicsCorrected(patient: bert)), after: [placed], role: .frontDesk)
        let read = north.record(.finalSigned(FinalSigned(impression: "x")), after: [named], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([placed, named, read]).conflicts.isEmpty)
        let apart = hub.record(.demographicsCorrected(DemographicsCorrected(patient: bert)), role: .frontDesk)
        #expect(foldedInEveryOrder([placed, apart]).conflicts.isEmpty, "identified apart is no other person")
        let arrived = hub.record(.patientArrived(PatientArrived(patient: bert)), role: .frontDesk)
        #expect(foldedInEveryOrder([placed, arrived]).conflicts.map(\.number) == [13])
        for name in ["DOE^JANE", "unknown^male", "INCONNU"] { #expect(Patient(name: name).isTemporary, "\(name)") }
        for name in ["DOE^ANNA", "BERG^ANNA", ""] { #expect(!Patient(id: "100", name: name).isTemporary, "\(name)") }
    }
}
