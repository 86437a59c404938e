import CurlHTTP
import EventLog
import Foundation
import Problems
import StoreContract
import Testing
import Web
import Wire

@testable import Hub

/// The calls about cases, as a script makes them.
struct CaseRouteTests {
    static let order = """
        {"kind":"order.placed","as":"Dr Reyes","role":"referrer","body":{"accession":{"issuer":"t","value":"A-1"},\
        "patient":{"issuer":"t","id":"1","name":"DOE^JANE"},"modality":"CT","priority":"stat"}}
        """

    static func comment(_ text: String) -> String {
        #"{"kind":"comment.added","as":"t.lee","role":"technologist","body":{"text":"\#(text)"}}"#
    }

    @Test func `an order opens a case, and its state, history and place in the lists can be read`() async throws {
        try await LiveHub.run { hub in
            let made = try await hub.post("/v1/cases/events", Self.order)
            #expect(made.status == 201 && made.header("ETag")?.isEmpty == false, "\(made.text)")
            let id = try #require(made.json["case"] as? String)
            for name in [id, "A-1", String(id.prefix(12))] {
                let shown = try await hub.get("/v1/cases/\(name)")
                #expect(shown.status == 200 && shown.json["case"] as? String == id, "\(name): \(shown.text)")
                #expect(shown.header("ETag") == made.header("ETag"))
            }
            let shown = try await hub.get("/v1/cases/\(id)").json
            #expect(shown["priority"] as? String == "stat" && shown["events"] as? Int == 1)
            #expect(shown["heads"] as? [String] == [made.json["event"] as? String ?? ""])
            #expect((shown["digest"] as? String)?.count == 64 && shown["axes"] is [String: Any] && shown["conflicts"] is [Any])
            let tag = made.header("ETag") ?? ""
            #expect(try await hub.get("/v1/cases/\(id)", [("If-None-Match", tag)]).status == 304)
            let history = try await hub.get("/v1/cases/\(id)/history").list
            #expect(history.map { $0["kind"] as? String } == ["order.placed"])
            for path in ["/v1/cases", "/v1/worklist", "/v1/worklist?priority=stat&modality=CT"] {
                #expect(try await hub.get(path).list.map { $0["case"] as? String } == [id], "\(path)")
            }
            #expect(try await hub.get("/v1/worklist?priority=routine").list.isEmpty)
            #expect(try await hub.get("/v1/conflicts").text == "[]")
            #expect(try await hub.get("/v1/cases/\(id)/explain").status == 200)
        }
    }

    @Test func `an event is recorded on the heads that were looked at, or refused with the new ones`() async throws {
        try await LiveHub.run { hub in
            let made = try await hub.post("/v1/cases/events", Self.order)
            let path = "/v1/cases/\(try #require(made.json["case"] as? String))/events"
            let tag = try #require(made.header("ETag"))
            let second = try await hub.post(path, Self.comment("first"), [("If-Match", tag)])
            #expect(second.status == 201 && second.header("ETag") != tag)
            let head = try #require(second.json["event"] as? String)
            for stale in [tag, "\"x\"", "", "W/" + (second.header("ETag") ?? "")] {
                try await expectRefused(hub, 412, .staleHeads, facts: ["head": head]) {
                    try await hub.post(path, Self.comment("late"), [("If-Match", stale)])
                }
            }
            #expect(try await hub.post(path, Self.comment("third"), [("If-Match", second.header("ETag") ?? "")]).status == 201)
            #expect(try await hub.post(path, Self.comment("any"), [("If-Match", "*")]).status == 201)
            try await expectRefused(hub, 400, .badInput) {
                try await hub.post("/v1/cases/events", Self.order, [("If-Match", tag)])
            }
        }
    }

    @Test func `one key records once, however often and however many at once it comes`() async throws {
        try await LiveHub.run { hub in
            let made = try await hub.post("/v1/cases/events", Self.order, [("Idempotency-Key", "k-1")])
            let again = try await hub.post("/v1/cases/events", Self.order, [("Idempotency-Key", "k-1")])
            #expect(made.status == 201 && again.status == 200 && again.json["repeat"] as? Bool == true)
            #expect(made.json["event"] as? String == again.json["event"] as? String)
            let path = "/v1/cases/A-1/events"
            let answers = try await withThrowingTaskGroup(of: HTTPClientResponse.self) { group in
                for _ in 0..<12 {
                    group.addTask { try await hub.post(path, Self.comment("once"), [("Idempotency-Key", "k-2")]) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map(\.status).sorted() == [Int](repeating: 200, count: 11) + [201])
            #expect(Set(answers.map { $0.json["event"] as? String }).count == 1)
            #expect(try await hub.standing().events == 2)
            // The same key for something else is a mistake and not the same event.
            try await expectRefused(hub, 400, .badInput) {
                try await hub.post(path, #"{"kind":"order.cancelled","as":"a","role":"referrer"}"#, [("Idempotency-Key", "k-2")])
            }
            for key in ["", String(repeating: "k", count: 201)] {
                try await expectRefused(hub, 422, .outOfRange) {
                    try await hub.post(path, Self.comment("x"), [("Idempotency-Key", key)])
                }
            }
        }
    }

    /// A body that is not what is expected, and the answer that names the place.
    static let bodies: [(body: String, status: Int, code: ProblemCode, facts: [String: String])] = [
        ("", 400, .emptyBody, [:]), ("{", 400, .malformed, ["offset": "1"]), ("[]", 400, .malformed, [:]),
        ("null", 400, .malformed, [:]),
        ("{}", 400, .malformed, ["field": "kind"]), (#"{"kind":"comment.added"}"#, 400, .malformed, ["field": "as"]),
        (#"{"kind":1,"as":"a","role":"radiologist"}"#, 400, .malformed, ["field": "kind"]),
        (#"{"kind":"a","kind":"b","as":"a","role":"radiologist"}"#, 400, .duplicateKey, ["field": "kind"]),
        (#"{"kind":"a","\u006bind":"b","as":"a","role":"radiologist"}"#, 400, .duplicateKey, ["field": "kind"]),
        (
            #"{"kind":"comment.added","as":"a","role":"radiologist","body":{"text":"x","text":"y"}}"#, 400, .duplicateKey,
            ["field": "body.text"]
        ),
        (#"{"kind":"comment.added","as":"a","role":"radiologist","actor":"x"}"#, 400, .unknownField, ["field": "actor"]),
        (
            #"{"kind":"comment.added","as":"a","role":"radiologist","body":{"text":"x","colour":"y"}}"#, 400, .unknownField,
            ["field": "colour"]
        ),
        (#"{"kind":"comment.added","as":"a","role":"radiologist","body":{"text":5}}"#, 400, .malformed, [:]),
        (#"{"kind":"comment.added","as":"a","role":"radiologist"} x"#, 400, .malformed, [:]),
        (#"{"kind":"comment.added","as":"","role":"radiologist","body":{"text":"x"}}"#, 400, .badInput, [:]),
        (#"{"kind":"comment.added","as":"a","role":"wizard","body":{"text":"x"}}"#, 400, .badInput, [:]),
        (#"{"kind":"comment.added","as":"a","role":"radiologist","at":"yesterday","body":{"text":"x"}}"#, 400, .badInput, [:]),
        (#"{"kind":"comment.shouted","as":"a","role":"radiologist","body":{"text":"x"}}"#, 400, .unknownKind, [:]),
        (
            #"{"kind":"comment.added","as":"a","role":"radiologist","body":"# + String(repeating: "[", count: 5000)
                + String(repeating: "]", count: 5000) + "}", 400, .malformed, [:]
        ),
        (#"{"kind":"report.finalSigned","as":"a","role":"technologist","body":{"findings":"x"}}"#, 403, .notPermitted, [:]),
    ]

    @Test func `a body that is not what is expected is refused with its place, and records nothing`() async throws {
        try await LiveHub.run { hub in
            #expect(try await hub.post("/v1/cases/events", Self.order).status == 201)
            for row in Self.bodies {
                let before = try await hub.standing()
                let answer = try await hub.post("/v1/cases/A-1/events", row.body)
                #expect(
                    answer.status == row.status && answer.code == row.code.rawValue, "\(row.body.prefix(100)): \(answer.text)")
                for (name, value) in row.facts { #expect(answer.problem?[name] as? String == value, "\(answer.text)") }
                #expect(!answer.text.contains("JANE"))
                #expect(try await hub.standing() == before)
            }
            for type in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
                try await expectRefused(hub, 415, .unsupportedMediaType, facts: ["accepts": "application/json"]) {
                    try await hub.post("/v1/cases/A-1/events", Self.comment("x"), [("Content-Type", type)])
                }
            }
            #expect(try await hub.post("/v1/cases/A-1/events", Self.comment("good")).status == 201)
            let long = String(repeating: "x", count: 128 << 10)
            #expect(try await hub.post("/v1/cases/A-1/events", Self.comment(long)).status == 201)
            #expect(try await hub.post("/v1/cases/A-1/events", Self.comment(long + "x")).status == 413)
        }
    }

    @Test func `what is not there, not a number and not a method is told apart`() async throws {
        try await LiveHub.run { hub in
            #expect(try await hub.post("/v1/cases/events", Self.order).status == 201)
            for path in ["/v1/cases/NOBODY", "/v1/cases/NOBODY/history", "/v1/cases/NOBODY/explain"] {
                try await expectRefused(hub, 404, .unknownCase) { try await hub.get(path) }
            }
            try await expectRefused(hub, 404, .unknownCase) { try await hub.post("/v1/cases/NOBODY/events", Self.comment("x")) }
            for path in ["/v1/conflicts/k12345", "/v1/nothing", "/", "/v1", "/v2/cases", "/v1/control"] {
                try await expectRefused(hub, 404, .notFound) { try await hub.get(path) }
            }
            for limit in ["0", "-1", "1000000000", "x", "", "99999999999999999999"] {
                for path in ["/v1/cases", "/v1/worklist"] {
                    try await expectRefused(hub, 422, .outOfRange) { try await hub.get("\(path)?limit=\(limit)") }
                }
            }
            for (method, path, allow) in [
                ("DELETE", "/v1/cases/A-1", "GET"), ("PUT", "/v1/cases/A-1/events", "POST"), ("POST", "/v1/worklist", "GET"),
                ("PATCH", "/v1/conflicts/k1/resolution", "POST"), ("POST", "/v1/feeds/northside", "GET"),
                ("GET", "/v1/hello", "POST"),
                ("DELETE", "/v1/logs/northside/0000000000000001/segments/1", "GET, PUT"),
            ] {
                let answer = try await hub.http.send(HTTPClientRequest(method: method, url: hub.url + path))
                #expect(answer.status == 405 && answer.code == "METHOD_NOT_ALLOWED", "\(method) \(path): \(answer.text)")
                #expect(answer.header("Allow") == allow && answer.problem?["allow"] as? String == allow)
            }
            try await expectRefused(hub, 400, .badInput) { try await hub.get("/v1/cases/A-1?at=tomorrow") }
            try await expectRefused(hub, 404, .notFound) { try await hub.get("/v1/cases/A-1?at=1990-01-01T00:00:00Z") }
        }
    }

    @Test func `every answer, good or bad, forbids what a browser could do with it`() async throws {
        try await LiveHub.run { hub in
            for path in ["/v1/cases", "/v1/cases/NOBODY", "/nowhere", "/livez", "/openapi.json"] {
                let answer = try await hub.get(path)
                #expect(answer.header("Content-Security-Policy")?.hasPrefix("default-src 'none'") == true, "\(path)")
                #expect(answer.header("X-Content-Type-Options") == "nosniff", "\(path)")
                #expect(answer.header("Cache-Control") == "no-store", "\(path)")
            }
        }
    }
}

extension LiveHub {
    func get(_ path: String, _ fields: [(String, String)] = []) async throws -> HTTPClientResponse {
        try await http.send(HTTPClientRequest(url: url + path, headers: fields))
    }

    func post(_ path: String, _ body: String, _ fields: [(String, String)] = []) async throws -> HTTPClientResponse {
        let type = fields.contains { $0.0 == "Content-Type" } ? [] : [("Content-Type", "application/json")]
        return try await http.send(
            HTTPClientRequest(method: "POST", url: url + path, headers: type + fields, body: Array(body.utf8)))
    }
}

extension HTTPClientResponse {
    var list: [[String: Any]] { (try? JSONSerialization.jsonObject(with: Data(body)) as? [[String: Any]]) ?? [] }
}
