import EventLog
import ImagingCase
import Wire

/// What people do at sites: the clinical course of an examination, step by step as far as the case allows, by whoever is at hand.
///
/// The next step is taken from what the site sees, so that two sites that do not see each other sign, cancel and comment at once.
enum Workload {
    /// Something that the guard lets in; a comment where nothing else is possible.
    static func next(
        in state: CaseState, number: Int, at now: Instant, _ dice: inout Dice
    ) -> (event: CaseEvent, author: Author) {
        for _ in 0..<4 {
            let (event, author) = draw(number, state, &dice)
            let completed = Authoring.completed(event, in: state)
            do {
                try Authoring.check(completed, in: state, by: author, now: now)
                return (completed, author)
            } catch { continue }
        }
        let author = Author(person: "t.okafor", role: .technologist)
        return (.commentAdded(CommentAdded(text: "note \(dice.below(1000))")), author)
    }

    /// Whether a history of these events is urgent: what the product's fold says.
    static func isUrgent(_ stream: StreamID, _ events: [HashedEvent]) -> Bool {
        let facts = events.map { event in
            CaseFact(
                event, PayloadCoding.event(of: event.event.kind, schema: event.event.schema, payload: event.event.payload))
        }
        return CaseFold.fold(stream, facts).isUrgent
    }

    private static func draw(_ number: Int, _ state: CaseState, _ dice: inout Dice) -> (CaseEvent, Author) {
        let technologist = Author(person: dice.pick(["tech.lee", "tech.novak"]), role: .technologist)
        let radiologist = Author(person: dice.pick(["Dr Osei", "Dr Lund", "Dr Kim"]), role: .radiologist)
        let study = "1.2.276.0.7230010.3.1.2.\(number + 1)"
        switch dice.below(16) {
        case 0, 1: return (.orderPlaced(order(number, study)), Author(person: "his", role: .system))
        case 2: return (.orderReviewed(OrderReviewed(decision: .accepted)), radiologist)
        case 3: return (.orderCancelled(OrderCancelled(reason: "not needed")), Author(person: "Dr Abbott", role: .referrer))
        case 4: return (.protocolAssigned(ProtocolAssigned(name: "protocol \(dice.below(3))")), radiologist)
        case 5: return (.mriScreened(MRIScreened(result: dice.pick([.clear, .conditional]), note: "asked")), technologist)
        case 6, 7: return (step(study, isDone: false), technologist)
        case 8: return (step(study, isDone: true), technologist)
        case 9:
            let handOver = StudyHandedOver(declaredSeries: 3, declaredInstances: 300, note: "complete", patientState: .left)
            return (.studyHandedOver(handOver), technologist)
        case 10: return (.readingClaimed(ReadingClaimed(mode: .exclusive)), radiologist)
        case 11:
            let draft = PreliminaryIssued(findings: "seen \(dice.below(100))", impression: "draft")
            return (.preliminaryIssued(draft), radiologist)
        case 12, 13: return (.finalSigned(FinalSigned(findings: "seen \(dice.below(100))", impression: "done")), radiologist)
        case 14: return (.criticalResultRaised(CriticalResultRaised(category: 1, finding: "bleeding")), radiologist)
        default: return (.commentAdded(CommentAdded(text: "comment \(dice.below(1000))")), technologist)
        }
    }

    private static func order(_ number: Int, _ study: String) -> OrderPlaced {
        OrderPlaced(
            accession: IssuedIdentifier(issuer: "north", value: "A\(1000 + number)"),
            patient: Patient(issuer: "north", id: "P\(number)", name: "TEST^CASE", birthDate: "1970-01-01", sex: .female),
            procedure: Coded(code: "24627-2", scheme: "LN", text: "CT chest"), modality: "CT", bodySite: "chest", reason: "cough",
            priority: number % 2 == 1 ? .stat : .routine, requester: "Dr Abbott", studyUID: study)
    }

    private static func step(_ study: String, isDone: Bool) -> CaseEvent {
        guard isDone else {
            return .procedureStepStarted(
                ProcedureStepStarted(stepUID: "\(study).1", studyUID: study, modality: "CT", station: "CT1"))
        }
        let series = [Series(uid: "\(study).2", modality: "CT", description: "axial", instances: 120)]
        return .procedureStepCompleted(
            ProcedureStepCompleted(stepUID: "\(study).1", studyUID: study, modality: "CT", station: "CT1", series: series))
    }
}
