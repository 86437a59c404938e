import EventLog
import ImagingCase
import Testing

@Suite struct ResearchTests {
    var north = CaseBuilder("northside")
    var hub = CaseBuilder("hub")

    private func consent(_ study: String = "DOSE-1", scope: String = "images", withdrawn: Bool = false) -> CaseEvent {
        .register(.researchConsented(ResearchConsented(study: study, scope: withdrawn ? "" : scope, isWithdrawn: withdrawn)))
    }

    private func export(_ study: String = "DOSE-1", profile: String = "Basic", events: Int = 12) -> CaseEvent {
        .register(.researchExported(ResearchExported(study: study, profile: profile, events: events)))
    }

    private func state(_ facts: [CaseFact]) -> ResearchState { foldedInEveryOrder(facts).rare.research }

    @Test mutating func `an export is covered by a consent that its author had seen`() {
        let yes = north.record(consent(), role: .nurse)
        #expect(state([yes]).study("DOSE-1")?.status == .consented)
        let out = hub.record(export(), after: [yes], role: .researcher)
        let covered = foldedInEveryOrder([yes, out])
        #expect(covered.rare.research.study("DOSE-1")?.exports.map(\.standing) == [.covered])
        #expect(covered.anomalies.isEmpty)
        let blind = hub.record(export(), role: .researcher)
        let found = foldedInEveryOrder([yes, blind])
        #expect(found.rare.research.study("DOSE-1")?.exports.map(\.standing) == [.uncovered])
        #expect(found.anomalies.map(\.event) == [blind.id])
        let other = hub.record(export("OTHER"), after: [yes], role: .researcher)
        #expect(state([yes, other]).study("OTHER")?.status == ResearchStudy.Status.none)
        #expect(foldedInEveryOrder([yes, other]).anomalies.map(\.event) == [other.id])
    }

    @Test mutating func `a withdrawal stands against a consent made apart, and what left apart from it is to be recalled`() {
        let yes = north.record(consent(), role: .nurse)
        let no = north.record(consent(withdrawn: true), after: [yes], role: .nurse)
        let again = hub.record(consent(scope: "dose"), after: [yes], role: .nurse)
        #expect(state([yes, no, again]).study("DOSE-1")?.status == .withdrawn)
        let renewed = hub.record(consent(scope: "dose"), after: [no], role: .nurse)
        #expect(state([yes, no, renewed]).study("DOSE-1")?.scope == "dose")
        let apart = hub.record(export(), after: [yes], role: .researcher)
        let recalled = foldedInEveryOrder([yes, no, apart])
        #expect(recalled.rare.research.study("DOSE-1")?.exports.map(\.standing) == [.toRecall])
        #expect(recalled.anomalies.isEmpty, "its author could not know")
        let late = hub.record(export(), after: [no], role: .researcher)
        #expect(foldedInEveryOrder([yes, no, late]).anomalies.map(\.event) == [late.id])
    }

    @Test mutating func `a role that may not can take consent back but not give it`() {
        let clerk = north.record(consent(), role: .frontDesk)
        let given = foldedInEveryOrder([clerk])
        #expect(given.rare.research.studies.isEmpty && given.anomalies.map(\.event) == [clerk.id])
        let yes = north.record(consent(), after: [clerk], role: .nurse)
        let no = north.record(consent(withdrawn: true), after: [yes], role: .frontDesk)
        let out = hub.record(export(), after: [yes], role: .nurse)
        let found = foldedInEveryOrder([clerk, yes, no, out])
        #expect(found.rare.research.study("DOSE-1")?.status == .withdrawn)
        #expect(Set(found.anomalies.map(\.event)) == [clerk.id, no.id, out.id])
    }

    @Test mutating func `the JSON says what is to be done first, and each study is explained`() {
        let yes = north.record(consent(), role: .nurse)
        let out = hub.record(export(), after: [yes], role: .researcher)
        let no = north.record(consent(withdrawn: true), after: [yes], role: .nurse)
        var json = JSONWriter()
        ResearchAxis.write(state([yes, out, no]), to: &json)
        #expect(
            json.text
                == #"{"state":"recall","studies":[{"study":"DOSE-1","state":"withdrawn","events":["\#(yes.id)","\#(no.id)"],"#
                + #""exports":[{"event":"\#(out.id)","standing":"toRecall","by":"t.lind","at":"2025-06-15T15:06:40Z","#
                + #""profile":"Basic","count":12}]}]}"#)
        #expect(foldedInEveryOrder([yes]).jsonText.contains(#""research":{"state":"consented","#))
        #expect(foldedInEveryOrder([yes, no]).jsonText.contains(#""research":{"state":"withdrawn","#))
        #expect(ResearchAxis.explain(state([yes, out]), CaseHistory([yes, out])).map(\.events) == [[yes.id, out.id]])
    }

    private func refusal(_ event: CaseEvent, in facts: [CaseFact] = [], as role: Role) -> AuthoringRefusal? {
        do {
            try Authoring.check(
                event, in: CaseFold.fold(someCase, facts), by: Author(person: "x", role: role), now: testDay)
            return nil
        } catch { return error }
    }

    @Test mutating func `nothing leaves without consent, and consent names study and scope`() {
        #expect(refusal(consent(), as: .nurse) == nil)
        #expect(refusal(consent(""), as: .nurse)?.reason == "research.study: expected the study, got nothing.")
        #expect(refusal(consent(scope: ""), as: .nurse)?.reason == "research.scope: expected what may be used, got nothing.")
        #expect(refusal(consent(withdrawn: true), as: .nurse)?.reason == "No consent to DOSE-1 stands.")
        let yes = north.record(consent(), role: .nurse)
        #expect(refusal(consent(withdrawn: true), in: [yes], as: .nurse) == nil)
        #expect(refusal(export(), in: [yes], as: .researcher) == nil)
        #expect(
            refusal(export(), as: .researcher)?.remedy == "Have the person's consent recorded before anything leaves.")
        #expect(refusal(export(""), in: [yes], as: .researcher)?.ground == .content)
        #expect(refusal(export(profile: ""), in: [yes], as: .researcher)?.reason.hasPrefix("research.profile") == true)
        #expect(refusal(export(events: 0), in: [yes], as: .researcher)?.reason == "research.events: expected 1 or more, got 0.")
        #expect(refusal(export(), in: [yes], as: .radiologist)?.ground == .role)
    }
}
