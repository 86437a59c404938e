import EventLog
import ImagingCase
import Testing

@Suite struct WitnessTests {
    private var north = CaseBuilder("northside")
    private var hub = CaseBuilder("hub")

    private func started(_ uid: String, modality: String = "") -> CaseEvent {
        .procedureStepStarted(ProcedureStepStarted(stepUID: uid, modality: modality))
    }

    private func completed(_ uid: String, _ images: Int = 0) -> CaseEvent {
        .procedureStepCompleted(
            ProcedureStepCompleted(stepUID: uid, series: images > 0 ? [Series(uid: "1.2.1", instances: images)] : []))
    }

    @Test mutating func `conflict 68: a machine's record and a click are one fact with two witnesses, the person's time counts`()
    {
        let record = north.record(started("1.9"), by: "ct1", role: .system, minutes: 7, source: .dicom)
        let click = hub.record(started("1.9"), minutes: 4)
        let end = north.record(completed("1.9", 3), after: [record], by: "ct1", role: .system, minutes: 30, source: .dicom)
        let other = hub.record(completed("1.9", 3), after: [click], minutes: 25)
        let late = hub.record(completed("1.9", 3), after: [other], by: "hl7", role: .system, minutes: 40, source: .hl7)
        let facts = [record, click, end, other, late]
        let state = foldedInEveryOrder(facts)
        let step = state.acquisition.steps[0]
        #expect(state.acquisition.steps.count == 1 && step.status == .completed && state.acquisition.instances == 3)
        #expect(state.conflicts.isEmpty, "nobody has to decide anything")
        #expect(Set(step.starts.map(\.event)) == [record.id, click.id] && step.ends.count == 3)
        #expect(step.startedAt == testDay.advanced(byMilliseconds: 240_000))
        #expect(step.endedAt == testDay.advanced(byMilliseconds: 1_500_000))
        let wanted =
            #"{"of":"start","event":"\#(click.id)","by":"t.lind","source":"ui","at":"2025-06-15T15:10:40Z","attested":true}"#
        #expect(state.jsonText.contains(wanted))
        #expect(state.jsonText.contains(#""by":"ct1","source":"dicom""#))
        #expect(CaseFold.explain(someCase, CaseHistory(facts)).contains { $0.state == "witnesses" && $0.events == step.events })
    }

    @Test mutating func `conflict 68: one door is one witness list and devices alone tell their time`() {
        let one = north.record(started("1.9"), role: .system, minutes: 7, source: .dicom)
        let two = hub.record(started("1.9"), role: .system, minutes: 9, source: .dicom)
        let state = foldedInEveryOrder([one, two])
        #expect(state.acquisition.steps[0].starts.count == 2 && state.acquisition.steps[0].startedAt != nil)
        #expect(!state.jsonText.contains(#""witnesses""#), "the events are listed; there is no second door to show")
        #expect(state.acquisition.steps[0].endedAt == nil)
    }

    @Test mutating func `conflict 68: a click without the step's UID is the one step that is known`() {
        let click = north.record(started("", modality: "CT"), minutes: 4)
        let record = hub.record(started("1.9", modality: "CT"), by: "ct1", role: .system, minutes: 7, source: .dicom)
        let state = foldedInEveryOrder([click, record])
        #expect(state.acquisition.steps.map(\.uid) == ["1.9"] && state.acquisition.steps[0].starts.count == 2)
        let done = hub.record(completed("1.9", 3), after: [record], by: "ct1", role: .system, source: .dicom)
        #expect(foldedInEveryOrder([click, record, done]).acquisition.status == .completed, "no second step is left open")
    }

    @Test mutating func `another machine, a new attempt or a choice of two steps is not joined`() {
        let record = north.record(started("1.9", modality: "CT"), role: .system, source: .dicom)
        let other = hub.record(started("", modality: "PT"))
        #expect(foldedInEveryOrder([record, other]).acquisition.steps.count == 2)
        let done = north.record(completed("1.9", 3), after: [record], role: .system, source: .dicom)
        let anew = north.record(started(""), after: [done])
        #expect(foldedInEveryOrder([record, done, anew]).acquisition.status == .inProgress)
        let second = hub.record(started("1.8"), role: .system, source: .dicom)
        let click = hub.record(started(""))
        #expect(foldedInEveryOrder([record, second, click]).acquisition.steps.count == 3)
    }

    @Test mutating func `conflict 68: two archives that hold the same are two witnesses of one content`() {
        let content = CaseEvent.studyContentChanged(
            StudyContentChanged(studyUID: "1.2", series: [Series(uid: "1.2.1", instances: 412, digest: "d")]))
        let site = north.record(content, by: "orthanc", role: .system, source: .orthanc)
        let archive = hub.record(content, by: "orthanc", role: .system, source: .orthanc)
        let state = foldedInEveryOrder([site, archive])
        #expect(state.acquisition.instances == 412 && state.conflicts.isEmpty)
        let witnesses = state.acquisition.witnesses(ofContent: state.acquisition.contentVersion)
        #expect(Set(witnesses.map(\.site)) == [site.actor.site, archive.actor.site] && witnesses.allSatisfy { !$0.isPerson })
        #expect(state.acquisition.witnesses(ofContent: "other").isEmpty)
    }
}
