import EventLog
import ImagingCase
import Testing

@Suite struct SideConflictTests {
    private var hub = CaseBuilder("hub")
    private var site = CaseBuilder("northside")

    private func ordered(_ side: Laterality) -> CaseEvent { .orderPlaced(OrderPlaced(modality: "DX", laterality: side)) }
    private func positioned(_ side: Laterality) -> CaseEvent {
        .preparation(.preparationRecorded(PreparationRecorded(laterality: side)))
    }
    private var imagesSayLeft: CaseEvent {
        .procedureStepCompleted(
            ProcedureStepCompleted(
                stepUID: "1",
                series: [
                    Series(uid: "s", description: "Knee LEFT ap", instances: 2),
                    Series(uid: "t", description: "right and left", instances: 1),
                ]))
    }

    @Test mutating func `conflict 71: ordered left, positioned right, images left: both confirm the side before publication`()
        throws
    {
        let order = hub.record(ordered(.left), by: "dr.ref", role: .referrer)
        let right = site.record(positioned(.right), after: [order], by: "t.lind", minutes: 5)
        let images = site.record(imagesSayLeft, after: [right], minutes: 8)
        let state = foldedInEveryOrder([order, right, images])
        #expect(state.handOver.side.status == .unconfirmed)
        #expect(state.handOver.side.ordered.map(\.side) == [.left] && state.handOver.side.positioned.map(\.side) == [.right])
        #expect(state.handOver.side.imaged == [.left] && state.withheldBecause == ["The side is unconfirmed."])
        #expect(state.jsonText.contains(#""side":{"state":"unconfirmed","ordered":[{"side":"left""#))
        #expect(state.jsonText.contains(#""imaged":["left"]"#))
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1 && conflict.number == 71 && conflict.kind == "sideDiffers")
        #expect(conflict.owner == .radiologist && conflict.told == [.technologist, .radiologist, .referrer])
        #expect(conflict.dueMinutes == 35 && conflict.events == [order.id, right.id].sorted())
        #expect(
            conflict.inForce
                == "Side unconfirmed: ordered left, positioned right by t.lind, images say left; waits for technologist and radiologist."
        )
        let radiologist = hub.record(
            decision(on: conflict, choosing: order), after: [right, images], by: "dr.rad", role: .radiologist)
        let half = foldedInEveryOrder([order, right, images, radiologist])
        #expect(half.conflicts.map(\.state) == [.open] && half.conflicts[0].closedBy == nil)
        #expect(half.conflicts[0].inForce.hasSuffix("waits for technologist."))
        let technologist = site.record(positioned(.left), after: [images], by: "t.lind")
        let other = foldedInEveryOrder([order, right, images, technologist])
        #expect(other.conflicts.map(\.state) == [.open] && other.conflicts[0].inForce.hasSuffix("waits for radiologist."))
        let both = foldedInEveryOrder([order, right, images, radiologist, technologist])
        #expect(both.conflicts.map(\.state) == [.resolved] && both.handOver.side.status == .confirmed)
        #expect([radiologist.id, technologist.id].contains(both.conflicts[0].closedBy))
        #expect(both.withheldBecause.isEmpty)
    }

    @Test mutating func `conflict 71: both confirm that what was positioned is right, and it raises no second question`() throws {
        let order = hub.record(ordered(.left), role: .referrer)
        let right = site.record(positioned(.right), after: [order])
        let images = site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [right])
        let conflict = try #require(foldedInEveryOrder([order, right, images]).conflicts.first)
        let again = site.record(positioned(.right), after: [images])
        #expect(foldedInEveryOrder([order, right, images, again]).conflicts.map(\.id) == [conflict.id])
        let decided = hub.record(decision(on: conflict, choosing: right), after: [again], role: .radiologist)
        let state = foldedInEveryOrder([order, right, images, again, decided])
        #expect(state.conflicts.map(\.closedBy) == [decided.id] && state.handOver.side.status == .confirmed)
        let contrary = hub.record(decision(on: conflict, choosing: order), after: [again], role: .radiologist)
        let differ = foldedInEveryOrder([order, right, images, again, contrary])
        #expect(differ.conflicts.map(\.state) == [.open] && differ.conflicts[0].inForce.hasSuffix("the confirmations differ."))
    }

    @Test mutating func `conflict 71: a nurse does not confirm for the technologist`() throws {
        let order = hub.record(ordered(.left), role: .referrer)
        let right = site.record(positioned(.right), after: [order])
        let images = site.record(imagesSayLeft, after: [right])
        let conflict = try #require(foldedInEveryOrder([order, right, images]).conflicts.first)
        let nurse = site.record(positioned(.left), after: [images], role: .nurse)
        let decided = hub.record(decision(on: conflict, choosing: order), after: [nurse], role: .radiologist)
        #expect(foldedInEveryOrder([order, right, images, nurse, decided]).conflicts.map(\.state) == [.open])
    }

    @Test mutating func `conflict 71: before any image the side is put right by the technologist or by the order`() {
        let order = hub.record(ordered(.left), role: .referrer)
        let right = site.record(positioned(.right), after: [order])
        let turned = site.record(positioned(.left), after: [right])
        let state = foldedInEveryOrder([order, right, turned])
        #expect(state.conflicts.map(\.state) == [.superseded] && state.conflicts[0].closedBy == turned.id)
        #expect(state.handOver.side.status == .confirmed && state.withheldBecause.isEmpty)
        let changed = hub.record(.orderChanged(OrderChanged(laterality: .right)), after: [right], role: .referrer)
        let corrected = foldedInEveryOrder([order, right, changed])
        #expect(corrected.conflicts.map(\.state) == [.superseded] && corrected.conflicts[0].closedBy == changed.id)
        let back = site.record(positioned(.right), after: [turned])
        #expect(foldedInEveryOrder([order, right, turned, back]).openConflicts.map(\.events) == [[order.id, back.id].sorted()])
    }

    @Test mutating func `conflict 71: said apart it arises too, and not where the sides agree or nobody said one`() {
        let order = hub.record(ordered(.left), role: .referrer)
        let apart = site.record(positioned(.right))
        #expect(foldedInEveryOrder([order, apart]).conflicts.map(\.number) == [71])
        let left = site.record(positioned(.left), after: [order])
        let agreed = foldedInEveryOrder([order, left])
        #expect(agreed.conflicts.isEmpty && agreed.handOver.side.status == .agreed)
        let unsaid = hub.record(ordered(.unspecified), role: .referrer)
        #expect(foldedInEveryOrder([unsaid, apart]).handOver.side.status == .none)
        let overtaken = hub.record(.orderChanged(OrderChanged(laterality: .right)), after: [order], role: .referrer)
        let aware = site.record(positioned(.right), after: [overtaken])
        #expect(foldedInEveryOrder([order, overtaken, aware]).conflicts.isEmpty)
    }

    @Test mutating func `the side is explained`() {
        let order = hub.record(ordered(.left), role: .referrer)
        let right = site.record(positioned(.right), after: [order])
        let turned = site.record(positioned(.left), after: [right])
        let left = site.record(positioned(.left), after: [order])
        func states(_ facts: [CaseFact]) -> [String] {
            CaseFold.explain(someCase, CaseHistory(facts)).filter { $0.axis == "handOver" }.map(\.state)
        }
        #expect(states([order, right]) == ["none", "side unconfirmed"])
        #expect(states([order, right, turned]) == ["none", "side confirmed"])
        #expect(states([order, left]) == ["none", "side agreed"] && states([order]) == ["none"])
    }
}
