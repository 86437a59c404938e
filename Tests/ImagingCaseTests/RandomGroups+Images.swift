import EventLog
import ImagingCase

extension RandomGroups {
    /// Documents of few names and contents, now and then withdrawn.
    @Sendable static func attachment(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        if Int.random(in: 0..<3, using: &random) == 0 {
            return .attachment(.withdrawn(AttachmentWithdrawn(attachment: some(seen, .attachmentAdded, &random), reason: "w")))
        }
        let name = ["a.pdf", "b.pdf"].randomElement(using: &random)!
        return .attachment(.added(AttachmentAdded(name: name, digest: ["d1", "d2", ""].randomElement(using: &random)!)))
    }

    /// Repeats, rejections of the series that acquisitions draw, judgements and losses.
    @Sendable static func images(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let series = ["s1", "s2"].randomElement(using: &random)!
        let reason = RejectionReason.allCases.randomElement(using: &random)!
        switch Int.random(in: 0..<9, using: &random) {
        case 0:
            return .imageQuality(
                .repeated(ImageRepeated(uids: [series], reason: RepeatReason.allCases.randomElement(using: &random)!)))
        case 1...2:
            return .imageQuality(.rejected(ImageRejected(images: [ImageReference(seriesUID: series)], reason: reason)))
        case 3: return .imageQuality(.rejected(ImageRejected(studyUID: "1.1", reason: reason)))
        case 4:
            return .imageQuality(
                .rejected(
                    ImageRejected(images: [ImageReference(seriesUID: "", instanceUIDs: ["\(series).1"])], reason: reason)))
        case 5:
            return .imageQuality(
                .rejectionRevoked(ImageRejectionRevoked(rejection: some(seen, .imageRejected, &random), reason: "back")))
        case 6...7:
            return .imageQuality(
                .qualityChecked(StudyQualityChecked(grade: QualityGrade.allCases.randomElement(using: &random)!)))
        default: return .imageQuality(.imagesGone(StudyImagesGone(studyUID: "1.1", archive: "pacs", otherCopies: ["site1"])))
        }
    }

    /// Transfers of the content that acquisitions draw.
    @Sendable static func transfer(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let place = ["site1", "site2"].randomElement(using: &random)!
        let version = ["v1", "v2", "v3", ""].randomElement(using: &random)!
        let count = Int.random(in: 0..<4, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .transfer(.started(TransferStarted(destination: place, contentVersion: version, instances: count)))
        case 1: return .transfer(.progressed(TransferProgressed(destination: place, contentVersion: version, sent: count)))
        case 2:
            return .transfer(
                .completed(TransferCompleted(destination: place, contentVersion: version, sent: count, verified: count)))
        default: return .transfer(.failed(TransferFailed(destination: place, contentVersion: version, reason: "f")))
        }
    }

    /// A dose above a level, and notes of it.
    @Sendable static func doseAlert(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        if Bool.random(using: &random) {
            return .doseAlert(.acknowledged(DoseAlertAcknowledged(alert: DoseQuantity.airKerma.rawValue, action: "seen")))
        }
        let kerma = Double(Int.random(in: 2...6, using: &random))
        return .doseRecorded(
            DoseRecorded(
                irradiationEvents: [
                    IrradiationEvent(
                        uid: ["u3", "u4"].randomElement(using: &random)!,
                        projection: ProjectionDose(referencePointAirKermaGray: kerma), modality: "XA")
                ],
                source: "RDSR"))
    }

    private static func some(_ seen: [CaseFact], _ kind: EventKind, _ random: inout SplitMix64) -> EventID? {
        seen.filter { $0.event.kind == kind }.randomElement(using: &random)?.id
    }
}
