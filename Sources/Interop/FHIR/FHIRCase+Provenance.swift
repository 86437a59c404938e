import EventLog
import ImagingCase

/// Provenance: every event by itself, with who recorded it, what it is part of and what its author had seen.
extension FHIRCase {
    func provenances() -> [FHIRResource] {
        let others = FHIRType.ofHistories.filter { $0 != .provenance }.flatMap(resources)
        var targets: [EventID: [FHIRReference]] = [:]
        for resource in others {
            for event in Set(resource.events) { targets[event, default: []].append(.to(resource.type, resource.id)) }
        }
        return history.facts.map { provenance($0, targets[$0.id] ?? []) }
    }

    private func provenance(_ fact: CaseFact, _ made: [FHIRReference]) -> FHIRResource {
        let targets = made.isEmpty ? [fallback(fact)] : made
        return FHIRResource(.provenance, id(fact.id), references: targets, events: [fact.id]) { json in
            json.references("target", targets)
            json.when("occurredDateTime", fact.occurredAt.instant)
            json.when("recorded", fact.recordedAt.instant)
            json.concept("activity", FHIRConcept(.own("kind", fact.event.kind.text)))
            json.list("agent", [fact.actor]) { actor, json in
                json.concept("type", FHIRConcept(.hl7("provenance-participant-type", "author", "Author")))
                if !actor.role.isEmpty { json.concepts("role", [FHIRConcept(.own("role", actor.role))]) }
                json.reference("who", .person(actor.person))
                json.reference("onBehalfOf", .words(actor.site.text))
            }
            // The event as the log has it, then what its author had seen last.
            let name = FHIRIdentifier(IssuedIdentifier(issuer: "urn:filmjacket:event", value: fact.id.description), type: "")
            json.list(
                "entity",
                [(role: "source", name: name.value, reference: FHIRReference?.none)]
                    + fact.parents.map {
                        (role: "derivation", name: $0.description, reference: .to(.provenance, id($0).description))
                    }
            ) { entity, json in
                json.member("role", entity.role)
                json.object("what") { json in
                    if let reference = entity.reference { json.member("reference", reference.text) }
                    json.object("identifier") { json in
                        json.member("system", name.system)
                        json.member("value", entity.name)
                    }
                }
            }
            write(signatureOver: fact, to: &json)
        }
    }

    /// The checkpoint that covers the event, as the site signed it: the hash of the event is under its root.
    ///
    /// Source: C2SP tlog-checkpoint; FHIR R4 Signature (ASTM E1762 source signature). A checkpoint says no time, so none is given.
    private func write(signatureOver fact: CaseFact, to json: inout JSONWriter) {
        guard let signed = checkpoints[fact.id.log], signed.checkpoint.size >= fact.id.sequence else { return }
        json.list("signature", [signed]) { signed, json in
            json.list("type", [FHIRCoding("urn:iso-astm:E1762-95:2013", "1.2.840.10065.1.12.1.14", "Source Signature")]) {
                $1.coding($0)
            }
            json.object("_when") { json in
                json.list("extension", ["http://hl7.org/fhir/StructureDefinition/data-absent-reason"]) { url, json in
                    json.member("url", url)
                    json.member("valueCode", "unknown")
                }
            }
            json.reference("who", .person(signed.signer))
            json.member("sigFormat", "text/plain")
            json.member("data", Base64.text(of: Array(signed.note.utf8)))
        }
    }

    /// What an event is about that no resource rests on: the case's order or person.
    private func fallback(_ fact: CaseFact) -> FHIRReference { order ?? subject }
}
