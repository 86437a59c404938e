import EventLog
import ImagingCase
import Testing

@Suite struct OrderingTests {
    private var site = CaseBuilder("northside")
    private var hub = CaseBuilder("hub")
    private let knee = OrderPlaced(
        accession: IssuedIdentifier(issuer: "north", value: "A1"), procedure: Coded(code: "KNEE"), modality: "MR")

    private func refusal(_ event: OrderingEvent, _ facts: [CaseFact], _ role: Role = .referrer) -> AuthoringRefusal? {
        do {
            try Authoring.check(
                .ordering(event), in: CaseFold.fold(someCase, facts), by: Author(person: "p", role: role), now: testDay)
            return nil
        } catch {
            return error
        }
    }

    private mutating func placed() -> CaseFact { hub.record(.orderPlaced(knee), by: "dr.ref", role: .referrer) }

    private mutating func held(after seen: [CaseFact]) -> CaseFact {
        hub.record(.ordering(.held(OrderHeld(reason: "fever"))), after: seen, by: "dr.ref", role: .referrer)
    }

    @Test mutating func `an order goes on hold and back when who had seen the hold releases it`() {
        let order = placed()
        let hold = held(after: [order])
        let waiting = foldedInEveryOrder([order, hold])
        #expect(waiting.order.status == .onHold && waiting.headline == "Order on hold")
        #expect(waiting.jsonText.contains(#""order":{"state":"onHold""#))
        #expect(waiting.jsonText.contains(#""by":"dr.ref","reason":"fever"}]"#))
        let released = hub.record(.ordering(.holdReleased(OrderHoldReleased())), after: [hold], role: .referrer)
        let back = foldedInEveryOrder([order, hold, released])
        #expect(back.order.status == .requested && back.order.holds.map(\.releasedBy) == [released.id])
        let again = held(after: [released])
        let named = hub.record(.ordering(.holdReleased(OrderHoldReleased(hold: hold.id))), after: [again], role: .referrer)
        #expect(foldedInEveryOrder([order, hold, released, again, named]).order.status == .onHold, "another hold was named")
    }

    @Test mutating func `a release that had not seen the hold leaves it standing and is flagged`() {
        let order = placed()
        let hold = held(after: [order])
        let blind = site.record(.ordering(.holdReleased(OrderHoldReleased())), after: [order], role: .frontDesk)
        let state = foldedInEveryOrder([order, hold, blind])
        #expect(state.order.status == .onHold)
        #expect(state.anomalies.map(\.event) == [blind.id])
        #expect(state.anomalies[0].what.contains("changes nothing"))
        let presumed = site.record(.ordering(.holdReleased(OrderHoldReleased())), after: [hold], role: .nurse)
        let kept = foldedInEveryOrder([order, hold, presumed])
        #expect(kept.order.status == .onHold && kept.anomalies.filter { $0.axis == "order" }.map(\.event) == [presumed.id])
    }

    @Test mutating func `a hold after the start stops nothing and one made apart waits behind the fact`() {
        let order = placed()
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [order])
        let apart = held(after: [order])
        let late = hub.record(.ordering(.held(OrderHeld(reason: "x"))), after: [begun], role: .referrer)
        #expect(foldedInEveryOrder([order, begun, apart]).order.status == .inProgress)
        let state = foldedInEveryOrder([order, begun, late])
        #expect(state.order.status == .inProgress && state.anomalies.map(\.event) == [late.id])
    }

    @Test mutating func `a request to cancel is answered in the words of HL7`() throws {
        let order = placed()
        let asks = hub.record(
            .ordering(.cancelRequested(OrderCancelRequested(reason: "better"))), after: [order], by: "dr.ref", role: .referrer)
        let stops = hub.record(
            .ordering(.cancelRequested(OrderCancelRequested(reason: "stop", stopsWhenBegun: true))), after: [order],
            by: "dr.ref", role: .referrer)
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [order])
        let broken = site.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1", reason: "cancelled")), after: [begun])
        let done = site.record(
            .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1", series: [Series(uid: "s", instances: 2)])),
            after: [begun])
        func answer(_ facts: [CaseFact]) -> String {
            let state = foldedInEveryOrder(facts)
            return "\(state.order.cancellations[0].answer?.rawValue ?? "pending") \(state.order.status.rawValue)"
        }
        #expect(answer([order, asks]) == "CR cancelled")
        #expect(answer([order, asks, begun]) == "UC inProgress")
        #expect(answer([order, asks, begun, broken]) == "UC requested")
        #expect(answer([order, asks, begun, done]) == "UC performed")
        #expect(answer([order, stops]) == "DR cancelled")
        #expect(answer([order, stops, begun]) == "pending inProgress")
        #expect(answer([order, stops, begun, broken]) == "DR cancelled")
        #expect(answer([order, stops, begun, done]) == "UD performed")
        let json = CaseFold.fold(someCase, [order, stops, begun]).jsonText
        #expect(json.contains(#""reason":"stop","effective":false,"answer":"pending""#))
        let conflict = try #require(CaseFold.fold(someCase, [order, stops, begun, done]).conflicts.first)
        #expect(conflict.number == 5 && conflict.events == [stops.id, done.id].sorted())
    }

    @Test mutating func `conflict 6: a request to stop an examination under way is a notice until its end is recorded`() throws {
        let order = placed()
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [order])
        let stops = hub.record(
            .ordering(.cancelRequested(OrderCancelRequested(reason: "wrong knee", stopsWhenBegun: true))), after: [begun],
            by: "dr.ref", role: .referrer, minutes: 3)
        let conflict = try #require(foldedInEveryOrder([order, begun, stops]).conflicts.first)
        #expect(conflict.number == 6 && conflict.owner == .technologist && conflict.dueMinutes == 5)
        #expect(conflict.told == [.technologist, .referrer])
        let broken = site.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1", reason: "stopped")), after: [stops])
        let ended = foldedInEveryOrder([order, begun, stops, broken])
        #expect(ended.conflicts.map(\.state) == [.superseded] && ended.conflicts[0].closedBy == broken.id)
        #expect(ended.order.status == .cancelled)
    }

    @Test mutating func `conflict 10: an order replaced while the old one was performed is performed and the new one held`()
        throws
    {
        let order = placed()
        let replaced = hub.record(
            .ordering(.replaced(OrderReplaced(by: IssuedIdentifier(issuer: "north", value: "A2"), reason: "contrast"))),
            after: [order], by: "dr.ref", role: .referrer, minutes: 4)
        let done = site.record(
            .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [order], by: "t.lind", minutes: 9)
        #expect(foldedInEveryOrder([order, replaced]).order.status == .replaced)
        #expect(CaseFold.fold(someCase, [order, replaced]).headline == "Order replaced")
        let state = foldedInEveryOrder([order, replaced, done])
        #expect(state.order.status == .performed)
        #expect(state.order.replacements.map(\.isHeld) == [true])
        #expect(state.jsonText.contains(#""order":{"issuer":"north","value":"A2"},"reason":"contrast","held":true"#))
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1 && conflict.number == 10 && conflict.kind == "replacedWhenPerformed")
        #expect(conflict.owner == .radiologist && conflict.told == [.radiologist, .referrer] && conflict.dueMinutes == 69)
        #expect(conflict.events == [replaced.id, done.id].sorted())
        let decided = hub.record(decision(on: conflict, choosing: replaced), after: [replaced, done], role: .radiologist)
        let closed = foldedInEveryOrder([order, replaced, done, decided])
        #expect(closed.conflicts.map(\.closedBy) == [decided.id])
        #expect(closed.order.replacements.map(\.isHeld) == [false] && closed.order.status == .performed)
        let reviewed = hub.record(
            .orderReviewed(OrderReviewed(decision: .accepted)), after: [replaced, done], role: .radiologist)
        #expect(foldedInEveryOrder([order, replaced, done, reviewed]).conflicts.map(\.closedBy) == [reviewed.id])
    }

    @Test mutating func `conflict 10: not where one had seen the other, and moot where the start was given up`() {
        let order = placed()
        let done = site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [order])
        let later = hub.record(.ordering(.replaced(OrderReplaced(byCase: "x"))), after: [done], role: .referrer)
        let linked = foldedInEveryOrder([order, done, later])
        #expect(linked.conflicts.isEmpty && linked.order.status == .performed)
        #expect(linked.order.replacements.map(\.inCase) == ["x"])
        let apart = hub.record(.ordering(.replaced(OrderReplaced(byCase: "x"))), after: [order], role: .referrer)
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "2")), after: [order])
        let broken = site.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "2", reason: "refused")), after: [begun])
        #expect(foldedInEveryOrder([order, apart, begun]).conflicts.map(\.state) == [.open])
        let moot = foldedInEveryOrder([order, apart, begun, broken])
        #expect(moot.conflicts.map(\.state) == [.superseded] && moot.order.status == .replaced)
    }

    @Test mutating func `what is illegal is refused with what would be legal`() {
        let order = placed()
        let hold = held(after: [order])
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [order])
        let done = site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [begun])
        let cancelled = hub.record(.orderCancelled(OrderCancelled()), after: [order], role: .referrer)
        let other = OrderReplaced(by: IssuedIdentifier(issuer: "north", value: "A2"))
        let replaced = hub.record(.ordering(.replaced(other)), after: [order], role: .referrer)
        let stranger = OrderHoldReleased(hold: order.id)
        let rows: [(OrderingEvent, [CaseFact], reason: String, remedy: String)] = [
            (.held(OrderHeld(reason: "x")), [], "No order is known.", "Place the order first."),
            (.held(OrderHeld(reason: " ")), [order], "reason: expected why", "Say why."),
            (.held(OrderHeld(reason: "x")), [order, begun], "too late to hold", "Instruct the technologist"),
            (.held(OrderHeld(reason: "x")), [order, cancelled], "cancelled already", "Place a new order."),
            (.holdReleased(OrderHoldReleased()), [order], "No hold stands.", "Nothing is left"),
            (.holdReleased(stranger), [order, hold], "hold: expected a hold that stands", "\(hold.id)"),
            (.cancelRequested(OrderCancelRequested()), [order, begun], "on the table", "stopsWhenBegun"),
            (.cancelRequested(OrderCancelRequested(stopsWhenBegun: true)), [order, begun, done], "examined", "be read"),
            (.cancelRequested(OrderCancelRequested()), [order, replaced], "replaced already", "the order that replaces it"),
            (.replaced(OrderReplaced()), [order], "by: expected the number", "byCase"),
            (.replaced(OrderReplaced(by: knee.accession)), [order], "this one's own number A1", "order.changed"),
            (.replaced(OrderReplaced(byCase: "nonsense")), [order], "byCase: expected the id of a case", "leave it out"),
            (.replaced(other), [order, replaced], "replaced already", "replaces it"),
        ]
        for (event, facts, reason, remedy) in rows {
            let refused = refusal(event, facts)
            #expect(refused?.reason.contains(reason) == true, "\(event): \(refused?.reason ?? "allowed")")
            #expect(refused?.remedy.contains(remedy) == true, "\(event): \(refused?.remedy ?? "allowed")")
        }
        #expect(refusal(.held(OrderHeld(reason: "x")), [order]) == nil)
        #expect(refusal(.held(OrderHeld(reason: "x")), [order], .nurse)?.ground == .role)
        #expect(refusal(.holdReleased(OrderHoldReleased(hold: hold.id)), [order, hold]) == nil)
        #expect(refusal(.cancelRequested(OrderCancelRequested(stopsWhenBegun: true)), [order, begun]) == nil)
        #expect(refusal(.replaced(other), [order, done, begun]) == nil, "an examined order is replaced by a link")
        #expect(refusal(.held(OrderHeld(reason: "x")), [order, begun], .system) == nil)
    }

    @Test mutating func `a held or replaced order is not begun, changed or reviewed`() {
        let order = placed()
        let hold = held(after: [order])
        let replaced = hub.record(.ordering(.replaced(OrderReplaced(byCase: "x"))), after: [order], role: .referrer)
        func refused(_ event: CaseEvent, _ facts: [CaseFact], _ role: Role) -> String {
            do {
                try OrderAxis.mayAuthor(
                    event, in: CaseFold.fold(someCase, facts).order, by: Author(person: "p", role: role), now: testDay)
                return ""
            } catch {
                return error.reason
            }
        }
        let start = CaseEvent.procedureStepStarted(ProcedureStepStarted())
        #expect(refused(start, [order, hold], .technologist) == "The order is held.")
        #expect(refused(start, [order, replaced], .technologist) == "The order is replaced.")
        #expect(refused(start, [order, hold], .system) == "")
        #expect(refused(.orderChanged(OrderChanged(reason: "x")), [order, replaced], .referrer) == "The order is replaced.")
        #expect(
            refused(.orderReviewed(OrderReviewed(decision: .accepted)), [order, replaced], .radiologist)
                == "The order is replaced.")
    }

    @Test mutating func `each new state is explained`() {
        let order = placed()
        let hold = held(after: [order])
        let replaced = hub.record(.ordering(.replaced(OrderReplaced(byCase: "x"))), after: [order], role: .referrer)
        let held = CaseFold.explain(someCase, CaseHistory([order, hold])).first { $0.axis == "order" }
        #expect(held?.state == "onHold" && held?.events == [hold.id])
        let gone = CaseFold.explain(someCase, CaseHistory([order, replaced])).first { $0.axis == "order" }
        #expect(gone?.state == "replaced" && gone?.events == [replaced.id])
    }
}
