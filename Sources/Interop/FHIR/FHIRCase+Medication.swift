import EventLog
import ImagingCase

/// MedicationAdministration, AllergyIntolerance and AdverseEvent: what was given and how it was borne.
extension FHIRCase {
    func medications() -> [FHIRResource] { state.rare.medication.given.map(medication) }

    private func medication(_ given: Administration) -> FHIRResource {
        FHIRResource(.medicationAdministration, id(given.event), status: "completed", events: [given.event] + given.witnesses) {
            json in
            let words = given.said.isContrast ? "contrast medium" : "medication"
            json.concept("medicationCodeableConcept", FHIRConcept(given.said.agent) ?? FHIRConcept(text: words))
            json.reference("subject", subject)
            json.when("effectiveDateTime", given.said.given ?? given.at)
            json.list("performer", [given.by]) { $1.reference("actor", .person($0)) }
            json.reference("request", order)
            if !given.said.lot.isEmpty { json.notes([FHIRNote(text: "lot \(given.said.lot)")]) }
            writeDosage(given.said, to: &json)
        }
    }

    /// Source: FHIR R4 MedicationAdministration mad-1 (a dosage has a dose or a rate).
    private func writeDosage(_ said: MedicationAdministered, to json: inout JSONWriter) {
        let dose = said.millilitres > 0 ? (said.millilitres, "mL") : (said.megabecquerels, "MBq")
        guard dose.0 > 0, dose.0.isFinite else { return }
        json.object("dosage") { json in
            if !said.route.isEmpty { json.concept("route", FHIRConcept(text: said.route)) }
            json.quantity("dose", dose.0, dose.1)
        }
    }

    func allergies() -> [FHIRResource] {
        state.rare.medication.reactions.filter { $0.said.kind == .allergic }.map { reaction in
            FHIRResource(.allergyIntolerance, id(reaction.event), events: [reaction.event]) { json in
                json.concept("clinicalStatus", FHIRConcept(.hl7("allergyintolerance-clinical", "active")))
                json.concept("verificationStatus", FHIRConcept(.hl7("allergyintolerance-verification", "unconfirmed")))
                json.member("type", "allergy")
                json.member("category", texts: ["medication"])
                json.concept("code", agent(of: reaction) ?? FHIRConcept(text: "agent that was not recorded"))
                json.reference("patient", subject)
                json.when("recordedDate", reaction.at)
                json.reference("recorder", .person(reaction.by))
                json.notes([FHIRNote(by: reaction.by, text: reaction.said.treatment)])
                json.list("reaction", [reaction.said]) { said, json in
                    json.concepts("manifestation", [FHIRConcept(text: said.note.isEmpty ? "allergic reaction" : said.note)])
                    if said.severity != .unspecified { json.member("severity", said.severity.word) }
                }
            }
        }
    }

    /// The agent that a reaction names, else the one that was given alone.
    private func agent(of reaction: AdverseReaction) -> FHIRConcept? {
        let given = state.rare.medication.given
        let named = given.first { $0.event == reaction.said.medication } ?? (given.count == 1 ? given[0] : nil)
        return named.flatMap { FHIRConcept($0.said.agent) }
    }

    /// Source: FHIR R4 AdverseEvent (actuality actual; adverse-event-severity).
    func adverseEvents() -> [FHIRResource] {
        state.rare.medication.reactions.map { reaction in
            FHIRResource(.adverseEvent, id(reaction.event), events: [reaction.event]) { json in
                json.member("actuality", "actual")
                json.concept(
                    "event",
                    FHIRConcept(
                        .own("reaction", reaction.said.kind.word),
                        text: Self.words([reaction.said.kind.word, reaction.said.note])))
                json.reference("subject", subject)
                json.when("date", reaction.at)
                json.reference("recorder", .person(reaction.by))
                if reaction.said.severity != .unspecified {
                    json.concept("severity", FHIRConcept(.hl7("adverse-event-severity", reaction.said.severity.word)))
                }
                if let named = reaction.said.medication, state.rare.medication.given.contains(where: { $0.event == named }) {
                    json.list("suspectEntity", [named]) {
                        $1.reference("instance", .to(.medicationAdministration, id($0).description))
                    }
                }
            }
        }
            + state.rare.intervention.complications.map { complication in
                FHIRResource(.adverseEvent, id(complication.event), events: [complication.event]) { json in
                    json.member("actuality", "actual")
                    json.concept(
                        "event", FHIRConcept(text: Self.words(["complication", complication.what, complication.action])))
                    json.reference("subject", subject)
                    json.when("date", firstTime(of: [complication.event]))
                    json.reference("recorder", .person(complication.by))
                }
            }
    }
}
