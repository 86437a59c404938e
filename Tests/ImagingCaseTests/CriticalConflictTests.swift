import EventLog
import ImagingCase
import Testing

@Suite struct CriticalConflictTests {
    var north = CaseBuilder("northside")
    var lake = CaseBuilder("lakeview")
    var hub = CaseBuilder("hub")

    private func raised(_ finding: String) -> CaseEvent {
        .criticalResultRaised(CriticalResultRaised(category: 1, finding: finding, responsible: "dr.ward"))
    }

    private func acknowledged(_ cards: [CaseFact]) -> CaseEvent {
        .criticalResultAcknowledged(CriticalResultAcknowledged(raised: cards.map(\.id), plan: "operate"))
    }

    @Test mutating func `conflict 44: a critical result raised by two readers is one group with two alerts`() {
        let one = north.record(raised("free air"), by: "dr.ito", role: .radiologist, minutes: 3)
        let other = lake.record(raised("perforation"), by: "dr.mora", role: .radiologist, minutes: 5)
        let state = foldedInEveryOrder([one, other])
        #expect(state.criticalResult.cards.map(\.status) == [.open, .open])
        #expect(Set(state.criticalResult.cards.map(\.finding)) == ["free air", "perforation"])
        #expect(Set(state.criticalResult.cards.map(\.group)) == [min(one.id, other.id)])
        let conflict = state.conflicts(numbered: 44).first
        #expect(state.conflicts.count == 1)
        #expect(conflict?.state == .open)
        #expect(conflict?.events == [one.id, other.id].sorted())
        #expect(conflict?.told == [.referrer, .radiologist])
        #expect(conflict?.dueMinutes == 65)
    }

    @Test mutating func `conflict 44: one acknowledgement closes both only if it lists both`() {
        let one = north.record(raised("free air"), by: "dr.ito", role: .radiologist)
        let other = lake.record(raised("perforation"), by: "dr.mora", role: .radiologist)
        let half = hub.record(acknowledged([one]), after: [one, other], by: "dr.ward", role: .referrer)
        let open = foldedInEveryOrder([one, other, half])
        #expect(open.criticalResult.status == .open)
        #expect(open.criticalResult.cards.first { $0.event == one.id }?.status == .acknowledged)
        #expect(open.criticalResult.cards.first { $0.event == other.id }?.status == .open)
        #expect(open.openConflicts.map(\.number) == [44])
        let both = hub.record(acknowledged([one, other]), after: [one, other], by: "dr.ward", role: .referrer)
        let closed = foldedInEveryOrder([one, other, both])
        #expect(closed.criticalResult.status == .acknowledged)
        #expect(closed.conflicts.map(\.state) == [.resolved])
        #expect(closed.conflicts.map(\.closedBy) == [both.id])
        let rest = hub.record(acknowledged([other]), after: [half], by: "dr.ward", role: .referrer)
        #expect(foldedInEveryOrder([one, other, half, rest]).conflicts.map(\.closedBy) == [rest.id])
    }

    @Test mutating func `conflict 44: an acknowledgement that had seen one alert closes that one, a withdrawal makes it moot`() {
        let one = north.record(raised("free air"), by: "dr.ito", role: .radiologist)
        let other = lake.record(raised("perforation"), by: "dr.mora", role: .radiologist)
        let noted = north.record(acknowledged([]), after: [one], by: "dr.ward", role: .referrer)
        let state = foldedInEveryOrder([one, other, noted])
        #expect(state.criticalResult.cards.first { $0.event == one.id }?.status == .acknowledged)
        #expect(state.criticalResult.cards.first { $0.event == other.id }?.status == .open)
        #expect(state.openConflicts.map(\.number) == [44])
        let withdrawn = lake.record(
            .criticalResultWithdrawn(CriticalResultWithdrawn(raised: other.id, reason: "same finding")), after: [other],
            by: "dr.mora",
            role: .radiologist)
        let moot = foldedInEveryOrder([one, other, noted, withdrawn])
        #expect(moot.conflicts.map(\.state) == [.superseded])
        #expect(moot.conflicts.map(\.closedBy) == [withdrawn.id])
    }

    @Test mutating func `conflict 45: an acknowledgement at the site stands and the escalatee is told that it is closed`() {
        let card = hub.record(raised("free air"), by: "dr.ito", role: .radiologist, minutes: 0)
        let noted = north.record(acknowledged([card]), after: [card], by: "dr.ward", role: .referrer, minutes: 12)
        let asked = hub.record(
            .criticalResultEscalated(CriticalResultEscalated(raised: card.id, step: 1, to: "dr.chief")), after: [card], by: "hub",
            role: .system, minutes: 15)
        let state = foldedInEveryOrder([card, noted, asked])
        #expect(state.criticalResult.status == .acknowledged)
        #expect(state.criticalResult.cards[0].acknowledgements.map(\.at) == [testDay.advanced(byMilliseconds: 12 * 60_000)])
        #expect(state.criticalResult.cards[0].escalations.map(\.to) == ["dr.chief"])
        let conflict = state.conflicts(numbered: 45).first
        #expect(conflict?.state == .open)
        #expect(conflict?.owner == .lead)
        #expect(conflict?.told == [.referrer, .radiologist, .lead])
        #expect(conflict?.dueMinutes == 45)
        let elsewhere = hub.record(
            .criticalResultCommunicated(CriticalResultCommunicated(raised: card.id, to: "dr.other", medium: "page")),
            after: [noted, asked], by: "dr.ito", role: .radiologist)
        let waiting = foldedInEveryOrder([card, noted, asked, elsewhere])
        #expect(waiting.conflicts(numbered: 45).map(\.state) == [.open], "the person asked still does not know")
        let told = hub.record(
            .criticalResultCommunicated(CriticalResultCommunicated(raised: card.id, to: "dr.chief", medium: "page")),
            after: [noted, asked], by: "dr.ito", role: .radiologist)
        let closed = foldedInEveryOrder([card, noted, asked, told])
        #expect(closed.criticalResult.status == .acknowledged)
        #expect(closed.conflicts.map(\.closedBy) == [told.id])
        let sequel = hub.record(
            .conflictResolved(ConflictResolved(conflict: conflict?.id ?? "", number: 45, reason: "told in person")),
            after: [noted, asked], by: "dr.lead", role: .lead)
        #expect(foldedInEveryOrder([card, noted, asked, sequel]).conflicts.map(\.closedBy) == [sequel.id])
    }

    @Test mutating func `conflict 45: who was asked apart from the acknowledgement can be told that it is closed, once`() {
        let card = hub.record(raised("free air"), by: "dr.ito", role: .radiologist)
        let noted = north.record(acknowledged([card]), after: [card], by: "dr.ward", role: .referrer)
        let asked = hub.record(
            .criticalResultEscalated(CriticalResultEscalated(raised: card.id, step: 1, to: "dr.chief")), after: [card], by: "hub",
            role: .system)
        let open = foldedInEveryOrder([card, noted, asked])
        let telling = CaseEvent.criticalResultCommunicated(CriticalResultCommunicated(to: "dr.chief", medium: "page"))
        let named = Authoring.completed(telling, in: open)
        #expect(
            named == .criticalResultCommunicated(CriticalResultCommunicated(raised: card.id, to: "dr.chief", medium: "page")))
        func isRefused(_ event: CaseEvent, _ state: CaseState, by person: String, _ role: Role) -> Bool {
            do {
                try Authoring.check(event, in: state, by: Author(person: person, role: role), now: testDay)
                return false
            } catch { return true }
        }
        #expect(!isRefused(named, open, by: "dr.lead", .lead))
        #expect(!isRefused(acknowledged([card]), open, by: "dr.chief", .referrer))
        #expect(isRefused(telling, CaseFold.fold(someCase, [card, noted]), by: "dr.ito", .radiologist), "nobody else was asked")
        let told = hub.record(named, after: [noted, asked], by: "dr.lead", role: .lead)
        let closed = foldedInEveryOrder([card, noted, asked, told])
        #expect(closed.conflicts.map(\.closedBy) == [told.id])
        #expect(isRefused(named, closed, by: "dr.lead", .lead), "he knows")
    }
}
