import EventLog
import ImagingCase
import Testing

@Suite struct IncidentTests {
    var north = CaseBuilder("northside")
    var hub = CaseBuilder("hub")

    private func report(
        _ what: String = "fell", severity: Severity = .moderate, kind: IncidentKind = .fall, on incident: CaseFact? = nil,
        outcome: String = ""
    ) -> CaseEvent {
        .register(
            .incidentReported(
                IncidentReported(kind: kind, severity: severity, what: what, incident: incident?.id, outcome: outcome)))
    }

    private func state(_ facts: [CaseFact]) -> IncidentState { foldedInEveryOrder(facts).rare.incident }

    @Test mutating func `an incident is open until somebody who answers for safety says what was done`() {
        let said = north.record(report())
        #expect(state([said]).open.map(\.event) == [said.id])
        let worse = north.record(report("broke a hip", severity: .severe, on: said), after: [said])
        #expect(state([said, worse]).cards.map(\.severity) == [.severe])
        let nurse = north.record(report("", on: said, outcome: "done"), after: [worse], role: .nurse)
        let kept = foldedInEveryOrder([said, worse, nurse])
        #expect(kept.rare.incident.open.count == 1 && kept.anomalies.map(\.event) == [nurse.id])
        let closed = hub.record(
            report("", severity: .unspecified, on: said, outcome: "rails fitted"), after: [worse], role: .safetyOfficer)
        let done = state([said, worse, closed])
        #expect(done.cards.map(\.status) == [.closed] && done.cards[0].closedBy == closed.id && done.open.isEmpty)
        #expect(done.cards[0].additions.map(\.outcome).contains("rails fitted"))
        let again = north.record(report("fell again", on: said), after: [closed])
        #expect(state([said, worse, closed, again]).open.count == 1, "what comes later opens it again")
    }

    @Test mutating func `what was added apart from the outcome keeps it open`() {
        let said = north.record(report())
        let news = north.record(report("two persons", on: said), after: [said])
        let closed = hub.record(report("", on: said, outcome: "done"), after: [said], role: .lead)
        #expect(state([said, news, closed]).open.count == 1)
        let last = hub.record(report("", on: said, outcome: "both seen"), after: [news, closed], role: .lead)
        #expect(state([said, news, closed, last]).cards.map(\.closedBy) == [last.id])
    }

    @Test mutating func `what adds to nothing that its author had seen, and a first report with an outcome, are flagged`() {
        let said = north.record(report(outcome: "nothing"))
        let blind = hub.record(report("more", on: said))
        let found = foldedInEveryOrder([said, blind])
        #expect(found.rare.incident.open.count == 1 && found.rare.incident.cards[0].additions.isEmpty)
        #expect(found.anomalies.map(\.event) == [said.id, blind.id].sorted())
    }

    @Test mutating func `the worse it is, the sooner it is due, judged by whoever looks`() {
        let hour: Int64 = 3_600_000
        for (severity, hours) in [(Severity.severe, Int64(24)), (.moderate, 72), (.mild, 336), (.unspecified, 336)] {
            let said = north.record(report(severity: severity))
            let state = state([said])
            #expect(state.overdue(at: testDay.advanced(byMilliseconds: hours * hour)).isEmpty)
            #expect(state.overdue(at: testDay.advanced(byMilliseconds: hours * hour + 1)).map(\.event) == [said.id])
        }
        let late = north.record(report(severity: .mild))
        let soon = north.record(report(severity: .severe))
        #expect(
            state([late, soon]).overdue(at: testDay.advanced(byMilliseconds: 400 * hour)).map(\.event) == [soon.id, late.id])
    }

    @Test mutating func `the JSON lists each incident with what was added, and each is explained`() {
        let said = north.record(
            .register(
                .incidentReported(
                    IncidentReported(
                        kind: .radiation, severity: .severe, what: "wrong side", caseID: "c-1",
                        about: EventID("a~0000000000000001/1")))))
        let closed = hub.record(report("", severity: .unspecified, on: said, outcome: "told"), after: [said], role: .physicist)
        let state = state([said, closed])
        var json = JSONWriter()
        IncidentAxis.write(state, to: &json)
        let about = state.cards[0].about.map { #""about":"\#($0)","# } ?? ""
        #expect(
            json.text
                == #"{"state":"closed","incidents":[{"event":"\#(said.id)","state":"closed","kind":"radiation","severity":"severe","#
                + #""what":"wrong side","case":"c-1",\#(about)"by":"t.lind","at":"2025-06-15T15:06:40Z","#
                + #""due":"2025-06-16T15:06:40Z","closedBy":"\#(closed.id)","additions":[{"event":"\#(closed.id)","by":"t.lind","#
                + #""at":"2025-06-15T15:06:40Z","outcome":"told"}]}]}"#)
        #expect(IncidentAxis.explain(state, CaseHistory([said, closed])).map(\.events) == [[said.id, closed.id]])
        #expect(IncidentAxis.explain(self.state([said]), CaseHistory([said])).map(\.state) == ["open"])
    }

    private func refusal(_ event: CaseEvent, in facts: [CaseFact] = [], as role: Role = .technologist) -> AuthoringRefusal? {
        do {
            try Authoring.check(
                event, in: CaseFold.fold(someCase, facts), by: Author(person: "x", role: role), now: testDay)
            return nil
        } catch { return error }
    }

    @Test mutating func `a report says what, how severe and of which kind, and closes only what is open`() {
        #expect(refusal(report()) == nil)
        #expect(refusal(report(), as: .researcher)?.ground == .role)
        #expect(refusal(report(kind: .unspecified))?.reason.hasPrefix("incident.kind: expected radiation") == true)
        #expect(
            refusal(report(severity: .unspecified))?.reason
                == "incident.severity: expected mild, moderate or severe, got nothing.")
        #expect(refusal(report(""))?.reason == "incident.what: expected what happened, got nothing.")
        #expect(refusal(report(outcome: "x"))?.reason == "A first report has no outcome.")
        let said = north.record(report())
        #expect(refusal(report(on: said))?.reason == "There is no incident \(said.id).")
        #expect(refusal(report("more", on: said), in: [said]) == nil)
        #expect(refusal(report("", on: said), in: [said])?.reason.hasPrefix("incident.what") == true)
        #expect(
            refusal(report("", on: said, outcome: "x"), in: [said])?.remedy
                == "Have it closed by one of: safetyOfficer, physicist, lead, siteAdmin.")
        #expect(refusal(report("", on: said, outcome: "x"), in: [said], as: .safetyOfficer) == nil)
        let closed = north.record(report("", on: said, outcome: "x"), after: [said], role: .safetyOfficer)
        #expect(
            refusal(report("", on: said, outcome: "y"), in: [said, closed], as: .lead)?.remedy
                == "Add what else happened; that opens it again.")
    }
}
