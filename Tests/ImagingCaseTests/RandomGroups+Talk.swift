import EventLog
import ImagingCase

/// Reading as a task, receipts, dialogue, advice, discrepancies and recommendations, from few persons and words so that they meet.
extension RandomGroups {
    private static func some(_ seen: [CaseFact], _ kinds: EventKind..., by random: inout SplitMix64) -> EventID? {
        // Mostly one that it can be about, now and then none or any.
        let fitting = seen.filter { kinds.contains($0.event.kind) }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return nil
        case 1: return seen.randomElement(using: &random)?.id
        default: return fitting.randomElement(using: &random)?.id
        }
    }

    private static func person(_ random: inout SplitMix64) -> String { "p\(Int.random(in: 0..<3, using: &random))" }

    private static func moment(_ random: inout SplitMix64) -> Instant? {
        [nil, testDay, testDay.advanced(byMilliseconds: 3_600_000)].randomElement(using: &random)!
    }

    @Sendable static func readingTask(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        switch Int.random(in: 0..<7, using: &random) {
        case 0...1:
            return .readingTask(
                .requested(
                    ReadingRequested(
                        kind: [.final, .part, .overRead, .preliminary].randomElement(using: &random)!,
                        reader: ["", person(&random)].randomElement(using: &random)!, due: moment(&random),
                        part: ["", "CT", "PT"].randomElement(using: &random)!)))
        case 2: return .readingTask(.declined(ReadingDeclined(reason: "shift")))
        case 3...4: return .readingTask(.transferred(ReadingTransferred(to: person(&random), reason: "r")))
        default:
            return .readingTask(
                .transferAccepted(
                    ReadingTransferAccepted(
                        transfer: some(seen, .readingTransferred, by: &random), leaseUntil: moment(&random))))
        }
    }

    @Sendable static func reportReceipt(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let report = some(seen, .finalSigned, .preliminaryIssued, .reportRetracted, .addendumSigned, by: &random)
        return switch Int.random(in: 0..<4, using: &random) {
        case 0: .reportReceipt(.draftNoted(ReportDraftNoted(digest: "d")))
        case 1: .reportReceipt(.viewed(ReportViewed(report: report)))
        default:
            .reportReceipt(
                .delivered(ReportDelivered(report: report, recipient: person(&random), channel: "hl7", receipt: "r")))
        }
    }

    @Sendable static func criticalAttempt(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .orderChanged(OrderChanged(requester: person(&random)))
        case 1:
            let raised = some(seen, .criticalResultRaised, by: &random)
            return .criticalResultAcknowledged(CriticalResultAcknowledged(raised: raised.map { [$0] } ?? [], plan: "drain"))
        case 2:
            return .criticalResultCommunicated(
                CriticalResultCommunicated(raised: some(seen, .criticalResultRaised, by: &random), to: person(&random)))
        default:
            return .criticalAttempt(
                .attempted(
                    CriticalResultAttempted(
                        raised: some(seen, .criticalResultRaised, by: &random), to: person(&random), outcome: .noAnswer)))
        }
    }

    @Sendable static func dialogue(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let instruction = some(seen, .instructionIssued, by: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: return .dialogue(.delivered(InstructionDelivered(instruction: instruction, device: "console")))
        case 1...2: return .dialogue(.accepted(InstructionAccepted(instruction: instruction)))
        case 3: return .dialogue(.impossible(InstructionImpossible(instruction: instruction, reason: "left")))
        case 4: return .instructionDeclined(InstructionDeclined(instruction: instruction, reason: "no"))
        case 5: return .dialogue(.asked(QuestionAsked(text: "q", isBlocking: Bool.random(using: &random))))
        default:
            return .dialogue(.answered(QuestionAnswered(question: some(seen, .questionAsked, by: &random), text: "a")))
        }
    }

    @Sendable static func recommendation(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let made = some(seen, .recommendationMade, by: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2:
            return .recommendation(
                .made(
                    RecommendationMade(
                        action: Coded(code: "ct"), until: moment(&random), report: some(seen, .finalSigned, by: &random))))
        case 3: return .recommendation(.accepted(RecommendationAccepted(recommendation: made)))
        case 4...5: return .recommendation(.declined(RecommendationDeclined(recommendation: made, reason: "r")))
        case 6: return .recommendation(.deferred(RecommendationDeferred(recommendation: made, until: moment(&random))))
        case 7...8: return .recommendation(.ordered(RecommendationOrdered(recommendation: made, caseID: "c")))
        default:
            return Bool.random(using: &random)
                ? .recommendation(.fulfilled(RecommendationFulfilled(recommendation: made, evidence: "e")))
                : .recommendation(.notNeeded(RecommendationNotNeeded(recommendation: made, reason: "r")))
        }
    }

    @Sendable static func consult(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let request = some(seen, .consultRequested, by: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0...1: return .consult(.requested(ConsultRequested(question: "q", due: moment(&random))))
        case 2: return .consult(.taken(ConsultTaken(consult: request)))
        case 3:
            return .consult(
                .answered(
                    ConsultAnswered(
                        consult: request, answer: "a", contradictsReport: some(seen, .finalSigned, by: &random))))
        case 4: return .consult(.closed(ConsultClosed(consult: request)))
        default: return .consult(.conferenceRecorded(ConferenceRecorded(attendees: ["p0"], conclusion: "c")))
        }
    }

    @Sendable static func discrepancy(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let card = some(seen, .discrepancyRecorded, by: &random)
        let grade = DiscrepancyGrade.allCases.randomElement(using: &random)!
        switch Int.random(in: 0..<5, using: &random) {
        case 0...2:
            return .discrepancy(
                .recorded(
                    DiscrepancyRecorded(
                        first: some(seen, .preliminaryIssued, by: &random), second: some(seen, .finalSigned, by: &random),
                        grade: grade)))
        case 3: return .discrepancy(.communicated(DiscrepancyCommunicated(discrepancy: card, to: "dr")))
        default: return .discrepancy(.resolved(DiscrepancyResolved(discrepancy: card, grade: grade, conclusion: "c")))
        }
    }

    @Sendable static func notification(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        .register(.notificationSeen(NotificationSeen(item: some(seen, .reportRetracted, .criticalResultWithdrawn, by: &random))))
    }

    @Sendable static func leaving(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let state = [PatientState.left, .left, .waiting].randomElement(using: &random)!
        return .studyHandedOver(StudyHandedOver(patientState: state))
    }
}
