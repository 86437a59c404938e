import EventLog
import ImagingCase
import Testing

@Suite struct ReviewTests {
    private static let file = StreamID(kind: .reviewFile, high: 7, low: 8)
    var north = CaseBuilder("northside", stream: ReviewTests.file)
    var hub = CaseBuilder("hub", stream: ReviewTests.file)
    private let report = EventID(log: LogID(site: SiteID("lakeview")!, incarnation: Incarnation(bits: 1)), sequence: 4)

    private func assigned(to reviewer: String = "dr.ito", _ report: EventID? = nil) -> CaseEvent {
        .review(.assigned(ReviewAssigned(caseID: "c-1", report: report ?? self.report, reviewer: reviewer)))
    }

    private func scored(_ score: String, comment: String = "") -> CaseEvent {
        .review(.scored(ReviewScored(report: report, score: score, comment: comment)))
    }

    private func state(_ facts: [CaseFact]) -> ReviewState { foldedInEveryOrder(facts, of: Self.file).rare.review }

    @Test mutating func `a review goes from assigned to scored, each reviewer's latest score stands`() {
        let one = north.record(assigned(), by: "lead", role: .lead)
        #expect(state([one]).cards.map(\.status) == [.assigned] && state([one]).cards[0].gravest == nil)
        let first = hub.record(scored("2a"), after: [one], by: "dr.ito", role: .radiologist)
        let second = hub.record(scored("3b", comment: "missed"), after: [first], by: "dr.ito", role: .radiologist)
        let more = north.record(assigned(to: "dr.mora"), after: [one], by: "lead", role: .lead)
        let other = north.record(scored("1"), after: [more], by: "dr.mora", role: .radiologist)
        let found = state([one, first, second, more, other])
        #expect(found.cards.count == 1 && found.cards[0].status == .scored)
        #expect(found.cards[0].reviewers == ["dr.ito", "dr.mora"])
        #expect(Set(found.cards[0].scores.map(\.event)) == [second.id, other.id])
        #expect(found.cards[0].gravest == .expectedSignificant)
        let lead = north.record(scored("2b"), after: [one], by: "lead", role: .lead)
        #expect(state([one, lead]).cards[0].scores.map(\.score) == [.understandableSignificant])
    }

    @Test mutating func `a score by one who was not asked, or had not seen that he was, or by no known word changes nothing`() {
        let one = north.record(assigned(), by: "lead", role: .lead)
        let stranger = hub.record(scored("1"), after: [one], by: "dr.lund", role: .radiologist)
        let blind = hub.record(scored("1"), by: "dr.ito", role: .radiologist)
        let odd = hub.record(scored("4"), after: [one], by: "dr.ito", role: .radiologist)
        let device = hub.record(scored("1"), after: [one], by: "dr.ito", role: .system)
        let radiologist = hub.record(assigned(to: "x"), after: [one], by: "x", role: .radiologist)
        let all = [one, stranger, blind, odd, device, radiologist]
        let found = foldedInEveryOrder(all, of: Self.file)
        #expect(found.rare.review.cards.map(\.status) == [.assigned])
        #expect(found.anomalies.map(\.event) == all.dropFirst().map(\.id).sorted())
        let elsewhere = hub.record(
            .review(.scored(ReviewScored(report: one.id, score: "1"))), after: [one], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([one, elsewhere], of: Self.file).anomalies.map(\.event) == [elsewhere.id])
    }

    @Test mutating func `leads see everything, reviewers what is assigned to them with their own scores, others nothing`() {
        let one = north.record(assigned(), by: "lead", role: .lead)
        let more = north.record(assigned(to: "dr.mora"), after: [one], by: "lead", role: .lead)
        let mine = hub.record(scored("3a", comment: "hilum"), after: [more], by: "dr.ito", role: .radiologist)
        let theirs = hub.record(scored("1"), after: [mine], by: "dr.mora", role: .radiologist)
        let all = state([one, more, mine, theirs])
        #expect(all.visible(to: Author(person: "boss", role: .lead)) == all)
        let seen = all.visible(to: Author(person: "dr.ito", role: .radiologist))
        #expect(seen.cards.map(\.scores).map { $0.map(\.comment) } == [["hilum"]])
        #expect(all.visible(to: Author(person: "dr.lund", role: .radiologist)).cards.isEmpty)
        #expect(all.visible(to: Author(person: "dr.ito", role: .siteAdmin)).cards.isEmpty, "a name alone opens nothing")
    }

    @Test mutating func `in another history nothing privileged is shown`() {
        var site = CaseBuilder("northside")
        let one = site.record(assigned(), by: "lead", role: .lead)
        let score = site.record(scored("3b", comment: "careless"), after: [one], by: "dr.ito", role: .radiologist)
        let found = foldedInEveryOrder([one, score])
        #expect(found.rare.review.isMisplaced && found.rare.review.cards.map(\.status) == [.scored])
        #expect(
            !found.jsonText.contains("careless") && !found.jsonText.contains("\"3b\"") && !found.jsonText.contains("reviewers"))
        #expect(found.anomalies.map(\.event) == [one.id, score.id])
    }

    @Test mutating func `the JSON and the explanation say how far each review is`() {
        let one = north.record(assigned(), by: "lead", role: .lead)
        let score = hub.record(scored("2b", comment: "rib"), after: [one], by: "dr.ito", role: .radiologist)
        var json = JSONWriter()
        ReviewAxis.write(state([one, score]), to: &json)
        #expect(
            json.text
                == #"{"state":"scored","reviews":[{"event":"\#(one.id)","state":"scored","report":"\#(report)","case":"c-1","#
                + #""reviewers":["dr.ito"],"scores":[{"event":"\#(score.id)","by":"dr.ito","at":"2025-06-15T15:06:40Z","#
                + #""score":"2b","comment":"rib"}]}]}"#)
        #expect(foldedInEveryOrder([one], of: Self.file).jsonText.contains(#""review":{"state":"assigned""#))
        #expect(ReviewAxis.explain(state([one]), CaseHistory([one])).map(\.state) == ["assigned"])
        #expect(ReviewAxis.explain(state([one, score]), CaseHistory([one, score])).map(\.events) == [[one.id, score.id]])
    }

    private func refusal(_ event: CaseEvent, in facts: [CaseFact] = [], as person: String, _ role: Role) -> AuthoringRefusal? {
        do {
            try Authoring.check(
                event, in: CaseFold.fold(Self.file, facts), by: Author(person: person, role: role), now: testDay)
            return nil
        } catch { return error }
    }

    @Test mutating func `a lead assigns a report to somebody, who scores it with a RADPEER score`() {
        #expect(refusal(assigned(), as: "l", .lead) == nil)
        #expect(refusal(assigned(), as: "r", .radiologist)?.ground == .role)
        let nothing = CaseEvent.review(.assigned(ReviewAssigned(caseID: "c-1", reviewer: "x")))
        #expect(refusal(nothing, as: "l", .lead)?.reason == "review.report: expected the event of the report, got nothing.")
        #expect(refusal(assigned(to: ""), as: "l", .lead)?.reason == "review.reviewer: expected who reviews, got nothing.")
        let nowhere = CaseEvent.review(.assigned(ReviewAssigned(report: report, reviewer: "x")))
        #expect(refusal(nowhere, as: "l", .lead)?.reason.hasPrefix("review.caseID") == true)
        let one = north.record(assigned(), by: "lead", role: .lead)
        #expect(refusal(assigned(), in: [one], as: "l", .lead)?.reason == "The report is assigned to dr.ito already.")
        for score in RadpeerScore.allCases {
            #expect(refusal(scored(score.rawValue), in: [one], as: "dr.ito", .radiologist) == nil)
        }
        for score in ["", "0", "2", "3c", "2A"] {
            let found = refusal(scored(score), in: [one], as: "dr.ito", .radiologist)
            #expect(found?.remedy == "Give review.score as 1, 2a, 2b, 3a or 3b.")
        }
        #expect(refusal(scored("1"), in: [one], as: "dr.lund", .radiologist)?.remedy == "Have a lead assign it first.")
        #expect(refusal(scored("1"), in: [one], as: "boss", .lead) == nil)
        #expect(
            refusal(scored("1"), as: "dr.ito", .radiologist)?.reason == "review.report: no such report is assigned.")
    }
}
