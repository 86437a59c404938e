import EventLog
import Foundation
import ImagingCase
import People
import Testing

@testable import Web

/// What does not open to somebody answers as what is not there: at every call that names a case or conflict, to the byte.
@Suite(.serialized) struct IsolationTests {
    /// People to whom the case of these tests does not open, of each reach that is not everything.
    private static let strangers = ["mae", "boss", "dr.reyes", "sam"]

    /// Bodies that get past a different check each: of everybody, of some roles, signed, refused by their form.
    private static let recorded = [
        #"{"kind":"comment.added","body":{"text":"t"}}"#,
        #"{"kind":"order.cancelled","body":{"reason":"r"}}"#,
        #"{"kind":"report.finalSigned","body":{"findings":"a","impression":"b","contentVersion":"v1"}}"#,
        #"{"kind":"procedureStep.started","body":{"stepUID":"1.2.3","modality":"CT"}}"#,
        #"{"kind":"study.imagesGone","body":{"reason":"r"}}"#,
        #"{"kind":"consult.requested","body":{"question":"q"}}"#,
        #"{"kind":"comment.added","body":{"text":"t"},"as":"lee","role":"technologist"}"#,
        #"{"kind":"comment.added","body":{"text":"t"},"at":"2020-01-01T00:00:00Z"}"#,
        #"{"kind":"comment.added","body":{"wrong":1}}"#, #"{"kind":"no.such","body":{}}"#, "[]",
    ]

    /// The bodies with which a call is tried; nil for one without a body.
    private static func bodies(of call: APITable.Call) -> [String?] {
        switch call.path {
        case _ where call.body == nil: [nil]
        case "/v1/conflicts/{id}/resolution": [#"{"choose":"northside/1","reason":"because"}"#, #"{"choose":""}"#]
        default: recorded
        }
    }

    private static let fields: [[String: String]] = [
        [:], ["If-Match": "\"x\""], ["If-Match": "*"], ["If-None-Match": "*"], ["Idempotency-Key": "k"],
        ["Break-Glass-Reason": "no"],
        ["Break-Glass-Reason": "two%0Alines here"],
    ]

    /// The whole answer but for its number and date, with what was asked for left out.
    private static func same(_ answer: RawAnswer, _ id: String) -> String {
        // An OperationOutcome has it in its words.
        let said = answer.body.firstMatch(of: /\(request ([^)]+)\)/).map { String($0.1) }
        let request = (answer.member("requestID") as? String) ?? said ?? "-"
        let head = answer.head.split(separator: "\r\n").filter { !$0.lowercased().hasPrefix("date:") }.joined(separator: "\n")
        return "\(head)\n\n\(answer.body)".replacingOccurrences(of: request, with: "REQUEST")
            .replacingOccurrences(of: id, with: "ID")
    }

    /// A case, of which there are an order by a technologist, another person under its accession and so a conflict.
    private static func held(_ server: DoorServer) async throws -> (ids: [String], conflict: String) {
        try await server.reception.add(#require(AccountName("sam")), roles: [.researcher], password: DoorServer.password)
        try await server.order("4711", by: "lee")
        let other = """
            {"kind":"order.placed","body":{"accession":{"issuer":"x","value":"4711"},"modality":"CT",\
            "patient":{"issuer":"x","id":"2","name":"ROE^RICHARD"}}}
            """
        let lee = try await server.bearer("lee")
        #expect(try await server.ask("POST", "/v1/cases/events", lee, other).status == 201)
        let conflicts = try await server.ask("GET", "/v1/conflicts", lee)
        let rows = try #require(JSONSerialization.jsonObject(with: Data(conflicts.body.utf8)) as? [[String: Any]])
        let conflict = try #require(rows.first?["id"] as? String, "\(conflicts.body)")
        let stream = try #require(rows.first?["case"] as? String)
        return (["4711", stream], conflict)
    }

    /// A name of the same form that nothing has.
    private static func unknown(like id: String) -> String {
        if id.hasPrefix("c-") { return StreamID(kind: .imagingCase, derivedFrom: "accession:1:x:0815").description }
        return id.hasPrefix("k") ? "k0123456789abcdef" : "0815"
    }

    @Test func `at every call that names a case, unknown and forbidden are one answer to the byte`() async throws {
        try await DoorServer.run { server in
            let (ids, conflict) = try await Self.held(server)
            let calls = APITable.all.filter { $0.path.contains("{id}") }
            #expect(calls.count > 10)
            for name in Self.strangers {
                let session = try await server.bearer(name)
                for call in calls {
                    // One person is answered so often in a time, and no more.
                    server.moment.advance(minutes: 1)
                    for id in call.path.hasPrefix("/v1/conflicts") ? ids + [conflict] : ids {
                        let none = Self.unknown(like: id)
                        for body in Self.bodies(of: call) {
                            for fields in Self.fields {
                                func ask(_ id: String) async throws -> RawAnswer {
                                    let path = call.path.replacingOccurrences(of: "{id}", with: id)
                                        .replacingOccurrences(of: "{type}", with: "Patient")
                                        .replacingOccurrences(of: "{version}", with: String(repeating: "0", count: 64))
                                    return try await server.ask(call.method, path, session.merging(fields) { $1 }, body)
                                }
                                let (there, missing) = (try await ask(id), try await ask(none))
                                #expect(
                                    Self.same(there, id) == Self.same(missing, none),
                                    "\(name) \(call.method) \(call.path) \(body ?? "") \(fields)")
                                #expect(there.status >= 400, "\(name) \(call.method) \(call.path) \(body ?? "") \(fields)")
                            }
                        }
                    }
                }
            }
            #expect(server.reception.glass.all.isEmpty)
        }
    }

    @Test func `what is refused was not recorded, and whoever may is told otherwise`() async throws {
        try await DoorServer.run { server in
            let (ids, conflict) = try await Self.held(server)
            let before = try await server.ask("GET", "/v1/cases/4711/history", server.bearer("lee")).body
            for name in Self.strangers {
                let session = try await server.bearer(name)
                for id in ids {
                    #expect(
                        try await server.ask("POST", "/v1/cases/\(id)/events", session, Self.recorded[0]).code == "UNKNOWN_CASE")
                }
                let resolution = #"{"choose":"northside/1","reason":"because"}"#
                let refused = try await server.ask("POST", "/v1/conflicts/\(conflict)/resolution", session, resolution)
                #expect(refused.code == "UNKNOWN_CASE", "\(name)")
            }
            #expect(try await server.ask("GET", "/v1/cases/4711/history", server.bearer("lee")).body == before)
            #expect(try await server.ask("POST", "/v1/cases/4711/events", server.bearer("lee"), Self.recorded[0]).status == 201)
        }
    }

    /// Whoever orders takes part: an accession that somebody knows must not open the case behind it.
    @Test func `an examination is not opened by ordering it once more`() async throws {
        try await DoorServer.run { server in
            _ = try await Self.held(server)
            let reyes = try await server.bearer("dr.reyes")
            for number in ["4711", "0815"] {
                let order = """
                    {"kind":"order.placed","body":{"accession":{"issuer":"x","value":"\(number)"},"modality":"CT",\
                    "patient":{"issuer":"x","id":"1","name":"DOE^JANE"}}}
                    """
                let answer = try await server.ask("POST", "/v1/cases/events", reyes, order)
                #expect(answer.status == (number == "4711" ? 403 : 201), "\(answer.body)")
                #expect(try await server.ask("GET", "/v1/cases/\(number)", reyes).status == (number == "4711" ? 404 : 200))
            }
        }
    }

    /// Everybody may say that something went wrong, of any case; that it was taken says nothing of the case, and opens it to nobody.
    @Test func `an incident is reported alike of a case that does not open and of one that is not there`() async throws {
        try await DoorServer.run { server in
            let (ids, _) = try await Self.held(server)
            let mae = try await server.bearer("mae")
            for id in [ids[1], Self.unknown(like: ids[1])] {
                let body =
                    #"{"kind":"incident.reported","body":{"kind":"fall","severity":"mild","what":"w","caseID":"\#(id)"}}"#
                let answer = try await server.ask("POST", "/v1/cases/events", mae, body)
                #expect(answer.status == 201 && Set(answer.json.keys) == ["event", "case", "repeat"], "\(answer.body)")
                #expect(answer.json["case"] as? String == id && answer.json["repeat"] as? Bool == false)
                #expect(try await server.ask("GET", "/v1/cases/\(id)", mae).status == 404)
            }
            // What a command says beside the answer, too.
            let name = try #require(AccountName("mae"))
            let token = try server.reception.admit(name, as: nil).token.text
            let desk = SignedInDesk(server.desk, door: server.door, pass: Door.Pass(token: token))
            let said = await desk.answer(
                .caseRecord(
                    kind: "incident.reported", id: nil, person: "", role: "", at: nil,
                    body: #"{"kind":"fall","severity":"mild","what":"w","caseID":"\#(ids[1])"}"#, expectedHeads: nil, key: nil
                ))
            #expect(said.exit == 0 && said.remark.isEmpty, "\(said)")
        }
    }

    @Test func `a reason opens a case for recording too, and it is kept`() async throws {
        try await DoorServer.run { server in
            try await server.order("4711", by: "lee")
            let mae = try await server.bearer("mae")
            let reason = mae.merging(["Break-Glass-Reason": "he bleeds and cannot speak"]) { $1 }
            #expect(try await server.ask("POST", "/v1/cases/4711/events", mae, Self.recorded[0]).status == 404)
            #expect(try await server.ask("POST", "/v1/cases/4711/events", reason, Self.recorded[0]).status == 201)
            #expect(try await server.ask("POST", "/v1/cases/4711/events", mae, Self.recorded[0]).status == 201, "for an hour")
            #expect(server.reception.glass.all.map(\.person) == ["mae"])
        }
    }

    @Test func `a key that somebody else used tells nothing of what he recorded under it`() async throws {
        try await DoorServer.run { server in
            try await server.order("4711", by: "lee")
            try await server.order("1", by: "dr.reyes")
            let key = ["Idempotency-Key": "k"]
            let lee = try await server.bearer("lee").merging(key) { $1 }
            #expect(try await server.ask("POST", "/v1/cases/4711/events", lee, Self.recorded[0]).status == 201)
            #expect(try await server.ask("POST", "/v1/cases/4711/events", lee, Self.recorded[0]).status == 200)
            let reyes = try await server.bearer("dr.reyes").merging(key) { $1 }
            let other = try await server.ask("POST", "/v1/cases/1/events", reyes, Self.recorded[0])
            #expect(other.status == 400 && !other.body.contains("c-") && !other.body.contains("northside"), "\(other.body)")
        }
    }

    @Test func `a question between two cases names the other one to nobody to whom it does not open`() async throws {
        try await DoorServer.run { server in
            // Two orders of one person for one examination: to be asked whether they are one.
            func order(_ number: String, _ name: String) async throws -> (stream: String, event: String) {
                let body = """
                    {"kind":"order.placed","body":{"accession":{"issuer":"x","value":"\(number)"},"modality":"CT","bodySite":"head",\
                    "procedure":{"code":"24","scheme":"L","text":"CT head"},"reason":"fall",\
                    "patient":{"issuer":"x","id":"1","name":"DOE^JANE","birthDate":"1970-01-01","sex":"female"}}}
                    """
                let said = try await server.ask("POST", "/v1/cases/events", server.bearer(name), body).json
                return (try #require(said["case"] as? String), try #require(said["event"] as? String))
            }
            let (hidden, own) = (try await order("2", "lee"), try await order("1", "dr.reyes"))
            let (reyes, lee) = (try await server.bearer("dr.reyes"), try await server.bearer("lee"))
            let looks = ["", "/related", "/go", "/due", "/explain", "/receipts", "/changes?since=2020-01-01T00:00:00Z"]
            var named = 0
            for look in looks {
                let shown = try await server.ask("GET", "/v1/cases/\(own.stream)\(look)", reyes)
                #expect(
                    shown.status == 200 && !shown.body.contains(hidden.stream) && !shown.body.contains(hidden.event), "\(look)")
                if try await server.ask("GET", "/v1/cases/\(own.stream)\(look)", lee).body.contains(hidden.stream) { named += 1 }
            }
            #expect(named == 2, "whoever may see both is told of both")
            let list = try await server.ask("GET", "/v1/conflicts", reyes)
            #expect(!list.body.contains(hidden.stream) && !list.body.contains(hidden.event))
            let go = try await server.ask("GET", "/v1/cases/\(own.stream)/go", reyes)
            #expect(go.body.contains("possibleDuplicate with a case that does not open to you"), "the question stays: \(go.body)")
            let second = try await server.ask("GET", "/v1/cases/\(hidden.stream)", reyes)
            #expect(second.status == 404)
        }
    }
}
