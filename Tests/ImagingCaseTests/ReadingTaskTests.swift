import EventLog
import ImagingCase
import Testing

@Suite struct ReadingTaskTests {
    private var hub = CaseBuilder("hub")
    private var site = CaseBuilder("northside")

    private func at(_ minutes: Int64) -> Instant { testDay.advanced(byMilliseconds: minutes * 60_000) }

    private mutating func request(_ said: ReadingRequested = ReadingRequested(), after seen: [CaseFact] = []) -> CaseFact {
        hub.record(.readingTask(.requested(said)), after: seen, by: "dr.lead", role: .lead)
    }

    private mutating func read(
        _ event: CaseEvent, by person: String, after seen: [CaseFact], role: Role = .radiologist
    ) -> CaseFact {
        site.record(event, after: seen, by: person, role: role, minutes: 10)
    }

    private func task(_ event: ReadingTaskEvent) -> CaseEvent { .readingTask(event) }

    @Test mutating func `a reading goes from queued over offered and claimed to reported`() {
        let asked = request(ReadingRequested(kind: .final, group: "neuro", due: at(60), licence: "DE"))
        let queued = foldedInEveryOrder([asked])
        #expect(queued.reading.status == .queued && queued.reading.tasks.map(\.status) == [.queued])
        #expect(queued.jsonText.contains(#""kind":"final","group":"neuro","licence":"DE","due":"#))
        let named = request(ReadingRequested(kind: .final, reader: "dr.ito"), after: [asked])
        let offered = foldedInEveryOrder([asked, named])
        #expect(offered.reading.status == .offered && offered.reading.tasks.map(\.status) == [.replaced, .offered])
        let claimed = read(.readingClaimed(ReadingClaimed()), by: "dr.ito", after: [named])
        #expect(foldedInEveryOrder([asked, named, claimed]).reading.tasks[1].status == .claimed)
        let signed = read(.finalSigned(FinalSigned(impression: "x")), by: "dr.ito", after: [claimed])
        let state = foldedInEveryOrder([asked, named, claimed, signed])
        #expect(state.reading.status == .reported && state.reading.tasks.map(\.status) == [.replaced, .reported])
        #expect(state.reading.tasks[1].endedBy == signed.id && !state.reading.tasks[1].isOpen)
        for facts in [[asked], [asked, named], [asked, named, claimed], [asked, named, claimed, signed]] {
            let rules = CaseFold.explain(someCase, CaseHistory(facts)).filter { $0.axis == "reading" }
            #expect(rules.contains { $0.events.contains(asked.id) })
        }
    }

    @Test mutating func `the due time is asked with the moment passed in, and by policy where nobody named one`() {
        let timed = foldedInEveryOrder([request(ReadingRequested(due: at(60)))]).reading.tasks[0]
        #expect(!timed.overdue(at: at(59)) && timed.overdue(at: at(60)))
        let untimed = foldedInEveryOrder([request()]).reading.tasks[0]
        #expect(untimed.due() == at(1440) && untimed.due(isStat: true) == at(60))
    }

    @Test mutating func `a decline, a release and the end of a lease lead back to the queue`() {
        let asked = request(ReadingRequested(reader: "dr.ito"))
        let declined = read(task(.declined(ReadingDeclined(reason: "shift ends"))), by: "dr.ito", after: [asked])
        let state = foldedInEveryOrder([asked, declined])
        #expect(state.reading.status == .queued && state.reading.tasks[0].reader.isEmpty)
        #expect(state.reading.tasks[0].declines.map(\.note) == ["shift ends"])
        let claimed = read(.readingClaimed(ReadingClaimed(leaseUntil: at(30))), by: "dr.two", after: [declined])
        let held = foldedInEveryOrder([asked, declined, claimed]).reading
        #expect(held.status(at: at(29)) == .claimed && held.status(at: at(30)) == .queued && held.status == .claimed)
        let refused = read(task(.declined(ReadingDeclined(reason: "not mine"))), by: "dr.two", after: [claimed])
        let back = foldedInEveryOrder([asked, declined, claimed, refused]).reading
        #expect(back.status == .queued && back.claims.map(\.status) == [.declined] && back.status(at: at(0)) == .queued)
        #expect(back.tasks[0].declines.count == 2)
        let rules = CaseFold.explain(someCase, CaseHistory([asked, declined, claimed, refused]))
        #expect(rules.contains { $0.axis == "reading" && $0.rule.contains("cannot read it") })
    }

    @Test mutating func `the parts of a study are read by two readers, and one signature does not cover the other's`() {
        let first = request(ReadingRequested(kind: .part, reader: "dr.ct", part: "CT"))
        let second = request(ReadingRequested(kind: .part, reader: "dr.pet", part: "PT"), after: [first])
        let signed = read(.finalSigned(FinalSigned(impression: "ct")), by: "dr.ct", after: [second])
        let half = foldedInEveryOrder([first, second, signed]).reading
        #expect(half.tasks.map(\.status) == [.reported, .offered] && half.status == .offered)
        let other = read(.finalSigned(FinalSigned(impression: "pet", supersedes: [])), by: "dr.pet", after: [signed])
        #expect(foldedInEveryOrder([first, second, signed, other]).reading.tasks.map(\.status) == [.reported, .reported])
        // Whoever signs the study has not read a part that nobody is named for: its reader asks for it in his own name.
        let part = request(ReadingRequested(kind: .part, group: "nuclear", part: "PT"))
        let one = read(.finalSigned(FinalSigned(impression: "x")), by: "dr.ct", after: [part])
        let left = foldedInEveryOrder([part, one])
        #expect(left.reading.tasks.map(\.status) == [.queued] && left.reading.status == .queued)
        let rules = CaseFold.explain(someCase, CaseHistory([part, one]))
        #expect(rules.contains { $0.rule.hasPrefix("A part waits until a reader is named") })
        let taken = read(
            task(.requested(ReadingRequested(kind: .part, reader: "dr.pet", part: "PT"))), by: "dr.pet", after: [one])
        let claimed = read(.readingClaimed(ReadingClaimed()), by: "dr.pet", after: [taken])
        #expect(foldedInEveryOrder([part, one, taken, claimed]).reading.tasks.map(\.status) == [.replaced, .claimed])
    }

    @Test mutating func `an over-read is made by another reader who knew of it, a preliminary by anybody's first text`() {
        let signed = read(.finalSigned(FinalSigned(impression: "x")), by: "dr.ito", after: [])
        let asked = request(ReadingRequested(kind: .overRead), after: [signed])
        #expect(foldedInEveryOrder([signed, asked]).reading.status == .queued)
        let own = read(.finalSigned(FinalSigned(impression: "y", supersedes: [signed.id])), by: "dr.ito", after: [asked])
        #expect(foldedInEveryOrder([signed, asked, own]).reading.tasks[0].status == .queued)
        let other = read(.finalSigned(FinalSigned(impression: "y", supersedes: [signed.id])), by: "dr.two", after: [asked])
        #expect(foldedInEveryOrder([signed, asked, other]).reading.tasks[0].status == .reported)
        let early = request(ReadingRequested(kind: .preliminary))
        let text = read(.preliminaryIssued(PreliminaryIssued(impression: "p")), by: "dr.res", after: [early])
        #expect(foldedInEveryOrder([early, text]).reading.tasks[0].status == .reported)
        let full = request(ReadingRequested(kind: .final))
        #expect(foldedInEveryOrder([full, text, early]).reading.tasks.contains { $0.said.kind == .final && $0.isOpen })
        // A first reading that was asked for apart from its signature is made; one that was withdrawn is not.
        let apart = request(ReadingRequested(kind: .final))
        #expect(foldedInEveryOrder([apart, signed]).reading.tasks[0].status == .reported)
        let withdrawn = read(.reportRetracted(ReportRetracted(which: signed.id)), by: "dr.ito", after: [signed])
        #expect(foldedInEveryOrder([apart, signed, withdrawn]).reading.tasks[0].status == .queued)
    }

    @Test mutating func `a draft is shown until its reader signs, the latest of each`() {
        let digest = String(repeating: "ab", count: 32)
        let first = read(.reportReceipt(.draftNoted(ReportDraftNoted(digest: digest))), by: "dr.ito", after: [])
        let second = read(.reportReceipt(.draftNoted(ReportDraftNoted(digest: "cd"))), by: "dr.ito", after: [first])
        let other = read(.reportReceipt(.draftNoted(ReportDraftNoted(digest: "ef"))), by: "dr.two", after: [first])
        let state = foldedInEveryOrder([first, second, other])
        #expect(state.reading.drafts.map(\.digest) == ["cd", "ef"] && state.jsonText.contains(#""digest":"ef""#))
        let signed = read(.finalSigned(FinalSigned(impression: "x")), by: "dr.ito", after: [second])
        #expect(foldedInEveryOrder([first, second, other, signed]).reading.drafts.map(\.by) == ["dr.two"])
        #expect(refusalOf(.reportReceipt(.draftNoted(ReportDraftNoted(digest: digest))), []) == nil)
        for bad in ["", "ab", String(repeating: "AB", count: 32)] {
            let refused = refusalOf(.reportReceipt(.draftNoted(ReportDraftNoted(digest: bad))), [])
            #expect(refused?.reason == "report.digest: expected 64 lower-case hexadecimal digits.")
        }
    }

    @Test mutating func `refusals name the field and what would be legal`() {
        let asked = request(ReadingRequested(reader: "dr.ito"))
        let claimed = read(.readingClaimed(ReadingClaimed()), by: "dr.ito", after: [asked])
        let check = { (event: ReadingTaskEvent, facts: [CaseFact], person: String, role: Role) in
            refusalOf(.readingTask(event), facts, by: person, role)
        }
        let past = check(.requested(ReadingRequested(due: testDay)), [], "l", .lead)
        #expect(past?.reason.hasPrefix("reading.due: ") == true)
        #expect(check(.requested(ReadingRequested(kind: .part)), [], "l", .lead)?.reason == "reading.part: no part is named.")
        #expect(check(.declined(ReadingDeclined()), [asked], "dr.ito", .radiologist)?.reason.hasPrefix("reading.reason") == true)
        let nobody = check(.declined(ReadingDeclined(reason: "x")), [], "dr.ito", .radiologist)
        #expect(nobody?.reason == "Nobody asked dr.ito to read this study.")
        #expect(check(.declined(ReadingDeclined(reason: "x")), [asked], "dr.ito", .radiologist) == nil)
        #expect(check(.declined(ReadingDeclined(reason: "x")), [asked], "n", .nurse)?.ground == .role)
        let facts = [asked, claimed]
        #expect(
            check(.transferred(ReadingTransferred()), facts, "dr.ito", .radiologist)?.reason == "reading.to: nobody is named.")
        let himself = check(.transferred(ReadingTransferred(to: "dr.ito")), facts, "dr.ito", .radiologist)
        #expect(himself?.remedy == "Claim it instead.")
        let stranger = check(.transferred(ReadingTransferred(to: "dr.b")), facts, "dr.c", .radiologist)
        #expect(stranger?.reason == "dr.c does not hold this study.")
        #expect(check(.transferred(ReadingTransferred(to: "dr.b")), facts, "dr.lead", .lead) == nil)
        #expect(check(.transferred(ReadingTransferred(to: "dr.b")), facts, "dr.ito", .radiologist) == nil)
        #expect(check(.transferAccepted(ReadingTransferAccepted()), facts, "dr.b", .radiologist)?.ground == .state)
        let offer = read(task(.transferred(ReadingTransferred(to: "dr.b"))), by: "dr.ito", after: [claimed])
        let offered = facts + [offer]
        let lease = check(.transferAccepted(ReadingTransferAccepted(leaseUntil: testDay)), offered, "dr.b", .radiologist)
        #expect(lease?.reason.hasPrefix("reading.leaseUntil: ") == true)
        let wrong = check(.transferAccepted(ReadingTransferAccepted(transfer: offer.id)), offered, "dr.c", .radiologist)
        #expect(wrong?.reason == "The study is offered to dr.b.")
        #expect(check(.transferAccepted(ReadingTransferAccepted()), offered, "dr.b", .radiologist) == nil)
        let filled = Authoring.completed(
            task(.transferAccepted(ReadingTransferAccepted())), in: CaseFold.fold(someCase, offered))
        #expect(filled == task(.transferAccepted(ReadingTransferAccepted(transfer: offer.id))))
    }

    @Test mutating func `who takes over from him who took over has the task`() {
        let asked = request(ReadingRequested(kind: .final, reader: "dr.own"))
        let holds = read(.readingClaimed(ReadingClaimed()), by: "dr.own", after: [asked])
        let offered = read(task(.transferred(ReadingTransferred(to: "dr.lund", reason: "shift"))), by: "dr.own", after: [holds])
        let taken = read(
            task(.transferAccepted(ReadingTransferAccepted(transfer: offered.id))), by: "dr.lund", after: [offered])
        let again = read(task(.transferred(ReadingTransferred(to: "dr.osei", reason: "shift"))), by: "dr.lund", after: [taken])
        let last = read(task(.transferAccepted(ReadingTransferAccepted(transfer: again.id))), by: "dr.osei", after: [again])
        let state = foldedInEveryOrder([asked, holds, offered, taken, again, last]).reading
        #expect(state.status == .claimed && state.claims.first?.by == "dr.osei")
        #expect(state.tasks.map(\.reader) == ["dr.osei"] && state.tasks.map(\.status) == [.claimed])
    }
}

@Suite struct ReadingTransferTests {
    private var hub = CaseBuilder("hub")
    private var north = CaseBuilder("northside")
    private var lake = CaseBuilder("lakeview")

    private func offer(_ person: String) -> CaseEvent {
        .readingTask(.transferred(ReadingTransferred(to: person, reason: "leave", withDraft: true)))
    }

    private func accept(_ offer: CaseFact?) -> CaseEvent {
        .readingTask(.transferAccepted(ReadingTransferAccepted(transfer: offer?.id)))
    }

    private mutating func claimed() -> CaseFact {
        hub.record(.readingClaimed(ReadingClaimed()), by: "dr.own", role: .radiologist)
    }

    @Test mutating func `an offer leaves the holder in place until it is accepted, and hands on his task`() {
        let asked = hub.record(
            .readingTask(.requested(ReadingRequested(reader: "dr.own"))), by: "dr.lead", role: .lead)
        let claim = hub.record(.readingClaimed(ReadingClaimed()), after: [asked], by: "dr.own", role: .radiologist)
        let offered = hub.record(offer("dr.a"), after: [claim], by: "dr.own", role: .radiologist)
        let waiting = foldedInEveryOrder([asked, claim, offered]).reading
        #expect(waiting.status == .claimed && waiting.offers.map(\.isOpen) == [true] && waiting.claims.map(\.by) == ["dr.own"])
        let accepted = north.record(accept(nil), after: [offered], by: "dr.a", role: .radiologist)
        let state = foldedInEveryOrder([asked, claim, offered, accepted])
        #expect(
            state.reading.claims.map(\.by) == ["dr.a", "dr.own"] && state.reading.claims.map(\.status) == [.holds, .handedOn])
        #expect(state.reading.offers.map(\.status) == [.accepted] && state.reading.offers[0].endedBy == accepted.id)
        #expect(state.reading.tasks[0].reader == "dr.a" && state.reading.tasks[0].status == .claimed)
        #expect(state.jsonText.contains(#""state":"accepted","to":"dr.a","reason":"leave","withDraft":true"#))
        let signed = north.record(
            .finalSigned(FinalSigned(impression: "x")), after: [accepted], by: "dr.a", role: .radiologist)
        let done = foldedInEveryOrder([asked, claim, offered, accepted, signed]).reading
        #expect(done.status == .reported && done.signedWithoutClaim.isEmpty && done.tasks[0].status == .reported)
    }

    @Test mutating func `an offer is declined, made anew or overtaken by a signature`() {
        let claim = claimed()
        let offered = hub.record(offer("dr.a"), after: [claim], by: "dr.own", role: .radiologist)
        let declined = north.record(
            .readingTask(.declined(ReadingDeclined(reason: "busy"))), after: [offered], by: "dr.a", role: .radiologist)
        #expect(foldedInEveryOrder([claim, offered, declined]).reading.offers.map(\.status) == [.declined])
        let anew = hub.record(offer("dr.b"), after: [offered], by: "dr.own", role: .radiologist)
        let state = foldedInEveryOrder([claim, offered, anew])
        #expect(state.reading.offers.map(\.status) == [.lapsed, .offered] && state.conflicts.isEmpty)
        let signed = lake.record(.finalSigned(FinalSigned(impression: "x")), after: [claim], by: "dr.own", role: .radiologist)
        #expect(foldedInEveryOrder([claim, offered, signed]).reading.offers.map(\.status) == [.lapsed])
        let unclaimed = hub.record(offer("dr.a"), by: "dr.lead", role: .lead)
        #expect(foldedInEveryOrder([unclaimed]).reading.status == .offered)
        let lease = hub.record(
            .readingClaimed(ReadingClaimed(leaseUntil: testDay)), after: [unclaimed], by: "dr.x", role: .radiologist)
        #expect(foldedInEveryOrder([unclaimed, lease]).reading.status(at: testDay) == .offered)
        let rules = CaseFold.explain(someCase, CaseHistory([claim, offered, anew])).filter { $0.axis == "reading" }
        #expect(Set(rules.map(\.state)) == ["claimed", "lapsed", "offered"])
    }

    @Test mutating func `conflict 3: transferred to A by the lead and to B by the owner, the first who accepts holds`() throws {
        let claim = claimed()
        let toA = north.record(offer("dr.a"), after: [claim], by: "dr.lead", role: .lead, minutes: 2)
        let toB = lake.record(offer("dr.b"), after: [claim], by: "dr.own", role: .radiologist, minutes: 4)
        let facts = [claim, toA, toB]
        let state = foldedInEveryOrder(facts)
        #expect(state.reading.offers.map(\.isOpen) == [true, true], "both are offered")
        #expect(Set(state.reading.offers.map(\.to)) == ["dr.a", "dr.b"])
        let conflict = try #require(state.conflicts(numbered: 3).first)
        #expect(state.conflicts.count == 1 && conflict.state == .open && conflict.owner == .lead)
        #expect(conflict.told == [.radiologist, .lead] && conflict.dueMinutes == 34)
        let accepted = north.record(accept(toA), after: [toA], by: "dr.a", role: .radiologist)
        let held = foldedInEveryOrder(facts + [accepted])
        #expect(held.reading.holder(at: testDay)?.by == "dr.a")
        #expect(held.reading.offers.first { $0.to == "dr.b" }?.status == .lapsed)
        #expect(held.conflicts.map(\.state) == [.superseded] && held.conflicts.map(\.closedBy) == [accepted.id])
        // Who accepts knowing of it reads beside, and is told.
        let late = lake.record(accept(toB), after: [toB, accepted], by: "dr.b", role: .radiologist)
        let beside = foldedInEveryOrder(facts + [accepted, late])
        #expect(beside.reading.claims.filter(\.isActive).map(\.by) == ["dr.a", "dr.b"] && beside.reading.status == .coRead)
        #expect(beside.anomalies.map(\.event) == [late.id])
        let knowing = lake.record(accept(toB), after: [toA, toB], by: "dr.b", role: .radiologist)
        #expect(foldedInEveryOrder(facts + [knowing]).conflicts.map(\.closedBy) == [knowing.id])
    }

    @Test mutating func `conflict 3: of two who accept apart the lower hash holds until one gives back or a person decides`() {
        let claim = claimed()
        let toA = north.record(offer("dr.a"), after: [claim], by: "dr.lead", role: .lead)
        let toB = lake.record(offer("dr.b"), after: [claim], by: "dr.own", role: .radiologist)
        let one = north.record(accept(toA), after: [toA], by: "dr.a", role: .radiologist)
        let other = lake.record(accept(toB), after: [toB], by: "dr.b", role: .radiologist)
        let facts = [claim, toA, toB, one, other]
        let state = foldedInEveryOrder(facts)
        let (winner, loser) = one.hash < other.hash ? ("dr.a", "dr.b") : ("dr.b", "dr.a")
        #expect(state.reading.claims.prefix(2).map(\.by) == [winner, loser])
        #expect(state.reading.claims.prefix(2).map(\.status) == [.holds, .coReads], "the loser's work is kept")
        #expect(state.conflicts.map(\.number) == [3] && state.conflicts.map(\.state) == [.open])
        let back = north.record(
            .readingReleased(ReadingReleased(reason: "yours")), after: [one], by: "dr.a", role: .radiologist)
        let ended = foldedInEveryOrder(facts + [back])
        #expect(ended.conflicts.map(\.state) == [.superseded] && ended.reading.holder(at: testDay)?.by == "dr.b")
        let conflict = state.conflicts[0]
        let choice = winner == "dr.a" ? toB : toA
        let decided = hub.record(decision(on: conflict, choosing: choice), after: facts, by: "dr.lead", role: .lead)
        let settled = foldedInEveryOrder(facts + [decided])
        #expect(settled.reading.holder(at: testDay)?.by == loser && settled.conflicts.map(\.closedBy) == [decided.id])
    }

    @Test
    mutating func `conflict 3: a decision lets the other offer lapse, a decline or a signature makes it moot, none in sequence`()
    {
        let claim = claimed()
        let toA = north.record(offer("dr.a"), after: [claim], by: "dr.lead", role: .lead)
        let toB = lake.record(offer("dr.b"), after: [claim], by: "dr.own", role: .radiologist)
        let facts = [claim, toA, toB]
        let conflict = CaseFold.fold(someCase, facts).conflicts[0]
        let decided = hub.record(decision(on: conflict, choosing: toB), after: facts, by: "dr.lead", role: .lead)
        let settled = foldedInEveryOrder(facts + [decided]).reading.offers
        #expect(settled.first { $0.to == "dr.a" }?.status == .lapsed && settled.first { $0.to == "dr.b" }?.isOpen == true)
        let declined = north.record(
            .readingTask(.declined(ReadingDeclined(reason: "x"))), after: [toA], by: "dr.a", role: .radiologist)
        #expect(foldedInEveryOrder(facts + [declined]).conflicts.map(\.state) == [.superseded])
        let signed = lake.record(.finalSigned(FinalSigned(impression: "x")), after: [toB], by: "dr.own", role: .radiologist)
        #expect(foldedInEveryOrder(facts + [signed]).conflicts(numbered: 3).map(\.state) == [.superseded])
        let same = lake.record(offer("dr.a"), after: [claim], by: "dr.own", role: .radiologist)
        #expect(foldedInEveryOrder([claim, toA, same]).conflicts.isEmpty)
        let seen = lake.record(offer("dr.b"), after: [toA], by: "dr.own", role: .radiologist)
        #expect(foldedInEveryOrder([claim, toA, seen]).conflicts.isEmpty)
    }

    @Test mutating func `an acceptance of nothing, of another's offer and an offer to nobody change nothing and are flagged`() {
        let claim = claimed()
        let offered = hub.record(offer("dr.a"), after: [claim], by: "dr.own", role: .radiologist)
        let stranger = north.record(accept(offered), after: [offered], by: "dr.c", role: .radiologist)
        let blind = lake.record(accept(offered), by: "dr.a", role: .radiologist)
        let empty = north.record(offer(""), after: [claim], by: "dr.own", role: .radiologist)
        let clerk = north.record(offer("dr.a"), after: [claim], by: "clerk", role: .frontDesk)
        let state = foldedInEveryOrder([claim, offered, stranger, blind, empty, clerk])
        #expect(Set(state.anomalies.map(\.event)) == Set([stranger.id, blind.id, empty.id, clerk.id]))
        #expect(state.reading.holder(at: testDay)?.by == "dr.own" && state.reading.offers.count == 1)
    }

    @Test mutating func `conflict 4: released on one device and worked on on another the reader holds it still`() throws {
        let works: [CaseEvent] = [
            .reportReceipt(.draftNoted(ReportDraftNoted(digest: "d"))),
            .preliminaryIssued(PreliminaryIssued(impression: "p")), .readingClaimed(ReadingClaimed()),
        ]
        for work in works {
            var (hub, north, lake) = (self.hub, self.north, self.lake)
            let claim = hub.record(.readingClaimed(ReadingClaimed()), by: "dr.own", role: .radiologist)
            let released = north.record(
                .readingReleased(ReadingReleased(reason: "home")), after: [claim], by: "dr.own", role: .radiologist, minutes: 5)
            let worked = lake.record(work, after: [claim], by: "dr.own", role: .radiologist, minutes: 8)
            let state = foldedInEveryOrder([claim, released, worked])
            #expect(state.reading.status == .claimed && state.reading.holder(at: testDay)?.by == "dr.own", "\(work.kind)")
            let conflict = try #require(state.conflicts(numbered: 4).first)
            #expect(state.conflicts.count == 1 && conflict.owner == .radiologist && conflict.told == [.radiologist])
            #expect(conflict.events == [released.id, worked.id].sorted(), "both are shown")
            guard case .readingClaimed = work else {
                #expect(conflict.state == .open && conflict.dueMinutes == 68)
                let again = hub.record(
                    .readingReleased(ReadingReleased()), after: [released, worked], by: "dr.own", role: .radiologist)
                let freed = foldedInEveryOrder([claim, released, worked, again])
                #expect(freed.reading.claims.map(\.status) == [.released] && freed.conflicts.map(\.closedBy) == [again.id])
                let decided = hub.record(
                    decision(on: conflict, choosing: released), after: [released, worked], by: "dr.own", role: .radiologist)
                let given = foldedInEveryOrder([claim, released, worked, decided]).reading
                #expect(given.claims.map(\.status) == [.released] && given.claims[0].endedBy == decided.id)
                continue
            }
        }
    }

    @Test mutating func `conflict 4: none where the work was known, was another's, or a lead took the study back`() {
        let claim = claimed()
        let drafted = lake.record(
            .reportReceipt(.draftNoted(ReportDraftNoted(digest: "d"))), after: [claim], by: "dr.own", role: .radiologist)
        let released = north.record(.readingReleased(ReadingReleased()), after: [drafted], by: "dr.own", role: .radiologist)
        let state = foldedInEveryOrder([claim, drafted, released])
        #expect(state.conflicts.isEmpty && state.reading.claims.map(\.status) == [.released])
        let own = north.record(.readingReleased(ReadingReleased()), after: [claim], by: "dr.own", role: .radiologist)
        let other = lake.record(
            .reportReceipt(.draftNoted(ReportDraftNoted(digest: "d"))), after: [claim], by: "dr.two", role: .radiologist)
        #expect(foldedInEveryOrder([claim, own, other]).conflicts.isEmpty)
        let lead = north.record(.readingReleased(ReadingReleased()), after: [claim], by: "dr.lead", role: .lead)
        let taken = foldedInEveryOrder([claim, drafted, lead])
        #expect(taken.conflicts.isEmpty && taken.reading.claims.map(\.status) == [.released])
        #expect(taken.reading.drafts.map(\.by) == ["dr.own"], "his draft is kept")
    }
}
