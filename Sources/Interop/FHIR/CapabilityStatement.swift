public import EventLog
import ImagingCase
import Problems

/// What the read interface can do, for programs that ask before they ask anything else.
///
/// Source: FHIR R4 CapabilityStatement.
public enum FHIRCapabilityStatement {
    /// The resource's JSON.
    ///
    /// - Parameters:
    ///   - base: the service's address.
    ///   - date: since when the node says this: when it was started.
    public static func json(base: String, date: Instant) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("resourceType", "CapabilityStatement")
        json.member("status", "active")
        json.when("date", date)
        json.member("kind", "instance")
        json.object("software") { json in
            json.member("name", "Filmjacket")
            json.member("version", Version.text)
        }
        json.object("implementation") { json in
            json.member("description", "The shared state of imaging cases, to read.")
            json.member("url", base)
        }
        json.member("fhirVersion", "4.0.1")
        json.member("format", texts: ["json"])
        json.list("rest", [FHIRType.allCases]) { types, json in
            json.member("mode", "server")
            json.object("security") { json in
                json.member("cors", false)
                json.member("description", "Where there are accounts: a session's cookie, or its token as Authorization: Bearer.")
            }
            json.list("resource", types) { write($0, to: &$1) }
        }
        json.endObject()
        return json.bytes
    }

    private static func write(_ type: FHIRType, to json: inout JSONWriter) {
        json.member("type", type.rawValue)
        let interactions = type == .auditEvent ? ["read", "search-type"] : ["read", "vread", "history-instance", "search-type"]
        json.list("interaction", interactions) { $1.member("code", $0) }
        json.member("versioning", "versioned")
        json.member("readHistory", type != .auditEvent)
        json.member("conditionalRead", "not-match")
        let common: [(name: String, kind: String)] = [("_id", "token"), ("_lastUpdated", "date")]
        let own = type.parameters.map { (name: $0.rawValue, kind: $0.kind) }
        json.list("searchParam", (type == .auditEvent ? [] : common) + own) { parameter, json in
            json.member("name", parameter.name)
            json.member("type", parameter.kind)
        }
    }
}
