import EventLog
import ImagingCase
import Testing

@Suite struct ImageQualityConflictTests {
    private var north = CaseBuilder("northside")
    private var lake = CaseBuilder("lakeview")

    private func content(_ series: String..., version: String) -> CaseEvent {
        .studyContentChanged(
            StudyContentChanged(
                studyUID: "1.2", series: series.map { Series(uid: $0, instances: 10) }, contentVersion: version))
    }

    private func rejected(_ series: String..., study: String = "", reason: RejectionReason = .quality) -> CaseEvent {
        .imageQuality(
            .rejected(ImageRejected(studyUID: study, images: series.map { ImageReference(seriesUID: $0) }, reason: reason)))
    }

    private func final(_ version: String = "v1", supersedes: [EventID] = []) -> CaseEvent {
        .finalSigned(FinalSigned(impression: "no fracture", contentVersion: version, supersedes: supersedes))
    }

    private struct Apart {
        let images: CaseFact
        let rejection: CaseFact
        let report: CaseFact
        var facts: [CaseFact] { [images, rejection, report] }
        var sides: [CaseFact] { [rejection, report] }
    }

    private mutating func apart(_ reason: RejectionReason = .quality) -> Apart {
        let images = north.record(content("1.1", "1.2", version: "v1"), role: .system)
        let rejection = north.record(rejected("1.2", reason: reason), after: [images], minutes: 10)
        let report = lake.record(final(), after: [images], by: "dr.ito", role: .radiologist, minutes: 4)
        return Apart(images: images, rejection: rejection, report: report)
    }

    @Test mutating func `conflict 36: a report signed apart from the rejection of its images is flagged`() throws {
        let made = apart()
        let state = foldedInEveryOrder(made.facts)
        let conflict = try #require(state.conflicts(numbered: 36).first)
        #expect(state.conflicts.count == 1 && conflict.kind == "reportRestsOnRejectedImages" && conflict.state == .open)
        #expect(conflict.events == made.sides.map(\.id).sorted() && conflict.owner == .radiologist)
        #expect(conflict.told == [.radiologist] && conflict.dueMinutes == 250)
        #expect(state.report.status == .final && state.report.standing.map(\.impression) == ["no fracture"], "the report stands")
        let quality = state.rare.imageQuality
        #expect(quality.hides(seriesUID: "1.2") && quality.needsRereading && !quality.isFrozen)
        #expect(quality.reliances.map(\.series) == [["1.2"]] && quality.reliances.map(\.status) == [.waiting])
        #expect(
            state.jsonText.contains(
                #""reportsOnRejectedImages":[{"report":"\#(made.report.id)","rejection":"\#(made.rejection.id)","state":"waiting""#
            ))
        let words = CaseFold.explain(someCase, CaseHistory(made.facts)).filter { $0.axis == "imageQuality" }.map(\.state)
        #expect(words == ["inForce", "waiting"])
    }

    @Test mutating func `conflict 36: the author confirms, adds, corrects or withdraws and each closes it`() throws {
        let made = apart()
        let open = try #require(CaseFold.fold(someCase, made.facts).conflicts.first)
        let answers: [(CaseEvent, RejectedReliance.Status)] = [
            (decision(on: open, choosing: made.report), .confirmed),
            (.addendumSigned(AddendumSigned(addendumTo: made.report.id, text: "Holds without series 2.")), .answered),
            (.reportCorrected(ReportCorrected(replaces: made.report.id, impression: "limited", contentVersion: "v1")), .answered),
            (.reportRetracted(ReportRetracted(which: made.report.id, reason: .other)), .withdrawn),
            (.reportRetracted(ReportRetracted(reason: .other)), .withdrawn),
        ]
        for (event, status) in answers {
            var site = CaseBuilder("reading")
            let answer = site.record(event, after: made.sides, by: "dr.ito", role: .radiologist)
            let state = foldedInEveryOrder(made.facts + [answer])
            #expect(state.conflicts(numbered: 36).map(\.closedBy) == [answer.id], "\(event.kind)")
            #expect(state.conflicts(numbered: 36).map(\.state) == [.resolved], "\(event.kind)")
            #expect(state.rare.imageQuality.reliances.map(\.status) == [status], "\(event.kind)")
            #expect(!state.rare.imageQuality.needsRereading)
        }
    }

    @Test mutating func `conflict 36: a decision for the rejection closes the question and leaves the report in doubt`() throws {
        let made = apart()
        let open = try #require(CaseFold.fold(someCase, made.facts).conflicts.first)
        let decided = lake.record(decision(on: open, choosing: made.rejection), after: made.sides, by: "dr.ito", role: .lead)
        let state = foldedInEveryOrder(made.facts + [decided])
        #expect(state.conflicts.map(\.state) == [.resolved])
        #expect(state.rare.imageQuality.reliances.map(\.status) == [.doubted] && state.rare.imageQuality.needsRereading)
        let anew = lake.record(final(supersedes: [made.report.id]), after: [decided], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder(made.facts + [decided, anew]).rare.imageQuality.reliances.map(\.status) == [.answered])
        let denied = north.record(decision(on: open, choosing: made.report), after: made.sides, by: "t.lind", role: .technologist)
        #expect(foldedInEveryOrder(made.facts + [denied]).conflicts.map(\.state) == [.open], "the technologist does not close it")
    }

    @Test mutating func `conflict 36: it does not arise where one had seen the other`() {
        let images = north.record(content("1.1", "1.2", version: "v1"), role: .system)
        let rejection = north.record(rejected("1.2"), after: [images])
        let informed = lake.record(final(), after: [rejection], by: "dr.ito", role: .radiologist)
        let state = foldedInEveryOrder([images, rejection, informed])
        #expect(state.conflicts.isEmpty && state.rare.imageQuality.reliances.isEmpty)
        let report = lake.record(final(), after: [images], by: "dr.ito", role: .radiologist)
        let later = north.record(rejected("1.2"), after: [report])
        let flagged = foldedInEveryOrder([images, report, later])
        #expect(flagged.conflicts.isEmpty, "who rejects after reading the report was not apart from it")
        #expect(flagged.rare.imageQuality.reliances.map(\.status) == [.waiting], "its author must look all the same")
    }

    @Test mutating func `conflict 36: it does not arise for images that were not read`() {
        let images = north.record(content("1.1", version: "v1"), role: .system)
        let more = north.record(content("1.1", "1.2", version: "v2"), after: [images], role: .system)
        let rejection = north.record(rejected("1.2"), after: [more])
        let report = lake.record(final(), after: [images], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([images, more, rejection, report]).conflicts(numbered: 36).isEmpty)
        let other = north.record(rejected("1.1"), after: [rejection])
        #expect(foldedInEveryOrder([images, more, rejection, other, report]).conflicts(numbered: 36).count == 1)
        let blind = lake.record(final(""), by: "dr.mora", role: .radiologist)
        let cautious = foldedInEveryOrder([images, more, rejection, blind])
        #expect(cautious.conflicts(numbered: 36).count == 1, "a report of unknown content rests on all of it")
        let elsewhere = north.record(rejected(study: "7.7"), after: [more])
        #expect(foldedInEveryOrder([images, more, elsewhere, report]).conflicts(numbered: 36).isEmpty)
    }

    @Test mutating func `conflict 36: a preliminary and unlisted content count too`() {
        let images = north.record(
            .studyContentChanged(StudyContentChanged(studyUID: "1.2", contentVersion: "v1")), role: .system)
        let rejection = north.record(rejected(study: "1.2", reason: .safety), after: [images])
        let early = lake.record(
            .preliminaryIssued(PreliminaryIssued(impression: "clear", contentVersion: "v1")), after: [images], by: "dr.ed",
            role: .radiologist)
        let state = foldedInEveryOrder([images, rejection, early])
        #expect(state.conflicts(numbered: 36).count == 1 && state.rare.imageQuality.reliances.map(\.series) == [[]])
    }

    @Test mutating func `conflict 36: images of another person freeze publication until the report is taken up`() throws {
        let made = apart(.wrongPatient)
        let state = foldedInEveryOrder(made.facts)
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.dueMinutes == 25 && conflict.told == [.radiologist, .lead, .siteAdmin, .technologist])
        #expect(conflict.inForce.hasPrefix("Nothing is published"))
        #expect(state.rare.imageQuality.isFrozen && state.isPublicationFrozen)
        #expect(state.headline == "Images of another person were reported. Nothing is published.")
        #expect(state.jsonText.contains(#""publicationFrozen":true"#))
        let withdrawn = lake.record(
            .reportRetracted(ReportRetracted(which: made.report.id, reason: .wrongPatient)), after: made.sides, by: "dr.ito",
            role: .radiologist)
        let closed = foldedInEveryOrder(made.facts + [withdrawn])
        #expect(!closed.isPublicationFrozen && closed.conflicts.map(\.closedBy) == [withdrawn.id])
        let known = north.record(rejected("1.2", reason: .wrongPatient), after: [made.report])
        let late = foldedInEveryOrder([made.images, made.report, known])
        #expect(late.conflicts.isEmpty && late.isPublicationFrozen, "no conflict is needed to freeze")
    }

    @Test mutating func `conflict 36: a revocation, a withdrawal or a newer report made apart makes it moot`() {
        let made = apart()
        let back = north.record(
            .imageQuality(.rejectionRevoked(ImageRejectionRevoked(rejection: made.rejection.id, reason: "fine"))),
            after: [made.rejection])
        let state = foldedInEveryOrder(made.facts + [back])
        #expect(state.conflicts.map(\.state) == [.superseded] && state.conflicts.map(\.closedBy) == [back.id])
        #expect(state.rare.imageQuality.reliances.isEmpty)
        let withdrawn = lake.record(
            .reportRetracted(ReportRetracted(which: made.report.id, reason: .other)), after: [made.report], by: "dr.ito",
            role: .radiologist)
        let gone = foldedInEveryOrder(made.facts + [withdrawn])
        #expect(gone.conflicts.map(\.state) == [.superseded] && gone.rare.imageQuality.reliances.map(\.status) == [.withdrawn])
        let newer = lake.record(final(supersedes: [made.report.id]), after: [made.report], by: "dr.ito", role: .radiologist)
        let moved = foldedInEveryOrder(made.facts + [newer])
        #expect(moved.conflicts(numbered: 36).map(\.state).sorted { $0.rawValue < $1.rawValue } == [.open, .superseded])
        #expect(moved.rare.imageQuality.reliances.map(\.report) == [newer.id], "the newer report rests on them now")
    }

    @Test mutating func `conflict 63: images that were lost while somebody reads them are recalled from a copy`() throws {
        let images = north.record(content("1.1", version: "v1"), role: .system)
        let claim = lake.record(
            .readingClaimed(ReadingClaimed(mode: .exclusive)), after: [images], by: "dr.ito", role: .radiologist)
        let gone = north.record(
            .imageQuality(.imagesGone(StudyImagesGone(studyUID: "1.2", archive: "pacs", otherCopies: ["tape"]))), after: [images],
            role: .system, minutes: 3)
        let facts = [images, claim, gone]
        let state = foldedInEveryOrder(facts)
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1 && conflict.number == 63 && conflict.owner == .siteAdmin)
        #expect(conflict.told == [.radiologist, .siteAdmin] && conflict.dueMinutes == 63 && conflict.state == .open)
        #expect(conflict.inForce == "The images are gone from pacs; recall them from tape.")
        #expect(state.reading.status == .claimed && state.acquisition.instances == 10, "what was said stays")
        let back = north.record(content("1.1", version: "v1"), after: [claim, gone], role: .system)
        #expect(foldedInEveryOrder(facts + [back]).conflicts.map(\.closedBy) == [back.id])
        var admin = CaseBuilder("hub")
        let decided = admin.record(decision(on: conflict, choosing: gone), after: [claim, gone], by: "adm", role: .siteAdmin)
        #expect(foldedInEveryOrder(facts + [decided]).conflicts.map(\.state) == [.resolved])
        let signed = lake.record(final(), after: [claim], by: "dr.ito", role: .radiologist)
        let read = foldedInEveryOrder(facts + [signed]).conflicts(numbered: 63)
        #expect(read.map(\.state) == [.superseded] && read.map(\.closedBy) == [signed.id])
        let released = lake.record(
            .readingReleased(ReadingReleased(reason: "shift")), after: [claim], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder(facts + [released]).conflicts(numbered: 63).map(\.closedBy) == [released.id])
    }

    @Test mutating func `conflict 63: it does not arise for who claims knowing, and says where no copy is known`() {
        let gone = north.record(.imageQuality(.imagesGone(StudyImagesGone(archive: "pacs"))), role: .system)
        let knowing = lake.record(.readingClaimed(ReadingClaimed()), after: [gone], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([gone, knowing]).conflicts.isEmpty)
        let blind = lake.record(.readingClaimed(ReadingClaimed()), by: "dr.mora", role: .radiologist)
        let renewed = lake.record(.readingClaimed(ReadingClaimed()), after: [blind], by: "dr.mora", role: .radiologist)
        let state = foldedInEveryOrder([gone, blind, renewed])
        #expect(state.conflicts(numbered: 63).count == 1, "a renewal is no second reader")
        #expect(state.conflicts.first?.inForce == "The images are gone, and no other copy is known.")
        let after = north.record(.imageQuality(.imagesGone(StudyImagesGone(archive: "pacs"))), after: [blind], role: .system)
        #expect(foldedInEveryOrder([blind, after]).conflicts.isEmpty)
    }

    @Test func `the histories that the fold's laws draw hold both conflicts, rejections of every kind and alerts of dose`() {
        let states = (1...400 as ClosedRange<UInt64>).map { CaseFold.fold(someCase, RandomHistory(seed: $0, events: 40).facts) }
        #expect(Set(states.flatMap(\.conflicts).map(\.number)).isSuperset(of: [36, 63]))
        let rejections = Set(states.flatMap(\.rare.imageQuality.rejections).map(\.status))
        #expect(rejections.isSuperset(of: [.inForce, .pending, .inert]))
        #expect(Set(states.map(\.dose.status)).isSuperset(of: [.none, .recorded, .alert]))
        #expect(Set(states.flatMap(\.rare.availability.destinations).map(\.status)).count > 4)
        #expect(states.contains { !$0.rare.attachment.inUse.isEmpty })
    }

    @Test mutating func `conflict 36: a frozen report says why, until it is confirmed, added to, withdrawn or decided for`()
        throws
    {
        let made = apart(.wrongPatient)
        let frozen = foldedInEveryOrder(made.facts)
        #expect(frozen.withheldBecause == ["A report rests on images of another person."])
        let open = try #require(frozen.conflicts.first)
        let words: [(CaseEvent, isLifted: Bool)] = [
            (decision(on: open, choosing: made.report), true), (decision(on: open, choosing: made.rejection), false),
            (.addendumSigned(AddendumSigned(addendumTo: made.report.id, text: "Holds without series 2.")), true),
            (.reportRetracted(ReportRetracted(which: made.report.id, reason: .wrongPatient)), true),
            (final(supersedes: [made.report.id]), true),
            (.preliminaryIssued(PreliminaryIssued(impression: "looking", contentVersion: "v1")), false),
        ]
        for (event, isLifted) in words {
            var site = CaseBuilder("reading")
            let answer = site.record(event, after: made.sides, by: "dr.ito", role: .radiologist)
            let state = foldedInEveryOrder(made.facts + [answer])
            #expect(state.withheldBecause.isEmpty == isLifted && state.isPublicationFrozen != isLifted, "\(event)")
        }
    }

    @Test mutating func `a signed report on rejected images reopens the reading, and says why`() throws {
        let made = apart()
        let state = foldedInEveryOrder(made.facts)
        #expect(state.reading.status == .reopened)
        #expect(state.jsonText.contains(#""reading":{"state":"reopened","rereadBecause":["rejectedImages"]"#))
        let words = CaseFold.explain(someCase, CaseHistory(made.facts)).filter { $0.axis == "reading" }
        #expect(words.first { $0.state == "reopened" }?.events == [made.report.id])
        #expect(words.first { $0.state == "reopened" }?.rule.contains("rejected") == true)
        let known = north.record(rejected("1.2"), after: [made.report])
        let work = foldedInEveryOrder([made.images, made.report, known]).work()
        #expect(work.contains { $0.role == .radiologist && $0.what == "read again: images of the report were rejected" })
        let claimed = lake.record(.readingClaimed(ReadingClaimed()), after: made.sides, by: "dr.mora", role: .radiologist)
        #expect(foldedInEveryOrder(made.facts + [claimed]).reading.status == .claimed)
        let added = lake.record(
            .addendumSigned(AddendumSigned(addendumTo: made.report.id, text: "Holds on series 1.")), after: made.sides,
            by: "dr.ito", role: .radiologist)
        let back = FoldedCase(someCase, made.facts).appending([added]).state
        #expect(back.reading.status == .reported && back == foldedInEveryOrder(made.facts + [added]))
        let revoked = north.record(
            .imageQuality(.rejectionRevoked(ImageRejectionRevoked(rejection: made.rejection.id, reason: "fine"))),
            after: [made.rejection])
        let undone = FoldedCase(someCase, made.facts).appending([revoked]).state
        #expect(undone.reading.status == .reported && undone == foldedInEveryOrder(made.facts + [revoked]))
    }

    @Test mutating func `a preliminary on rejected images reopens no reading that a final covers`() {
        let images = north.record(content("1.1", "1.2", version: "v1"), role: .system)
        let early = lake.record(
            .preliminaryIssued(PreliminaryIssued(impression: "clear", contentVersion: "v1")), after: [images], by: "dr.ed",
            role: .radiologist)
        let rejection = north.record(rejected("1.2"), after: [images])
        let informed = north.record(final(), after: [rejection], by: "dr.ito", role: .radiologist)
        let state = foldedInEveryOrder([images, early, rejection, informed])
        #expect(state.rare.imageQuality.needsRereading, "the preliminary is flagged")
        #expect(state.reading.status == .reported)
    }
}
