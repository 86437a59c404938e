import Problems

extension APITable {
    /// The read interface as FHIR R4.
    static let fhir: [Call] = [
        Call(
            "GET", "/fhir/R4/metadata", .health, "What the FHIR interface can do (CapabilityStatement).",
            answers: [(200, resource)]),
        Call(
            "GET", "/fhir/R4/{type}", .cases, "A page of the resources that fit (FHIR R4 search, a Bundle).",
            query: [
                Parameter(name: "_id", summary: "The resource, or several with commas."),
                Parameter(
                    name: "identifier", summary: "Placer order number, accession, StudyInstanceUID; of a Patient his number."),
                Parameter(name: "patient", summary: "The Patient resource of any case of the person."),
                Parameter(name: "patient.identifier", summary: "The person's number, with its issuer as issuer|number."),
                Parameter(name: "subject", summary: "As patient."),
                Parameter(name: "status", summary: "A code of the type's status."),
                Parameter(name: "based-on", summary: "What it is based on, as Type/id."),
                Parameter(name: "part-of", summary: "Of a Communication: what it belongs to."),
                Parameter(name: "target", summary: "Of a Provenance: what the event says something of."),
                Parameter(name: "date", summary: "Of an AuditEvent: when."),
                Parameter(name: "agent", summary: "Of an AuditEvent: who."),
                Parameter(name: "entity", summary: "Of an AuditEvent: the case."),
                Parameter(name: "_lastUpdated", summary: "Changed at this time; prefixes eq ne gt lt ge le sa eb."),
                Parameter(
                    name: "_count", summary: "The most resources of a page.",
                    schema: #"{"type":"integer","minimum":0,"maximum":200,"default":50}"#),
                Parameter(name: "_summary", summary: "count: only how many.", schema: #"{"enum":["count","false"]}"#),
                Parameter(name: "_cursor", summary: "As the link of the page before says it."),
                Parameter(name: "as", summary: "Of an AuditEvent where nobody has to sign in: who asks."),
                Parameter(name: "role", summary: "In which role, with as."),
            ], fields: [Parameter(name: "Prefer", summary: "handling=lenient: what is not known is passed over.")],
            answers: [(200, resource)], problems: reading + [.badCursor, .outOfRange, .unsupportedMediaType]),
        Call(
            "GET", "/fhir/R4/{type}/{id}", .cases, "A resource; its ETag names its version.", fields: [held, glass],
            answers: [(200, resource), (304, .text)], problems: reading),
        Call(
            "GET", "/fhir/R4/{type}/{id}/_history", .cases, "The versions of a resource, the newest first (a Bundle).",
            fields: [glass], answers: [(200, resource)], problems: reading),
        Call(
            "GET", "/fhir/R4/{type}/{id}/_history/{version}", .cases, "A resource as it was.", fields: [held, glass],
            answers: [(200, resource), (304, .text)], problems: reading),
    ]

    private static let resource = Content.bytes(FHIRAPI.mediaType)
    private static let reading: [ProblemCode] = [.signIn, .unknownCase, .notFound, .badInput, .notPermitted]
    private static let held = Parameter(name: "If-None-Match", summary: "The tag that the asker holds.")
    private static let glass = Parameter(
        name: "Break-Glass-Reason", summary: "Why somebody without a relation to the case must see it, percent-encoded.")
}
