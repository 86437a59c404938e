import EventLog
import ImagingCase

/// Procedure: steps of the acquisition, an intervention, and a course of radiotherapy with its fractions.
extension FHIRCase {
    func procedures() -> [FHIRResource] {
        let treatment = state.rare.treatment
        return state.acquisition.steps.compactMap(procedure) + [interventionProcedure(), courseProcedure()].compactMap { $0 }
            + treatment.deliveries.map(procedure)
    }

    // MARK: - Acquisition

    private func procedure(_ step: AcquisitionStep) -> FHIRResource? {
        guard let first = step.events.first else { return nil }
        let status =
            switch step.status {
            case .inProgress: "in-progress"
            case .completed: "completed"
            case .partial, .discontinued: "stopped"
            }
        return procedure(id(first), status, code: examination, events: step.events) { json in
            if !step.reasons.isEmpty { json.concept("statusReason", FHIRConcept(text: Self.words(step.reasons))) }
            json.concept("category", FHIRConcept(.snomed("363679005", "Imaging")))
            json.period("performedPeriod", step.startedAt, step.endedAt)
            let people = (step.starts + step.ends).filter(\.isPerson).map(\.by)
            write(performers: people, to: &json)
            if !step.station.isEmpty { json.reference("location", .words(step.station)) }
        }
    }

    // MARK: - Intervention

    private func interventionProcedure() -> FHIRResource? {
        let made = state.rare.intervention
        let status: String
        switch made.status {
        case .none: return nil
        case .requested, .assessed, .consented, .timedOut: status = "preparation"
        case .inProgress: status = "in-progress"
        case .completed, .recovery, .discharged, .followedUp: status = "completed"
        case .aborted: status = "stopped"
        }
        let events =
            made.timeOuts.map(\.event) + made.steps.map(\.event) + made.complications.map(\.event)
            + made.recovery.map(\.event) + [made.assessedBy, made.endedBy].compactMap { $0 }
        let id = FHIRResourceID(stream, "intervention")
        let code = FHIRConcept(made.completion?.procedure) ?? examination
        return procedure(id, status, code: code, events: events) { json in
            if !made.abortReason.isEmpty { json.concept("statusReason", FHIRConcept(text: made.abortReason)) }
            json.period("performedPeriod", made.steps.map(\.at).min(), made.endedBy.flatMap { firstTime(of: [$0]) })
            write(performers: made.steps.map(\.by), to: &json)
            if let end = made.completion, end.outcome != .unspecified {
                json.concept("outcome", FHIRConcept(text: end.outcome.word))
            }
            json.concepts("complication", made.complications.map { FHIRConcept(text: Self.words([$0.what, $0.action])) })
            json.concepts("usedCode", made.devices.map { FHIRConcept(text: $0) })
        }
    }

    // MARK: - Radiotherapy

    private func courseProcedure() -> FHIRResource? {
        let treatment = state.rare.treatment
        let status: String
        switch treatment.status {
        case .none: return nil
        case .prescribed, .planned: status = "preparation"
        case .onTreatment: status = "in-progress"
        case .held: status = "on-hold"
        case .completed: status = "completed"
        case .discontinued: status = "stopped"
        }
        let events = treatment.deliveries.flatMap(\.events) + treatment.holds.map(\.event) + treatment.ends
        return procedure(own, status, code: Self.course, events: events) { json in
            json.concept("category", FHIRConcept(.snomed("108290001", "Radiation oncology AND/OR radiotherapy")))
            json.period(
                "performedPeriod", firstTime(of: treatment.deliveries.map(\.event)), firstTime(of: treatment.ends))
            let delivered = "\(treatment.deliveredFractions) fractions, \(treatment.deliveredCentigray) cGy delivered"
            json.notes(
                [FHIRNote(text: delivered)] + treatment.holds.map { FHIRNote(by: $0.by, text: Self.words(["held", $0.reason])) })
        }
    }

    private static let course = FHIRConcept(text: "radiotherapy course")

    private func procedure(_ delivery: TreatmentDelivery) -> FHIRResource {
        let status = delivery.isInterrupted ? "stopped" : "completed"
        let fraction = FHIRConcept(text: "radiotherapy fraction \(delivery.fraction)")
        return procedure(id(delivery.event), status, code: fraction, events: delivery.events) { json in
            if !delivery.reason.isEmpty { json.concept("statusReason", FHIRConcept(text: delivery.reason)) }
            json.when("performedDateTime", firstTime(of: [delivery.event]))
            if !delivery.machine.isEmpty { json.reference("location", .words(delivery.machine)) }
            json.notes([FHIRNote(text: "\(delivery.deliveredCentigray) cGy of plan \(delivery.planUID)")])
        }
    }

    // MARK: -

    /// Source: FHIR R4 event-status.
    private func procedure(
        _ id: FHIRResourceID, _ status: String, code: FHIRConcept, events: [EventID], _ rest: (inout JSONWriter) -> Void
    ) -> FHIRResource {
        let base = [order ?? prescription].compactMap { $0 }
        // A fraction is a part of its course.
        let whole: [FHIRReference] = stream.kind == .course && id != own ? [.to(.procedure, own.description)] : []
        return FHIRResource(.procedure, id, status: status, references: base + whole, events: events) { json in
            json.references("basedOn", base)
            json.references("partOf", whole)
            json.concept("code", code)
            json.reference("subject", subject)
            rest(&json)
        }
    }

    private func write(performers people: [String], to json: inout JSONWriter) {
        var once: [String] = []
        for person in people where !once.contains(person) { once.append(person) }
        json.list("performer", once) { $1.reference("actor", .person($0)) }
    }
}
