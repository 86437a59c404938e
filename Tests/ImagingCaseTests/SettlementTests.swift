import EventLog
import ImagingCase
import Testing

@Suite struct SettlementTests {
    private var north = CaseBuilder("northside")
    private var south = CaseBuilder("southside")
    private var hub = CaseBuilder("hub")

    private mutating func sides() -> (CaseFact, CaseFact) {
        (north.record(.commentAdded(CommentAdded(text: "a"))), south.record(.commentAdded(CommentAdded(text: "b"))))
    }

    private func resolved(_ id: String, _ number: Int, _ choice: CaseFact?) -> CaseEvent {
        .conflictResolved(ConflictResolved(conflict: id, number: number, choose: choice?.id, reason: "x"))
    }

    private func settlement(_ facts: [CaseFact], _ sides: [CaseFact], owner: Role? = nil) -> EventID? {
        let history = CaseHistory(facts)
        let positions = sides.compactMap { history.position(of: $0.id) }
        return history.settlement(of: positions, number: 38, id: "k1", owner: owner).map { history[$0].id }
    }

    @Test mutating func `a decision settles only what its author had seen`() {
        let (one, other) = sides()
        let blind = hub.record(resolved("k1", 38, one), after: [one], role: .lead)
        let sighted = hub.record(resolved("k1", 38, one), after: [one, other], role: .lead)
        #expect(settlement([one, other, blind], [one, other]) == nil)
        #expect(settlement([one, other, sighted], [one, other]) == sighted.id)
    }

    @Test mutating func `a decision is about the conflict that it names, or about its number where it chooses one of the facts`()
    {
        let (one, other) = sides()
        let third = north.record(.commentAdded(CommentAdded(text: "c")))
        let seen = [one, other, third]
        let otherID = hub.record(resolved("k9", 38, other), after: seen, role: .lead)
        let otherChoice = hub.record(resolved("k9", 38, third), after: seen, role: .lead)
        let otherNumber = hub.record(resolved("", 5, one), after: seen, role: .lead)
        let unnamed = hub.record(resolved("", 38, nil), after: seen, role: .lead)
        #expect(settlement(seen + [otherID], [one, other]) == otherID.id)
        #expect(settlement(seen + [otherChoice], [one, other]) == nil)
        #expect(settlement(seen + [otherNumber], [one, other]) == nil)
        #expect(settlement(seen + [unnamed], [one, other]) == unnamed.id)
    }

    @Test mutating func `a role that may not decide settles nothing`() {
        let (one, other) = sides()
        let nurse = hub.record(resolved("k1", 38, one), after: [one, other], role: .nurse)
        let lead = hub.record(resolved("k1", 38, other), after: [one, other], role: .lead)
        #expect(settlement([one, other, nurse], [one, other], owner: .lead) == nil)
        #expect(settlement([one, other, nurse, lead], [one, other], owner: .lead) == lead.id)
    }

    @Test mutating func `two decisions made apart settle it only if they agree and a later one overrules both`() {
        let (one, other) = sides()
        let first = north.record(resolved("k1", 38, one), after: [one, other], role: .lead)
        let second = south.record(resolved("k1", 38, other), after: [one, other], role: .lead)
        let facts = [one, other, first, second]
        for order in permutations(of: facts) { #expect(settlement(order, [one, other]) == nil) }
        let agreeing = south.record(resolved("k1", 38, one), after: [one, other], role: .lead)
        #expect(settlement([one, other, first, agreeing], [one, other]) != nil)
        let last = hub.record(resolved("k1", 38, other), after: [first, second], role: .lead)
        #expect(settlement(facts + [last], [one, other]) == last.id)
    }
}
