import EventLog
import ImagingCase
import Testing

@Suite struct OrderConflictTests {
    private let kneeLeft = OrderPlaced(
        placerOrder: IssuedIdentifier(issuer: "his", value: "P7"), procedure: Coded(code: "XKNEE", text: "Knee"), modality: "DX",
        laterality: .left)

    @Test func `conflict 5: an order cancelled at the hub while it was acquired on site stands and must be read`() throws {
        var site = CaseBuilder("northside")
        var hub = CaseBuilder("hub")
        let placed = hub.record(.orderPlaced(kneeLeft), by: "dr.ref", role: .referrer)
        let cancelled = hub.record(
            .orderCancelled(OrderCancelled(reason: "wrong patient")), after: [placed], by: "dr.ref", role: .referrer, minutes: 5)
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1.1")), after: [placed], minutes: 6)
        let done = site.record(
            .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1.1", series: [Series(uid: "1.1.1", instances: 2)])),
            after: [begun], minutes: 9)
        let facts = [placed, cancelled, begun, done]
        let state = foldedInEveryOrder(facts)
        #expect(state.order.status == .performed)
        #expect(state.order.cancelRefused)
        #expect(state.order.cancellations.map(\.reason) == ["wrong patient"])
        #expect(state.jsonText.contains(#""cancelRefused":true"#))
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1)
        #expect(conflict.number == 5 && conflict.kind == "cancelledWhenAcquired" && conflict.state == .open)
        #expect(conflict.events == [cancelled.id, done.id].sorted())
        #expect(conflict.owner == .radiologist)
        #expect(conflict.told == [.referrer, .technologist, .radiologist])
        #expect(conflict.dueMinutes == 69)
        #expect(state.headline == "Conflict: The study stands and must be read; the order is performed.")

        let decided = hub.record(
            decision(on: conflict, choosing: done), after: [cancelled, done], by: "dr.rad", role: .radiologist, minutes: 20)
        let closed = foldedInEveryOrder(facts + [decided])
        #expect(closed.conflicts.map(\.state) == [.resolved])
        #expect(closed.conflicts.first?.id == conflict.id)
        #expect(closed.conflicts.first?.closedBy == decided.id)
        #expect(closed.order.status == .performed)
    }

    @Test func `conflict 5: choosing the cancellation does not undo the examination`() throws {
        var site = CaseBuilder("northside")
        var hub = CaseBuilder("hub")
        let placed = hub.record(.orderPlaced(kneeLeft), role: .referrer)
        let cancelled = hub.record(.orderCancelled(OrderCancelled()), after: [placed], role: .referrer)
        let content = site.record(
            .studyContentChanged(StudyContentChanged(studyUID: "1.1", series: [Series(uid: "1.1.1", instances: 2)])),
            after: [placed], role: .system)
        let conflict = try #require(foldedInEveryOrder([placed, cancelled, content]).conflicts.first)
        #expect(conflict.number == 5)
        let decided = hub.record(decision(on: conflict, choosing: cancelled), after: [cancelled, content], role: .lead)
        let state = foldedInEveryOrder([placed, cancelled, content, decided])
        #expect(state.order.status == .performed)
        #expect(state.conflicts.map(\.state) == [.resolved])
    }

    @Test func `conflict 6: a cancellation while the patient is on the table is a notice until the technologist records the end`()
        throws
    {
        var site = CaseBuilder("northside")
        var hub = CaseBuilder("hub")
        let placed = hub.record(.orderPlaced(kneeLeft), role: .referrer)
        let cancelled = hub.record(.orderCancelled(OrderCancelled()), after: [placed], role: .referrer, minutes: 3)
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1.1")), after: [placed], minutes: 2)
        let state = foldedInEveryOrder([placed, cancelled, begun])
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 6 && conflict.owner == .technologist && conflict.dueMinutes == 5)
        #expect(state.order.status == .inProgress)
        let stopped = site.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1.1", reason: "cancelled")), after: [begun, cancelled])
        let ended = foldedInEveryOrder([placed, cancelled, begun, stopped])
        #expect(ended.conflicts.map(\.state) == [.superseded])
        #expect(ended.conflicts.first?.closedBy == stopped.id)
        #expect(ended.order.status == .cancelled)
        #expect(ended.order.cancellations.map(\.effective) == [true])
    }

    @Test func `conflict 7: an order changed to the other side while it was acquired is bound to the version that was seen`()
        throws
    {
        var site = CaseBuilder("northside")
        var hub = CaseBuilder("hub")
        let placed = hub.record(.orderPlaced(kneeLeft), by: "dr.ref", role: .referrer)
        let changed = hub.record(.orderChanged(OrderChanged(laterality: .right)), after: [placed], by: "dr.ref", role: .referrer)
        let done = site.record(
            .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1.1")), after: [placed], minutes: 10)
        let state = foldedInEveryOrder([placed, changed, done])
        #expect(state.order.status == .performed)
        #expect(state.order.boundTo == placed.id)
        #expect(state.order.content?.laterality == .right)
        #expect(state.order.versions.map(\.said.laterality) == [.left, .right])
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 7 && conflict.events == [changed.id, done.id].sorted())
        #expect(conflict.owner == .radiologist && conflict.told.contains(.referrer) && conflict.dueMinutes == 70)
        let reviewed = hub.record(
            .orderReviewed(OrderReviewed(decision: .acceptedModified)), after: [changed, done], by: "dr.rad", role: .radiologist)
        let closed = foldedInEveryOrder([placed, changed, done, reviewed])
        #expect(closed.conflicts.map(\.state) == [.resolved])
        #expect(closed.conflicts.first?.closedBy == reviewed.id)
        let decided = hub.record(decision(on: conflict, choosing: done), after: [changed, done], role: .radiologist)
        #expect(foldedInEveryOrder([placed, changed, done, decided]).conflicts.first?.closedBy == decided.id)
    }

    @Test func `conflict 7: a change of reason or one back to what was seen is none`() {
        var site = CaseBuilder("northside")
        var hub = CaseBuilder("hub")
        let placed = hub.record(.orderPlaced(kneeLeft), role: .referrer)
        let reason = hub.record(.orderChanged(OrderChanged(reason: "fall")), after: [placed], role: .referrer)
        let right = hub.record(.orderChanged(OrderChanged(laterality: .right)), after: [reason], role: .referrer)
        let left = hub.record(.orderChanged(OrderChanged(laterality: .left)), after: [right], role: .referrer)
        let done = site.record(.procedureStepCompleted(ProcedureStepCompleted()), after: [placed])
        #expect(foldedInEveryOrder([placed, reason, done]).conflicts.isEmpty)
        #expect(foldedInEveryOrder([placed, reason, right, done]).conflicts.map(\.number) == [7])
        #expect(foldedInEveryOrder([placed, reason, right, left, done]).conflicts.isEmpty)
    }

    @Test func `conflict 8: an order said again is one version with two witnesses`() {
        var north = CaseBuilder("northside")
        var south = CaseBuilder("southside")
        let first = north.record(.orderPlaced(kneeLeft), role: .system, source: .hl7)
        let second = south.record(.orderPlaced(kneeLeft), role: .system, source: .hl7)
        let later = north.record(.orderPlaced(kneeLeft), after: [first, second], role: .system, source: .hl7)
        let state = foldedInEveryOrder([first, second, later])
        #expect(state.conflicts.isEmpty)
        #expect(state.order.versions.count == 1)
        #expect(state.order.versions[0].witnesses.count == 2)
        #expect(state.order.status == .requested)
        let done = south.record(.procedureStepCompleted(ProcedureStepCompleted()), after: [second])
        let bound = foldedInEveryOrder([first, second, later, done])
        #expect(bound.order.boundTo == bound.order.versions[0].event)
        #expect(bound.conflicts.isEmpty)
    }

    @Test func `conflict 8: different content of one placer number is a change, and made apart a question to the front desk`()
        throws
    {
        var north = CaseBuilder("northside")
        var south = CaseBuilder("southside")
        var right = kneeLeft
        right.laterality = .right
        let first = north.record(.orderPlaced(kneeLeft), role: .system)
        let changed = north.record(.orderPlaced(right), after: [first], role: .system)
        let sequential = foldedInEveryOrder([first, changed])
        #expect(sequential.conflicts.isEmpty)
        #expect(sequential.order.content?.laterality == .right)
        #expect(sequential.order.versions.count == 2)

        let apart = south.record(.orderPlaced(right), role: .system, minutes: 4)
        let state = foldedInEveryOrder([first, apart])
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 8 && conflict.owner == .frontDesk && conflict.dueMinutes == 64)
        #expect(state.order.versions.map(\.stands) == [true, true])
        for (chosen, side) in [(first, Laterality.left), (apart, Laterality.right)] {
            var desk = CaseBuilder("desk")
            let decided = desk.record(decision(on: conflict, choosing: chosen), after: [first, apart], role: .frontDesk)
            let closed = foldedInEveryOrder([first, apart, decided])
            #expect(closed.conflicts.map(\.state) == [.resolved])
            #expect(closed.order.content?.laterality == side)
            #expect(closed.order.versions.count == 2)
        }
        let powerless = south.record(decision(on: conflict, choosing: first), after: [first, apart], role: .nurse)
        #expect(foldedInEveryOrder([first, apart, powerless]).conflicts.map(\.state) == [.open])
    }

    @Test func `conflict 6: the step on the table must end, not one that began before`() throws {
        var site = CaseBuilder("northside")
        var hub = CaseBuilder("hub")
        let placed = hub.record(.orderPlaced(kneeLeft), role: .referrer)
        let first = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1.1")), after: [placed], minutes: 1)
        let cancelled = hub.record(.orderCancelled(OrderCancelled()), after: [first], role: .referrer, minutes: 3)
        let second = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1.2")), after: [first], minutes: 2)
        let ended = site.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1.1", reason: "moved")), after: [second, cancelled])
        let facts = [placed, first, cancelled, second, ended]
        let open = foldedInEveryOrder(facts)
        #expect(open.conflicts.map(\.events) == [[second.id, cancelled.id].sorted()])
        #expect(open.conflicts.map(\.state) == [.open], "somebody is on the table still")
        let last = site.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1.2", reason: "stopped")), after: [ended])
        let closed = foldedInEveryOrder(facts + [last])
        #expect(closed.conflicts.map(\.state) == [.superseded] && closed.conflicts[0].closedBy == last.id)
        #expect(closed.order.status == .cancelled)
        // The end counts wherever it is recorded, also by a device that had not seen the start.
        var console = CaseBuilder("console")
        let apart = console.record(.procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1.2")), role: .system)
        #expect(foldedInEveryOrder(facts + [apart]).conflicts.map(\.state) == [.superseded])
    }

    @Test func `conflict 6: each step that was begun apart is a notice of its own, and images alone end none`() throws {
        var site = CaseBuilder("northside")
        var hub = CaseBuilder("hub")
        let placed = hub.record(.orderPlaced(kneeLeft), role: .referrer)
        let cancelled = hub.record(.orderCancelled(OrderCancelled()), after: [placed], role: .referrer)
        let first = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1.1")), after: [placed])
        let again = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1.1")), after: [first], role: .system)
        let broken = site.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1.1", reason: "moved")), after: [again])
        let second = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1.2")), after: [broken])
        let facts = [placed, cancelled, first, again, broken, second]
        let open = foldedInEveryOrder(facts)
        #expect(open.conflicts.count == 2, "a step witnessed twice is one")
        #expect(open.openConflicts.map(\.events) == [[second.id, cancelled.id].sorted()])
        let images = site.record(
            .studyContentChanged(StudyContentChanged(studyUID: "1", series: [Series(uid: "1.1.1", instances: 1)])),
            after: [second, cancelled], role: .system)
        #expect(foldedInEveryOrder(facts + [images]).openConflicts.map(\.number) == [6], "an image says nothing of the end")
        for state in [PatientState.onTable, .left] {
            var desk = CaseBuilder("desk")
            let handed = desk.record(.studyHandedOver(StudyHandedOver(patientState: state)), after: [images])
            let isOpen = !foldedInEveryOrder(facts + [images, handed]).openConflicts.isEmpty
            #expect(isOpen == (state == .onTable))
        }
    }
}
