import EventLog
import ImagingCase
import Testing

@Suite struct ReadingConflictTests {
    var north = CaseBuilder("northside")
    var lake = CaseBuilder("lakeview")
    var hub = CaseBuilder("hub")

    private func at(_ minutes: Int64) -> Instant { testDay.advanced(byMilliseconds: minutes * 60_000) }

    @Test mutating func `conflict 1: of two claims made apart the lower hash holds and the other co-reads`() {
        let handedOver = north.record(.studyHandedOver(StudyHandedOver()))
        let one = north.record(
            .readingClaimed(ReadingClaimed()), after: [handedOver], by: "dr.ito", role: .radiologist, minutes: 5)
        let other = lake.record(
            .readingClaimed(ReadingClaimed()), after: [handedOver], by: "dr.mora", role: .radiologist, minutes: 7)
        let state = foldedInEveryOrder([handedOver, one, other])
        let holder = one.hash < other.hash ? one : other
        #expect(state.reading.status == .coRead)
        #expect(state.reading.claims.map(\.status) == [.holds, .coReads])
        #expect(state.reading.holder(at: at(10))?.event == holder.id)
        let conflict = state.conflicts(numbered: 1).first
        #expect(state.conflicts.count == 1)
        #expect(conflict?.state == .open)
        #expect(conflict?.events == [one.id, other.id].sorted())
        #expect(conflict?.told == [.radiologist, .lead])
        #expect(conflict?.dueMinutes == 37)
    }

    @Test mutating func `conflict 1: the assigned reader holds whatever the hashes`() {
        for assigned in [true, false] {
            var north = CaseBuilder("northside")
            var lake = CaseBuilder("lakeview")
            let one = north.record(.readingClaimed(ReadingClaimed(assigned: assigned)), by: "dr.ito", role: .radiologist)
            let other = lake.record(.readingClaimed(ReadingClaimed(assigned: !assigned)), by: "dr.mora", role: .radiologist)
            let state = foldedInEveryOrder([one, other])
            #expect(state.reading.holder(at: at(0))?.by == (assigned ? "dr.ito" : "dr.mora"))
        }
    }

    @Test mutating func `conflict 1: a decision gives the study to the chosen claim`() {
        let one = north.record(.readingClaimed(ReadingClaimed()), by: "dr.ito", role: .radiologist)
        let other = lake.record(.readingClaimed(ReadingClaimed()), by: "dr.mora", role: .radiologist)
        let loser = one.hash < other.hash ? other : one
        let id = CaseFold.fold(someCase, [one, other]).conflicts[0].id
        let decided = hub.record(
            .conflictResolved(ConflictResolved(conflict: id, number: 1, choose: loser.id, reason: "neuro case")),
            after: [one, other], by: "dr.lead", role: .lead)
        let state = foldedInEveryOrder([one, other, decided])
        #expect(state.reading.holder(at: at(0))?.event == loser.id)
        #expect(state.conflicts[0].state == .resolved)
        #expect(state.conflicts[0].closedBy == decided.id)
    }

    @Test mutating func `conflict 1: the holder's renewal takes nothing from the co-reader, and a release makes it moot`() {
        let one = north.record(.readingClaimed(ReadingClaimed(assigned: true)), by: "dr.ito", role: .radiologist)
        let other = lake.record(.readingClaimed(ReadingClaimed()), by: "dr.mora", role: .radiologist)
        let again = north.record(.readingClaimed(ReadingClaimed()), after: [one, other], by: "dr.ito", role: .radiologist)
        let renewed = foldedInEveryOrder([one, other, again])
        #expect(renewed.reading.claims.map(\.status) == [.holds, .coReads, .renewed])
        #expect(renewed.reading.claims[0].event == again.id)
        #expect(renewed.conflicts.map(\.state) == [.resolved])
        let released = lake.record(.readingReleased(ReadingReleased()), after: [other], by: "dr.mora", role: .radiologist)
        let state = foldedInEveryOrder([one, other, released])
        #expect(state.reading.claims.map(\.status) == [.holds, .released])
        #expect(state.conflicts.map(\.state) == [.superseded])
        #expect(state.conflicts[0].closedBy == released.id)
    }

    @Test mutating func `claims of one person on two devices and parallel claims are no conflict`() {
        let one = north.record(.readingClaimed(ReadingClaimed()), by: "dr.ito", role: .radiologist)
        let same = lake.record(.readingClaimed(ReadingClaimed()), by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([one, same]).conflicts.isEmpty)
        #expect(foldedInEveryOrder([one, same]).reading.status == .claimed)
        let beside = hub.record(.readingClaimed(ReadingClaimed(mode: .parallel)), by: "dr.mora", role: .radiologist)
        #expect(foldedInEveryOrder([one, beside]).conflicts.isEmpty)
        #expect(foldedInEveryOrder([one, beside]).reading.status == .coRead)
    }

    @Test mutating func `conflict 2: a final signed offline on a stale lease is accepted and the new claimant is told`() {
        let stale = north.record(.readingClaimed(ReadingClaimed(leaseUntil: at(30))), by: "dr.ito", role: .radiologist)
        let final = north.record(
            .finalSigned(FinalSigned(impression: "normal")), after: [stale], by: "dr.ito", role: .radiologist, minutes: 50)
        let claim = hub.record(.readingClaimed(ReadingClaimed()), after: [stale], by: "dr.mora", role: .radiologist, minutes: 40)
        let state = foldedInEveryOrder([stale, final, claim])
        #expect(state.report.status == .final)
        #expect(state.report.current == final.id)
        #expect(state.reading.status == .reported)
        #expect(state.reading.claims.map(\.status) == [.signed, .overtaken])
        #expect(state.reading.claims.map(\.endedBy) == [final.id, final.id])
        let conflict = state.conflicts(numbered: 2).first
        #expect(state.conflicts.count == 1)
        #expect(conflict?.state == .open)
        #expect(conflict?.events == [final.id, claim.id].sorted())
        #expect(conflict?.told == [.radiologist, .lead])
        #expect(conflict?.dueMinutes == 80)

        let released = hub.record(
            .readingReleased(ReadingReleased(reason: "reported meanwhile")), after: [final, claim], by: "dr.mora",
            role: .radiologist)
        let closed = foldedInEveryOrder([stale, final, claim, released]).conflicts(numbered: 2).first
        #expect(closed?.state == .resolved)
        #expect(closed?.closedBy == released.id)
    }

    @Test mutating func `conflict 2: when the new claimant signs apart too only the finals compete`() {
        let stale = north.record(.readingClaimed(ReadingClaimed(leaseUntil: at(30))), by: "dr.ito", role: .radiologist)
        let final = north.record(
            .finalSigned(FinalSigned(impression: "normal")), after: [stale], by: "dr.ito", role: .radiologist)
        let claim = hub.record(.readingClaimed(ReadingClaimed()), after: [stale], by: "dr.mora", role: .radiologist)
        let second = hub.record(.finalSigned(FinalSigned(impression: "mass")), after: [claim], by: "dr.mora", role: .radiologist)
        let state = foldedInEveryOrder([stale, final, claim, second])
        #expect(state.conflicts(numbered: 2).map(\.state) == [.superseded])
        #expect(state.openConflicts.map(\.number) == [38])
    }

    @Test mutating func `conflict 35: a final stands for what it was read from and exactly the rest is read again`() {
        let first = north.record(content("v1", [("1.1", 10), ("1.2", 20)]), minutes: 1)
        let final = hub.record(
            .finalSigned(FinalSigned(impression: "normal", contentVersion: "v1")), after: [first], by: "dr.ito",
            role: .radiologist,
            minutes: 30)
        let second = north.record(content("v2", [("1.1", 10), ("1.2", 24), ("1.3", 8)]), after: [first], minutes: 25)
        let third = north.record(content("v3", [("1.1", 10), ("1.2", 24), ("1.3", 12)]), after: [second], minutes: 26)
        let state = foldedInEveryOrder([first, final, second, third])
        #expect(state.report.status == .final)
        #expect(state.report.current == final.id)
        #expect(state.reading.status == .reopened)
        #expect(state.reading.unseen.map(\.uid) == ["1.2", "1.3"])
        #expect(state.reading.unseen.map(\.instances) == [4, 12])
        let conflict = state.conflicts(numbered: 35).first
        #expect(state.conflicts(numbered: 35).count == 1)
        #expect(conflict?.events == [final.id, second.id].sorted())
        #expect(conflict?.inForce.contains("16 images not seen, in series 1.2, 1.3") == true)
        #expect(conflict?.told == [.radiologist, .lead])
        #expect(conflict?.dueMinutes == 150)

        let addendum = hub.record(
            .addendumSigned(AddendumSigned(addendumTo: final.id, text: "late series: no change")), after: [final, third],
            by: "dr.ito",
            role: .radiologist)
        let closed = foldedInEveryOrder([first, final, second, third, addendum])
        #expect(closed.reading.status == .reported)
        #expect(closed.conflicts(numbered: 35).map(\.state) == [.resolved])
        #expect(closed.conflicts(numbered: 35).map(\.closedBy) == [addendum.id])
    }

    @Test mutating func `conflict 35: what one look covered stays closed when more arrives`() {
        let first = north.record(content("v1", [("1.1", 10)]))
        let final = hub.record(.finalSigned(FinalSigned(impression: "normal")), after: [first], by: "dr.ito", role: .radiologist)
        let second = north.record(content("v2", [("1.1", 10), ("1.2", 4)]), after: [first])
        let addendum = hub.record(
            .addendumSigned(AddendumSigned(addendumTo: final.id, text: "seen")), after: [final, second], by: "dr.ito",
            role: .radiologist)
        let third = north.record(content("v3", [("1.1", 10), ("1.2", 4), ("1.3", 6)]), after: [second])
        let state = foldedInEveryOrder([first, final, second, addendum, third])
        #expect(state.reading.unseen.map(\.uid) == ["1.3"])
        let conflicts = state.conflicts(numbered: 35)
        #expect(conflicts.count == 2)
        #expect(conflicts.first { $0.events.contains(second.id) }?.closedBy == addendum.id)
        #expect(conflicts.first { $0.events.contains(third.id) }?.state == .open)
    }

    @Test mutating func `conflict 35: a later text that was taken back has not taken the question over`() {
        let final = hub.record(.finalSigned(FinalSigned(impression: "normal")), by: "dr.ito", role: .radiologist)
        let late = north.record(content("v1", [("1.9", 3)]))
        let next = hub.record(
            .reportCorrected(ReportCorrected(replaces: final.id, impression: "nodule", reason: "overlooked")), after: [final],
            by: "dr.ito", role: .radiologist)
        let followed = foldedInEveryOrder([final, late, next])
        #expect(followed.conflicts(numbered: 35).first { $0.events.contains(final.id) }?.closedBy == next.id)
        let withdrawn = hub.record(
            .reportRetracted(ReportRetracted(which: next.id, reason: .wrongPatient)), after: [next], by: "dr.ito",
            role: .radiologist)
        let state = foldedInEveryOrder([final, late, next, withdrawn])
        #expect(state.conflicts(numbered: 35).first { $0.events.contains(final.id) }?.state == .open)
        #expect(state.conflicts(numbered: 35).first { $0.events.contains(next.id) }?.closedBy == withdrawn.id)
    }

    @Test mutating func `conflict 35: a decision that the images need no reading closes the question and the reading`() {
        let final = hub.record(.finalSigned(FinalSigned(impression: "normal")), by: "dr.ito", role: .radiologist)
        let late = north.record(content("v1", [("1.9", 1)]))
        let open = foldedInEveryOrder([final, late])
        #expect(open.reading.status == .reopened)
        let id = open.conflicts[0].id
        let byTechnologist = north.record(
            .conflictResolved(ConflictResolved(conflict: id, number: 35, choose: final.id)), after: [final, late])
        #expect(foldedInEveryOrder([final, late, byTechnologist]).reading.status == .reopened, "not his question")
        let decided = hub.record(
            .conflictResolved(ConflictResolved(conflict: id, number: 35, choose: final.id, reason: "scout only")),
            after: [final, late],
            by: "dr.ito", role: .radiologist)
        let state = foldedInEveryOrder([final, late, decided])
        #expect(state.reading.status == .reported)
        #expect(state.conflicts.map(\.state) == [.resolved])
    }

    @Test mutating func `conflict 35: a correction that has not seen the images carries the question on`() {
        let first = north.record(content("v1", [("1.1", 10)]))
        let final = hub.record(.finalSigned(FinalSigned(impression: "normal")), after: [first], by: "dr.ito", role: .radiologist)
        let corrected = hub.record(
            .reportCorrected(ReportCorrected(replaces: final.id, impression: "nodule")), after: [final], by: "dr.ito",
            role: .radiologist)
        let late = north.record(content("v2", [("1.1", 10), ("1.2", 4)]), after: [first])
        let state = foldedInEveryOrder([first, final, corrected, late])
        let conflicts = state.conflicts(numbered: 35)
        #expect(conflicts.first { $0.events.contains(final.id) }?.state == .superseded)
        #expect(conflicts.first { $0.events.contains(corrected.id) }?.state == .open)
    }

    @Test mutating func `content of which the signer names the version is seen even where the archive's report travels apart`() {
        let archive = north.record(content("v1", [("1.1", 10)]))
        let step = north.record(
            .procedureStepCompleted(ProcedureStepCompleted(stepUID: "9", series: [Series(uid: "1.1", instances: 10)])),
            after: [archive])
        let final = hub.record(
            .finalSigned(FinalSigned(impression: "normal", contentVersion: "v1")), by: "dr.ito", role: .radiologist)
        let state = foldedInEveryOrder([archive, step, final])
        #expect(state.reading.status == .reported)
        #expect(state.conflicts(numbered: 35).isEmpty)
    }

    @Test mutating func `conflict 2: the overtaken reader may give the study back, once`() throws {
        let stale = north.record(.readingClaimed(ReadingClaimed(leaseUntil: at(30))), by: "dr.ito", role: .radiologist)
        let final = north.record(
            .finalSigned(FinalSigned(impression: "normal")), after: [stale], by: "dr.ito", role: .radiologist, minutes: 50)
        let claim = hub.record(.readingClaimed(ReadingClaimed()), after: [stale], by: "dr.mora", role: .radiologist, minutes: 40)
        let open = CaseFold.fold(someCase, [stale, final, claim])
        let given = CaseEvent.readingReleased(ReadingReleased(reason: "reported meanwhile"))
        func check(_ state: CaseState, _ person: String) throws {
            try Authoring.check(given, in: state, by: Author(person: person, role: .radiologist), now: at(60))
        }
        try check(open, "dr.mora")
        #expect(throws: AuthoringRefusal.self) { try check(open, "dr.kim") }
        let released = hub.record(given, after: [final, claim], by: "dr.mora", role: .radiologist)
        let closed = foldedInEveryOrder([stale, final, claim, released])
        #expect(closed.conflicts(numbered: 2).map(\.closedBy) == [released.id])
        #expect(throws: AuthoringRefusal.self) { try check(closed, "dr.mora") }
    }

    @Test mutating func `a text in quarantine has read nothing, and has read once it is freed`() throws {
        let signed = north.record(.finalSigned(FinalSigned(impression: "mass")), by: "dr.ito", role: .radiologist)
        let retraction = ReportRetracted(which: signed.id, reason: .wrongStudy)
        let retracted = hub.record(.reportRetracted(retraction), after: [signed], by: "dr.ito", role: .radiologist)
        let late = lake.record(
            .finalSigned(FinalSigned(impression: "no mass", supersedes: [signed.id])), after: [signed], by: "dr.mora",
            role: .radiologist)
        let again = lake.record(
            .reportCorrected(ReportCorrected(replaces: late.id, impression: "cyst")), after: [late], by: "dr.mora",
            role: .radiologist)
        for texts in [[late], [late, again]] {
            let facts = [signed, retracted] + texts
            let state = foldedInEveryOrder(facts)
            #expect(state.report.status == .retracted && state.report.version(late.id)?.status == .quarantined)
            #expect(state.reading.status == .reopened && state.reading.isRetracted)
            let conflict = try #require(state.openConflicts.first { $0.events == [retracted.id, late.id].sorted() })
            let freed = hub.record(
                decision(on: conflict, choosing: late), after: [retracted] + texts, by: "dr.ito", role: .radiologist)
            #expect(foldedInEveryOrder(facts + [freed]).reading.status == .reported)
        }
    }

    @Test mutating func `conflict 35: a text that was withdrawn, and who withdrew it, looked at nothing`() {
        let first = north.record(.finalSigned(FinalSigned(impression: "mass")), by: "dr.ito", role: .radiologist)
        let images = lake.record(
            .studyContentChanged(StudyContentChanged(series: [Series(uid: "a", instances: 3)], contentVersion: "v1")),
            role: .system)
        let second = hub.record(
            .finalSigned(FinalSigned(impression: "cyst")), after: [first, images], by: "dr.mora", role: .radiologist)
        #expect(foldedInEveryOrder([first, images, second]).reading.status == .reported)
        let retracted = hub.record(
            .reportRetracted(ReportRetracted(which: second.id, reason: .wrongStudy)), after: [second], by: "dr.mora",
            role: .radiologist)
        let state = foldedInEveryOrder([first, images, second, retracted])
        #expect(state.reading.status == .reopened && state.reading.unseen.map(\.uid) == ["a"])
    }
}
