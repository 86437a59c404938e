import EventLog
import ImagingCase
import Testing

@Suite struct ImageQualityAuthoringTests {
    private var north = CaseBuilder("northside")

    private func refusal(
        _ event: ImageQualityEvent, in state: CaseState = CaseFold.fold(someCase, []), role: Role = .technologist
    ) -> AuthoringRefusal? {
        do {
            try Authoring.check(.imageQuality(event), in: state, by: Author(person: "p", role: role), now: testDay)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a repeat needs a reason and proper identifiers`() {
        #expect(refusal(.repeated(ImageRepeated(uids: ["1.2"], reason: .motion))) == nil)
        #expect(refusal(.repeated(ImageRepeated()))?.reason == "reason: expected a value, got nothing.")
        #expect(
            refusal(.repeated(ImageRepeated()))?.remedy == "Say why: position, motion, exposure, artefact, equipment, patient.")
        let bad = refusal(.repeated(ImageRepeated(uids: ["1.2", "1..2"], reason: .motion)))
        #expect(bad?.reason == #"uids[1]: expected a DICOM UID, got "1..2"."#)
        for uid in ["", "1.02", "a", ".1", "1.", String(repeating: "1", count: 65)] {
            #expect(refusal(.repeated(ImageRepeated(uids: [uid], reason: .motion)))?.ground == .content, "\(uid)")
        }
        #expect(refusal(.repeated(ImageRepeated(uids: ["0.\(String(repeating: "1", count: 62))"], reason: .motion))) == nil)
        #expect(refusal(.repeated(ImageRepeated(reason: .motion)), role: .referrer)?.ground == .role)
    }

    @Test func `a rejection needs a reason and something that it names`() {
        let series = ImageReference(seriesUID: "1.2")
        #expect(refusal(.rejected(ImageRejected(images: [series], reason: .quality))) == nil)
        #expect(refusal(.rejected(ImageRejected(studyUID: "1.2", reason: .quality))) == nil)
        #expect(refusal(.rejected(ImageRejected(images: [series])))?.reason.hasPrefix("reason: ") == true)
        #expect(refusal(.rejected(ImageRejected(reason: .quality)))?.reason == "images: expected a value, got nothing.")
        #expect(refusal(.rejected(ImageRejected(studyUID: "x", reason: .quality)))?.reason.hasPrefix("studyUID: ") == true)
        let empty = refusal(.rejected(ImageRejected(images: [series, ImageReference()], reason: .quality)))
        #expect(empty?.reason == "images[1].seriesUID: expected a value, got nothing.")
        let bad = refusal(.rejected(ImageRejected(images: [ImageReference(seriesUID: "-1")], reason: .quality)))
        #expect(bad?.reason.hasPrefix("images[0].seriesUID: expected a DICOM UID") == true)
        let instance = ImageReference(instanceUIDs: ["1.2", "b"])
        #expect(
            refusal(.rejected(ImageRejected(images: [instance], reason: .quality)))?.reason.hasPrefix(
                "images[0].instanceUIDs[1]: ") == true)
    }

    @Test mutating func `what was rejected is not rejected again for the same reason`() {
        let said = ImageRejected(images: [ImageReference(seriesUID: "1.2")], reason: .quality)
        let rejection = north.record(.imageQuality(.rejected(said)))
        let state = CaseFold.fold(someCase, [rejection])
        #expect(refusal(.rejected(said), in: state)?.ground == .state)
        #expect(refusal(.rejected(said), in: state)?.reason == "These images were rejected already by t.lind.")
        var other = said
        other.reason = .wrongPatient
        #expect(refusal(.rejected(other), in: state) == nil)
    }

    @Test mutating func `only a rejection in force is revoked, with a reason, by who may`() {
        let rejection = north.record(
            .imageQuality(.rejected(ImageRejected(images: [ImageReference(seriesUID: "1.2")], reason: .wrongPatient))))
        let state = CaseFold.fold(someCase, [rejection])
        let good = ImageRejectionRevoked(rejection: rejection.id, reason: "same person")
        #expect(refusal(.rejectionRevoked(good), in: state, role: .radiologist) == nil)
        #expect(refusal(.rejectionRevoked(good), in: state, role: .siteAdmin) == nil)
        let denied = refusal(.rejectionRevoked(good), in: state)
        #expect(denied?.ground == .role && denied?.remedy.contains("radiologist") == true)
        let silent = refusal(.rejectionRevoked(ImageRejectionRevoked(rejection: rejection.id)), in: state, role: .lead)
        #expect(silent?.reason == "reason: expected a value, got nothing.")
        #expect(refusal(.rejectionRevoked(ImageRejectionRevoked()), in: state)?.remedy.contains("\(rejection.id)") == true)
        #expect(refusal(.rejectionRevoked(ImageRejectionRevoked()))?.remedy == "No rejection is in force.")
        let unknown = refusal(.rejectionRevoked(good))
        #expect(unknown?.reason == "rejection: there is no rejection \(rejection.id) in this case.")
        let back = north.record(.imageQuality(.rejectionRevoked(good)), after: [rejection], role: .radiologist)
        let closed = CaseFold.fold(someCase, [rejection, back])
        #expect(refusal(.rejectionRevoked(good), in: closed, role: .lead)?.reason == "The rejection is revoked.")
    }

    @Test func `a judgement needs a grade, and what is wrong unless it is good`() {
        #expect(refusal(.qualityChecked(StudyQualityChecked(grade: .good))) == nil)
        #expect(refusal(.qualityChecked(StudyQualityChecked(grade: .limited, issues: ["motion"]))) == nil)
        #expect(refusal(.qualityChecked(StudyQualityChecked()))?.reason.hasPrefix("grade: ") == true)
        #expect(refusal(.qualityChecked(StudyQualityChecked(grade: .limited)))?.reason.hasPrefix("issues: ") == true)
        #expect(refusal(.qualityChecked(StudyQualityChecked(grade: .limited, issues: [""])))?.ground == .content)
    }

    @Test func `a loss names the archive`() {
        let role = Role.siteAdmin
        #expect(refusal(.imagesGone(StudyImagesGone(studyUID: "1.2", archive: "pacs")), role: role) == nil)
        #expect(refusal(.imagesGone(StudyImagesGone(studyUID: "1.2")), role: role)?.reason.hasPrefix("archive: ") == true)
        #expect(refusal(.imagesGone(StudyImagesGone(studyUID: "?", archive: "pacs")), role: role)?.ground == .content)
        #expect(refusal(.imagesGone(StudyImagesGone(archive: "pacs")), role: .technologist)?.ground == .role)
    }
}
