import EventLog
import ImagingCase
import Testing

@Suite struct ReadingTests {
    var site = CaseBuilder("northside")
    var hub = CaseBuilder("hub")

    private func at(_ minutes: Int64) -> Instant { testDay.advanced(byMilliseconds: minutes * 60_000) }

    @Test mutating func `a hand-over queues the study and nothing does not`() {
        #expect(CaseFold.fold(someCase, []).reading.status == .none)
        let handedOver = site.record(.studyHandedOver(StudyHandedOver(declaredSeries: 2)))
        let state = foldedInEveryOrder([handedOver])
        #expect(state.reading.status == .queued)
        #expect(ReadingAxis.explain(state.reading, CaseHistory([handedOver])).map(\.events) == [[handedOver.id]])
    }

    @Test mutating func `a claim holds until its lease ends and the state does not depend on the time of day`() {
        let claim = hub.record(
            .readingClaimed(ReadingClaimed(mode: .exclusive, leaseUntil: at(60))), by: "dr.ito", role: .radiologist)
        let reading = foldedInEveryOrder([claim]).reading
        #expect(reading.status == .claimed)
        #expect(reading.holder(at: at(59))?.by == "dr.ito")
        #expect(reading.holder(at: at(60)) == nil)
    }

    @Test mutating func `a claim without a lease holds until it is released`() {
        let claim = hub.record(.readingClaimed(ReadingClaimed()), by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([claim]).reading.holder(at: at(1_000_000))?.event == claim.id)
        let released = hub.record(
            .readingReleased(ReadingReleased(reason: "shift end")), after: [claim], by: "dr.ito", role: .radiologist)
        let reading = foldedInEveryOrder([claim, released]).reading
        #expect(reading.holder(at: at(0)) == nil)
        #expect(reading.claims.map(\.status) == [.released])
        #expect(reading.claims[0].endedBy == released.id)
    }

    @Test mutating func `a lead's release ends everybody's claims and another reader's release only his own`() {
        let claim = hub.record(.readingClaimed(ReadingClaimed()), by: "dr.ito", role: .radiologist)
        let beside = hub.record(
            .readingClaimed(ReadingClaimed(mode: .parallel)), after: [claim], by: "dr.mora", role: .radiologist)
        let own = hub.record(.readingReleased(ReadingReleased()), after: [beside], by: "dr.mora", role: .radiologist)
        #expect(foldedInEveryOrder([claim, beside, own]).reading.claims.map(\.status) == [.holds, .released])
        let lead = hub.record(.readingReleased(ReadingReleased()), after: [beside], by: "dr.lead", role: .lead)
        #expect(foldedInEveryOrder([claim, beside, lead]).reading.claims.map(\.status) == [.released, .released])
    }

    @Test mutating func `a parallel claim reads beside the holder and succeeds him when his lease ends`() {
        let claim = hub.record(
            .readingClaimed(ReadingClaimed(mode: .exclusive, leaseUntil: at(30))), by: "dr.ito", role: .radiologist)
        let beside = site.record(
            .readingClaimed(ReadingClaimed(mode: .parallel)), after: [claim], by: "dr.mora", role: .radiologist)
        let reading = foldedInEveryOrder([claim, beside]).reading
        #expect(reading.status == .coRead)
        #expect(reading.claims.map(\.by) == ["dr.ito", "dr.mora"])
        #expect(reading.claims.map(\.status) == [.holds, .coReads])
        #expect(reading.holder(at: at(31))?.by == "dr.mora")
    }

    @Test mutating func `a renewal keeps the study and an exclusive claim after it takes it over`() {
        let claim = hub.record(.readingClaimed(ReadingClaimed(leaseUntil: at(30))), by: "dr.ito", role: .radiologist)
        let again = hub.record(
            .readingClaimed(ReadingClaimed(leaseUntil: at(60))), after: [claim], by: "dr.ito", role: .radiologist)
        let renewed = foldedInEveryOrder([claim, again]).reading
        #expect(renewed.claims.map(\.status) == [.holds, .renewed])
        #expect(renewed.holder(at: at(45))?.event == again.id)
        let other = site.record(
            .readingClaimed(ReadingClaimed(mode: .exclusive)), after: [again], by: "dr.mora", role: .radiologist)
        let state = foldedInEveryOrder([claim, again, other])
        #expect(state.reading.claims.map(\.status) == [.holds, .renewed, .lapsed])
        #expect(state.reading.holder(at: at(45))?.by == "dr.mora")
        #expect(state.conflicts.isEmpty)
    }

    @Test mutating func `signing ends the claim and reports the study`() {
        let claim = hub.record(.readingClaimed(ReadingClaimed()), by: "dr.ito", role: .radiologist)
        let final = hub.record(
            .finalSigned(FinalSigned(impression: "normal", contentVersion: "v1")), after: [claim], by: "dr.ito",
            role: .radiologist)
        let reading = foldedInEveryOrder([claim, final]).reading
        #expect(reading.status == .reported)
        #expect(reading.readVersion == "v1")
        #expect(reading.claims.map(\.status) == [.signed])
        #expect(reading.signedWithoutClaim.isEmpty)
    }

    @Test mutating func `signing without a claim is legal and noted`() throws {
        let event = CaseEvent.finalSigned(FinalSigned(impression: "normal"))
        try ReadingAxis.mayAuthor(event, in: ReadingState(), by: Author(person: "dr.ito", role: .radiologist), now: at(0))
        let final = hub.record(event, by: "dr.ito", role: .radiologist)
        let state = foldedInEveryOrder([final])
        #expect(state.reading.signedWithoutClaim == [final.id])
        let history = CaseHistory([final])
        #expect(
            ReadingAxis.explain(state.reading, history).contains { $0.state == "signedWithoutClaim" && $0.events == [final.id] })
    }

    @Test mutating func `content that arrives after the final reopens the reading with exactly the unseen images`() {
        let first = site.record(content("v1", [("1.1", 10), ("1.2", 20)]))
        let final = hub.record(.finalSigned(FinalSigned(impression: "normal")), after: [first], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([first, final]).reading.status == .reported)
        let second = site.record(content("v2", [("1.1", 10), ("1.2", 25), ("1.3", 7)]), after: [final])
        let state = foldedInEveryOrder([first, final, second])
        #expect(state.reading.status == .reopened)
        #expect(state.reading.unseen.map(\.uid) == ["1.2", "1.3"])
        #expect(state.reading.unseen.map(\.instances) == [5, 7])
        #expect(state.reading.unseen.map(\.event) == [second.id, second.id])
        #expect(state.conflicts(numbered: 35).isEmpty, "the site had seen the final: nothing was made apart")
        let addendum = hub.record(
            .addendumSigned(AddendumSigned(addendumTo: final.id, text: "late series: no change")), after: [second], by: "dr.ito",
            role: .radiologist)
        #expect(foldedInEveryOrder([first, final, second, addendum]).reading.status == .reported)
    }

    @Test mutating func `a report that names an earlier version than its author had has not seen the later images`() {
        let first = site.record(content("v1", [("1.1", 10)]))
        let second = site.record(content("v2", [("1.1", 10), ("1.2", 4)]), after: [first])
        let final = hub.record(
            .finalSigned(FinalSigned(impression: "normal", contentVersion: "v1")), after: [second], by: "dr.ito",
            role: .radiologist)
        let reading = foldedInEveryOrder([first, second, final]).reading
        #expect(reading.status == .reopened)
        #expect(reading.unseen.map(\.uid) == ["1.2"])
    }

    @Test mutating func `of what two archives hold the reader who names one version has seen both`() {
        var lake = CaseBuilder("lakeview")
        let north = site.record(content("v1", [("1.1", 10)]))
        let south = lake.record(content("w1", [("2.1", 4)]))
        let final = hub.record(
            .finalSigned(FinalSigned(impression: "normal", contentVersion: "v1")), after: [north, south], by: "dr.ito",
            role: .radiologist)
        #expect(foldedInEveryOrder([north, south, final]).reading.status == .reported)
    }

    @Test mutating func `a version without series reopens by its name`() {
        let final = hub.record(
            .finalSigned(FinalSigned(impression: "normal", contentVersion: "v1")), by: "dr.ito", role: .radiologist)
        let later = site.record(.studyContentChanged(StudyContentChanged(contentVersion: "v2")), after: [final])
        let reading = foldedInEveryOrder([final, later]).reading
        #expect(reading.status == .reopened)
        #expect(reading.unseenVersions == ["v2"])
    }

    @Test mutating func `a retraction reopens the reading until a new final`() {
        let final = hub.record(.finalSigned(FinalSigned(impression: "normal")), by: "dr.ito", role: .radiologist)
        let retracted = hub.record(
            .reportRetracted(ReportRetracted(which: final.id, reason: .wrongPatient)), after: [final], by: "dr.ito",
            role: .radiologist)
        let reading = foldedInEveryOrder([final, retracted]).reading
        #expect(reading.status == .reopened)
        #expect(reading.isRetracted)
        let anew = hub.record(.finalSigned(FinalSigned(impression: "mass")), after: [retracted], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([final, retracted, anew]).reading.status == .reported)
    }

    @Test mutating func `a final signed by a role that does not read images does not report the study`() {
        let handedOver = site.record(.studyHandedOver(StudyHandedOver()))
        let final = site.record(.finalSigned(FinalSigned(impression: "normal")), after: [handedOver], by: "t.lind")
        #expect(foldedInEveryOrder([handedOver, final]).reading.status == .queued)
    }

    @Test mutating func `an exclusive claim on what another holds is refused with the way out`() throws {
        let claim = hub.record(.readingClaimed(ReadingClaimed(leaseUntil: at(60))), by: "dr.ito", role: .radiologist)
        let reading = CaseFold.fold(someCase, [claim]).reading
        let mora = Author(person: "dr.mora", role: .radiologist)
        let refusal = #expect(throws: AuthoringRefusal.self) {
            try ReadingAxis.mayAuthor(.readingClaimed(ReadingClaimed(mode: .exclusive)), in: reading, by: mora, now: at(10))
        }
        #expect(refusal?.ground == .state)
        #expect(refusal?.reason.contains("dr.ito") == true)
        #expect(refusal?.remedy.contains("parallel") == true)
        try ReadingAxis.mayAuthor(.readingClaimed(ReadingClaimed(mode: .parallel)), in: reading, by: mora, now: at(10))
        try ReadingAxis.mayAuthor(.readingClaimed(ReadingClaimed(mode: .exclusive)), in: reading, by: mora, now: at(60))
        let ito = Author(person: "dr.ito", role: .radiologist)
        try ReadingAxis.mayAuthor(.readingClaimed(ReadingClaimed(mode: .exclusive)), in: reading, by: ito, now: at(10))
    }

    private func refused(_ event: CaseEvent, _ author: Author, _ state: ReadingState) -> AuthoringRefusal.Ground? {
        do {
            try ReadingAxis.mayAuthor(event, in: state, by: author, now: testDay)
            return nil
        } catch { return error.ground }
    }

    @Test mutating func `claims and releases are refused to those who may not`() {
        let claim = hub.record(.readingClaimed(ReadingClaimed()), by: "dr.ito", role: .radiologist)
        let claimed = CaseFold.fold(someCase, [claim]).reading
        let technologist = Author(person: "t.lind", role: .technologist)
        #expect(refused(.readingClaimed(ReadingClaimed()), technologist, ReadingState()) == .role)
        #expect(refused(.readingReleased(ReadingReleased()), technologist, claimed) == .role)
        #expect(refused(.readingReleased(ReadingReleased()), Author(person: "dr.mora", role: .radiologist), claimed) == .state)
        #expect(refused(.readingReleased(ReadingReleased()), Author(person: "dr.lead", role: .lead), claimed) == nil)
        #expect(refused(.readingReleased(ReadingReleased()), Author(person: "dr.lead", role: .lead), ReadingState()) == .state)
        #expect(refused(.readingPriorityChanged(ReadingPriorityChanged()), technologist, claimed) == .content)
        #expect(refused(.readingPriorityChanged(ReadingPriorityChanged(priority: .stat)), technologist, claimed) == nil)
        #expect(
            refused(.readingPriorityChanged(ReadingPriorityChanged(priority: .stat)), Author(person: "n", role: .nurse), claimed)
                == .role)
    }

    @Test mutating func `the JSON says who reads until when`() {
        let claim = hub.record(
            .readingClaimed(ReadingClaimed(mode: .exclusive, leaseUntil: at(60), assigned: true)), by: "dr.ito",
            role: .radiologist)
        var json = JSONWriter()
        ReadingAxis.write(CaseFold.fold(someCase, [claim]).reading, to: &json)
        #expect(
            json.text
                == #"{"state":"claimed","claims":[{"event":"\#(claim.id)","state":"holds","by":"dr.ito","site":"hub","mode":"exclusive","#
                + #""assigned":true,"at":"2025-06-15T15:06:40Z","leaseUntil":"2025-06-15T16:06:40Z"}]}"#)
    }
}

/// A content report of an archive: series UIDs and how many instances each holds.
func content(_ version: String, _ series: [(uid: String, instances: Int)]) -> CaseEvent {
    .studyContentChanged(
        StudyContentChanged(series: series.map { Series(uid: $0.uid, instances: $0.instances) }, contentVersion: version))
}
