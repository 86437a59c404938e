import EventLog
import Foundation
import ImagingCase
import People
import Testing

@testable import Web

/// Workitems open by role and relation as cases do, and to nobody else.
@Suite(.serialized) struct WorkitemDoorTests {
    private static let unknown = "2.25.170141183460469231722463931679029329921"
    private static let secret = "2.25.329800735698586629295641978511506172918"

    private static func same(_ answer: RawAnswer, _ uid: String) -> [String] {
        answer.json.filter { $0.key != "requestID" }.map { "\($0.key) \($0.value)" }.sorted()
            .map { $0.replacingOccurrences(of: uid, with: "UID") }
    }

    private static func uid(_ answer: RawAnswer) -> String? {
        let list = try? JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [[String: Any]]
        return ((list?.first?["00080018"] as? [String: Any])?["Value"] as? [String])?.first
    }

    /// Hands a study over and gives the workitem of its reading.
    private static func waiting(_ server: DoorServer) async throws -> String {
        try await server.order("4711", by: "lee", requester: "dr.reyes")
        let handed = try await server.ask(
            "POST", "/v1/cases/4711/events", try await server.bearer("lee"),
            #"{"kind":"study.handedOver","body":{"declaredSeries":1}}"#)
        #expect(handed.status == 201, "\(handed.body)")
        let found = try await server.ask("GET", "/dicomweb/workitems", try await server.bearer("dr.ito"))
        return try #require(uid(found), "\(found.body)")
    }

    private static func change(_ state: String) -> String {
        #"{"00741000":{"vr":"CS","Value":["\#(state)"]},"00081195":{"vr":"UI","Value":["\#(secret)"]}}"#
    }

    private static func put(_ server: DoorServer, _ uid: String, _ fields: [String: String], _ state: String) async throws
        -> RawAnswer
    {
        let body = change(state)
        let lines = fields.map { "\($0): \($1)\r\n" }.sorted().joined()
        let text =
            "PUT /dicomweb/workitems/\(uid)/state HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nConnection: close\r\n\(lines)"
            + "Content-Type: application/dicom+json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let port = server.port
        let answer = await onOwnThread { () -> RawAnswer? in
            guard let client = RawClient(port: port) else { return nil }
            client.send(text)
            return RawAnswer(client.receiveAll())
        }
        return try #require(answer)
    }

    @Test func `nobody sees workitems without signing in, and one that does not open is answered as one that is not there`()
        async throws
    {
        try await DoorServer.run { server in
            let uid = try await Self.waiting(server)
            #expect(try await server.ask("GET", "/dicomweb/workitems").status == 401)
            #expect(try await server.ask("GET", "/dicomweb/workitems/\(uid)").status == 401)
            #expect(try await Self.put(server, uid, [:], "IN PROGRESS").status == 401)
            for name in ["mae", "boss"] {
                let fields = try await server.bearer(name)
                let there = try await server.ask("GET", "/dicomweb/workitems/\(uid)", fields)
                let none = try await server.ask("GET", "/dicomweb/workitems/\(Self.unknown)", fields)
                #expect(there.status == 404 && Self.same(there, uid) == Self.same(none, Self.unknown), "\(name) \(there.body)")
                #expect(try await server.ask("GET", "/dicomweb/workitems", fields).status == 204, "\(name)")
                #expect(try await Self.put(server, uid, fields, "IN PROGRESS").status == 404, "\(name)")
            }
            for name in ["dr.ito", "lee", "dr.reyes"] {
                #expect(try await server.ask("GET", "/dicomweb/workitems/\(uid)", server.bearer(name)).status == 200, "\(name)")
            }
        }
    }

    @Test func `only who reads images claims, as whoever signed in, and only he gives it back`() async throws {
        try await DoorServer.run { server in
            let uid = try await Self.waiting(server)
            #expect(try await Self.put(server, uid, server.bearer("lee"), "IN PROGRESS").status == 403)
            let ito = try await server.bearer("dr.ito")
            #expect(try await Self.put(server, uid, ito, "IN PROGRESS").status == 200)
            let shown = try await server.ask("GET", "/v1/cases/4711", ito)
            #expect(shown.body.contains(#""by":"dr.ito""#) && !shown.body.contains(Self.secret))
            #expect(try await Self.put(server, uid, ito, "CANCELED").status == 200)
        }
    }

    @Test func `a reason opens the workitem of a case, with the banner as a warning`() async throws {
        try await DoorServer.run { server in
            let uid = try await Self.waiting(server)
            let mae = try await server.bearer("mae")
            let broken = mae.merging(["Break-Glass-Reason": "he is here and cannot speak"]) { $1 }
            let shown = try await server.ask("GET", "/dicomweb/workitems/\(uid)", broken)
            #expect(shown.status == 200 && shown.body.contains("DOE^JANE"))
            #expect(server.reception.glass.all.map(\.person) == ["mae"])
        }
    }
}
