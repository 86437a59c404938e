import EventLog
import ImagingCase
import Testing

@testable import Interop

/// The readings of a case as workitems that end for good.
@Suite struct WorkitemSeriesTests {
    private func states(_ story: WorkitemStory, _ minutes: Int64) -> [String] {
        story.workitems(minutes).map(\.state.rawValue)
    }

    @Test func `a study that is handed over is scheduled, claimed, and completed by its report`() {
        var story = WorkitemStory()
        let first = story.workitems(6)
        #expect(first.map(\.state) == [.scheduled] && first[0].scheduledAt == WorkitemStory.at(5) && first[0].replaces == nil)
        let claim = story.claim("dr.ito", 10)
        let held = story.workitems(11)[0]
        #expect(held.state == .inProgress && held.uid == first[0].uid && held.claims.map(\.by) == ["dr.ito"])
        #expect(held.claimedBy == [claim.id] && held.claims[0].site == SiteID("lakeview"))
        story.sign("dr.ito", 20)
        let done = story.workitems(21)
        #expect(done.map(\.state) == [.completed] && done[0].uid == first[0].uid && done[0].signedBy == "dr.ito")
        #expect(done[0].endedAt == WorkitemStory.at(20))
    }

    @Test func `an order without images has no workitem`() {
        #expect(WorkitemStory(handedOver: false).workitems(10).isEmpty)
    }

    @Test func `what is given back is canceled for good, and its successor names it`() {
        var story = WorkitemStory()
        story.claim("dr.ito", 10)
        let held = story.workitems(11)[0].uid
        story.add(.readingReleased(ReadingReleased(reason: "shift ends")), "dr.ito", 15)
        let after = story.workitems(16)
        #expect(after.map(\.state) == [.canceled, .scheduled])
        #expect(after[0].uid == held && after[0].reason == "shift ends" && after[0].endedAt == WorkitemStory.at(15))
        #expect(after[1].replaces == held && after[1].uid != held)
        story.claim("dr.ito", 20)
        story.sign("dr.ito", 25)
        let done = story.workitems(26)
        #expect(done.map(\.state) == [.canceled, .completed] && done.map(\.uid) == after.map(\.uid))
    }

    @Test func `the end of a lease cancels, and nothing brings the workitem back`() {
        var story = WorkitemStory()
        story.claim("dr.ito", 10, lease: 30)
        #expect(states(story, 39) == ["IN PROGRESS"])
        let lapsed = story.workitems(40)
        #expect(lapsed.map(\.state) == [.canceled, .scheduled] && lapsed[0].reason == "The lease ended.")
        var other = story
        other.claim("dr.two", 50)
        #expect(other.workitems(51).map(\.uid) == lapsed.map(\.uid) && states(other, 51) == ["CANCELED", "IN PROGRESS"])
        var same = story
        same.claim("dr.ito", 50)
        #expect(same.workitems(51).map(\.uid) == lapsed.map(\.uid) && states(same, 51) == ["CANCELED", "IN PROGRESS"])
        story.sign("dr.ito", 55)
        #expect(story.workitems(56).map(\.uid) == lapsed.map(\.uid) && states(story, 56) == ["CANCELED", "COMPLETED"])
    }

    @Test func `a claim that is renewed in time stays the same workitem`() {
        var story = WorkitemStory()
        let first = story.claim("dr.ito", 10, lease: 30)
        let second = story.claim("dr.ito", 30, lease: 30)
        let held = story.workitems(45)
        #expect(held.map(\.state) == [.inProgress] && held[0].claimedBy == [first.id, second.id])
        #expect(held[0].claims.map(\.event) == [second.id])
        #expect(states(story, 60) == ["CANCELED", "SCHEDULED"])
    }

    @Test func `two claims made apart are one workitem with a co-reader, equal in every order of arrival`() {
        var story = WorkitemStory()
        let base = [story.facts[1]]
        let one = story.claim("dr.ito", 10, after: base)
        let two = story.claim("dr.two", 11, site: "northside", after: base)
        let held = story.workitems(12)
        #expect(held.map(\.state) == [.inProgress] && Set(held[0].claimedBy) == [one.id, two.id])
        let holder = story.state.reading.holder(at: WorkitemStory.at(12))?.by
        #expect(held[0].claims.first?.by == holder && held[0].claims.count == 2)
        for facts in [story.facts, story.facts.reversed(), [story.facts[2], story.facts[0], story.facts[3], story.facts[1]]] {
            let state = CaseFold.fold(WorkitemStory.stream, facts)
            #expect(WorkitemSeries.workitems(of: state, CaseHistory(facts), at: WorkitemStory.at(12)) == held)
        }
        story.add(.readingReleased(ReadingReleased()), "dr.two", 15, after: [one, two])
        #expect(states(story, 16) == ["IN PROGRESS"])
    }

    @Test func `late content schedules a further reading, and a claim beside the signature does not`() {
        var story = WorkitemStory()
        let claim = story.claim("dr.ito", 10)
        let beside = story.claim("dr.two", 11, site: "northside", after: [story.facts[1]])
        let signed = story.sign("dr.ito", 20, after: [claim])
        #expect(story.workitems(21).map(\.state) == [.completed])
        let series = Series(uid: "1.2.3", modality: "CT", instances: 5)
        story.add(
            .studyContentChanged(StudyContentChanged(series: [series], contentVersion: "v2")), "pacs", 30, .system,
            after: [beside, signed])
        let again = story.workitems(31)
        #expect(again.map(\.state) == [.completed, .scheduled] && again[1].replaces == nil)
        story.claim("dr.two", 40)
        #expect(story.workitems(41).map(\.uid) == again.map(\.uid) && states(story, 41) == ["COMPLETED", "IN PROGRESS"])
    }

    @Test func `a report without a claim completes what was scheduled`() {
        var story = WorkitemStory()
        story.sign("dr.ito", 20)
        let done = story.workitems(21)
        #expect(done.map(\.state) == [.completed] && done[0].claims.isEmpty && done[0].signedBy == "dr.ito")
    }

    @Test func `a hand-over to another reader cancels, and the successor is his`() {
        var story = WorkitemStory()
        story.claim("dr.ito", 10)
        let offer = story.add(.readingTask(.transferred(ReadingTransferred(to: "dr.two", reason: "shift"))), "dr.ito", 12)
        story.add(
            .readingTask(.transferAccepted(ReadingTransferAccepted(transfer: offer.id, leaseUntil: WorkitemStory.at(100)))),
            "dr.two", 14)
        let items = story.workitems(15)
        #expect(items.map(\.state) == [.canceled, .inProgress] && items[1].claims.map(\.by) == ["dr.two"])
        #expect(items[1].replaces == items[0].uid)
    }
}

/// Identifiers that say where they belong.
@Suite struct WorkitemUIDTests {
    @Test func `a UID is derived, read back, and leads to its case`() throws {
        let anchor = try #require(EventID("northside~0000000000000001/4"))
        let first = WorkitemUID(WorkitemStory.stream, after: nil)
        let second = WorkitemUID(WorkitemStory.stream, after: anchor)
        #expect(first != second && first == WorkitemUID(WorkitemStory.stream, after: nil))
        for uid in [first, second] {
            let text = uid.description
            #expect(text.hasPrefix("2.25.") && text.utf8.count <= 44 && WorkitemUID(text) == uid)
            #expect(WorkitemStory.stream.description.hasPrefix(uid.caseBeginning) && uid.caseBeginning.utf8.count == 18)
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            let stream = StreamID(kind: .imagingCase, high: random.next(), low: random.next())
            #expect(stream.description.hasPrefix(WorkitemUID(stream, after: anchor).caseBeginning), "\(stream)")
        }
    }

    @Test(arguments: [
        "", "2.25.", "2.25.0", "2.25.01", "2.25.x", "2.26.1", "2.25.340282366920938463463374607431768211456", "1.2.840.1",
        "2.25.-1", "2.25.340282366920938463463374607431768211455",
    ])
    func `another UID is none of ours`(text: String) {
        #expect(WorkitemUID(text) == nil)
    }
}
