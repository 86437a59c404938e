import EventLog
import ImagingCase

/// One case of any length: an examination, and then what goes on around it for weeks - remarks, doses, instructions with their answers,
/// content that is looked at again, addenda - each by somebody who had seen everything before.
struct LongCase {
    /// The case.
    static let stream = StreamID(kind: .imagingCase, high: 7, low: 7)
    private let log: LogID
    private var facts: [CaseFact] = []
    private var final: EventID?
    private var instruction: EventID?

    /// Records so many events.
    static func facts(_ count: Int, site: SiteID) -> [CaseFact] {
        var made = LongCase(site)
        for number in 0..<count { made.record(made.event(number)) }
        return made.facts
    }

    private init(_ site: SiteID) { log = LogID(site: site, incarnation: Incarnation(bits: 9)) }

    private mutating func record(_ event: CaseEvent) {
        let number = UInt64(facts.count + 1)
        let id = EventID(log: log, sequence: number)
        let actor = Actor(
            person: "somebody", role: (Authority.roles(for: event).first ?? .technologist).rawValue, site: log.site,
            assurance: .local)
        facts.append(
            CaseFact(
                id: id, hash: EventHash.sha256(Array("\(number)".utf8)), parents: facts.last.map { [$0.id] } ?? [],
                recordedAt: HybridTime(bits: number << 16), occurredAt: OccurredAt(Instant(milliseconds: Int64(number) * 60_000)),
                actor: actor, source: .page, event: event))
        if case .finalSigned = event { final = id }
        if case .instructionIssued = event { instruction = id }
    }

    private func event(_ number: Int) -> CaseEvent {
        let study = "1.2.276.0.7230010.3.1.2.9"
        switch number {
        case 0:
            return .orderPlaced(
                OrderPlaced(
                    accession: IssuedIdentifier(issuer: "northside", value: "A9"),
                    patient: Patient(issuer: "northside", id: "P9", name: "LONG^CASE"), modality: "CT", studyUID: study))
        case 1: return .protocolAssigned(ProtocolAssigned(name: "CT head"))
        case 2: return .procedureStepStarted(ProcedureStepStarted(stepUID: "1", studyUID: study, modality: "CT"))
        case 3:
            return .procedureStepCompleted(
                ProcedureStepCompleted(stepUID: "1", studyUID: study, modality: "CT", series: [Series(uid: "s1", instances: 412)])
            )
        case 4: return .studyHandedOver(StudyHandedOver(declaredSeries: 1, declaredInstances: 412))
        case 5: return .readingClaimed(ReadingClaimed(mode: .exclusive))
        case 6: return .finalSigned(FinalSigned(findings: "None.", impression: "No acute finding.", contentVersion: "v1"))
        default: return later(number)
        }
    }

    private func later(_ number: Int) -> CaseEvent {
        switch number % 8 {
        case 0: .commentAdded(CommentAdded(text: "Called the ward, remark \(number)."))
        case 1:
            .doseRecorded(
                DoseRecorded(
                    irradiationEvents: [IrradiationEvent(uid: "1.2.\(number)", dlpMilligrayCentimetre: 7.46)], source: "RDSR"))
        case 2: .instructionIssued(InstructionIssued(kind: .other, text: "Please send series \(number) again."))
        case 3: .instructionAcknowledged(InstructionAcknowledged(instruction: instruction))
        case 4: .instructionCompleted(InstructionCompleted(instruction: instruction, evidence: "s1"))
        case 5: .readingPriorityChanged(ReadingPriorityChanged(priority: number % 16 < 8 ? .urgent : .routine))
        case 6: .identityVerified(IdentityVerified(checked: ["name", "birth date"], match: true))
        default: .addendumSigned(AddendumSigned(addendumTo: final, text: "Addendum \(number)."))
        }
    }
}
