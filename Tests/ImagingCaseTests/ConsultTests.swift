import EventLog
import ImagingCase
import Testing

@Suite struct ConsultTests {
    private var clinic = CaseBuilder("clinic")
    private var hub = CaseBuilder("hub")

    private mutating func ask(_ question: String = "Operable?", due: Instant? = nil, after seen: [CaseFact] = []) -> CaseFact {
        clinic.record(
            .consult(.requested(ConsultRequested(question: question, to: "thoracic", isFormal: true, due: due))), after: seen,
            by: "dr.ward", role: .referrer, minutes: 10)
    }

    private mutating func act(_ event: ConsultEvent, after seen: [CaseFact], by person: String = "dr.ito") -> CaseFact {
        hub.record(.consult(event), after: seen, by: person, role: .radiologist, minutes: 20)
    }

    @Test mutating func `a request goes over taken and answered to closed`() {
        #expect(ConsultAxis.isSilent(CaseFold.fold(someCase, []).rare.consult))
        let asked = ask()
        #expect(foldedInEveryOrder([asked]).rare.consult.status == .requested)
        let taken = act(.taken(ConsultTaken()), after: [asked])
        #expect(foldedInEveryOrder([asked, taken]).rare.consult.status == .taken)
        let answered = act(
            .answered(ConsultAnswered(answer: "Yes.", options: ["surgery", "SBRT"])), after: [taken])
        let state = foldedInEveryOrder([asked, taken, answered])
        #expect(state.rare.consult.status == .answered)
        #expect(state.rare.consult.cards[0].answers.map(\.options) == [["surgery", "SBRT"]])
        #expect(state.jsonText.contains(#""formal":true"#) && state.jsonText.contains(#""options":["surgery","SBRT"]"#))
        let closed = clinic.record(.consult(.closed(ConsultClosed())), after: [answered], by: "dr.ward", role: .referrer)
        let ended = foldedInEveryOrder([asked, taken, answered, closed])
        #expect(ended.rare.consult.status == .closed && ended.anomalies.isEmpty)
        let rules = CaseFold.explain(someCase, CaseHistory([asked, taken, answered, closed])).filter { $0.axis == "consult" }
        #expect(rules.map(\.events) == [[asked.id, closed.id]])
    }

    @Test mutating func `what is unanswered when it is due goes to the lead, and the state does not know of it`() {
        let due = testDay.advanced(byMilliseconds: 60 * 60_000)
        let asked = ask(due: due)
        let taken = act(.taken(ConsultTaken()), after: [asked])
        let card = foldedInEveryOrder([asked, taken]).rare.consult.cards[0]
        #expect(card.status == .taken)
        #expect(!card.isEscalated(at: testDay) && card.isEscalated(at: due))
        let answered = act(.answered(ConsultAnswered(answer: "Yes.")), after: [taken])
        #expect(!foldedInEveryOrder([asked, taken, answered]).rare.consult.cards[0].isEscalated(at: due))
        let untimed = ask("When?", after: [answered])
        let other = foldedInEveryOrder([asked, taken, answered, untimed]).rare.consult.cards[1]
        #expect(other.due() == testDay.advanced(byMilliseconds: 1450 * 60_000))
    }

    @Test mutating func `two who take and answer it apart are both shown`() {
        let asked = ask()
        let one = act(.answered(ConsultAnswered(answer: "Yes.")), after: [asked])
        var lake = CaseBuilder("lakeview")
        let taken = lake.record(.consult(.taken(ConsultTaken())), after: [asked], by: "dr.mora", role: .radiologist)
        let other = lake.record(
            .consult(.answered(ConsultAnswered(answer: "No."))), after: [taken], by: "dr.mora", role: .radiologist)
        let card = foldedInEveryOrder([asked, one, taken, other]).rare.consult.cards[0]
        #expect(card.status == .answered && Set(card.answers.map(\.act.note)) == ["Yes.", "No."])
        #expect(card.takers.map(\.by) == ["dr.mora"])
    }

    @Test mutating func `a conference speaks of a case without a request`() {
        let board = act(
            .conferenceRecorded(ConferenceRecorded(attendees: ["dr.ito", "dr.ro"], conclusion: "Biopsy first.")), after: [])
        let state = foldedInEveryOrder([board])
        #expect(state.rare.consult.status == .discussed)
        #expect(
            state.jsonText.contains(#""attendees":["dr.ito","dr.ro"],"conclusion":"Biopsy first.""#))
        #expect(CaseFold.explain(someCase, CaseHistory([board])).contains { $0.axis == "consult" && $0.state == "discussed" })
    }

    @Test mutating func `acts on nothing, on one of several or by a role that may not are flagged and change nothing`() {
        let (first, second) = (ask("A?"), ask("B?"))
        let vague = act(.answered(ConsultAnswered(answer: "x")), after: [first, second])
        let clerk = hub.record(
            .consult(.closed(ConsultClosed(consult: first.id))), after: [first], by: "clerk", role: .frontDesk)
        let blind = act(.taken(ConsultTaken(consult: second.id)), after: [first])
        let state = foldedInEveryOrder([first, second, vague, clerk, blind])
        #expect(state.rare.consult.cards.map(\.status) == [.requested, .requested])
        #expect(Set(state.anomalies.map(\.event)) == Set([vague.id, clerk.id, blind.id]))
    }

    @Test mutating func `refusals name the field and what would be legal`() {
        let asked = ask()
        let answered = act(.answered(ConsultAnswered(answer: "Yes.")), after: [asked])
        let closed = clinic.record(.consult(.closed(ConsultClosed())), after: [answered], by: "dr.ward", role: .referrer)
        let check = { (event: ConsultEvent, facts: [CaseFact], role: Role) in refusalOf(.consult(event), facts, role) }
        #expect(check(.requested(ConsultRequested()), [], .referrer)?.reason == "consult.question: nothing is asked.")
        let past = check(.requested(ConsultRequested(question: "x", due: testDay)), [], .referrer)
        #expect(past?.reason.hasPrefix("consult.due: ") == true && past?.reason.hasSuffix("has passed.") == true)
        #expect(check(.taken(ConsultTaken()), [], .radiologist)?.reason == "consult: none is open to be taken.")
        let twice = check(.taken(ConsultTaken(consult: asked.id)), [asked, answered], .radiologist)
        #expect(twice?.reason == "consult: it is answered, and cannot be taken.")
        #expect(
            check(.answered(ConsultAnswered(consult: asked.id)), [asked], .radiologist)?.reason.hasPrefix("consult.answer")
                == true)
        #expect(check(.answered(ConsultAnswered(answer: "x")), [asked, answered], .radiologist)?.ground == .state)
        #expect(check(.answered(ConsultAnswered(consult: asked.id, answer: "x")), [asked, answered], .radiologist) == nil)
        #expect(check(.closed(ConsultClosed(consult: asked.id)), [asked, answered, closed], .referrer)?.ground == .state)
        #expect(check(.closed(ConsultClosed()), [asked, answered], .referrer) == nil)
        let empty = check(.conferenceRecorded(ConferenceRecorded(attendees: ["a"])), [], .radiologist)
        #expect(empty?.reason == "conference.conclusion: the conference concluded nothing.")
        let alone = check(.conferenceRecorded(ConferenceRecorded(conclusion: "x")), [], .radiologist)
        #expect(alone?.remedy == "Name who took part.")
        #expect(check(.conferenceRecorded(ConferenceRecorded(attendees: ["a"], conclusion: "x")), [], .radiologist) == nil)
    }

    @Test mutating func `an answer that leaves out the request is completed with the one that waits`() {
        let asked = ask()
        let state = CaseFold.fold(someCase, [asked])
        for (said, wanted) in [
            (ConsultEvent.taken(ConsultTaken()), ConsultEvent.taken(ConsultTaken(consult: asked.id))),
            (.answered(ConsultAnswered(answer: "x")), .answered(ConsultAnswered(consult: asked.id, answer: "x"))),
            (.closed(ConsultClosed()), .closed(ConsultClosed(consult: asked.id))),
        ] {
            #expect(Authoring.completed(.consult(said), in: state) == .consult(wanted))
        }
    }
}
