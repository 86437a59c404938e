import EventLog
import ImagingCase
import Testing

@Suite struct SiteClockTests {
    @Test func `conflict 61: a wrong site clock is shown and corrects intervals, and the order stays causal`() {
        var north = CaseBuilder("northside")
        var hub = CaseBuilder("hub")
        // The site's clock is three hours and two minutes fast.
        let raised = north.record(
            .criticalResultRaised(CriticalResultRaised(category: 1, finding: "bleed")), role: .radiologist, minutes: 182)
        let told = hub.record(
            .criticalResultAcknowledged(CriticalResultAcknowledged(raised: [raised.id])), after: [raised], role: .referrer,
            minutes: 12)
        var clocks = SiteClocks()
        #expect(clocks.milliseconds(from: raised, to: told) == -170 * 60_000 && clocks.notice(of: raised.id) == nil)
        clocks.measured(north.log, through: 1, offsetMilliseconds: 182 * 60_000)
        #expect(clocks.milliseconds(from: raised, to: told) == 12 * 60_000)
        #expect(clocks.notice(of: raised.id) == "site clock +3:02" && clocks.notice(of: told.id) == nil)
        #expect(clocks.moment(of: raised) == testDay)
        let state = foldedInEveryOrder([raised, told])
        #expect(state.criticalResult.live.isEmpty && state.conflicts.isEmpty, "what was seen before is before")
    }

    @Test func `each batch has its own measurement, and the last one counts for what comes after`() {
        let log = LogID(site: SiteID("northside")!, incarnation: Incarnation(bits: 1))
        var clocks = SiteClocks()
        clocks.measured(log, through: 20, offsetMilliseconds: -305_000)
        clocks.measured(log, through: 10, offsetMilliseconds: 299_999)
        clocks.measured(log, through: 20, offsetMilliseconds: -3_900_000)
        let offset = { clocks.offsetMilliseconds(of: EventID(log: log, sequence: $0)) }
        #expect(offset(1) == 299_999 && offset(10) == 299_999 && offset(11) == -3_900_000 && offset(99) == -3_900_000)
        #expect(clocks.notice(of: EventID(log: log, sequence: 10)) == nil, "below five minutes nothing is shown")
        #expect(clocks.notice(of: EventID(log: log, sequence: 20)) == "site clock -1:05")
        clocks.measured(log, through: 30, offsetMilliseconds: .min)
        var north = CaseBuilder("northside")
        var far = SiteClocks()
        far.measured(north.log, through: 1, offsetMilliseconds: .min)
        let fact = north.record(.commentAdded(CommentAdded(text: "x")))
        #expect(far.moment(of: fact) == Instant(milliseconds: .max) && far.notice(of: fact.id) != nil)
        let early = CaseFact(
            id: EventID(log: log, sequence: 2), hash: fact.hash, parents: [], recordedAt: fact.recordedAt,
            occurredAt: OccurredAt(Instant(milliseconds: .min)), actor: fact.actor, source: .page, event: fact.event)
        #expect(
            SiteClocks().milliseconds(from: early, to: fact) == .max && SiteClocks().milliseconds(from: fact, to: early) == .min)
    }
}

@Suite struct TenantTests {
    var town = Town()

    private func link() -> CaseEvent {
        .linkage(.linked(CaseLinked(to: Town.two.description, basis: .human, reason: "one examination")))
    }

    @Test mutating func `conflict 64: a link of two tenants' cases is seen joined only by who sees both`() throws {
        let one = town.north.record(Town.order())
        let shared = town.north.record(.caseRouted(CaseRouted(site: "lakeview")), after: [one], role: .siteAdmin)
        let linked = town.north.record(link(), after: [shared], role: .siteAdmin, minutes: 9)
        let two = town.south.record(Town.order(code: "X"))
        let routed = town.south.record(.caseRouted(CaseRouted(site: "lakeview")), after: [two], role: .siteAdmin)
        let cases = between([(Town.one, [one, shared, linked]), (Town.two, [two, routed])])
        let found = try #require(cases.tenants().first)
        #expect(found.visibleTo.map(\.text) == ["lakeview"] && found.lockedFor.map(\.text) == ["northside", "southside"])
        #expect(found.cases == [Town.one, Town.two])
        let conflict = found.conflict
        #expect(conflict.number == 64 && conflict.owner == .siteAdmin && conflict.told == [.siteAdmin, .hubAdmin])
        #expect(conflict.events == [linked.id, two.id].sorted() && conflict.state == .open && conflict.dueMinutes == 1449)
        let left = town.north.record(.caseRouted(CaseRouted(site: "southside")), after: [linked], role: .siteAdmin)
        let right = town.south.record(.caseRouted(CaseRouted(site: "northside")), after: [routed], role: .siteAdmin)
        let granted = between([(Town.one, [one, shared, linked, left]), (Town.two, [two, routed, right])])
        #expect(granted.tenants().map(\.conflict.state) == [.superseded] && granted.tenants()[0].lockedFor.isEmpty)
        let decided = town.north.record(decision(on: conflict, choosing: linked), after: [linked], role: .siteAdmin)
        let closed = between([(Town.one, [one, shared, linked, decided]), (Town.two, [two, routed])])
        #expect(
            closed.tenants().map(\.conflict.closedBy) == [decided.id] && closed.tenants()[0].visibleTo.map(\.text) == ["lakeview"]
        )
    }

    @Test mutating func `conflict 64: none within one tenant, without a link, or for a case that is not held`() {
        let one = town.north.record(Town.order())
        let linked = town.north.record(link(), after: [one], role: .siteAdmin)
        var same = CaseBuilder("northside", incarnation: 2, stream: Town.two)
        let two = same.record(Town.order(code: "X"))
        #expect(between([(Town.one, [one, linked]), (Town.two, [two])]).conflicts().isEmpty)
        let other = town.south.record(Town.order(code: "X"))
        #expect(between([(Town.one, [one]), (Town.two, [other])]).conflicts().isEmpty)
        #expect(between([(Town.one, [one, linked]), (Town.two, [])]).conflicts().isEmpty)
        #expect(between([(Town.one, [one, linked])]).conflicts().isEmpty)
        var back = CaseBuilder("southside", incarnation: 2, stream: Town.two)
        let theirs = back.record(
            .linkage(.linked(CaseLinked(to: Town.one.description, basis: .human, reason: "x"))), role: .siteAdmin)
        #expect(between([(Town.one, [one]), (Town.two, [theirs])]).tenants().map(\.visibleTo) == [[]], "from either side")
    }
}

@Suite struct LateReturnTests {
    private let day: Int64 = 24 * 60

    @Test func `conflict 74: a late return is one digest for each owner of what changed`() throws {
        var late: [LateCase] = []
        let now = CredentialTests.minute(19 * day + 60)
        for number in 1...30 as ClosedRange<UInt64> {
            let stream = StreamID(kind: .imagingCase, high: 2, low: number)
            var north = CaseBuilder("northside", stream: stream)
            var hub = CaseBuilder("hub", stream: stream)
            let placed = hub.record(Town.order())
            let begun = north.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [placed], minutes: 30)
            let done = north.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [begun], minutes: 60)
            let cancelled = hub.record(
                .orderCancelled(OrderCancelled(reason: "no show")), after: [placed], role: .referrer, minutes: 40)
            let before = CaseFold.fold(stream, [placed, cancelled])
            let after = CaseFold.fold(stream, [placed, cancelled, begun, done])
            late.append(try #require(LateReturn.compare(before, after, arrived: [begun, done], now: now)))
        }
        #expect(
            late[0].changedAxes == ["order", "acquisition", "reading"] && late[0].reopens && late[0].words == "late: 19 days")
        #expect(late[0].newConflicts == ["5 cancelledWhenAcquired"])
        let digests = LateReturn.digests(of: late.reversed())
        #expect(
            digests.map(\.owner) == [.technologist, .radiologist, .referrer, .frontDesk],
            "four messages for ninety events and conflicts")
        #expect(digests.allSatisfy { $0.cases.count == 30 && $0.words == "late: 19 days" })
        #expect(digests[0].cases.map(\.stream) == late.map(\.stream))
        var json = JSONWriter()
        digests[0].write(to: &json)
        #expect(json.text.hasPrefix(#"{"owner":"technologist","late":"late: 19 days","cases":[{"case":"c-"#))
    }

    @Test func `conflict 74: what changes nothing reopens nothing, and what is fresh is no late return`() throws {
        var north = CaseBuilder("northside")
        let placed = north.record(Town.order())
        let said = north.record(.commentAdded(CommentAdded(text: "x")), after: [placed], minutes: 1)
        let (before, after) = (CaseFold.fold(someCase, [placed]), CaseFold.fold(someCase, [placed, said]))
        let late = try #require(LateReturn.compare(before, after, arrived: [said], now: CredentialTests.minute(30 * 60)))
        #expect(!late.reopens && late.words == "late: 29 hours" && LateReturn.digests(of: [late]).isEmpty)
        #expect(LateReturn.compare(before, after, arrived: [said], now: CredentialTests.minute(60)) == nil)
        #expect(LateReturn.compare(before, after, arrived: [], now: CredentialTests.minute(60)) == nil)
        let future = CaseFact(
            id: said.id, hash: said.hash, parents: [], recordedAt: said.recordedAt,
            occurredAt: OccurredAt(Instant(milliseconds: .max)), actor: said.actor, source: .page, event: said.event)
        #expect(LateReturn.compare(before, after, arrived: [future], now: Instant(milliseconds: .min)) == nil)
        let file = north.record(.attachment(.added(AttachmentAdded(name: "a", digest: "d"))), after: [placed])
        let with = CaseFold.fold(someCase, [placed, file])
        #expect(
            LateReturn.compare(with, before, arrived: [said], now: CredentialTests.minute(30 * 60))?.changedAxes.contains("order")
                == false)
    }

    @Test func `every axis has an owner`() {
        let axes = [
            "order", "protocol", "safety", "acquisition", "handOver", "reading", "report", "criticalResult", "instruction",
            "dose",
            "identity", "schedule", "preparation", "consent", "medication", "imageQuality", "availability", "receipt",
            "recommendation", "question", "consult", "discrepancy", "linkage", "attachment", "intervention", "treatment",
            "review",
            "cluster", "incident", "staffDose", "equipment", "credential", "research",
        ]
        for axis in axes { #expect(!LateReturn.owners(of: axis).isEmpty, "\(axis)") }
        #expect(LateReturn.owners(of: "receipt") == [.lead] && LateReturn.owners(of: "dose") == [.physicist])
    }
}

@Suite struct PersonClustersTests {
    private func history(_ low: IssuedIdentifier, _ events: [CaseEvent], incarnation: UInt64 = 1) -> FoldedCase {
        let stream = StreamID.person(low)!
        var hub = CaseBuilder("hub", incarnation: incarnation, stream: stream)
        var facts: [CaseFact] = []
        for event in events { facts.append(hub.record(event, after: Array(facts.suffix(1)), role: .siteAdmin)) }
        return FoldedCase(stream, facts)
    }

    @Test func `a chain over several histories is one person`() {
        let clusters = PersonClusters([
            history(Known.b, [Known.merge(Known.c, into: Known.b)], incarnation: 2),
            history(Known.a, [Known.merge(Known.b, into: Known.a)]),
        ])
        #expect(clusters.persons.map(\.members) == [[Known.a, Known.b, Known.c]] && clusters.conflicts.isEmpty)
        #expect(
            clusters.survivor(of: Known.c) == Known.a && clusters.isSame(Known.c, Known.a) && !clusters.isSame(Known.d, Known.a))
        #expect(clusters.survivor(of: Known.d) == Known.d && clusters.person(of: Known.d) == nil)
        let one = Patient(issuer: "mpi", id: "C")
        #expect(
            clusters.isSame(one, Patient(issuer: "mpi", id: "A")) && !clusters.isSame(one, Patient(id: "A"))
                && !clusters.isSame(one, nil))
        #expect(clusters.claims.count == 2 && clusters.claims.allSatisfy(\.stands))
    }

    @Test func `conflict 19: a circle over several histories is one person and one question`() throws {
        let histories = [
            history(Known.a, [Known.merge(Known.a, into: Known.b), Known.merge(Known.c, into: Known.a)]),
            history(Known.b, [Known.merge(Known.b, into: Known.c)], incarnation: 2),
        ]
        let clusters = PersonClusters(histories)
        #expect(clusters.persons.map(\.members) == [[Known.a, Known.b, Known.c]] && clusters.persons[0].isCircular)
        let conflict = try #require(clusters.conflicts.first)
        #expect(clusters.conflicts.count == 1 && conflict.number == 19 && conflict.events.count == 3 && conflict.state == .open)
        #expect(PersonClusters(histories.reversed()).conflicts == clusters.conflicts)
        let choice = histories[1].history[0]
        var hub = CaseBuilder("hub", incarnation: 7, stream: histories[1].state.stream)
        let decided = hub.record(decision(on: conflict, choosing: choice), after: [choice], role: .hubAdmin)
        let closed = PersonClusters([histories[0], FoldedCase(histories[1].state.stream, [choice, decided])])
        #expect(closed.conflicts.map(\.closedBy) == [decided.id])
        #expect(closed.persons.map(\.survivor) == [Known.a], "only b into c keeps its direction; a is the least not retired")
    }

    @Test func `conflict 20: a separation cuts the way that links over several histories make`() throws {
        let clusters = PersonClusters([
            history(Known.a, [Known.merge(Known.b, into: Known.a), Known.separate(Known.a, Known.c)]),
            history(Known.b, [Known.merge(Known.c, into: Known.b)], incarnation: 2),
        ])
        #expect(clusters.persons.isEmpty && clusters.conflicts.map(\.number) == [20])
        #expect(clusters.conflicts[0].events.count == 3)
    }
}
