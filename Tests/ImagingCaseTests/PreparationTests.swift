import EventLog
import ImagingCase
import Testing

@Suite struct PreparationTests {
    private var ward = CaseBuilder("ward")
    private var site = CaseBuilder("northside")

    private func prepared(_ answers: [String: String], complete: Bool = false, _ side: Laterality = .unspecified) -> CaseEvent {
        let items = answers.sorted { $0.key < $1.key }.map { ScreeningItem(kind: $0.key, value: $0.value) }
        return .preparation(.preparationRecorded(PreparationRecorded(items: items, isComplete: complete, laterality: side)))
    }

    private func refusal(_ said: PreparationRecorded) -> AuthoringRefusal? {
        do {
            try PreparationAxis.mayAuthor(
                .preparation(.preparationRecorded(said)), in: PreparationState(), by: Author(person: "t", role: .technologist),
                now: testDay)
            return nil
        } catch {
            return error
        }
    }

    @Test mutating func `preparation goes from incomplete, with what is missing, to ready`() {
        let first = ward.record(prepared(["fasting": "since 8", "ivAccess": "no"]), role: .nurse)
        let state = foldedInEveryOrder([first])
        #expect(state.rare.preparation.status == .incomplete && state.rare.preparation.missing.map(\.kind) == ["ivAccess"])
        #expect(
            state.jsonText.contains(#""preparation":{"state":"incomplete","missing":["ivAccess"],"points":[{"kind":"fasting""#))
        let placed = site.record(prepared(["ivAccess": "20G left arm"]), after: [first])
        let filled = foldedInEveryOrder([first, placed]).rare.preparation
        #expect(filled.status == .incomplete && filled.missing.isEmpty && filled.isDone("IVACCESS") && !filled.isDone("bladder"))
        let said = PreparationRecorded(isComplete: true, position: "HFS", laterality: .left, note: "anxious")
        let ready = site.record(.preparation(.preparationRecorded(said)), after: [placed])
        let done = foldedInEveryOrder([first, placed, ready])
        #expect(done.rare.preparation.status == .ready && done.rare.preparation.laterality == .left)
        #expect(done.jsonText.contains(#""position":"HFS","laterality":"left","notes":["anxious"]"#))
        #expect(!CaseFold.fold(someCase, []).jsonText.contains("preparation"))
    }

    @Test mutating func `of answers given apart the one that is not done stands`() {
        let yes = ward.record(prepared(["fasting": "yes"], complete: true), role: .nurse)
        let no = site.record(prepared(["fasting": "No"]))
        let state = foldedInEveryOrder([yes, no]).rare.preparation
        #expect(state.status == .incomplete && state.missing.map(\.event) == [no.id])
        let later = site.record(prepared(["fasting": "yes"], complete: true), after: [yes, no])
        #expect(foldedInEveryOrder([yes, no, later]).rare.preparation.status == .ready)
    }

    @Test mutating func `preparation counts for the visit in which it was made`() {
        let first = ward.record(.patientArrived(PatientArrived(visit: "V1")), role: .frontDesk)
        let ready = ward.record(prepared(["fasting": "yes"], complete: true), after: [first], role: .nurse)
        let second = ward.record(.patientArrived(PatientArrived(visit: "V2")), after: [ready], role: .frontDesk)
        let state = foldedInEveryOrder([first, ready, second])
        #expect(state.rare.preparation.status == .expired && state.rare.preparation.expired == [ready.id])
        #expect(state.jsonText.contains(#""preparation":{"state":"expired","expired":["\#(ready.id)"]}"#))
        let again = ward.record(prepared(["fasting": "yes"], complete: true), after: [second], role: .nurse)
        #expect(foldedInEveryOrder([first, ready, second, again]).rare.preparation.status == .ready)
    }

    @Test mutating func `what contradicts itself is refused, and flagged where it arrives`() {
        let odd = ward.record(prepared(["fasting": "no"], complete: true), role: .nurse)
        let state = foldedInEveryOrder([odd])
        #expect(state.rare.preparation.status == .incomplete && state.anomalies.map(\.event) == [odd.id])
        let rows: [(PreparationRecorded, String)] = [
            (PreparationRecorded(), "items: expected the points of the checklist"),
            (PreparationRecorded(items: [ScreeningItem(value: "yes")]), "items[0].kind: expected a point"),
            (
                PreparationRecorded(items: [ScreeningItem(kind: "iv", value: "pending")], isComplete: true),
                "isComplete: expected false while items[0] \"iv\" is \"pending\"."
            ),
        ]
        for (said, reason) in rows {
            #expect(refusal(said)?.reason.contains(reason) == true && refusal(said)?.remedy.isEmpty == false)
        }
        #expect(refusal(PreparationRecorded(laterality: .left)) == nil)
    }

    @Test mutating func `each state is explained`() {
        let first = ward.record(.patientArrived(PatientArrived(visit: "V1")), role: .frontDesk)
        let open = ward.record(prepared(["iv": "no"]), after: [first], role: .nurse)
        let full = ward.record(prepared(["iv": "yes"]), after: [open], role: .nurse)
        let ready = ward.record(prepared([:], complete: true), after: [full], role: .nurse)
        let second = ward.record(.patientArrived(PatientArrived(visit: "V2")), after: [ready], role: .frontDesk)
        let facts = [first, open, full, ready, second]
        let rules = (1...4).map { count in
            CaseFold.explain(someCase, CaseHistory(Array(facts[...count]))).filter { $0.axis == "preparation" }.map(\.rule)
        }
        #expect(rules[0] == ["Not done: iv."] && rules[1] == ["Nobody has said that the preparation is complete."])
        #expect(rules[2][0].hasPrefix("Every point") && rules[3][0].hasPrefix("The person came for another visit"))
    }
}
