import CurlHTTP
import EventLog
import Foundation
import ImagingCase
import Problems
import StoreContract
import Synchronization
import Testing
import Web
import Wire

@testable import Hub

/// Conflicts, changes, health and the description over HTTP.
struct ConflictRouteTests {
    /// Two sites sign final reports on one case, neither having seen the other's.
    private static func disagree(_ hub: LiveHub) async throws -> (stream: StreamID, events: [EventID]) {
        let made = try await hub.post("/v1/cases/events", CaseRouteTests.order)
        let stream = try #require((made.json["case"] as? String).flatMap { StreamID($0) })
        var events: [EventID] = []
        for name in ["northside", "lakeview"] {
            let site = try await hub.joined(name)
            var author = Author(name)
            author.comment(on: stream)
            let report = FinalSigned(findings: "read at \(name)", impression: name, contentVersion: "v1")
            let draft = author.last.event.saying(.finalSigned, PayloadCoding.payload(of: .finalSigned(report)))
            let event = Event(
                id: draft.id, stream: stream, kind: draft.kind, schema: 1, recordedAt: draft.recordedAt,
                occurredAt: draft.occurredAt,
                actor: Actor(person: "dr.\(name)", role: "radiologist", site: site.id, assurance: .local), source: .page,
                sourceKey: "",
                parents: [], payload: draft.payload)
            let signed = HashedEvent(event: event, hash: CanonicalEvent.hash(event, parentHashes: []))
            try #require(try await site.send(site.push(beginning: [signed])).status == 200)
            events.append(event.id)
        }
        return (stream, events)
    }

    @Test func `a conflict is listed, shown with both sides, and closed once by a decision`() async throws {
        try await LiveHub.run { hub in
            let (stream, events) = try await Self.disagree(hub)
            let open = try await hub.get("/v1/conflicts").list.filter { $0["kind"] as? String == "competingFinals" }
            let conflict = try #require(open.first)
            #expect(open.count == 1 && conflict["number"] as? Int == 38 && conflict["case"] as? String == stream.description)
            let id = try #require(conflict["id"] as? String)
            let shown = try await hub.get("/v1/conflicts/\(id)").json
            #expect((shown["sides"] as? [[String: Any]])?.count == 2)
            #expect(Set(shown["events"] as? [String] ?? []) == Set(events.map(\.description)))
            let path = "/v1/conflicts/\(id)/resolution"
            func decision(_ choose: String, reason: String = "compared", role: String = "lead") -> String {
                #"{"choose":"\#(choose)","reason":"\#(reason)","as":"Dr Kim","role":"\#(role)"}"#
            }
            for (body, status) in [
                ("{}", 400), (decision("nothing"), 404), (decision("\(events[0])", role: "frontDesk"), 403),
                (#"{"choose":"a","reason":"b","as":"c","role":"lead","x":1}"#, 400),
                (#"{"choose":"a","choose":"a","reason":"b","as":"c","role":"lead"}"#, 400),
            ] {
                let before = try await hub.standing()
                let refused = try await hub.post(path, body)
                #expect(refused.status == status, "\(body): \(refused.text)")
                #expect(try await hub.standing() == before)
            }
            let key = [("Idempotency-Key", "decide")]
            let closed = try await hub.post(path, decision("\(events[0])"), key)
            #expect(closed.status == 201 && closed.json["conflict"] as? String == id, "\(closed.text)")
            let again = try await hub.post(path, decision("\(events[0])"), key)
            #expect(again.status == 200 && again.json["event"] as? String == closed.json["event"] as? String, "\(again.text)")
            #expect(try await hub.get("/v1/conflicts").list.allSatisfy { $0["id"] as? String != id })
            let all = try await hub.get("/v1/conflicts?state=all").list
            #expect(all.contains { $0["id"] as? String == id && $0["state"] as? String == "resolved" })
            #expect(try await hub.ask(.logVerify(states: true)).exit == 0)
        }
    }

    final class Heard: Sendable {
        private let state = Mutex("")
        var text: String { state.withLock { $0 } }

        func take(_ more: String) -> Bool {
            state.withLock { $0 += more }
            return true
        }
    }

    @Test func `the stream of changes says how it is, and each change`() async throws {
        try await LiveHub.run { hub in
            let heard = Heard()
            let request = HTTPClientRequest(url: hub.url + "/v1/stream", limits: .heldOpen)
            let http = hub.http
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try? await http.stream(  // ends by being cancelled
                        request, onHead: { $0.header("Content-Type")?.hasPrefix("text/event-stream") == true },
                        onBytes: { heard.take(String(decoding: $0, as: UTF8.self)) })
                }
                try await hub.until("the first word") { heard.text.contains("\n\n") }
                let first = heard.text
                #expect(first.hasPrefix("id: 0\nevent: change\ndata: {\"digest\":\""))
                #expect(try await hub.post("/v1/cases/events", CaseRouteTests.order).status == 201)
                let digest = try await hub.standing().digest
                try await hub.until("the change") { heard.text.contains(digest) }
                group.cancelAll()
            }
        }
    }

    @Test func `health, numbers and sites are told without anything secret`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            try await north.pushed(.chain(of: north, count: 3), 1...3)
            let code = try await hub.invite("lakeview", kind: "reading")
            #expect(try await hub.get("/livez").text == "ok\n")
            #expect(try await hub.get("/readyz").text == "ok\n")
            let metrics = try await hub.get("/metrics").text
            #expect(metrics.contains("filmjacket_events 3") && metrics.contains("filmjacket_conflicts_open 0"), "\(metrics)")
            let answer = try await hub.get("/v1/sites")
            let sites = answer.list
            #expect(sites.map { $0["site"] as? String } == ["lakeview", "northside"])
            #expect(sites.map { $0["state"] as? String } == ["invited", "active"] && sites[1]["head"] as? Int == 3)
            let secret = try JoinCode(parsing: code)
            #expect(!answer.text.contains(Hex.text(of: secret.secret)) && !answer.text.contains(secret.storedHash.description))
        }
    }
}
