import EventLog
import ImagingCase
import Testing

/// Branches of the conflict rules that neither the conflicts' own tests nor the drawn histories reach.
@Suite struct SeldomBranchTests {
    private var north = CaseBuilder("northside")
    private var lake = CaseBuilder("lakeview")
    private var hub = CaseBuilder("hub")

    @Test mutating func `a critical result that was escalated to nobody by name leaves nobody to tell of its withdrawal`() {
        let raised = lake.record(
            .criticalResultRaised(CriticalResultRaised(category: 1, finding: "bleed")), by: "dr.osei", role: .radiologist)
        for (to, unaware) in [("", [String]()), ("dr.ward", ["dr.ward"])] {
            var lake = self.lake
            let asked = lake.record(
                .criticalResultEscalated(CriticalResultEscalated(raised: raised.id, step: 1, to: to)), after: [raised],
                by: "dr.osei", role: .radiologist)
            let withdrawn = lake.record(
                .criticalResultWithdrawn(CriticalResultWithdrawn(raised: raised.id, reason: "wrong person")), after: [asked],
                by: "dr.osei", role: .radiologist)
            #expect(foldedInEveryOrder([raised, asked, withdrawn]).criticalResult.cards.map(\.unaware) == [unaware])
        }
    }

    @Test mutating func `an identifier without an issuer is shown bare where persons differ`() throws {
        let placed = { (builder: inout CaseBuilder, id: String) in
            builder.record(
                .orderPlaced(OrderPlaced(patient: Patient(id: id, name: "DOE^JANE"), modality: "CT")), role: .referrer)
        }
        let state = foldedInEveryOrder([placed(&north, "17"), placed(&lake, "18")])
        let field = try #require(state.identity.fields.first { $0.name == .identifier })
        #expect(field.values.map(\.text).sorted() == ["17", "18"])
    }

    @Test mutating func `images that are gone from an unnamed archive are recalled from whoever committed to keep them`() throws {
        let images = north.record(
            .studyContentChanged(
                StudyContentChanged(studyUID: "1.2", series: [Series(uid: "1.1", instances: 10)], contentVersion: "v1")),
            role: .system)
        let kept = north.record(
            .transfer(.completed(TransferCompleted(destination: "vault", contentVersion: "v1", isCommitted: true))),
            after: [images], role: .system)
        let claim = lake.record(.readingClaimed(ReadingClaimed()), after: [kept], by: "dr.ito", role: .radiologist)
        let gone = north.record(.imageQuality(.imagesGone(StudyImagesGone(studyUID: "1.2"))), after: [kept], role: .system)
        let conflict = try #require(foldedInEveryOrder([images, kept, claim, gone]).conflicts(numbered: 63).first)
        #expect(conflict.inForce == "The images are gone from an archive; recall them from vault.")
    }

    @Test mutating func `a step without its UID is ended by whoever knew of its start`() {
        let order = north.record(.orderPlaced(OrderPlaced(modality: "CT")), role: .referrer)
        let begun = north.record(.procedureStepStarted(ProcedureStepStarted(modality: "CT")), after: [order])
        let ended = north.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(reason: "pain")), after: [begun])
        let wish = CaseEvent.ordering(.cancelRequested(OrderCancelRequested(reason: "better")))
        var (early, late) = (lake, lake)
        let before = early.record(wish, after: [begun], by: "dr.reyes", role: .referrer)
        let after = late.record(wish, after: [ended], by: "dr.reyes", role: .referrer)
        #expect(foldedInEveryOrder([order, begun, before]).conflicts.map(\.number) == [6], "the person is on the table")
        #expect(foldedInEveryOrder([order, begun, ended, after]).conflicts.isEmpty, "and is off it")
    }

    @Test mutating func `a question, its answer and a noted draft are no receipts`() {
        let asked = lake.record(.dialogue(.asked(QuestionAsked(text: "Why?"))), by: "dr.osei", role: .radiologist)
        let answered = north.record(.dialogue(.answered(QuestionAnswered(question: asked.id, text: "So."))), after: [asked])
        let draft = lake.record(
            .reportReceipt(.draftNoted(ReportDraftNoted(digest: "d"))), after: [answered], by: "dr.osei", role: .radiologist)
        let state = foldedInEveryOrder([asked, answered, draft]).rare.receipt
        #expect(state.items.isEmpty && ReceiptAxis.isSilent(state))
    }

    @Test mutating func `who received a report and its addendum is chased once`() {
        let signed = hub.record(.finalSigned(FinalSigned(impression: "x")), by: "dr.ito", role: .radiologist)
        let more = hub.record(
            .addendumSigned(AddendumSigned(addendumTo: signed.id, text: "more")), after: [signed], by: "dr.ito",
            role: .radiologist)
        var facts = [signed, more]
        for message in [signed, more] {
            facts.append(
                hub.record(
                    .reportReceipt(.delivered(ReportDelivered(report: message.id, recipient: "dr.ward", channel: "hl7"))),
                    after: facts.suffix(1), by: "interface", role: .system))
        }
        let back = hub.record(
            .reportRetracted(ReportRetracted(which: signed.id, reason: .wrongPatient)), after: facts.suffix(1), by: "dr.ito",
            role: .radiologist)
        #expect(foldedInEveryOrder(facts + [back]).rare.receipt.recall.map(\.recipient) == ["dr.ward"])
    }

    @Test mutating func `conflict 58: moot once a later report recommended it anew`() {
        let sign = { (builder: inout CaseBuilder, text: String, seen: [CaseFact]) in
            builder.record(.finalSigned(FinalSigned(impression: text)), after: seen, by: "dr.ito", role: .radiologist)
        }
        let recommend = { (builder: inout CaseBuilder, report: CaseFact) in
            builder.record(
                .recommendation(
                    .made(RecommendationMade(action: Coded(code: "FU", scheme: "L"), modality: "CT", report: report.id))),
                after: [report], by: "dr.ito", role: .radiologist)
        }
        let first = sign(&hub, "one", [])
        let made = recommend(&hub, first)
        let declined = north.record(
            .recommendation(.declined(RecommendationDeclined(recommendation: made.id, reason: "frail"))), after: [made],
            by: "dr.ward", role: .referrer)
        let ordered = lake.record(
            .recommendation(.ordered(RecommendationOrdered(recommendation: made.id, caseID: "c-9"))), after: [made],
            by: "dr.two", role: .referrer)
        let second = sign(&hub, "two", [made])
        let anew = recommend(&hub, second)
        let state = foldedInEveryOrder([first, made, declined, ordered, second, anew])
        #expect(state.conflicts(numbered: 58).map(\.closedBy) == [anew.id])
    }

    @Test mutating func `a correction that matters to care says so`() {
        let signed = hub.record(.finalSigned(FinalSigned(impression: "x")), by: "dr.ito", role: .radiologist)
        for matters in [true, false] {
            var hub = self.hub
            let corrected = hub.record(
                .reportCorrected(ReportCorrected(replaces: signed.id, impression: "y", clinicallySignificant: matters)),
                after: [signed], by: "dr.ito", role: .radiologist)
            let versions = foldedInEveryOrder([signed, corrected]).report.versions
            #expect(versions.first { $0.event == corrected.id }?.marks.contains(.clinicallySignificant) == matters)
        }
    }

    @Test mutating func `of labels of one implant the most dangerous stands`() {
        let screen = { (builder: inout CaseBuilder, label: String) in
            builder.record(
                .mriScreened(
                    MRIScreened(result: .conditional, items: [ScreeningItem(kind: "implant", value: "stent", label: label)])))
        }
        for (one, other, worst) in [
            ("safe", "conditional", "conditional"), ("conditional", "unsafe", "unsafe"),
            ("conditional", "as labelled", "as labelled"),
        ] {
            var (north, lake) = (self.north, self.lake)
            let state = foldedInEveryOrder([screen(&north, one), screen(&lake, other)])
            #expect(state.safety.mri.items.map(\.label) == [worst])
        }
    }

    @Test mutating func `a role that this version does not know lifts nothing, hides nothing and transfers nothing`() {
        let screen = north.record(.mriScreened(MRIScreened(result: .contraindicated)))
        let accepted = lake.record(
            .riskAccepted(RiskAccepted(covers: [screen.id], justification: "j")), after: [screen], unknownRole: "oracle")
        #expect(foldedInEveryOrder([screen, accepted]).safety.accepted.map(\.isEffective) == [false])
        let hidden = lake.record(
            .imageQuality(.rejected(ImageRejected(studyUID: "1.2", reason: .quality))), unknownRole: "oracle")
        #expect(foldedInEveryOrder([hidden]).rare.imageQuality.rejections.map(\.status) == [.inert])
        let sent = lake.record(
            .transfer(.completed(TransferCompleted(destination: "vault", verified: 3))), unknownRole: "oracle")
        let state = foldedInEveryOrder([sent])
        #expect(state.jsonText.contains("may not report transfers") && !state.jsonText.contains(#""destination":"vault""#))
    }

    @Test mutating func `a decision for neither of two protocols leaves the case in need of one`() {
        let assign = { (builder: inout CaseBuilder, name: String) in
            builder.record(.protocolAssigned(ProtocolAssigned(name: name)), by: "dr." + name, role: .radiologist)
        }
        let (one, other) = (assign(&north, "head"), assign(&lake, "neck"))
        let remark = hub.record(.commentAdded(CommentAdded(text: "neither")), after: [one, other], by: "lead", role: .lead)
        let asked = CaseFold.fold(someCase, [one, other, remark]).conflicts(numbered: 30)[0]
        for choice in [remark.id, nil] {
            var hub = self.hub
            let said = ConflictResolved(conflict: asked.id, number: 30, choose: choice, reason: "Ask again.")
            let decided = hub.record(.conflictResolved(said), after: [remark], by: "dr.ito", role: .radiologist)
            let state = foldedInEveryOrder([one, other, remark, decided])
            #expect(state.conflicts.map(\.state) == [.resolved] && state.protocoling.current == nil)
            #expect(state.protocoling.status == .needed)
        }
    }

    @Test mutating func `conflict 38: a decision after the report that covers both sides is what closes it`() {
        let sign = { (builder: inout CaseBuilder, text: String, supersedes: [CaseFact]) in
            builder.record(
                .finalSigned(FinalSigned(impression: text, contentVersion: "v1", supersedes: supersedes.map(\.id))),
                after: supersedes, by: "dr." + text, role: .radiologist)
        }
        let (one, other) = (sign(&north, "one", []), sign(&lake, "other", []))
        let asked = CaseFold.fold(someCase, [one, other]).conflicts(numbered: 38)
        let whole = sign(&hub, "whole", [one, other])
        let decided = asked.map { hub.record(decision(on: $0, choosing: one), after: [whole], by: "dr.lead", role: .lead) }
        #expect(foldedInEveryOrder([one, other, whole]).conflicts(numbered: 38).map(\.closedBy) == [whole.id])
        #expect(foldedInEveryOrder([one, other, whole] + decided).conflicts(numbered: 38).map(\.closedBy) == decided.map(\.id))
    }

    @Test mutating func `a step that was begun and broken off without an appointment leaves nothing planned`() {
        let begun = north.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1", modality: "CT")))
        let ended = north.record(
            .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: "1", reason: "pain")), after: [begun])
        #expect(foldedInEveryOrder([begun, ended]).rare.schedule.status == .none)
    }
}
