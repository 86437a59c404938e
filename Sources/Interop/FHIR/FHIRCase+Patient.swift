import EventLog
import ImagingCase

/// Patient: the person as this case knows him.
///
/// One for each case, because two cases may differ in who somebody is until a person has decided, and because each case opens by itself.
/// The cases of one person are found by his identifier.
extension FHIRCase {
    func patients() -> [FHIRResource] {
        guard let patient = state.patient else { return [] }
        let number = IssuedIdentifier(issuer: patient.issuer, value: opened(patient.id))
        let identifiers = number.value.isEmpty ? [] : [FHIRIdentifier(number, type: "MR")]
        let events = events { event in
            switch event {
            case .orderPlaced, .patientArrived, .demographicsCorrected, .identityVerified, .identityDisputed,
                .identityDisputeCleared:
                true
            default: false
            }
        }
        let tags: [FHIRCoding] = state.identity.status == .unverified ? [] : [.own("identity", state.identity.status.rawValue)]
        return [
            FHIRResource(.patient, own, identifiers: identifiers, events: events, tags: tags) { json in
                writeName(opened(patient.name), to: &json)
                if let gender = Self.gender(patient.sex) { json.member("gender", gender) }
                if Self.isDate(patient.birthDate) { json.member("birthDate", patient.birthDate) }
                writeLinks(of: IssuedIdentifier(issuer: patient.issuer, value: patient.id), to: &json)
            }
        ]
    }

    /// The identifiers that are the same person, as somebody said: a Patient here is of one case, so that they are named and not pointed at.
    private func writeLinks(of own: IssuedIdentifier, to json: inout JSONWriter) {
        guard let person else { return }
        json.list("link", person.group.members.filter { $0 != own }) { other, json in
            let number = FHIRIdentifier(IssuedIdentifier(issuer: other.issuer, value: opened(other.value)), type: "MR")
            json.object("other") { json in
                json.member("type", "Patient")
                json.object("identifier") { json in
                    json.memberIfSaid("system", number.system)
                    json.member("value", number.value)
                }
            }
            json.member("type", person.link(from: own, to: other))
        }
    }

    /// Source: DICOM PS3.5 6.2.1.2 (PN components); FHIR R4 HumanName.
    private func writeName(_ name: String, to json: inout JSONWriter) {
        guard name.contains(where: { !$0.isWhitespace && $0 != "^" && $0 != "=" }) else { return }
        // Groups after = repeat the name in other characters.
        let group = name.split(separator: "=", omittingEmptySubsequences: true).first ?? ""
        let parts = group.split(separator: "^", omittingEmptySubsequences: false).map {
            $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let part = { (index: Int) in parts.indices.contains(index) && !parts[index].isEmpty ? [parts[index]] : [] }
        json.list("name", [parts]) { parts, json in
            json.member("text", (part(3) + part(1) + part(2) + part(0) + part(4)).joined(separator: " "))
            if let family = part(0).first { json.member("family", family) }
            Self.write(part(1) + part(2), "given", to: &json)
            Self.write(part(3), "prefix", to: &json)
            Self.write(part(4), "suffix", to: &json)
        }
    }

    private static func write(_ texts: [String], _ name: StaticString, to json: inout JSONWriter) {
        if !texts.isEmpty { json.member(name, texts: texts) }
    }

    /// Source: FHIR R4 administrative-gender.
    private static func gender(_ sex: Sex) -> String? {
        switch sex {
        case .unspecified: nil
        case .female, .male, .other, .unknown: sex.word
        }
    }

    /// Whether a text is a day as FHIR writes it.
    private static func isDate(_ text: String) -> Bool {
        text.utf8.count == 10 && !text.hasPrefix("0000") && Timestamp.parse("\(text)T00:00:00Z") != nil
    }
}
