import EventLog
import ImagingCase

/// Consent: what the person allowed. CarePlan: the plans of a course of radiotherapy.
extension FHIRCase {
    func consents() -> [FHIRResource] {
        state.rare.consent.entries.flatMap { entry in entry.records.map { consent($0, entry.kind) } }
    }

    /// Source: FHIR R4 consent-state-codes, consentscope, Consent ppc-1 (a policy or a rule).
    private func consent(_ record: ConsentRecord, _ kind: ConsentKind) -> FHIRResource {
        let status: String
        switch record.said.state {
        case _ where record.standing == .superseded: status = "inactive"
        case .given: status = "active"
        case .refused: status = "rejected"
        case .withdrawn: status = "inactive"
        case .unspecified: status = "proposed"
        }
        return FHIRResource(.consent, id(record.event), status: status, events: [record.event]) { json in
            json.concept("scope", FHIRConcept(.hl7("consentscope", kind == .research ? "research" : "treatment")))
            json.concepts(
                "category", [FHIRConcept(.loinc("59284-0", "Consent Document"), text: kind == .unspecified ? "" : kind.word)])
            if state.patient != nil { json.reference("patient", subject) }
            json.when("dateTime", firstTime(of: [record.event]))
            json.references("performer", [.person(record.by)])
            json.concept("policyRule", FHIRConcept(text: Self.words(["consent by the person", record.said.note])))
            json.object("provision") { $0.member("type", record.said.state == .given ? "permit" : "deny") }
        }
    }

    func carePlans() -> [FHIRResource] { state.rare.treatment.plans.compactMap(carePlan) }

    /// Source: FHIR R4 request-status, care-plan-intent; HL7 CodeX Radiation Therapy for what a plan says.
    private func carePlan(_ plan: TreatmentPlan) -> FHIRResource? {
        guard let first = plan.events.first else { return nil }
        let status =
            switch plan.status {
            case .draft, .physicsChecked: "draft"
            case .approved, .inUse: "active"
            case .retired, .rejected: "revoked"
            }
        let base = prescription.map { [$0] } ?? []
        return FHIRResource(
            .carePlan, id(first), status: status, identifiers: [FHIRIdentifier(studyUID: plan.uid)], references: base,
            events: plan.events, tags: [.own("plan", plan.status.rawValue)]
        ) { json in
            let replaced = state.rare.treatment.plans.first { $0.uid == plan.content.replaces && $0.uid != plan.uid }
            json.references("replaces", replaced?.events.first.map { [.to(.carePlan, id($0).description)] } ?? [])
            json.member("intent", "plan")
            json.said("title", Self.words([plan.content.label, plan.content.phase]))
            json.reference("subject", subject)
            json.when("created", firstTime(of: plan.events))
            json.reference("author", plan.by.isEmpty ? nil : .person(plan.by))
            json.list("activity", base) { $1.reference("reference", $0) }
            let dose = "\(plan.content.fractions) fractions of \(plan.content.fractionCentigray) cGy"
            json.notes([FHIRNote(by: plan.by, text: Self.words([dose, plan.content.reason]))])
        }
    }
}
