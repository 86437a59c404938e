import EventLog
import ImagingCase
import Testing

@Suite struct OrderTests {
    private let headCT = OrderPlaced(
        accession: IssuedIdentifier(issuer: "north", value: "A1"), procedure: Coded(code: "CTHEAD", text: "CT head"),
        modality: "CT",
        laterality: .left, priority: .routine)

    @Test func `an order goes from requested over accepted and in progress to performed and reported`() {
        var site = CaseBuilder("northside")
        let placed = site.record(.orderPlaced(headCT), role: .referrer)
        let accepted = site.record(.orderReviewed(OrderReviewed(decision: .accepted)), after: [placed], role: .radiologist)
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1.1")), after: [accepted])
        let done = site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1.1")), after: [begun])
        let signed = site.record(.finalSigned(FinalSigned(impression: "Normal.")), after: [done], role: .radiologist)
        let facts = [placed, accepted, begun, done, signed]
        let states = facts.indices.map { CaseFold.fold(someCase, Array(facts[...$0])).order }
        #expect(states.map(\.status) == [.requested, .accepted, .inProgress, .performed, .reported])
        #expect(states.last?.boundTo == placed.id)
        #expect(states.last?.reviewedBy == accepted.id)
        #expect(foldedInEveryOrder(facts).order.status == .reported)
    }

    @Test func `a change of the examination asks for a new review and a change of the reason does not`() {
        var site = CaseBuilder("northside")
        let placed = site.record(.orderPlaced(headCT), role: .referrer)
        let accepted = site.record(.orderReviewed(OrderReviewed(decision: .accepted)), after: [placed], role: .radiologist)
        let reason = site.record(.orderChanged(OrderChanged(reason: "headache")), after: [accepted], role: .referrer)
        #expect(CaseFold.fold(someCase, [placed, accepted, reason]).order.status == .accepted)
        let side = site.record(.orderChanged(OrderChanged(laterality: .right)), after: [reason], role: .referrer)
        let state = foldedInEveryOrder([placed, accepted, reason, side]).order
        #expect(state.status == .requested)
        #expect(state.content?.laterality == .right)
        #expect(state.content?.reason == "headache")
        #expect(state.content?.modality == "CT")
        #expect(state.versions.map(\.event) == [placed.id, reason.id, side.id])
    }

    @Test func `of reviews made apart the rejection counts`() {
        var north = CaseBuilder("northside")
        var south = CaseBuilder("southside")
        let placed = north.record(.orderPlaced(headCT), role: .referrer)
        let accepted = north.record(.orderReviewed(OrderReviewed(decision: .accepted)), after: [placed], role: .radiologist)
        let rejected = south.record(.orderReviewed(OrderReviewed(decision: .rejected)), after: [placed], role: .radiologist)
        #expect(foldedInEveryOrder([placed, accepted, rejected]).order.status == .rejected)
    }

    @Test func `a cancellation before anything happened cancels and an order placed again after it counts`() {
        var site = CaseBuilder("northside")
        let placed = site.record(.orderPlaced(headCT), role: .referrer)
        let cancelled = site.record(.orderCancelled(OrderCancelled(reason: "pain gone")), after: [placed], role: .referrer)
        let state = CaseFold.fold(someCase, [placed, cancelled])
        #expect(state.order.status == .cancelled)
        #expect(!state.order.cancelRefused)
        #expect(state.headline == "Order cancelled")
        let changed = site.record(.orderChanged(OrderChanged(laterality: .right)), after: [cancelled], role: .system)
        let late = foldedInEveryOrder([placed, cancelled, changed])
        #expect(late.order.status == .cancelled && late.anomalies.map(\.event) == [changed.id])
        let again = site.record(.orderPlaced(headCT), after: [cancelled], role: .referrer)
        #expect(foldedInEveryOrder([placed, cancelled, again]).order.status == .requested)
    }

    @Test func `a step that ended without an image leaves the order as it was`() {
        var site = CaseBuilder("northside")
        let placed = site.record(.orderPlaced(headCT), role: .referrer)
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1.1")), after: [placed])
        let broken = site.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1.1", reason: "refused")), after: [begun])
        #expect(CaseFold.fold(someCase, [placed, begun]).order.status == .inProgress)
        #expect(foldedInEveryOrder([placed, begun, broken]).order.status == .requested)
    }

    @Test func `a cancellation recorded after the examination is kept, refused and flagged`() {
        var site = CaseBuilder("northside")
        let placed = site.record(.orderPlaced(headCT), role: .referrer)
        let done = site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1.1")), after: [placed])
        let cancelled = site.record(.orderCancelled(OrderCancelled(reason: "late")), after: [done], role: .system)
        let state = foldedInEveryOrder([placed, done, cancelled])
        #expect(state.order.status == .performed)
        #expect(state.order.cancelRefused)
        #expect(state.anomalies.map(\.event) == [cancelled.id])
        #expect(state.conflicts.isEmpty)
        let known = site.record(.orderCancelled(OrderCancelled(reason: "early")), after: [placed], role: .referrer)
        let despite = site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1.1")), after: [known])
        let other = foldedInEveryOrder([placed, known, despite])
        #expect(other.order.status == .performed)
        #expect(other.anomalies.map(\.event) == [despite.id])
    }

    @Test func `what is illegal is refused with a reason and what would be legal`() {
        var site = CaseBuilder("northside")
        let placed = site.record(.orderPlaced(headCT), role: .referrer)
        let cancelled = site.record(.orderCancelled(OrderCancelled()), after: [placed], role: .referrer)
        let done = site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1.1")), after: [placed])
        let none = OrderState()
        let void = CaseFold.fold(someCase, [placed, cancelled]).order
        let made = CaseFold.fold(someCase, [placed, done]).order
        let refused: [(CaseEvent, OrderState)] = [
            (.orderPlaced(OrderPlaced(reason: "?")), none), (.orderChanged(OrderChanged(reason: "x")), none),
            (.orderCancelled(OrderCancelled()), none), (.orderReviewed(OrderReviewed(decision: .accepted)), none),
            (.orderChanged(OrderChanged(reason: "x")), void), (.orderCancelled(OrderCancelled()), void),
            (.orderReviewed(OrderReviewed(decision: .accepted)), void), (.procedureStepStarted(ProcedureStepStarted()), void),
            (.orderCancelled(OrderCancelled()), made), (.orderChanged(OrderChanged(laterality: .right)), made),
            (.orderReviewed(OrderReviewed(decision: .rejected)), made), (.orderReviewed(OrderReviewed()), made),
        ]
        for (event, state) in refused {
            let refusal = #expect(throws: AuthoringRefusal.self, "\(event)") {
                try OrderAxis.mayAuthor(event, in: state, by: Author(person: "x", role: .referrer), now: testDay)
            }
            #expect(refusal?.reason.isEmpty == false && refusal?.remedy.isEmpty == false)
            #expect(throws: Never.self) {
                try OrderAxis.mayAuthor(event, in: state, by: Author(person: "hl7", role: .system), now: testDay)
            }
        }
        let allowed: [(CaseEvent, OrderState)] = [
            (.orderPlaced(headCT), void), (.orderChanged(OrderChanged(reason: "x")), made),
            (.procedureStepStarted(ProcedureStepStarted()), none), (.reportRetracted(ReportRetracted()), void),
        ]
        for (event, state) in allowed {
            #expect(throws: Never.self) {
                try OrderAxis.mayAuthor(event, in: state, by: Author(person: "x", role: .referrer), now: testDay)
            }
        }
    }
}
