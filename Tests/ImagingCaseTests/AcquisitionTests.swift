import EventLog
import ImagingCase
import Testing

@Suite struct AcquisitionTests {
    private var north = CaseBuilder("northside")
    private var south = CaseBuilder("southside")

    private func content(_ series: [Series], version: String = "", study: String = "1.2") -> CaseEvent {
        .studyContentChanged(StudyContentChanged(studyUID: study, series: series, contentVersion: version))
    }

    @Test mutating func `steps begin and end and a completion needs no start`() {
        let begun = north.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1", modality: "CT", station: "CT1")))
        let done = north.record(
            .procedureStepCompleted(
                ProcedureStepCompleted(stepUID: "1", studyUID: "1.2", series: [Series(uid: "a", instances: 3)])),
            after: [begun])
        #expect(CaseFold.fold(someCase, []).acquisition.status == .none)
        #expect(CaseFold.fold(someCase, [begun]).acquisition.status == .inProgress)
        let state = foldedInEveryOrder([begun, done]).acquisition
        #expect(state.status == .completed && state.steps.count == 1)
        #expect(state.steps[0].station == "CT1" && state.studyUID == "1.2" && state.instances == 3)
        let alone = south.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "2")))
        #expect(CaseFold.fold(someCase, [alone]).acquisition.status == .completed)
        let more = north.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [done])
        #expect(foldedInEveryOrder([begun, done, more]).acquisition.status == .inProgress)
    }

    @Test mutating func `a step that was broken off counts in part with images and not without`() {
        let empty = north.record(.procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1", reason: "refused")))
        let partial = north.record(
            .procedureStepDiscontinued(
                ProcedureStepDiscontinued(stepUID: "2", series: [Series(uid: "a", instances: 1)], reason: "motion")),
            after: [empty])
        let repeated = north.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "3")), after: [partial])
        #expect(CaseFold.fold(someCase, [empty]).acquisition.status == .discontinued)
        #expect(CaseFold.fold(someCase, [empty, partial]).acquisition.status == .partial)
        let state = foldedInEveryOrder([empty, partial, repeated]).acquisition
        #expect(state.status == .completed)
        #expect(state.steps.map(\.status) == [.discontinued, .partial, .completed])
        #expect(state.steps.map(\.reasons) == [["refused"], ["motion"], []])
    }

    @Test mutating func `one step witnessed by a device and a person is one step`() {
        let device = north.record(
            .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1", series: [Series(uid: "a", instances: 3)])), role: .system
        )
        let person = south.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")))
        let state = foldedInEveryOrder([device, person])
        #expect(state.acquisition.steps.count == 1 && state.acquisition.steps[0].events.count == 2)
        #expect(state.acquisition.instances == 3 && state.conflicts.isEmpty)
    }

    @Test mutating func `content reported apart is united by series and the fuller version is the current one`() {
        let first = north.record(
            content([Series(uid: "b", instances: 2, digest: "d2"), Series(uid: "a", instances: 9, digest: "d1")], version: "v1"))
        let second = south.record(
            content([Series(uid: "c", instances: 4, digest: "d3"), Series(uid: "b", instances: 1, digest: "d0")], version: "v2"))
        let state = foldedInEveryOrder([first, second])
        #expect(state.acquisition.series.map(\.uid) == ["a", "b", "c"])
        #expect(state.acquisition.instances == 15)
        #expect(state.acquisition.contentVersion == "v1")
        #expect(Set(state.acquisition.contentVersions.map(\.version)) == ["v1", "v2"])
        #expect(state.conflicts.isEmpty, "fewer instances of a series are a transfer under way, not altered bytes")
        #expect(state.acquisition.status == .inProgress, "images alone do not say that the examination ended")
        let third = south.record(content([Series(uid: "a", instances: 9)], version: "v3"), after: [first, second])
        #expect(foldedInEveryOrder([first, second, third]).acquisition.contentVersion == "v3")
        let handed = south.record(.studyHandedOver(StudyHandedOver()), after: [second])
        #expect(foldedInEveryOrder([first, second, handed]).acquisition.status == .completed)
    }

    @Test mutating func `without an archive's report the steps' own lists name the content version`() {
        let series = [Series(uid: "a", instances: 3), Series(uid: "b", instances: 1)]
        let done = north.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1", series: series)))
        let other = south.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1", series: series.reversed())))
        let version = CaseFold.fold(someCase, [done]).acquisition.contentVersion
        #expect(version.count == 16)
        #expect(foldedInEveryOrder([done, other]).acquisition.contentVersion == version)
        #expect(ContentDigest.version(of: series) == version)
    }

    @Test mutating func `conflict 14: different bytes under equal UIDs are both kept`() throws {
        let first = north.record(content([Series(uid: "a", instances: 3, digest: "d1")], version: "v1"), role: .system)
        let second = south.record(
            content([Series(uid: "a", instances: 3, digest: "d2")], version: "v2"), role: .system, minutes: 5)
        let state = foldedInEveryOrder([first, second])
        #expect(state.acquisition.series.count == 1 && state.acquisition.series[0].isAltered)
        #expect(Set(state.acquisition.series[0].digests) == ["d1", "d2"])
        #expect(Set(state.acquisition.contentVersions.map(\.version)) == ["v1", "v2"])
        #expect(state.jsonText.contains("otherDigests"))
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 14 && conflict.events == [first.id, second.id].sorted())
        #expect(conflict.owner == .radiologist && conflict.told == [.radiologist] && conflict.dueMinutes == 245)
        let decided = north.record(decision(on: conflict, choosing: first), after: [first, second], role: .radiologist)
        let closed = foldedInEveryOrder([first, second, decided])
        #expect(closed.conflicts.map(\.state) == [.resolved])
        #expect(closed.acquisition.series[0].isAltered, "the other bytes stay reachable")
        let later = north.record(content([Series(uid: "a", instances: 3, digest: "d9")], version: "v9"), after: [first])
        let known = foldedInEveryOrder([first, later])
        #expect(known.conflicts.isEmpty && known.acquisition.series[0].digests == ["d9", "d1"])
    }

    @Test func `a content's version does not depend on the order in which its series are listed`() {
        let series = [
            Series(uid: "1.2", instances: 3, digest: "a"), Series(uid: "1.10", instances: 4, digest: "b"),
            Series(uid: "1.2", instances: 5, digest: "c"),
        ]
        let versions = Set(permutations(of: series).map { ContentDigest.version(of: $0) })
        #expect(versions.count == 1 && versions != [ContentDigest.version(of: Array(series.dropLast()))])
    }

    @Test mutating func `conflict 69: completed by the device and discontinued by the technologist counts in part`() throws {
        let begun = north.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), role: .system)
        let completed = south.record(
            .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1", series: [Series(uid: "a", instances: 3)])),
            after: [begun],
            role: .system)
        let broken = north.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1", reason: "patient moved")), after: [begun],
            minutes: 2)
        let facts = [begun, completed, broken]
        let state = foldedInEveryOrder(facts)
        #expect(state.acquisition.status == .partial)
        #expect(state.acquisition.steps[0].reasons == ["patient moved"])
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 69 && conflict.events == [completed.id, broken.id].sorted())
        #expect(conflict.owner == .radiologist && conflict.told == [.radiologist, .technologist] && conflict.dueMinutes == 62)
        for (chosen, status) in [(completed, AcquisitionState.Status.completed), (broken, .partial)] {
            var reader = CaseBuilder("reading")
            let decided = reader.record(decision(on: conflict, choosing: chosen), after: [completed, broken], role: .radiologist)
            let closed = foldedInEveryOrder(facts + [decided])
            #expect(closed.conflicts.map(\.state) == [.resolved] && closed.acquisition.status == status)
        }
        let imageless = south.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [begun], role: .system)
        #expect(foldedInEveryOrder([begun, imageless, broken]).acquisition.status == .discontinued)
        let corrected = north.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1", reason: "wrong")), after: [completed])
        #expect(foldedInEveryOrder([begun, completed, corrected]).conflicts.isEmpty)
    }

    @Test mutating func `what is illegal is refused to people and passes from devices`() {
        let done = north.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")))
        let broken = north.record(.procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "2", reason: "x")), after: [done])
        let state = CaseFold.fold(someCase, [done, broken]).acquisition
        let refused: [CaseEvent] = [
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "3")),
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1", reason: "x")),
            .procedureStepStarted(ProcedureStepStarted(stepUID: "2")), .studyContentChanged(StudyContentChanged()),
        ]
        for event in refused {
            #expect(throws: AuthoringRefusal.self, "\(event)") {
                try AcquisitionAxis.mayAuthor(event, in: state, by: Author(person: "t", role: .technologist), now: testDay)
            }
            #expect(throws: Never.self) {
                try AcquisitionAxis.mayAuthor(event, in: state, by: Author(person: "ct1", role: .system), now: testDay)
            }
        }
    }
}
