import EventLog
import ImagingCase
import Testing

@Suite struct PriorityTests {
    private var north = CaseBuilder("northside")
    private var hub = CaseBuilder("hub")

    private func priority(_ urgency: Urgency) -> CaseEvent {
        .readingPriorityChanged(ReadingPriorityChanged(priority: urgency))
    }

    @Test mutating func `the latest priority counts and one that is not said does not`() {
        let placed = north.record(.orderPlaced(OrderPlaced(modality: "CT", priority: .stat)))
        let changed = north.record(.orderChanged(OrderChanged(reason: "x")), after: [placed])
        let lowered = north.record(priority(.routine), after: [changed])
        #expect(CaseFold.fold(someCase, []).priority == .unspecified)
        #expect(CaseFold.fold(someCase, [placed, changed]).priority == .stat)
        #expect(foldedInEveryOrder([placed, changed, lowered]).priority == .routine)
    }

    @Test mutating func `conflict 48: of raised and lowered apart the higher stands until somebody who saw it lowers it`() throws
    {
        let placed = north.record(.orderPlaced(OrderPlaced(modality: "CT", priority: .urgent)))
        let raised = north.record(priority(.stat), after: [placed], minutes: 3)
        let lowered = hub.record(priority(.routine), after: [placed], role: .radiologist, minutes: 1)
        let state = foldedInEveryOrder([placed, raised, lowered])
        #expect(state.priority == .stat)
        #expect(state.jsonText.contains(#""priority":"stat""#))
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 48 && conflict.events == [raised.id, lowered.id].sorted())
        #expect(conflict.owner == .radiologist && conflict.told == [.radiologist] && conflict.dueMinutes == 33)
        let seen = hub.record(priority(.asap), after: [raised, lowered], role: .radiologist)
        let settled = foldedInEveryOrder([placed, raised, lowered, seen])
        #expect(settled.priority == .asap && settled.conflicts.map(\.state) == [.resolved])
        let decided = hub.record(decision(on: conflict, choosing: lowered), after: [raised, lowered], role: .radiologist)
        let chosen = foldedInEveryOrder([placed, raised, lowered, decided])
        #expect(chosen.priority == .routine && chosen.conflicts.first?.closedBy == decided.id)
    }

    @Test mutating func `conflict 48: two that raise apart agree on the higher`() {
        let placed = north.record(.orderPlaced(OrderPlaced(modality: "CT", priority: .routine)))
        let urgent = north.record(priority(.urgent), after: [placed])
        let stat = hub.record(priority(.stat), after: [placed])
        let state = foldedInEveryOrder([placed, urgent, stat])
        #expect(state.priority == .stat && state.conflicts.isEmpty)
    }
}
