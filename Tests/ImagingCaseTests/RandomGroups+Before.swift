import EventLog
import ImagingCase

/// Draws what happens before and beside an examination: orders held and replaced, appointments, preparation, medication.
extension RandomGroups {
    @Sendable static func ordering(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let holds = seen.filter { $0.event.kind == .orderHeld }.map(\.id)
        return switch Int.random(in: 0..<5, using: &random) {
        case 0: .ordering(.held(OrderHeld(reason: "h")))
        case 1: .ordering(.holdReleased(OrderHoldReleased(hold: Bool.random(using: &random) ? holds.last : nil)))
        case 2: .ordering(.cancelRequested(OrderCancelRequested(reason: "r", stopsWhenBegun: Bool.random(using: &random))))
        case 3: .ordering(.replaced(OrderReplaced(by: IssuedIdentifier(issuer: "n", value: "A9"))))
        default:
            .deviation(
                .protocolDeviated(
                    ProtocolDeviated(assigned: seen.randomElement(using: &random)?.id, what: "lower kV", reason: "child")))
        }
    }

    @Sendable static func schedule(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let start = testDay.advanced(byMilliseconds: Int64.random(in: 0..<5, using: &random) * 3_600_000)
        return switch Int.random(in: 0..<6, using: &random) {
        case 0...1: .schedule(.booked(AppointmentBooked(start: start, minutes: 30, station: "CT1")))
        case 2: .schedule(.moved(AppointmentMoved(start: start)))
        case 3: .schedule(.cancelled(AppointmentCancelled(reason: "c")))
        case 4: .schedule(.noShow(AppointmentNoShow()))
        default: .patientArrived(PatientArrived(visit: ["V", "W"].randomElement(using: &random)!))
        }
    }

    @Sendable static func preparation(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let answer = ["yes", "no", "since 8"].randomElement(using: &random)!
        let side = [Laterality.left, .right, .unspecified].randomElement(using: &random)!
        let decision = [ConsentDecision.given, .refused, .withdrawn].randomElement(using: &random)!
        let kind = [ConsentKind.procedure, .contrast].randomElement(using: &random)!
        let result = [ScreenResult.clear, .conditional, .contraindicated].randomElement(using: &random)!
        return switch Int.random(in: 0..<5, using: &random) {
        case 0...1: .preparation(.consentRecorded(ConsentRecorded(kind: kind, state: decision)))
        case 2: .preparation(.otherScreened(OtherScreened(kind: .sedation, result: result)))
        default:
            .preparation(
                .preparationRecorded(
                    PreparationRecorded(
                        items: [ScreeningItem(kind: "fasting", value: answer)], isComplete: Bool.random(using: &random),
                        laterality: side)))
        }
    }

    @Sendable static func medication(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let eGFR = ["24", "29.9", "30", "71"].randomElement(using: &random)!
        let given = seen.last { $0.event.kind == .medicationAdministered }?.id
        let taken = ["2025-06-01T08:00:00Z", "2025-06-02T08:00:00Z"].randomElement(using: &random)!
        return switch Int.random(in: 0..<6, using: &random) {
        case 0...1:
            .preparation(
                .medicationAdministered(
                    MedicationAdministered(
                        agent: Coded(text: "iohexol"), millilitres: 80, isContrast: true,
                        given: Bool.random(using: &random) ? testDay : nil)))
        case 2:
            .preparation(
                .adverseReactionRecorded(AdverseReactionRecorded(kind: .allergic, severity: .mild, medication: given)))
        case 3: .instructionIssued(InstructionIssued(kind: .contrastNo))
        case 4: .protocolAssigned(ProtocolAssigned(name: "c", contrast: ["80 mL", ""].randomElement(using: &random)!))
        default:
            .contrastScreened(
                ContrastScreened(
                    result: .clear,
                    items: [ScreeningItem(kind: "eGFR", value: eGFR), ScreeningItem(kind: "eGFR specimen", value: taken)]))
        }
    }
}
