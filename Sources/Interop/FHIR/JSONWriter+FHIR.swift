import EventLog
import ImagingCase

/// FHIR's data types as JSON. An empty list, an empty text and a value that the type does not have are left out: FHIR has no such.
///
/// Source: FHIR R4 json (2.6.2), datatypes (2.24).
extension JSONWriter {
    /// Writes an object as a member.
    mutating func object(_ name: StaticString, _ members: (inout JSONWriter) -> Void) {
        key(name)
        beginObject()
        members(&self)
        endObject()
    }

    /// Writes an array of objects as a member, unless it would be empty.
    mutating func list<Element>(
        _ name: StaticString, _ values: [Element], _ members: (Element, inout JSONWriter) -> Void
    ) {
        guard !values.isEmpty else { return }
        key(name)
        beginArray()
        for value in values {
            beginObject()
            members(value, &self)
            endObject()
        }
        endArray()
    }

    /// Writes a code without the spaces that a code may not have.
    mutating func code(_ name: StaticString, _ text: String) {
        memberIfSaid(name, text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }

    /// Writes a text unless it says nothing.
    mutating func said(_ name: StaticString, _ text: String) {
        if text.contains(where: { !$0.isWhitespace }) { member(name, text) }
    }

    /// Writes the members of a coding.
    mutating func coding(_ coding: FHIRCoding) {
        memberIfSaid("system", coding.system)
        code("code", coding.code)
        said("display", coding.display)
    }

    /// Writes one meaning.
    mutating func concept(_ name: StaticString, _ concept: FHIRConcept?) {
        guard let concept, !(concept.codings.isEmpty && concept.text.isEmpty) else { return }
        object(name) { $0.members(of: concept) }
    }

    /// Writes meanings.
    mutating func concepts(_ name: StaticString, _ concepts: [FHIRConcept]) {
        list(name, concepts.filter { !($0.codings.isEmpty && $0.text.isEmpty) }) { $1.members(of: $0) }
    }

    private mutating func members(of concept: FHIRConcept) {
        list("coding", concept.codings) { $1.coding($0) }
        said("text", concept.text)
    }

    /// Writes what is pointed at.
    mutating func reference(_ name: StaticString, _ reference: FHIRReference?) {
        guard let reference else { return }
        object(name) { $0.members(of: reference) }
    }

    /// Writes all that is pointed at.
    mutating func references(_ name: StaticString, _ references: [FHIRReference]) {
        list(name, references) { $1.members(of: $0) }
    }

    private mutating func members(of reference: FHIRReference) {
        switch reference {
        case .to: member("reference", reference.text)
        case .person(let name):
            object("identifier") { $0.member("value", name.isEmpty ? "unknown" : name) }
            member("display", name.isEmpty ? "unknown" : name)
        case .words(let words): member("display", words)
        }
    }

    /// Writes outside identifiers.
    mutating func identifiers(_ identifiers: [FHIRIdentifier]) {
        list("identifier", identifiers) { identifier, json in
            if !identifier.type.isEmpty {
                json.concept("type", FHIRConcept(.hl7("v2-0203", identifier.type)))
            }
            json.memberIfSaid("system", identifier.system)
            json.member("value", identifier.value)
            if !identifier.issuer.isEmpty { json.object("assigner") { $0.member("display", identifier.issuer) } }
        }
    }

    /// Writes a moment at the nearest that FHIR has a text for: its years begin with 1.
    mutating func when(_ name: StaticString, _ instant: Instant?) {
        guard let instant else { return }
        moment(name, max(instant, Instant(milliseconds: -62_135_596_800_000)))
    }

    /// Writes a time from and until.
    mutating func period(_ name: StaticString, _ start: Instant?, _ end: Instant?) {
        guard start != nil || end != nil else { return }
        object(name) { json in
            json.when("start", start)
            // An end before its start is no period: what was said first stands.
            if let end, start.map({ $0 <= end }) ?? true { json.when("end", end) }
        }
    }

    /// Writes an amount in units of UCUM, unless it is no number.
    mutating func quantity(_ name: StaticString, _ value: Double, _ unit: String) {
        guard value.isFinite else { return }
        object(name) { json in
            json.key("value")
            json.real(value)
            json.member("unit", unit)
            json.member("system", "http://unitsofmeasure.org")
            json.member("code", unit)
        }
    }

    /// Writes remarks.
    mutating func notes(_ notes: [FHIRNote]) {
        list("note", notes.filter { $0.text.contains { !$0.isWhitespace } }) { note, json in
            json.said("authorString", note.by)
            json.when("time", note.at)
            json.member("text", note.text)
        }
    }
}

/// A remark with who made it.
struct FHIRNote {
    var by = ""
    var at: Instant?
    let text: String
}
