import EventLog
import ImagingCase
import Testing

/// Identifiers of one hospital and of the region, as the tests below name them.
enum Known {
    static func id(_ value: String, _ issuer: String = "mpi") -> IssuedIdentifier {
        IssuedIdentifier(issuer: issuer, value: value)
    }
    static let a = id("A")
    static let b = id("B")
    static let c = id("C")
    static let d = id("D")
    static let stream = StreamID.person(a)!

    static func merge(_ retired: IssuedIdentifier, into survivor: IssuedIdentifier) -> CaseEvent {
        .person(.merged(PersonMerged(survivor: survivor, retired: retired, evidence: "passport")))
    }

    static func separate(_ one: IssuedIdentifier, _ other: IssuedIdentifier) -> CaseEvent {
        .person(.unmerged(PersonUnmerged(first: one, second: other, evidence: "twins")))
    }
}

@Suite struct ClusterTests {
    private var north = CaseBuilder("northside", stream: Known.stream)

    private func refusal(_ event: CaseEvent, _ facts: [CaseFact] = [], _ role: Role = .frontDesk) -> AuthoringRefusal? {
        do {
            try ClusterAxis.mayAuthor(
                event, in: CaseFold.fold(Known.stream, facts).rare.cluster, by: Author(person: "c.desk", role: role), now: testDay
            )
            return nil
        } catch { return error }
    }

    @Test mutating func `two identifiers become one person and can become two again`() throws {
        let merged = north.record(Known.merge(Known.b, into: Known.a), role: .frontDesk)
        let one = foldedInEveryOrder([merged], of: Known.stream)
        let cluster = one.rare.cluster
        #expect(cluster.status == .linked && cluster.persons.map(\.members) == [[Known.a, Known.b]])
        #expect(cluster.person(of: Known.b)?.survivor == Known.a && cluster.person(of: Known.c) == nil)
        #expect(one.conflicts.isEmpty && one.anomalies.isEmpty)
        #expect(one.jsonText.contains(#""cluster":{"state":"linked","persons":[{"survivor":{"issuer":"mpi","value":"A"}"#))
        #expect(one.jsonText.contains(#""evidence":"passport""#))
        let parted = north.record(Known.separate(Known.a, Known.b), after: [merged], role: .siteAdmin)
        let two = foldedInEveryOrder([merged, parted], of: Known.stream)
        #expect(two.rare.cluster.status == .separate && two.rare.cluster.persons.isEmpty)
        #expect(two.rare.cluster.claims.map(\.stands) == [false, true], "what was said stays")
        #expect(two.conflicts.isEmpty, "he had seen the merge")
        let again = north.record(Known.merge(Known.b, into: Known.a), after: [parted], role: .frontDesk)
        #expect(foldedInEveryOrder([merged, parted, again], of: Known.stream).rare.cluster.status == .linked)
    }

    @Test mutating func `chains are one person, shown under the one that no link retires`() {
        let first = north.record(Known.merge(Known.c, into: Known.b), role: .frontDesk)
        let second = north.record(Known.merge(Known.b, into: Known.d), after: [first], role: .frontDesk)
        let changed = north.record(
            .person(.identifierChanged(PersonIdentifierChanged(from: Known.d, to: Known.a))), after: [second], role: .system)
        let state = foldedInEveryOrder([first, second, changed], of: Known.stream).rare.cluster
        #expect(state.persons.map(\.members) == [[Known.a, Known.b, Known.c, Known.d]])
        #expect(state.persons[0].survivor == Known.a && !state.persons[0].isCircular)
    }

    @Test mutating func `of several survivors the master index's counts, else the least`() {
        let byHand = north.record(Known.merge(Known.b, into: Known.a), role: .frontDesk)
        let toC = north.record(Known.merge(Known.b, into: Known.c), after: [byHand], role: .frontDesk)
        #expect(foldedInEveryOrder([byHand, toC], of: Known.stream).rare.cluster.persons[0].survivor == Known.a)
        let index = north.record(Known.merge(Known.b, into: Known.d), after: [toC], role: .system, source: .hl7)
        #expect(foldedInEveryOrder([byHand, toC, index], of: Known.stream).rare.cluster.persons[0].survivor == Known.d)
    }

    @Test mutating func `a later word turns the direction without a question`() {
        let one = north.record(Known.merge(Known.b, into: Known.a), role: .frontDesk)
        let turned = north.record(Known.merge(Known.a, into: Known.b), after: [one], role: .system)
        let state = foldedInEveryOrder([one, turned], of: Known.stream)
        #expect(state.rare.cluster.persons[0].survivor == Known.b && state.conflicts.isEmpty)
    }

    @Test mutating func `what names nobody, oneself or comes from who may not links nobody and is flagged`() {
        let selfMerge = north.record(Known.merge(Known.a, into: Known.a), role: .frontDesk)
        let empty = north.record(
            .person(.merged(PersonMerged(survivor: Known.a, retired: Known.id("", "mpi")))), role: .frontDesk)
        let noIssuer = north.record(Known.merge(Known.id("X", ""), into: Known.a), role: .system)
        let missing = north.record(.person(.merged(PersonMerged(survivor: Known.a))), role: .system)
        let byNurse = north.record(Known.merge(Known.b, into: Known.a), role: .nurse)
        let state = foldedInEveryOrder([selfMerge, empty, noIssuer, missing, byNurse], of: Known.stream)
        #expect(state.rare.cluster.persons.isEmpty && state.events == 5)
        #expect(Set(state.anomalies.map(\.event)) == Set([selfMerge, empty, noIssuer, missing, byNurse].map(\.id)))
        #expect(state.anomalies.count == 5)
        #expect(state.anomalies.first { $0.event == selfMerge.id }?.what.contains("with itself") == true)
        #expect(state.anomalies.first { $0.event == byNurse.id }?.axis == "authority")
    }

    @Test mutating func `a circle that somebody closed with open eyes is one person and flagged`() {
        let one = north.record(Known.merge(Known.a, into: Known.b), role: .frontDesk)
        let two = north.record(Known.merge(Known.b, into: Known.c), after: [one], role: .frontDesk)
        let three = north.record(Known.merge(Known.c, into: Known.a), after: [two], role: .frontDesk)
        let state = foldedInEveryOrder([one, two, three], of: Known.stream)
        #expect(state.rare.cluster.persons.map(\.survivor) == [Known.a] && state.rare.cluster.persons[0].isCircular)
        #expect(state.conflicts.isEmpty && state.anomalies.map(\.event) == [three.id])
    }

    @Test mutating func `self-merges, circles, repetitions and claims without evidence are refused`() throws {
        #expect(refusal(Known.merge(Known.a, into: Known.a))?.reason.contains("itself") == true)
        let empty = refusal(.person(.merged(PersonMerged(survivor: Known.id(""), retired: Known.b, evidence: "x"))))
        #expect(empty?.reason == "The field 'survivor.value' is empty." && empty?.remedy == "Say the identifier.")
        let issuer = refusal(.person(.identifierChanged(PersonIdentifierChanged(from: Known.id("1", ""), to: Known.a))))
        #expect(issuer?.reason.contains("from.issuer") == true && issuer?.remedy == "Say who issued the identifier.")
        #expect(refusal(.person(.unmerged(PersonUnmerged(first: Known.a, second: nil, evidence: "x"))))?.ground == .content)
        let bare = PersonMerged(survivor: Known.a, retired: Known.b, evidence: " ")
        #expect(refusal(.person(.merged(bare)))?.reason == "The field 'evidence' is empty.")
        #expect(refusal(.person(.merged(bare)), [], .system) == nil, "the master index answers for itself")
        let merged = north.record(Known.merge(Known.b, into: Known.a), role: .frontDesk)
        let next = north.record(Known.merge(Known.a, into: Known.c), after: [merged], role: .frontDesk)
        #expect(refusal(Known.merge(Known.b, into: Known.a), [merged])?.remedy == "Nothing is left to do.")
        let circle = refusal(Known.merge(Known.c, into: Known.b), [merged, next])
        #expect(circle?.ground == .state && circle?.reason.contains("circle") == true)
        #expect(circle?.remedy == "Separate the two first, or keep mpi C as the one that goes on.")
        #expect(refusal(Known.separate(Known.a, Known.b), [merged]) == nil)
        #expect(refusal(Known.separate(Known.a, Known.d), []) == nil, "that two are two may be said in advance")
        let parted = north.record(Known.separate(Known.a, Known.b), after: [merged], role: .frontDesk)
        #expect(refusal(Known.separate(Known.b, Known.a), [merged, parted])?.ground == .state)
        #expect(refusal(.commentAdded(CommentAdded())) == nil, "not of this axis")
    }

    @Test mutating func `the axis explains persons and what is not in force`() {
        let merged = north.record(Known.merge(Known.b, into: Known.a), role: .frontDesk)
        let linked = CaseFold.explain(Known.stream, CaseHistory([merged])).first { $0.axis == "cluster" }
        #expect(linked?.state == "mpi A = mpi B, shown as mpi A" && linked?.events == [merged.id])
        let parted = north.record(Known.separate(Known.a, Known.b), after: [merged], role: .frontDesk)
        let all = CaseFold.explain(Known.stream, CaseHistory([merged, parted])).filter { $0.axis == "cluster" }
        #expect(all.map(\.events) == [[merged.id]] && all[0].state.contains("not in force"))
    }
}

@Suite struct ClusterConflictTests {
    var north = CaseBuilder("northside", stream: Known.stream)
    var hub = CaseBuilder("hub", stream: Known.stream)
    var lake = CaseBuilder("lakeview", stream: Known.stream)

    @Test mutating func `conflict 19: merges in both directions are one person, and both directions are shown`() throws {
        let one = north.record(Known.merge(Known.a, into: Known.b), role: .frontDesk, minutes: 3)
        let other = hub.record(Known.merge(Known.b, into: Known.a), role: .siteAdmin, minutes: 7)
        let state = foldedInEveryOrder([one, other], of: Known.stream)
        let person = try #require(state.rare.cluster.persons.first)
        #expect(person.members == [Known.a, Known.b] && person.survivor == Known.a && person.isCircular)
        #expect(state.rare.cluster.claims.map(\.stands) == [true, true])
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1 && conflict.number == 19 && conflict.state == .open)
        #expect(conflict.owner == .siteAdmin && conflict.told == [.siteAdmin, .hubAdmin] && conflict.dueMinutes == 1447)
        let decided = hub.record(decision(on: conflict, choosing: one), after: [one, other], role: .hubAdmin)
        let closed = foldedInEveryOrder([one, other, decided], of: Known.stream)
        #expect(closed.conflicts.map(\.closedBy) == [decided.id])
        #expect(closed.rare.cluster.persons.map(\.survivor) == [Known.b] && !closed.rare.cluster.persons[0].isCircular)
        let byNurse = hub.record(decision(on: conflict, choosing: one), after: [one, other], role: .nurse)
        #expect(foldedInEveryOrder([one, other, byNurse], of: Known.stream).conflicts[0].state == .open)
    }

    @Test mutating func `conflict 19: of two directions the master index's goes on`() {
        let byHand = north.record(Known.merge(Known.b, into: Known.a), role: .frontDesk)
        let index = hub.record(Known.merge(Known.a, into: Known.b), role: .system, source: .hl7)
        let state = foldedInEveryOrder([byHand, index], of: Known.stream)
        #expect(state.rare.cluster.persons.map(\.survivor) == [Known.b])
        let later = lake.record(Known.merge(Known.b, into: Known.a), after: [byHand, index], role: .system)
        let settled = foldedInEveryOrder([byHand, index, later], of: Known.stream)
        #expect(settled.conflicts.map(\.closedBy) == [later.id] && settled.rare.cluster.persons.map(\.survivor) == [Known.a])
    }

    @Test mutating func `conflict 19: a circle over three made apart is one person and no loop`() throws {
        let one = north.record(Known.merge(Known.a, into: Known.b), role: .frontDesk)
        let two = hub.record(Known.merge(Known.b, into: Known.c), role: .frontDesk)
        let three = lake.record(Known.merge(Known.c, into: Known.a), role: .frontDesk)
        let state = foldedInEveryOrder([one, two, three], of: Known.stream)
        #expect(state.rare.cluster.persons.map(\.members) == [[Known.a, Known.b, Known.c]])
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 19 && conflict.events.count == 3)
        let decided = hub.record(decision(on: conflict, choosing: two), after: [one, two, three], role: .siteAdmin)
        let closed = foldedInEveryOrder([one, two, three, decided], of: Known.stream)
        #expect(closed.conflicts.map(\.state) == [.resolved])
        #expect(closed.rare.cluster.persons.map(\.survivor) == [Known.a], "the least that no directed link retires")
    }

    @Test mutating func `conflict 20: merged and separated apart they stay two until somebody decides`() throws {
        let merged = hub.record(Known.merge(Known.b, into: Known.a), role: .siteAdmin)
        let parted = north.record(Known.separate(Known.a, Known.b), role: .frontDesk, minutes: 5)
        let state = foldedInEveryOrder([merged, parted], of: Known.stream)
        #expect(state.rare.cluster.status == .disputed && state.rare.cluster.persons.isEmpty)
        #expect(Set(state.rare.cluster.claims.map(\.evidence)) == ["passport", "twins"], "both claims stay visible")
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 20 && conflict.kind == "mergedAndSeparated" && conflict.dueMinutes == 125)
        #expect(conflict.told == [.siteAdmin, .radiologist, .frontDesk] && conflict.owner == .siteAdmin)
        let one = hub.record(decision(on: conflict, choosing: merged), after: [merged, parted], role: .siteAdmin)
        let joined = foldedInEveryOrder([merged, parted, one], of: Known.stream)
        #expect(joined.rare.cluster.status == .linked && joined.conflicts.map(\.closedBy) == [one.id])
        let two = hub.record(decision(on: conflict, choosing: parted), after: [merged, parted], role: .lead)
        let apart = foldedInEveryOrder([merged, parted, two], of: Known.stream)
        #expect(apart.rare.cluster.status == .separate && apart.conflicts.map(\.closedBy) == [two.id])
        let both = foldedInEveryOrder([merged, parted, one, two], of: Known.stream)
        #expect(both.conflicts.map(\.state) == [.open], "two decisions that differ settle nothing")
    }

    @Test mutating func `conflict 20: a later word of somebody who saw both settles it, one who saw all makes none`() {
        let merged = hub.record(Known.merge(Known.b, into: Known.a), role: .siteAdmin)
        let parted = north.record(Known.separate(Known.a, Known.b), role: .frontDesk)
        let again = hub.record(Known.merge(Known.b, into: Known.a), after: [merged, parted], role: .siteAdmin)
        let state = foldedInEveryOrder([merged, parted, again], of: Known.stream)
        #expect(state.conflicts.map(\.closedBy) == [again.id] && state.rare.cluster.status == .linked)
        let seen = north.record(Known.separate(Known.a, Known.b), after: [merged], role: .frontDesk)
        #expect(foldedInEveryOrder([merged, seen], of: Known.stream).conflicts.isEmpty)
    }

    @Test mutating func `conflict 20: two that others link are cut apart until it is said which link is wrong`() throws {
        let one = north.record(Known.merge(Known.b, into: Known.a), role: .frontDesk)
        let two = north.record(Known.merge(Known.c, into: Known.b), after: [one], role: .frontDesk)
        let parted = hub.record(Known.separate(Known.a, Known.c), after: [two], role: .siteAdmin)
        let state = foldedInEveryOrder([one, two, parted], of: Known.stream)
        #expect(state.rare.cluster.persons.isEmpty && state.rare.cluster.status == .disputed)
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 20 && conflict.events == [one.id, two.id, parted.id].sorted())
        let kept = hub.record(decision(on: conflict, choosing: one), after: [parted], role: .siteAdmin)
        let joined = foldedInEveryOrder([one, two, parted, kept], of: Known.stream)
        #expect(joined.rare.cluster.persons.map(\.members) == [[Known.a, Known.b, Known.c]])
        let cut = hub.record(decision(on: conflict, choosing: parted), after: [parted], role: .siteAdmin)
        let closed = foldedInEveryOrder([one, two, parted, cut], of: Known.stream)
        #expect(closed.rare.cluster.persons.isEmpty && closed.conflicts.map(\.state) == [.resolved])
        let other = hub.record(Known.merge(Known.d, into: Known.a), after: [parted], role: .siteAdmin)
        let beside = foldedInEveryOrder([one, two, parted, other], of: Known.stream)
        #expect(beside.rare.cluster.persons.map(\.members) == [[Known.a, Known.d]], "links beside the way stay")
    }
}
