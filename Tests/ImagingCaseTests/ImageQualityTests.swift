import EventLog
import ImagingCase
import Testing

@Suite struct ImageQualityTests {
    private var north = CaseBuilder("northside")
    private var hub = CaseBuilder("hub")

    private func content(_ series: String..., version: String = "v1", study: String = "1.2") -> CaseEvent {
        .studyContentChanged(
            StudyContentChanged(
                studyUID: study, series: series.map { Series(uid: $0, instances: 10) }, contentVersion: version))
    }

    private func rejected(
        _ series: String..., study: String = "", reason: RejectionReason = .quality, instances: [String] = []
    ) -> CaseEvent {
        .imageQuality(
            .rejected(
                ImageRejected(
                    studyUID: study, images: series.map { ImageReference(seriesUID: $0, instanceUIDs: instances) }, reason: reason
                )))
    }

    private func revoked(_ rejection: CaseFact?) -> CaseEvent {
        .imageQuality(.rejectionRevoked(ImageRejectionRevoked(rejection: rejection?.id, reason: "good enough")))
    }

    private func checked(_ grade: QualityGrade, _ issues: String...) -> CaseEvent {
        .imageQuality(.qualityChecked(StudyQualityChecked(grade: grade, issues: issues)))
    }

    @Test func `a case in which nobody said anything of its images shows nothing`() {
        let state = CaseFold.fold(someCase, [])
        #expect(state.rare.imageQuality.status == .none && !state.jsonText.contains("imageQuality"))
        #expect(!state.rare.imageQuality.isFrozen && state.rare.imageQuality.flaggedFor.isEmpty)
    }

    @Test mutating func `repeats are counted by reason and a replaced image counts once`() {
        let first = north.record(.imageQuality(.repeated(ImageRepeated(uids: ["1.1", "1.2"], reason: .motion))))
        let again = hub.record(.imageQuality(.repeated(ImageRepeated(uids: ["1.2"], reason: .motion))), role: .system)
        let other = north.record(.imageQuality(.repeated(ImageRepeated(reason: .position))), after: [first])
        let state = foldedInEveryOrder([first, again, other])
        let quality = state.rare.imageQuality
        #expect(quality.status == .repeated && quality.repeatedImages == 3)
        #expect(quality.repeats.map(\.reason) == [.position, .motion] && quality.repeats.map(\.images) == [1, 2])
        #expect(state.jsonText.contains(#""reason":"motion","images":2"#))
    }

    @Test mutating func `a rejected series is hidden from routine use and stays as evidence`() {
        let images = north.record(content("1.1", "1.2"))
        let rejection = north.record(rejected("1.2"), after: [images], minutes: 5)
        let state = foldedInEveryOrder([images, rejection])
        let quality = state.rare.imageQuality
        #expect(quality.status == .rejected && quality.rejections.map(\.status) == [.inForce])
        #expect(quality.hides(seriesUID: "1.2") && quality.hides(seriesUID: "1.2", instanceUID: "9"))
        #expect(!quality.hides(seriesUID: "1.1"))
        #expect(quality.routine(state.acquisition.series).map(\.uid) == ["1.1"])
        #expect(state.acquisition.instances == 20, "the evidence stays")
        #expect(state.conflicts.isEmpty && quality.reliances.isEmpty && !quality.rejections[0].cameFirst)
        #expect(
            state.jsonText.contains(
                #""rejections":[{"event":"\#(rejection.id)","state":"inForce","reason":"quality","by":"t.lind""#))
    }

    @Test mutating func `single instances are hidden and their series is not`() {
        let images = north.record(content("1.1"))
        let rejection = north.record(rejected("1.1", instances: ["1.1.7"]), after: [images])
        let quality = foldedInEveryOrder([images, rejection]).rare.imageQuality
        #expect(quality.hides(seriesUID: "1.1", instanceUID: "1.1.7"))
        #expect(!quality.hides(seriesUID: "1.1") && !quality.hides(seriesUID: "1.1", instanceUID: "1.1.8"))
        #expect(quality.rejections[0].series == ["1.1"])
    }

    @Test mutating func `a whole study is hidden and what is made anew by somebody who knew is not`() {
        let images = north.record(content("1.1"))
        let rejection = north.record(rejected(study: "1.2"), after: [images])
        let beside = hub.record(content("1.1", "1.3", version: "v2"))
        let anew = north.record(content("1.1", "1.4", version: "v3"), after: [rejection])
        let quality = foldedInEveryOrder([images, rejection, beside, anew]).rare.imageQuality
        #expect(quality.rejections[0].series == ["1.1", "1.3"])
        #expect(quality.hides(seriesUID: "1.3") && !quality.hides(seriesUID: "1.4"))
        let elsewhere = north.record(content("1.9", version: "v9", study: "7.7"), after: [images])
        #expect(!foldedInEveryOrder([images, rejection, elsewhere]).rare.imageQuality.hides(seriesUID: "1.9"))
    }

    @Test mutating func `conflict 37: a rejection that comes before its images is remembered and applied when they arrive`() {
        let rejection = hub.record(rejected("1.2", reason: .safety), by: "adm", role: .siteAdmin)
        let early = CaseFold.fold(someCase, [rejection])
        #expect(early.rare.imageQuality.rejections.map(\.status) == [.pending] && early.rare.imageQuality.status == .rejected)
        #expect(early.rare.imageQuality.hides(seriesUID: "1.2"), "it hides them from the moment they arrive")
        #expect(early.jsonText.contains(#""state":"pending""#))
        #expect(CaseFold.explain(someCase, CaseHistory([rejection])).contains { $0.state == "pending" })
        let apart = north.record(content("1.1", "1.2"))
        let state = foldedInEveryOrder([rejection, apart])
        #expect(state.rare.imageQuality.rejections.map(\.status) == [.inForce])
        #expect(state.rare.imageQuality.rejections[0].cameFirst && state.jsonText.contains(#""cameBeforeImages":true"#))
        #expect(state.rare.imageQuality.routine(state.acquisition.series).map(\.uid) == ["1.1"])
        #expect(state.conflicts.isEmpty, "nobody has to decide anything")
    }

    @Test
    mutating func `conflict 37: a whole study that was rejected before it came hides what came first and not what was added`() {
        let rejection = hub.record(rejected(study: "1.2", reason: .retention), by: "adm", role: .siteAdmin)
        let first = hub.record(content("1.1"), after: [rejection], role: .system)
        let added = hub.record(content("1.1", "1.2", version: "v2"), after: [first], role: .system)
        let quality = foldedInEveryOrder([rejection, first, added]).rare.imageQuality
        #expect(quality.hides(seriesUID: "1.1") && !quality.hides(seriesUID: "1.2"))
        #expect(quality.rejections[0].cameFirst)
    }

    @Test mutating func `a revocation brings the images back for who had seen the rejection`() {
        let images = north.record(content("1.1"))
        let rejection = north.record(rejected("1.1"), after: [images])
        let back = north.record(revoked(rejection), after: [rejection])
        let state = foldedInEveryOrder([images, rejection, back]).rare.imageQuality
        #expect(state.rejections.map(\.status) == [.revoked] && state.rejections[0].revokedBy == back.id)
        #expect(!state.hides(seriesUID: "1.1") && state.status == .none)
        let blind = hub.record(revoked(rejection), after: [images])
        let kept = foldedInEveryOrder([images, rejection, blind])
        #expect(kept.rare.imageQuality.hides(seriesUID: "1.1"))
        #expect(kept.anomalies.map(\.event) == [blind.id])
        let twice = north.record(revoked(rejection), after: [back])
        #expect(foldedInEveryOrder([images, rejection, back, twice]).rare.imageQuality.rejections[0].revokedBy == back.id)
    }

    @Test mutating func `doubt about the person is not lifted by the technologist`() {
        let images = north.record(content("1.1"))
        let rejection = north.record(rejected("1.1", reason: .wrongPatient), after: [images])
        let tried = north.record(revoked(rejection), after: [rejection])
        let state = foldedInEveryOrder([images, rejection, tried])
        #expect(state.rare.imageQuality.hides(seriesUID: "1.1") && state.anomalies.map(\.event) == [tried.id])
        let lifted = north.record(revoked(rejection), after: [tried], by: "dr.ito", role: .radiologist)
        #expect(!foldedInEveryOrder([images, rejection, tried, lifted]).rare.imageQuality.hides(seriesUID: "1.1"))
    }

    @Test mutating func `what arrives from a role that may not, or names nothing, is kept, hides nothing and is flagged`() {
        let images = north.record(content("1.1"))
        let illegal = hub.record(rejected("1.1"), after: [images], by: "dr.ref", role: .referrer)
        let empty = north.record(rejected(), after: [images])
        let check = hub.record(checked(.nonDiagnostic, "x"), after: [illegal], by: "dr.ref", role: .referrer)
        let state = foldedInEveryOrder([images, illegal, empty, check])
        #expect(state.rare.imageQuality.rejections.map(\.status) == [.inert, .inert])
        #expect(!state.rare.imageQuality.hides(seriesUID: "1.1") && state.rare.imageQuality.status == .none)
        #expect(Set(state.anomalies.map(\.event)) == [illegal.id, empty.id, check.id])
        #expect(state.rare.imageQuality.checks.isEmpty)
    }

    @Test mutating func `a technologist's doubt is a flag to the reader and a reader's one to the technologist`() {
        let doubt = north.record(checked(.limited, "motion"))
        let state = foldedInEveryOrder([doubt])
        #expect(state.rare.imageQuality.status == .limited && state.rare.imageQuality.flaggedFor == [.radiologist])
        let bad = hub.record(checked(.nonDiagnostic, "cut off"), after: [doubt], by: "dr.ito", role: .radiologist)
        let both = foldedInEveryOrder([doubt, bad])
        #expect(both.rare.imageQuality.status == .nonDiagnostic)
        #expect(
            both.rare.imageQuality.flaggedFor == [.radiologist, .technologist], "a reader does not clear a technologist's flag")
        #expect(both.jsonText.contains(#""flaggedFor":["radiologist","technologist"]"#))
        let good = north.record(checked(.good), after: [doubt])
        #expect(foldedInEveryOrder([doubt, good]).rare.imageQuality.status == .good)
        #expect(foldedInEveryOrder([doubt, good]).rare.imageQuality.flaggedFor.isEmpty)
    }

    @Test mutating func `of judgements made apart on one side the worst counts`() {
        let good = north.record(checked(.good))
        let bad = hub.record(checked(.limited, "noise"))
        #expect(foldedInEveryOrder([good, bad]).rare.imageQuality.grade == .limited)
    }

    @Test mutating func `gone images are named with their copies until a content report shows them again`() {
        let images = north.record(content("1.1"))
        let sent = north.record(
            .transfer(.completed(TransferCompleted(destination: "lakeview", sent: 10, verified: 10))), after: [images],
            role: .system)
        let gone = north.record(
            .imageQuality(.imagesGone(StudyImagesGone(studyUID: "1.2", archive: "pacs", otherCopies: ["pacs", "tape"]))),
            after: [sent], role: .system)
        let state = foldedInEveryOrder([images, sent, gone])
        #expect(state.rare.imageQuality.status == .gone)
        #expect(state.rare.imageQuality.gone.map(\.copies) == [["lakeview", "tape"]], "an archive that lost its own is no copy")
        #expect(state.jsonText.contains(#""archive":"pacs","studyUID":"1.2","copies":["lakeview","tape"]"#))
        let back = north.record(content("1.1", version: "v2"), after: [gone], role: .system)
        let again = foldedInEveryOrder([images, sent, gone, back])
        #expect(again.rare.imageQuality.status == .none && again.rare.imageQuality.gone[0].backBy == back.id)
        let words = CaseFold.explain(someCase, CaseHistory([images, sent, gone, back])).filter { $0.axis == "imageQuality" }
        #expect(words.map(\.state) == ["back"])
    }
}
