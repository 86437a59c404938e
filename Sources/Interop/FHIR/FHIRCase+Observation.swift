import EventLog
import ImagingCase

/// Observation: screens for safety, kidney function, and the dose.
extension FHIRCase {
    func observations() -> [FHIRResource] {
        let gates: [(code: FHIRConcept, gate: SafetyGate)] = [
            (FHIRConcept(.own("screen", "mri"), text: "MR safety screening"), state.safety.mri),
            (FHIRConcept(.own("screen", "contrast"), text: "contrast screening"), state.safety.contrast),
            (
                FHIRConcept(.loinc("82810-3", "Pregnancy status"), .own("screen", "pregnancy"), text: "pregnancy screening"),
                state.safety.pregnancy
            ),
        ]
        return gates.flatMap { code, gate in gate.screens.map { observation($0, code) } + gate.kidney.map(observation) }
            + (doseObservation().map { [$0] } ?? [])
    }

    private func observation(_ screen: Screen, _ code: FHIRConcept) -> FHIRResource {
        observation(id(screen.event), code, [screen.event], tags: [.own("screen", screen.standing.rawValue)]) { json in
            json.when("effectiveDateTime", firstTime(of: [screen.event]))
            json.references("performer", [.person(screen.by)])
            json.concept("valueCodeableConcept", FHIRConcept(.own("screen", screen.result), text: screen.result))
            json.notes([FHIRNote(by: screen.by, text: screen.note)])
            let items = screen.items.filter { !($0.kind.isEmpty && $0.label.isEmpty) && !$0.value.isEmpty }
            json.list("component", items) { item, json in
                json.concept("code", FHIRConcept(text: item.label.isEmpty ? item.kind : item.label))
                json.said("valueString", item.value)
            }
        }
    }

    /// Source: LOINC 69405-9; UCUM.
    private func observation(_ kidney: KidneyFunction) -> FHIRResource {
        let code = FHIRConcept(.loinc("69405-9", ""), text: "estimated glomerular filtration rate")
        return observation(id(kidney.event, "egfr"), code, [kidney.event], tags: []) { json in
            json.when("effectiveDateTime", kidney.specimenTaken ?? firstTime(of: [kidney.event]))
            json.quantity("valueQuantity", kidney.eGFR, "mL/min/{1.73_m2}")
        }
    }

    /// Source: DICOM PS3.16 CID 10013 and TID 10001 (113813, 113722, 113725, 113730).
    private func doseObservation() -> FHIRResource? {
        guard state.dose.status != .none else { return nil }
        let totals = state.dose.totals
        let parts: [(FHIRCoding, Double, String)] = [
            (.dicom("113813", "CT Dose Length Product Total"), totals.dlpMilligrayCentimetre, "mGy.cm"),
            (.own("dose", "ctdiVolMaximum"), totals.ctdiVolMilligrayMaximum, "mGy"),
            (.dicom("113722", "Dose Area Product Total"), totals.kermaAreaProductGraySquareCentimetre, "Gy.cm2"),
            (.dicom("113725", "Dose (RP) Total"), totals.referencePointAirKermaGray, "Gy"),
            (.dicom("113730", "Total Fluoro Time"), totals.fluoroscopyMinutes, "min"),
        ].filter { $0.1 > 0 && $0.1.isFinite }
        let irradiations = state.dose.irradiations
        let events = irradiations.flatMap(\.events) + state.dose.acknowledgements.map(\.event)
        return observation(
            FHIRResourceID(stream, "dose"), FHIRConcept(.own("dose", "total"), text: "radiation dose of the examination"), events,
            tags: [.own("dose", state.dose.status.rawValue)]
        ) { json in
            json.when("effectiveDateTime", irradiations.map(\.at).max())
            json.list("component", parts) { part, json in
                json.concept("code", FHIRConcept(part.0))
                json.quantity("valueQuantity", part.1, part.2)
            }
            if parts.isEmpty { json.concept("dataAbsentReason", FHIRConcept(.hl7("data-absent-reason", "unknown"))) }
        }
    }

    private func observation(
        _ id: FHIRResourceID, _ code: FHIRConcept, _ events: [EventID], tags: [FHIRCoding], _ rest: (inout JSONWriter) -> Void
    ) -> FHIRResource {
        FHIRResource(.observation, id, status: "final", events: events, tags: tags) { json in
            json.concept("code", code)
            json.reference("subject", subject)
            rest(&json)
        }
    }
}
