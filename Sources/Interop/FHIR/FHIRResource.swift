public import EventLog
import ImagingCase

/// A resource as it stands, with what a search asks of it.
public struct FHIRResource: Sendable {
    /// Its type.
    public let type: FHIRType
    /// Its id.
    public let id: String
    /// The code of its status; empty where the type has none.
    public let status: String
    /// Its outside identifiers.
    public let identifiers: [FHIRIdentifier]
    /// What it is based on or part of, as addresses within the service.
    public let references: [String]
    /// The events that say what it says, in no order.
    public let events: [EventID]
    /// What marks it, beside its version.
    let tags: [FHIRCoding]
    /// Its members after id and meta, as the inside of an object.
    public let content: [UInt8]

    init(
        _ type: FHIRType, _ id: FHIRResourceID, status: String = "", identifiers: [FHIRIdentifier] = [],
        references: [FHIRReference] = [], events: [EventID], tags: [FHIRCoding] = [], _ members: (inout JSONWriter) -> Void
    ) {
        var json = JSONWriter()
        json.beginObject()
        json.identifiers(identifiers)
        json.memberIfSaid("status", status)
        members(&json)
        json.endObject()
        self.type = type
        self.id = id.description
        self.status = status
        self.identifiers = identifiers
        self.references = references.map(\.text)
        self.events = events
        self.tags = tags
        content = Array(json.bytes.dropFirst().dropLast())
    }

    /// The resource's JSON.
    ///
    /// - Parameter isGlassBroken: whether it is shown to somebody who had to give a reason.
    public func json(_ version: FHIRVersion, isGlassBroken: Bool = false) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("resourceType", type.rawValue)
        json.member("id", id)
        json.object("meta") { json in
            json.member("versionId", version.id)
            json.when("lastUpdated", version.updated)
            if isGlassBroken {
                json.list("security", [FHIRCoding.hl7("v3-ActReason", "BTG", "break the glass")]) { $1.coding($0) }
            }
            json.list("tag", tags) { $1.coding($0) }
        }
        if content.isEmpty {
            json.endObject()
            return json.bytes
        }
        return json.bytes + [0x2c] + content + [0x7d]
    }
}

/// Which version of a resource.
public struct FHIRVersion: Hashable, Sendable {
    /// The digest of the history's state, or of an event that is a resource by itself its hash: 64 hexadecimal digits.
    public let id: String
    /// When the last event that it rests on was recorded.
    public let updated: Instant

    /// Names a version.
    public init(id: String, updated: Instant) {
        self.id = id
        self.updated = updated
    }

    /// Its entity tag.
    ///
    /// Source: FHIR R4 http 3.1.0.1.3 (weak tags that hold the version's id).
    public var tag: String { "W/\"\(id)\"" }
}
