import EventLog
import ImagingCase
import Testing

@Suite struct CredentialTests {
    static let stream = StreamID.credential(of: "dr.ito")!
    private var hub = CaseBuilder("hub", stream: CredentialTests.stream)
    private var north = CaseBuilder("northside", stream: CredentialTests.stream)
    private let site = SiteID("northside")!

    static func granted(
        _ licence: String = "L1", in jurisdiction: String = "", sites: [String] = [], acts: [String] = [], from: Int64? = nil,
        until: Int64? = nil
    ) -> CaseEvent {
        .register(
            .credentialGranted(
                CredentialGranted(
                    person: "dr.ito", licence: licence, jurisdiction: jurisdiction, sites: sites, acts: acts,
                    from: from.map(minute), until: until.map(minute))))
    }

    static func revoked(_ licence: String = "", from: Int64? = nil) -> CaseEvent {
        .register(
            .credentialRevoked(CredentialRevoked(person: "dr.ito", licence: licence, from: from.map(minute), reason: "lapsed")))
    }

    static func minute(_ minutes: Int64) -> Instant { testDay.advanced(byMilliseconds: minutes * 60_000) }

    private func refusal(_ event: CaseEvent, _ facts: [CaseFact] = [], by person: String = "adm") -> AuthoringRefusal? {
        do {
            try CredentialAxis.mayAuthor(
                event, in: CaseFold.fold(Self.stream, facts).rare.credential, by: Author(person: person, role: .siteAdmin),
                now: testDay)
            return nil
        } catch { return error }
    }

    private func verdict(_ facts: [CaseFact], at minutes: Int64 = 0, _ laws: [String] = []) -> Verdict {
        CredentialRegister([FoldedCase(Self.stream, facts)]).judges(
            person: "dr.ito", act: .finalSigned, site: site, at: Self.minute(minutes), jurisdictions: laws)
    }

    @Test mutating func `a licence is granted, revoked and granted anew`() {
        let granted = hub.record(Self.granted(until: 600), role: .hubAdmin)
        let one = foldedInEveryOrder([granted], of: Self.stream)
        #expect(one.rare.credential.status == .granted && one.anomalies.isEmpty && one.conflicts.isEmpty)
        #expect(one.jsonText.contains(#""credential":{"state":"granted","grants":[{"event""#))
        let revoked = hub.record(Self.revoked("L1", from: 60), after: [granted], role: .hubAdmin)
        let two = foldedInEveryOrder([granted, revoked], of: Self.stream)
        #expect(two.rare.credential.status == .revoked && two.rare.credential.grants[0].revokedBy == [revoked.id])
        #expect(two.jsonText.contains(#""reason":"lapsed""#) && two.jsonText.contains("revokedFrom"))
        let anew = hub.record(Self.granted(), after: [revoked], role: .hubAdmin)
        let three = foldedInEveryOrder([granted, revoked, anew], of: Self.stream)
        #expect(
            three.rare.credential.status == .partlyRevoked
                && three.rare.credential.grants.map(\.revokedFrom?.milliseconds).last == .some(nil))
        let alone = foldedInEveryOrder([revoked], of: Self.stream)
        #expect(alone.rare.credential.status == .none, "its past is not here yet")
        let why = CaseFold.explain(Self.stream, CaseHistory([granted, revoked])).filter { $0.axis == "credential" }
        #expect(why.map(\.events) == [[granted.id, revoked.id]] && why[0].state == "L1 of dr.ito")
    }

    @Test mutating func `a revocation apart from a grant meets it, another licence's does not`() {
        let granted = hub.record(Self.granted("L1"), role: .hubAdmin)
        let apart = north.record(Self.revoked("L1"), role: .siteAdmin, minutes: 5)
        let state = foldedInEveryOrder([granted, apart], of: Self.stream).rare.credential
        #expect(state.status == .revoked && state.grants[0].revokedFrom == Self.minute(5))
        let other = north.record(Self.revoked("L9"), role: .siteAdmin)
        #expect(foldedInEveryOrder([granted, other], of: Self.stream).rare.credential.status == .granted)
        let only = CaseFold.fold(Self.stream, [other])
        #expect(only.rare.credential.status == .revoked && only.rare.credential.grants.isEmpty)
    }

    @Test mutating func `what nobody may, names nobody or ends before it begins grants nothing and is flagged`() {
        let byLead = hub.record(Self.granted(), by: "x", role: .lead)
        let own = hub.record(Self.granted(), by: "dr.ito", role: .siteAdmin)
        let nobody = hub.record(.register(.credentialGranted(CredentialGranted(licence: "L"))), role: .siteAdmin)
        let backwards = hub.record(Self.granted(from: 9, until: 9), role: .siteAdmin)
        let none = hub.record(.register(.credentialRevoked(CredentialRevoked(reason: "x"))), role: .siteAdmin)
        let state = foldedInEveryOrder([byLead, own, nobody, backwards, none], of: Self.stream)
        #expect(state.rare.credential.grants.isEmpty && state.rare.credential.revocations.isEmpty)
        #expect(Set(state.anomalies.map(\.event)) == Set([byLead, own, nobody, backwards, none].map(\.id)))
    }

    @Test mutating func `grants to oneself, to nobody, for nothing that exists and revocations of nothing are refused`() {
        #expect(refusal(Self.granted()) == nil)
        let own = refusal(Self.granted(), by: "dr.ito")
        #expect(own?.ground == .role && own?.remedy == "Have it granted by another administrator.")
        #expect(refusal(.register(.credentialGranted(CredentialGranted(licence: "L"))))?.reason == "The field 'person' is empty.")
        #expect(refusal(Self.granted(""))?.reason == "The field 'licence' is empty.")
        #expect(
            refusal(Self.granted(sites: ["northside", "North Side"]))?.reason
                == #"The field 'sites[1]' is no site id: "North Side"."#)
        #expect(
            refusal(Self.granted(acts: ["report.dreamt"]))?.reason
                == #"The field 'acts[0]' is no kind of event: "report.dreamt"."#)
        #expect(refusal(Self.granted(from: 9, until: 9))?.reason == "The field 'until' is not after 'from'.")
        #expect(refusal(Self.granted(until: -1))?.reason.contains("has passed") == true)
        #expect(refusal(Self.revoked())?.remedy == "Nothing is left to revoke.")
        let granted = hub.record(Self.granted("L1"), role: .hubAdmin)
        #expect(refusal(Self.revoked(), [granted]) == nil && refusal(Self.revoked("L1"), [granted]) == nil)
        #expect(refusal(Self.revoked("L9"), [granted])?.remedy == "Revoke one of: L1.")
        #expect(refusal(.register(.credentialRevoked(CredentialRevoked(person: "dr.ito"))), [granted])?.remedy == "Say why.")
        #expect(refusal(.commentAdded(CommentAdded())) == nil)
    }

    @Test mutating func `the register judges site, act, time, revocation and jurisdiction`() {
        let whole = hub.record(Self.granted(), role: .hubAdmin)
        #expect(verdict([whole]) == .verified(by: [whole.id]))
        let narrow = hub.record(
            Self.granted(in: "BS", sites: ["northside"], acts: ["report.finalSigned"], from: 10, until: 20), role: .hubAdmin)
        #expect(verdict([narrow], at: 10, ["BS"]) == .verified(by: [narrow.id]))
        #expect(verdict([narrow], at: 9) == .unverified(.notYetValid, narrow.id))
        #expect(verdict([narrow], at: 20) == .unverified(.expired, narrow.id))
        #expect(verdict([narrow], at: 10, ["ZH"]) == .unverified(.otherJurisdiction, narrow.id))
        let elsewhere = hub.record(Self.granted(sites: ["southside"]), role: .hubAdmin)
        #expect(verdict([elsewhere]) == .unverified(.otherSite, elsewhere.id))
        let other = hub.record(Self.granted(acts: ["order.reviewed"]), role: .hubAdmin)
        #expect(verdict([other]) == .unverified(.otherAct, other.id))
        #expect(verdict([other, narrow], at: 9) == .unverified(.notYetValid, narrow.id), "the nearest reason is told")
        let gone = hub.record(Self.revoked(from: 5), after: [whole], role: .hubAdmin)
        #expect(verdict([whole, gone], at: 4) == .verified(by: [whole.id]))
        #expect(verdict([whole, gone], at: 5) == .unverified(.revoked, gone.id))
        let never = north.record(Self.revoked(), role: .hubAdmin)
        #expect(verdict([never]) == .unverified(.revoked, never.id), "a revocation without a grant")
        let zurich = hub.record(Self.granted("L2", in: "ZH"), role: .hubAdmin)
        #expect(verdict([narrow, zurich], at: 10, ["BS", "ZH"]) == .verified(by: [narrow.id, zurich.id]))
        #expect(verdict([zurich], ["BS"]) == .unverified(.otherJurisdiction, zurich.id))
    }

    @Test mutating func `where no register is kept everybody is believed, where one is kept a stranger is not`() {
        #expect(verdict([]) == .verified(by: []) && !CredentialRegister.none.isKept)
        let granted = hub.record(Self.granted(), role: .hubAdmin)
        let register = CredentialRegister([FoldedCase(Self.stream, [granted])])
        let stranger = register.judges(person: "dr.mora", act: .finalSigned, site: site, at: testDay)
        #expect(stranger == .unverified(.noCredential, nil) && !stranger.isVerified && register.isKept)
        for reason in Verdict.Reason.allCases { #expect(!reason.words.isEmpty) }
    }

    @Test
    mutating func `a signature that the register does not confirm is refused here and a decision on a shared question is not`()
        throws
    {
        let granted = hub.record(Self.granted(in: "BS", until: 30), role: .hubAdmin)
        let around = Surroundings(
            site: site, credentials: CredentialRegister([FoldedCase(Self.stream, [granted])]),
            jurisdictions: SiteJurisdictions([site: "BS"]))
        let state = CaseFold.fold(someCase, [])
        let signing = CaseEvent.finalSigned(FinalSigned(impression: "x"))
        func check(_ person: String, _ minutes: Int64, _ event: CaseEvent, _ around: Surroundings) -> AuthoringRefusal? {
            do {
                try Authoring.check(
                    event, in: state, by: Author(person: person, role: .radiologist), now: Self.minute(minutes), around: around)
                return nil
            } catch { return error }
        }
        #expect(check("dr.ito", 1, signing, around) == nil)
        let late = check("dr.ito", 31, signing, around)
        #expect(late?.ground == .role && late?.reason == "dr.ito may not sign here: the credential had expired (\(granted.id)).")
        #expect(late?.remedy.contains("preliminary") == true)
        #expect(check("dr.mora", 1, signing, around)?.reason == "dr.mora may not sign here: no credential is known.")
        #expect(check("dr.mora", 1, signing, .none) == nil, "nothing is known of credentials")
        #expect(check("dr.mora", 1, .preliminaryIssued(PreliminaryIssued(impression: "x")), around) == nil)
        var abroad = around
        abroad.jurisdictions = SiteJurisdictions([site: "ZH"])
        #expect(check("dr.ito", 1, signing, abroad)?.reason.contains("jurisdiction") == true)
        let shared = Conflict(
            case: someCase, number: 9, kind: "possibleDuplicate", owner: .radiologist, due: nil, events: [granted.id], rule: "r",
            inForce: "f")
        let choice = CaseEvent.conflictResolved(
            ConflictResolved(conflict: shared.id, number: 9, choose: granted.id, reason: "two needs"))
        #expect(check("dr.ito", 1, choice, around)?.ground == .state)
        #expect(check("dr.ito", 1, choice, Surroundings(conflicts: [shared])) == nil)
    }
}

@Suite struct JudgementTests {
    var hub = CaseBuilder("hub", stream: CredentialTests.stream)
    var north = CaseBuilder("northside")
    var lake = CaseBuilder("lakeview")
    private let laws = SiteJurisdictions([SiteID("northside")!: "BS", SiteID("lakeview")!: "ZH"])

    private func register(_ facts: [CaseFact]) -> CredentialRegister {
        var others = CaseBuilder("hub", incarnation: 7, stream: StreamID.credential(of: "dr.lead")!)
        let lead = others.record(
            .register(.credentialGranted(CredentialGranted(person: "dr.lead", licence: "L7"))), role: .hubAdmin)
        return CredentialRegister([
            FoldedCase(CredentialTests.stream, facts), FoldedCase(StreamID.credential(of: "dr.lead")!, [lead]),
        ])
    }

    private func signed(_ text: String = "normal") -> CaseEvent { .finalSigned(FinalSigned(impression: text)) }

    @Test mutating func `conflict 60: a licence revoked while he signed offline leaves a preliminary until somebody co-signs`()
        throws
    {
        let granted = hub.record(CredentialTests.granted(), role: .hubAdmin)
        let revoked = hub.record(CredentialTests.revoked(from: 10), after: [granted], role: .hubAdmin, minutes: 8)
        let known = register([granted, revoked])
        let before = north.record(signed(), by: "dr.ito", role: .radiologist, minutes: 9)
        let early = known.judge(FoldedCase(someCase, [before]))
        #expect(early.conflicts.isEmpty && early.judgements.map(\.standing) == [.asSigned])
        #expect(early.judgements[0].verdict == .verified(by: [granted.id]))
        let late = north.record(signed(), by: "dr.ito", role: .radiologist, minutes: 11)
        let folded = FoldedCase(someCase, [late])
        let judged = known.judge(folded)
        #expect(folded.state.report.versions.map(\.impression) == ["normal"], "it is kept")
        #expect(judged.judgements.map(\.standing) == [.preliminary])
        #expect(judged.judgements[0].verdict == .unverified(.revoked, revoked.id))
        let conflict = try #require(judged.conflicts.first)
        #expect(conflict.number == 60 && conflict.owner == .lead && conflict.told == [.lead, .referrer])
        #expect(conflict.dueMinutes == 251 && conflict.events == [revoked.id, late.id].sorted() && conflict.state == .open)
        #expect(
            conflict.inForce.contains("Authority unverified") && conflict.inForce.contains("dr.ito: the credential was revoked"))
        let coSigned = lake.record(
            .addendumSigned(AddendumSigned(addendumTo: late.id, text: "agreed")), after: [late], by: "dr.lead", role: .lead)
        let closed = known.judge(FoldedCase(someCase, [late, coSigned]))
        #expect(closed.conflicts.map(\.closedBy) == [coSigned.id])
        #expect(closed.judgements.map(\.standing) == [.coSigned, .asSigned] && closed.judgements[0].closedBy == coSigned.id)
        var json = JSONWriter()
        closed.write(to: &json)
        #expect(json.text.contains(#""standing":"coSigned","reason":"the credential was revoked""#))
    }

    @Test mutating func `conflict 60: what does not co-sign, and the lead's decision`() throws {
        let granted = hub.record(CredentialTests.granted(until: 10), role: .hubAdmin)
        let known = register([granted])
        let late = north.record(signed(), by: "dr.ito", role: .radiologist, minutes: 11)
        func standing(_ more: [CaseFact]) -> Judgement.Standing? {
            known.judge(FoldedCase(someCase, [late] + more)).judgements.first { $0.event == late.id }?.standing
        }
        let own = north.record(
            .addendumSigned(AddendumSigned(addendumTo: late.id, text: "me again")), after: [late], by: "dr.ito",
            role: .radiologist,
            minutes: 12)
        #expect(standing([own]) == .preliminary)
        let blind = lake.record(signed("other"), by: "dr.lead", role: .lead)
        #expect(standing([blind]) == .preliminary, "he had not seen it")
        let stranger = lake.record(
            .addendumSigned(AddendumSigned(addendumTo: late.id, text: "x")), after: [late], by: "dr.who", role: .radiologist)
        #expect(standing([stranger]) == .preliminary, "he is not verified himself")
        let conflict = try #require(known.judge(FoldedCase(someCase, [late])).conflicts.first)
        let accepted = lake.record(decision(on: conflict, choosing: late), after: [late], by: "dr.lead", role: .lead)
        #expect(standing([accepted]) == .accepted)
        let denied = lake.record(decision(on: conflict, choosing: granted), after: [late], by: "dr.lead", role: .lead)
        #expect(standing([denied]) == .preliminary)
        #expect(known.judge(FoldedCase(someCase, [late, denied])).conflicts.map(\.state) == [.resolved])
        let clerk = lake.record(decision(on: conflict, choosing: late), after: [late], role: .frontDesk)
        #expect(known.judge(FoldedCase(someCase, [late, clerk])).conflicts.map(\.state) == [.open])
        let unseen = lake.record(decision(on: conflict, choosing: late), role: .lead)
        #expect(known.judge(FoldedCase(someCase, [late, unseen])).conflicts.map(\.state) == [.open])
    }

    @Test mutating func `a signature dated back is judged by when it was recorded, and a stranger's is flagged`() {
        let granted = hub.record(CredentialTests.granted(until: 10), role: .hubAdmin)
        let known = register([granted])
        let backdated = north.record(
            signed(), by: "dr.ito", role: .radiologist, minutes: 1, recordedAt: HybridTime(startOf: CredentialTests.minute(11)))
        #expect(known.judge(FoldedCase(someCase, [backdated])).judgements.map(\.standing) == [.preliminary])
        let stranger = lake.record(signed(), by: "dr.who", role: .radiologist)
        let judged = known.judge(FoldedCase(someCase, [stranger]))
        #expect(judged.conflicts.isEmpty && judged.anomalies.map(\.event) == [stranger.id])
        #expect(judged.judgements.map(\.standing) == [.preliminary])
        let coSigned = north.record(signed("agreed"), after: [stranger], by: "dr.lead", role: .lead)
        #expect(known.judge(FoldedCase(someCase, [stranger, coSigned])).judgements[0].standing == .coSigned)
        let nurse = north.record(signed(), by: "n", role: .nurse)
        #expect(known.judge(FoldedCase(someCase, [nurse])).judgements.isEmpty, "a role that may not sign is judged by the report")
        #expect(CredentialRegister.none.judge(FoldedCase(someCase, [stranger])).judgements.map(\.standing) == [.asSigned])
    }

    @Test mutating func `conflict 72: a reader without a licence there gives a second opinion and the reading is asked for anew`()
        throws
    {
        let granted = hub.record(CredentialTests.granted(in: "ZH"), role: .hubAdmin)
        let known = register([granted])
        let begun = north.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), minutes: 1)
        let read = lake.record(signed(), after: [begun], by: "dr.ito", role: .radiologist, minutes: 5)
        let folded = FoldedCase(someCase, [begun, read])
        let judged = known.judge(folded, jurisdictions: laws)
        #expect(judged.judgements.map(\.standing) == [.secondOpinion])
        #expect(judged.requeued == [ReadingRequested(kind: .final, licence: "BS")])
        let conflict = try #require(judged.conflicts.first)
        #expect(conflict.number == 72 && conflict.owner == .lead && conflict.told == [.lead] && conflict.dueMinutes == 245)
        #expect(conflict.events == [begun.id, read.id].sorted())
        let again = north.record(signed("same"), after: [read], by: "dr.lead", role: .lead, minutes: 9)
        let closed = known.judge(FoldedCase(someCase, [begun, read, again]), jurisdictions: laws)
        #expect(closed.conflicts.map(\.closedBy) == [again.id] && closed.requeued.isEmpty)
        #expect(known.judge(folded, jurisdictions: .none).conflicts.isEmpty, "no law is known")
        var json = JSONWriter()
        judged.write(to: &json)
        #expect(json.text.contains(#""requeuedFor":["BS"]"#))
        let home = lake.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "2")), minutes: 1)
        let local = lake.record(signed(), after: [home], by: "dr.ito", role: .radiologist)
        #expect(known.judge(FoldedCase(someCase, [home, local]), jurisdictions: laws).conflicts.isEmpty)
    }
}
