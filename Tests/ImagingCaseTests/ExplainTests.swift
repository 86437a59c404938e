import EventLog
import ImagingCase
import Testing

@Suite struct ExplainTests {
    @Test func `every axis and conflict says which rule and which events made it`() throws {
        var north = CaseBuilder("northside")
        var hub = CaseBuilder("hub")
        let placed = hub.record(.orderPlaced(OrderPlaced(modality: "CT")), role: .referrer)
        let cancelled = hub.record(.orderCancelled(OrderCancelled(reason: "x")), after: [placed], role: .referrer)
        let done = north.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [placed])
        let history = CaseHistory([placed, cancelled, done])
        let all = CaseFold.explain(someCase, history)
        let order = try #require(all.first { $0.axis == "order" })
        #expect(order.state == "performed" && order.events.contains(done.id) && order.events.contains(cancelled.id))
        #expect(order.rule.contains("cancellation cannot undo"))
        let conflict = try #require(all.first { $0.axis == "conflicts" })
        #expect(conflict.state == "5 cancelledWhenAcquired open" && conflict.events == [cancelled.id, done.id].sorted())
        #expect(all.allSatisfy { !$0.rule.isEmpty && !$0.state.isEmpty })
        #expect(Set(all.map(\.axis)).isSuperset(of: ["order", "protocol", "acquisition", "identity"]))
    }

    @Test func `what an author knew is the history without what came apart`() throws {
        var north = CaseBuilder("northside")
        var hub = CaseBuilder("hub")
        let placed = hub.record(.orderPlaced(OrderPlaced(modality: "CT")), role: .referrer)
        let cancelled = hub.record(.orderCancelled(OrderCancelled()), after: [placed], role: .referrer)
        let done = north.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [placed])
        let known = try #require(CaseHistory([placed, cancelled, done]).known(to: done.id))
        let state = CaseFold.fold(someCase, known)
        #expect(state.events == 2 && state.conflicts.isEmpty && state.order.cancellations.isEmpty)
    }
}
