public import EventLog
public import ImagingCase

/// Which identifiers are the person of a case, as histories beside the case say it.
public struct FHIRPerson: Sendable {
    /// The identifiers, and the one that goes on.
    public let group: PersonGroup
    /// When the last that was said of it was recorded.
    public let updated: Instant

    /// States it.
    public init(_ group: PersonGroup, updated: Instant) {
        self.group = group
        self.updated = updated
    }

    /// The version of a Patient that says it: of the case's state together with the links, which are no part of that.
    func version(of whole: FHIRVersion) -> FHIRVersion {
        let names = ([group.survivor] + group.members).map { "\($0.issuer.utf8.count):\($0.issuer)\($0.value)" }
        let text = ([whole.id] + names).joined(separator: "\n")
        return FHIRVersion(id: EventHash.sha256(Array(text.utf8)).description, updated: max(whole.updated, updated))
    }

    /// How another identifier stands to the one under which a case has the person.
    ///
    /// Source: FHIR R4 link-type.
    func link(from own: IssuedIdentifier, to other: IssuedIdentifier) -> String {
        if other == group.survivor { return "replaced-by" }
        return own == group.survivor ? "replaces" : "seealso"
    }
}
