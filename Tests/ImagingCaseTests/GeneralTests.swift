import EventLog
import ImagingCase
import Testing

@Suite struct GeneralTests {
    private var north = CaseBuilder("northside")
    private var hub = CaseBuilder("hub")

    @Test mutating func `conflict 65: a kind that this version cannot read is kept and shown as newer, and all else is folded`() {
        let placed = north.record(.orderPlaced(OrderPlaced(modality: "CT")))
        let newer = hub.record(.unknown(EventKind("order.heldByRobot")), after: [placed])
        let twice = hub.record(.unknown(EventKind("order.heldByRobot")), after: [newer])
        let other = north.record(.unknown(EventKind("alpha.first")), after: [newer])
        let state = foldedInEveryOrder([placed, newer, twice, other])
        #expect(state.events == 4 && state.order.status == .requested)
        #expect(state.newer.map(\.text) == ["alpha.first", "order.heldByRobot"])
        #expect(state.jsonText.contains(#""newer":["alpha.first","order.heldByRobot"]"#))
        #expect(state.heads == [twice.id, other.id].sorted())
    }

    @Test mutating func `comments stand in causal order with who said them`() {
        let first = north.record(.commentAdded(CommentAdded(text: "hip \"left\"\n")), by: "t.lind", minutes: 9)
        let second = hub.record(
            .commentAdded(CommentAdded(text: "ok")), after: [first], by: "dr.rad", role: .radiologist, minutes: 1)
        let state = foldedInEveryOrder([first, second])
        #expect(state.comments.map(\.text) == ["hip \"left\"\n", "ok"])
        #expect(state.comments.map(\.by) == ["t.lind", "dr.rad"])
    }

    @Test mutating func `a routing stands until somebody who had seen it withdraws it`() throws {
        let south = try #require(SiteID("southside"))
        let routed = hub.record(.caseRouted(CaseRouted(site: "southside")), role: .hubAdmin)
        let apart = north.record(.caseWithdrawn(CaseWithdrawn(site: "southside")), role: .siteAdmin)
        #expect(foldedInEveryOrder([routed, apart]).routedTo == [south])
        let withdrawn = hub.record(.caseWithdrawn(CaseWithdrawn(site: "southside")), after: [routed], role: .hubAdmin)
        #expect(foldedInEveryOrder([routed, withdrawn]).routedTo.isEmpty)
        let again = hub.record(.caseRouted(CaseRouted(site: "southside")), after: [withdrawn], role: .hubAdmin)
        let invalid = hub.record(.caseRouted(CaseRouted(site: "NOT A SITE")), after: [again], role: .hubAdmin)
        #expect(foldedInEveryOrder([routed, withdrawn, again, invalid]).routedTo == [south])
    }

    @Test mutating func `events whose past is not here wait and are named`() {
        let placed = north.record(.orderPlaced(OrderPlaced(modality: "CT")))
        let done = north.record(.procedureStepCompleted(ProcedureStepCompleted()), after: [placed])
        let state = CaseFold.fold(someCase, [done])
        #expect(state.waiting == [done.id] && state.events == 0 && state.acquisition.status == .none)
        #expect(state.jsonText.contains(#""waiting":["\#(done.id)"]"#))
    }
}
