import EventLog
import Foundation
import ImagingCase
import People
import Problems
import Testing

@testable import Web

/// What the FHIR interface opens, and to whom: the same as every other call.
@Suite(.serialized) struct FHIRDoorTests {
    /// What an answer says but for its number, with the case that was asked for left out.
    private static func same(_ answer: RawAnswer, _ id: String) -> String {
        answer.body.replacingOccurrences(of: id, with: "ID")
            .replacingOccurrences(of: #"\(request [^)]*\)"#, with: "", options: .regularExpression)
    }

    private static func id(_ server: DoorServer) async throws -> String {
        let found = try await server.ask("GET", "/fhir/R4/ServiceRequest?identifier=4711", server.bearer("dr.ito"))
        let entry = (found.json["entry"] as? [[String: Any]])?.first?["resource"] as? [String: Any]
        return try #require(entry?["id"] as? String, "\(found.body)")
    }

    @Test func `a case that does not open is answered as one that is not there, and no search finds it`() async throws {
        try await DoorServer.run { server in
            try await server.order("4711", by: "lee", requester: "dr.reyes")
            let id = try await Self.id(server)
            let unknown = StreamID(kind: .imagingCase, high: 1, low: 1).description
            for name in ["mae", "boss"] {
                let fields = try await server.bearer(name)
                for look in ["", "/_history", "/_history/\(String(repeating: "0", count: 64))"] {
                    let there = try await server.ask("GET", "/fhir/R4/Patient/\(id)\(look)", fields)
                    let none = try await server.ask("GET", "/fhir/R4/Patient/\(unknown)\(look)", fields)
                    #expect(there.status == 404 && Self.same(there, id) == Self.same(none, unknown), "\(name) \(there.body)")
                    #expect(there.body.contains("OperationOutcome"))
                }
                for search in [
                    "", "?identifier=4711", "?patient=Patient/\(id)", "?patient.identifier=1", "?_id=\(id)", "?status=active",
                ] {
                    let found = try await server.ask("GET", "/fhir/R4/ServiceRequest\(search)", fields)
                    #expect(
                        found.status == 200 && found.json["entry"] == nil && !found.body.contains("DOE"),
                        "\(name) \(search) \(found.body)")
                    #expect(found.json["total"] as? Int == 0, "\(name) \(search)")
                }
            }
            for name in ["lee", "dr.ito", "dr.reyes"] {
                let fields = try await server.bearer(name)
                #expect(try await server.ask("GET", "/fhir/R4/Patient/\(id)", fields).body.contains("DOE"), "\(name)")
                #expect(try await server.ask("GET", "/fhir/R4/Patient?identifier=1", fields).body.contains("DOE"), "\(name)")
            }
        }
    }

    @Test func `a reason opens a case, and each of its resources says so`() async throws {
        try await DoorServer.run { server in
            try await server.order("4711", by: "lee")
            let id = try await Self.id(server)
            let mae = try await server.bearer("mae")
            let reason = ["Break-Glass-Reason": "he is here and cannot speak"]
            let shown = try await server.ask("GET", "/fhir/R4/Patient/\(id)", mae.merging(reason) { $1 })
            #expect(shown.status == 200 && shown.body.contains(#""code":"BTG""#), "\(shown.body)")
            #expect(shown.json["banner"] == nil, "FHIR has no such member")
            #expect(try await server.ask("GET", "/fhir/R4/ServiceRequest/\(id)", mae).status == 200, "for an hour")
            #expect(server.reception.glass.all.count == 1)
        }
    }

    @Test func `nobody is answered without a session, but for what the interface can do`() async throws {
        try await DoorServer.run { server in
            for path in ["Patient", "Patient/c-1", "Patient/c-1/_history", "AuditEvent"] {
                let refused = try await server.ask("GET", "/fhir/R4/\(path)")
                #expect(refused.status == 401 && refused.body.contains("OperationOutcome"), "\(path) \(refused.body)")
                #expect(refused.body.contains(#""code":"login""#))
            }
            let metadata = try await server.ask("GET", "/fhir/R4/metadata")
            #expect(metadata.status == 200 && metadata.json["fhirVersion"] as? String == "4.0.1")
            let resources = ((metadata.json["rest"] as? [[String: Any]])?.first?["resource"] as? [[String: Any]]) ?? []
            #expect(resources.count == 18)
        }
    }
}
