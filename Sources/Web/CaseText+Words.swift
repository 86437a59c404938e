import EventLog
import ImagingCase

extension CaseText {
    /// The beginning of a case's id, which every command takes for the whole while it fits one case only.
    static func short(_ stream: StreamID) -> String { String(stream.description.prefix(10)) }

    /// Site and sequence of an event, which every command takes for the whole while they fit one event of the case only.
    static func short(_ event: EventID) -> String { "\(event.log.site)/\(event.sequence)" }

    /// A time as it was on the wall of the place: date, time to the minute, offset.
    static func clock(_ time: OccurredAt) -> String {
        let shifted = Timestamp.text(of: time.instant.advanced(byMilliseconds: Int64(time.zoneMinutes) * 60_000))
        let day = shifted.prefix(10)
        let minute = shifted.dropFirst(11).prefix(5)
        let zone = abs(Int(time.zoneMinutes))
        let two: (Int) -> String = { $0 < 10 ? "0\($0)" : "\($0)" }
        let offset = zone == 0 ? "Z" : "\(time.zoneMinutes < 0 ? "-" : "+")\(two(zone / 60)):\(two(zone % 60))"
        return "\(day) \(minute)\(offset)"
    }

    /// What an event says, on one line, as far as it may be shown.
    static func body(_ fact: CaseFact, within access: ReviewAccess, width: Int = 60) -> String {
        access.shows(fact) ? TextTable.cut(words(fact.event), to: width) : "(privileged)"
    }

    private static func words(_ event: CaseEvent) -> String {
        switch event {
        case .orderPlaced(let body):
            joined([body.modality, body.procedure.map { $0.text.isEmpty ? $0.code : $0.text }, body.reason])
        case .orderChanged(let body): joined([body.modality, body.procedure?.text, body.reason, body.note])
        case .orderCancelled(let body): body.reason
        case .orderReviewed(let body): joined([body.decision.word, body.reason])
        case .protocolAssigned(let body): joined([body.name, body.contrast, body.instructions])
        case .mriScreened(let body): joined([body.result.word, body.note])
        case .contrastScreened(let body): joined([body.result.word, body.note])
        case .pregnancyScreened(let body): joined([body.result.word, body.note])
        case .riskAccepted(let body): body.justification
        case .procedureStepStarted(let body): joined([body.modality, body.station])
        case .procedureStepCompleted(let body): joined([body.modality, "\(body.series.count) series"])
        case .procedureStepDiscontinued(let body): joined([body.modality, body.reason])
        case .studyContentChanged(let body):
            "\(body.series.count) series, \(body.series.reduce(0) { $0 &+ $1.instances }) images"
        case .studyHandedOver(let body): body.note
        case .readingClaimed(let body): body.mode.word
        case .readingPriorityChanged(let body): joined([body.priority.word, body.reason])
        default: reportWords(event)
        }
    }

    private static func reportWords(_ event: CaseEvent) -> String {
        switch event {
        case .preliminaryIssued(let body): joined([body.impression, body.findings])
        case .finalSigned(let body): joined([body.impression, body.findings])
        case .addendumSigned(let body): body.text
        case .reportCorrected(let body): joined([body.impression, body.findings, body.reason])
        case .reportRetracted(let body): joined([body.reason.word, body.note])
        case .criticalResultRaised(let body): "category \(body.category): \(body.finding)"
        case .criticalResultCommunicated(let body): joined(["to \(body.to)", body.medium, body.readBack ? "read back" : nil])
        case .criticalResultAcknowledged(let body): body.plan
        case .instructionIssued(let body): joined([body.kind.word, body.text])
        case .instructionDeclined(let body): body.reason
        case .demographicsCorrected(let body): body.evidence
        case .identityDisputed(let body): body.what
        case .commentAdded(let body): body.text
        case .caseRouted(let body): "to \(body.site)"
        case .conflictResolved(let body): "stands: \(body.choose.map(short) ?? "nothing"). \(body.reason)"
        case .unknown: "made by a newer version"
        default: ""
        }
    }

    private static func joined(_ parts: [String?]) -> String {
        parts.compactMap { $0 }.filter { !$0.isEmpty && $0 != "unspecified" }.joined(separator: ", ")
    }
}
