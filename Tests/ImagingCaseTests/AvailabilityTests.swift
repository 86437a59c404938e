import EventLog
import ImagingCase
import Testing

@Suite struct AvailabilityTests {
    private var north = CaseBuilder("northside")
    private var hub = CaseBuilder("hub")

    private func content(_ version: String, _ instances: Int) -> CaseEvent {
        .studyContentChanged(
            StudyContentChanged(
                studyUID: "1.2", series: [Series(uid: "1.2.1", instances: instances)], contentVersion: version))
    }

    private func started(_ place: String = "lakeview", _ version: String = "v1") -> CaseEvent {
        .transfer(.started(TransferStarted(destination: place, contentVersion: version, instances: 412)))
    }

    private func progressed(_ sent: Int, _ verified: Int = 0, _ version: String = "v1") -> CaseEvent {
        .transfer(
            .progressed(TransferProgressed(destination: "lakeview", contentVersion: version, sent: sent, verified: verified)))
    }

    private func completed(_ sent: Int, _ verified: Int = 0, _ version: String = "v1", isCommitted: Bool = false) -> CaseEvent {
        .transfer(
            .completed(
                TransferCompleted(
                    destination: "lakeview", contentVersion: version, sent: sent, verified: verified, isCommitted: isCommitted)))
    }

    private func failed(_ reason: String = "refused", isFinal: Bool = false) -> CaseEvent {
        .transfer(
            .failed(TransferFailed(destination: "lakeview", contentVersion: "v1", reason: reason, isFinal: isFinal)))
    }

    private func lake(_ facts: [CaseFact]) -> DestinationState? { foldedInEveryOrder(facts).rare.availability["lakeview"] }

    @Test mutating func `a case without a transfer shows no destination`() {
        let images = north.record(content("v1", 412), role: .system)
        let state = CaseFold.fold(someCase, [images])
        #expect(state.rare.availability.destinations.isEmpty && !state.jsonText.contains(#""availability""#))
    }

    @Test mutating func `a destination goes from transferring over delivered to verified`() {
        let images = north.record(content("v1", 412), role: .system)
        let begun = north.record(started(), after: [images], role: .system)
        #expect(lake([images, begun])?.status == .transferring)
        let some = north.record(progressed(300, 120), after: [begun], role: .system)
        #expect(lake([images, begun, some])?.line == "300 of 412 sent to lakeview")
        let sent = north.record(completed(412, 120), after: [some], role: .system)
        let delivered = lake([images, begun, some, sent])
        #expect(delivered?.status == .delivered && delivered?.line == "120 of 412 verified at lakeview, all sent")
        let verified = north.record(completed(412, 412), after: [sent], role: .system)
        let state = foldedInEveryOrder([images, begun, some, sent, verified])
        #expect(state.rare.availability.status == .verified && state.anomalies.isEmpty)
        #expect(state.rare.availability["lakeview"]?.line == "all 412 of 412 verified at lakeview")
        #expect(state.rare.availability["lakeview"]?.events == [begun.id, some.id, sent.id, verified.id])
        #expect(
            state.jsonText.contains(
                #""availability":{"state":"verified","contentVersion":"v1","destinations":[{"destination":"lakeview""#))
        #expect(state.jsonText.contains(#""line":"all 412 of 412 verified at lakeview""#))
        let words = CaseFold.explain(someCase, CaseHistory([images, begun, some, sent, verified]))
        #expect(words.contains { $0.axis == "availability" && $0.state == "lakeview verified" })
    }

    @Test mutating func `a commitment of the destination verifies and delivery alone does not`() {
        let images = north.record(content("v1", 412), role: .system)
        let sent = north.record(completed(412), after: [images], role: .system)
        #expect(lake([images, sent])?.line == "all 412 delivered at lakeview, not verified")
        let committed = hub.record(completed(0, isCommitted: true), after: [images], role: .system)
        #expect(lake([images, sent, committed])?.status == .verified)
    }

    @Test mutating func `new content begins anew everywhere and says what is there from before`() {
        let images = north.record(content("v1", 412), role: .system)
        let sent = north.record(completed(412, 412), after: [images], role: .system)
        let more = north.record(content("v2", 430), after: [sent], role: .system)
        let state = foldedInEveryOrder([images, sent, more])
        let lake = state.rare.availability["lakeview"]
        #expect(lake?.status == .stable && lake?.instances == 430 && lake?.earlierVersion == "v1")
        #expect(lake?.earlierStatus == .verified && lake?.events.isEmpty == true)
        #expect(lake?.line == "430 images not sent to lakeview (an earlier content is verified there)")
        #expect(state.jsonText.contains(#""earlierVersion":"v1","earlierState":"verified""#))
        let declared = north.record(
            .studyHandedOver(StudyHandedOver(declaredSeries: 1, declaredInstances: 430)), after: [more])
        #expect(self.lake([images, sent, more, declared])?.status == .handedOver)
        let again = north.record(completed(430, 430, "v2"), after: [declared], role: .system)
        let done = self.lake([images, sent, more, declared, again])
        #expect(done?.status == .verified && done?.earlierVersion == "")
        let step = north.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [more])
        #expect(self.lake([images, sent, more, step])?.status == .receiving)
        let late = hub.record(content("v3", 500), after: [images], role: .system)
        #expect(self.lake([images, sent, late])?.status == .stable, "content reported apart begins anew too")
    }

    @Test mutating func `a failure counts until it is tried again and never against a completion made apart`() {
        let images = north.record(content("v1", 412), role: .system)
        let begun = north.record(started(), after: [images], role: .system)
        let broken = north.record(failed("no route", isFinal: true), after: [begun], role: .system)
        let state = foldedInEveryOrder([images, begun, broken])
        #expect(state.rare.availability.status == .failed && state.rare.availability["lakeview"]?.isFinal == true)
        #expect(state.rare.availability["lakeview"]?.line == "transfer to lakeview failed: no route")
        let again = north.record(progressed(10), after: [broken], role: .system)
        #expect(lake([images, begun, broken, again])?.status == .transferring)
        let apart = hub.record(completed(412), after: [begun], role: .system)
        #expect(lake([images, begun, broken, apart])?.status == .delivered)
        let lost = hub.record(failed("commitment refused"), after: [apart], role: .system)
        #expect(lake([images, begun, apart, lost])?.status == .failed, "no green mark after a refusal")
        let verified = hub.record(completed(412, 412), after: [apart], role: .system)
        let late = hub.record(failed(), after: [verified], role: .system)
        #expect(lake([images, begun, apart, verified, late])?.status == .verified, "what was compared is there")
        let silent = north.record(failed(""), after: [begun], role: .system)
        #expect(lake([images, begun, silent])?.line == "transfer to lakeview failed: no reason given")
    }

    @Test mutating func `a completion with fewer images than there are does not count as delivered`() {
        let images = north.record(content("v1", 412), role: .system)
        let short = north.record(completed(400, 400), after: [images], role: .system)
        let state = foldedInEveryOrder([images, short])
        #expect(state.rare.availability["lakeview"]?.status == .incomplete)
        #expect(state.rare.availability["lakeview"]?.line == "only 400 of 412 arrived at lakeview")
        #expect(state.anomalies.map(\.event) == [short.id])
        let rest = north.record(completed(412, 412), after: [short], role: .system)
        #expect(foldedInEveryOrder([images, short, rest]).anomalies.isEmpty)
    }

    @Test mutating func `without content the transfers tell how much there is`() {
        let begun = north.record(started(), role: .system)
        let some = north.record(progressed(3), after: [begun], role: .system)
        #expect(lake([begun, some])?.line == "3 of 412 sent to lakeview")
        let bare = hub.record(.transfer(.started(TransferStarted(destination: "ct2"))), role: .system)
        #expect(foldedInEveryOrder([bare]).rare.availability["ct2"]?.line == "0 of an unknown number sent to ct2")
        let step = north.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")))
        let other = north.record(started("ct2", "v7"), after: [step], role: .system)
        let elsewhere = north.record(started("lakeview", "v8"), after: [other], role: .system)
        let state = foldedInEveryOrder([step, other, elsewhere]).rare.availability
        #expect(state["ct2"]?.status == .receiving && state.status == .receiving)
    }

    @Test mutating func `a transfer without a version is of the content that its author had seen`() {
        let images = north.record(content("v1", 412), role: .system)
        let more = north.record(content("v2", 430), after: [images], role: .system)
        let old = hub.record(completed(412, 412, ""), after: [images], role: .system)
        #expect(lake([images, more, old])?.status == .stable && lake([images, more, old])?.earlierVersion == "v1")
        let blind = hub.record(completed(430, 430, ""), role: .system)
        #expect(lake([images, more, blind])?.status == .verified)
    }

    @Test mutating func `what names no destination or comes from a role that may not is kept and says nothing`() {
        let nowhere = north.record(.transfer(.started(TransferStarted(contentVersion: "v1"))), role: .system)
        let illegal = hub.record(completed(412, 412), by: "dr.ref", role: .referrer)
        let state = foldedInEveryOrder([nowhere, illegal])
        #expect(state.rare.availability.destinations.isEmpty && Set(state.anomalies.map(\.event)) == [nowhere.id, illegal.id])
    }

    @Test mutating func `the least advanced destination speaks for all`() {
        let images = north.record(content("v1", 412), role: .system)
        let one = north.record(completed(412, 412), after: [images], role: .system)
        let other = north.record(started("tape"), after: [one], role: .system)
        #expect(foldedInEveryOrder([images, one, other]).rare.availability.status == .transferring)
    }

    @Test mutating func `what cannot be is refused to people with the field and passes from devices`() {
        let images = north.record(content("v1", 412), role: .system)
        let sent = north.record(completed(412, 412), after: [images], role: .system)
        let state = CaseFold.fold(someCase, [images, sent])
        let refused: [(CaseEvent, String)] = [
            (started(" "), "destination: expected a value, got nothing."),
            (started("lakeview", "v9"), #"contentVersion: expected a content version of this case, got "v9"."#),
            (started(), "All of it is verified at lakeview."),
            (progressed(413), "sent: expected 0 to 412, got 413."), (progressed(3, 4), "verified: expected 0 to 3, got 4."),
            (completed(-1), "sent: expected 0 to 412, got -1."), (failed(""), "reason: expected a value, got nothing."),
            (
                .transfer(.completed(TransferCompleted(destination: "tape", contentVersion: "v1", bytes: -1))),
                "bytes: expected 0 or more, got -1."
            ),
        ]
        for (event, reason) in refused {
            do {
                try Authoring.check(event, in: state, by: Author(person: "t", role: .technologist), now: testDay)
                Issue.record("\(event)")
            } catch {
                #expect(error.reason == reason && !error.remedy.isEmpty)
            }
            if reason.hasPrefix("destination") { continue }
            #expect(throws: Never.self) {
                try Authoring.check(event, in: state, by: Author(person: "router", role: .system), now: testDay)
            }
        }
        #expect(throws: Never.self) {
            try Authoring.check(started("tape"), in: state, by: Author(person: "t", role: .technologist), now: testDay)
        }
    }

    @Test mutating func `a transfer that leaves out its content is completed with the present one`() {
        let images = north.record(content("v1", 412), role: .system)
        let state = CaseFold.fold(someCase, [images])
        let bare: [TransferEvent] = [
            .started(TransferStarted(destination: "tape")), .progressed(TransferProgressed(destination: "tape")),
            .completed(TransferCompleted(destination: "tape")), .failed(TransferFailed(destination: "tape")),
        ]
        for event in bare {
            guard case .transfer(let full) = Authoring.completed(.transfer(event), in: state) else {
                Issue.record("\(event)")
                continue
            }
            #expect("\(full)".contains(#"contentVersion: "v1""#))
            if case .started(let said) = full { #expect(said.instances == 412) }
        }
        let gone = CaseEvent.imageQuality(.imagesGone(StudyImagesGone(archive: "pacs")))
        #expect("\(Authoring.completed(gone, in: state))".contains(#"studyUID: "1.2""#))
    }
}
