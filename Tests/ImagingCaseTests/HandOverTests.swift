import EventLog
import ImagingCase
import Testing

@Suite struct HandOverTests {
    private var north = CaseBuilder("northside")
    private var archive = CaseBuilder("archive")

    private func content(_ instances: Int) -> CaseEvent {
        .studyContentChanged(StudyContentChanged(studyUID: "1.2", series: [Series(uid: "a", instances: instances)]))
    }

    private let declared = StudyHandedOver(declaredSeries: 1, declaredInstances: 5, note: "left hip", patientState: .waiting)

    @Test mutating func `a declaration counts until content goes beyond it`() {
        let stored = archive.record(content(5), role: .system)
        let handed = north.record(.studyHandedOver(declared), after: [stored])
        let state = foldedInEveryOrder([stored, handed])
        #expect(state.handOver.status == .handedOver && state.handOver.heldInstances == 5)
        #expect(state.headline == "Waiting to be read")
        #expect(state.jsonText.contains(#""patientState":"waiting""#))
        let late = archive.record(content(7), after: [stored], role: .system)
        let reopened = foldedInEveryOrder([stored, handed, late]).handOver
        #expect(reopened.status == .reopened && reopened.later == [late.id])
        let again = north.record(
            .studyHandedOver(StudyHandedOver(declaredSeries: 1, declaredInstances: 7)), after: [handed, late])
        let settled = foldedInEveryOrder([stored, handed, late, again]).handOver
        #expect(settled.status == .handedOver && settled.declarations.map(\.isCurrent) == [false, true])
    }

    @Test mutating func `an archive that holds less than declared makes it incomplete`() {
        let handed = north.record(.studyHandedOver(declared))
        #expect(foldedInEveryOrder([handed]).handOver.status == .handedOver, "an archive that has not reported says nothing")
        let some = archive.record(content(3), role: .system)
        let state = foldedInEveryOrder([handed, some])
        #expect(state.handOver.status == .incomplete && state.headline == "Handed over; images missing")
    }

    @Test mutating func `of declarations made apart the fuller one counts and the other is shown`() {
        let fuller = north.record(.studyHandedOver(declared))
        let other = archive.record(.studyHandedOver(StudyHandedOver(declaredSeries: 1, declaredInstances: 2)))
        let state = foldedInEveryOrder([fuller, other])
        #expect(state.handOver.current?.event == fuller.id)
        #expect(state.jsonText.contains(#""others":[{"event":"\#(other.id)""#))
    }

    @Test mutating func `of equal declarations made apart the one with the greater hash counts, whatever came before it`() {
        // A long past moves a declaration back in the order of the case and makes its hash no greater.
        for length in 1...6 {
            var past: [CaseFact] = []
            for _ in 0..<length {
                past.append(north.record(.commentAdded(CommentAdded(text: "wait")), after: past.suffix(1), role: .nurse))
            }
            let one = north.record(.studyHandedOver(declared), after: past.suffix(1))
            let other = archive.record(.studyHandedOver(declared))
            let state = foldedInEveryOrder(past + [one, other])
            #expect(state.handOver.current?.event == (one.hash > other.hash ? one : other).id)
        }
    }
}
