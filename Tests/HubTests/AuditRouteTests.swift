import CurlHTTP
import EventLog
import Foundation
import Problems
import Testing
import Web
import Wire

@testable import Hub

/// The calls of a hub against its audit.
struct AuditRouteTests {
    /// The records in a hub's audit, as the file has them.
    static func records(_ hub: LiveHub) throws -> [[String: Any]] {
        let folder = hub.folder + "/audit"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".jsonl") }.sorted()
        return try names.flatMap { name in
            try String(contentsOfFile: folder + "/" + name, encoding: .utf8).split(separator: "\n").map { line in
                try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
        }
    }

    private static func bodies(_ path: String) -> String {
        path.contains("resolution")
            ? #"{"choose":"1","reason":"r","as":"boss","role":"lead"}"#
            : path.contains("{id}") ? CaseRouteTests.comment("x") : CaseRouteTests.order
    }

    @Test
    func `each call that shows or changes a patient's data leaves exactly one record, refusals too, and no other leaves any`()
        async throws
    {
        try await LiveHub.run { hub in
            let made = try await hub.post("/v1/cases/events", CaseRouteTests.order)
            let id = try #require(made.json["case"] as? String)
            let paths = try #require(try await hub.get("/openapi.json").json["paths"] as? [String: [String: Any]])
            let signed = [
                "/v1/hello", "/v1/join", "/v1/logs", "/v1/express", "/v1/feeds", "/v1/roster", "/v1/recovery", "/v1/keys",
                "/v1/certificates",
            ]
            var kept = 0
            for path in paths.keys.sorted() where !signed.contains(where: path.hasPrefix) {
                for method in (paths[path] ?? [:]).keys.sorted() {
                    for name in [id, "NOBODY^ZEBRA"] where path.contains("{id}") || name == id {
                        let before = try Self.records(hub).count
                        let named = path.replacingOccurrences(of: "{id}", with: name == id ? id : "NOBODY%5EZEBRA")
                            .replacingOccurrences(of: "{type}", with: "Patient").replacingOccurrences(of: "{version}", with: "0")
                        let url = hub.url + named
                        let request = HTTPClientRequest(
                            method: method.uppercased(), url: url,
                            headers: method == "post" ? [("Content-Type", "application/json")] : [],
                            body: method == "post" ? Array(Self.bodies(path).utf8) : [],
                            timeout: .seconds(path == "/v1/stream" ? 1 : 30))
                        // A stream never ends by itself: that it is cut is what is wanted here.
                        let answer = try? await hub.http.send(request)
                        #expect(answer != nil || path == "/v1/stream", "\(path)")
                        let records = try Self.records(hub).dropFirst(before)
                        let showsNothing =
                            ["/livez", "/readyz", "/metrics", "/openapi.json", "/v1/sites", "/v1/authority", "/fhir/R4/metadata"]
                            .contains(path) || (path == "/v1/session" && method == "get")
                            // What is not offered says so and nothing else.
                            || answer?.status == 501
                        #expect(records.count == (showsNothing ? 0 : 1), "\(method) \(path): \(records.count)")
                        guard let record = records.first else { continue }
                        kept += 1
                        let isGood = (answer?.status ?? 200) < 400
                        #expect((record["outcome"] as? Int == 0) == isGood, "\(method) \(path): \(record)")
                        if path.hasPrefix("/v1/cases/{id}") && name == id { #expect(record["case"] as? String == id, "\(path)") }
                        if !isGood { #expect(record["problem"] as? String == answer?.code, "\(path): \(record)") }
                    }
                }
            }
            #expect(kept > 20)
            let text = try Self.records(hub).map { "\($0)" }.joined().lowercased()
            for word in ["zebra", "doe^jane", "jane"] { #expect(!text.contains(word), "\(word)") }
        }
    }

    @Test func `what a site takes is kept with its number of events before it is sent, what it brings within a second`()
        async throws
    {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let before = try Self.records(hub).count
            try await north.pushed(.chain(of: north, count: 3), 1...3)
            let page = try await lake.page()
            let end = try #require(page.last?.cursor)
            // What was brought came first, and stands before in the chain.
            let records = try Self.records(hub).dropFirst(before).map { $0 }
            #expect(records.map { $0["code"] as? String } == ["110107", "110106"])
            #expect(records.map { $0["person"] as? String } == ["northside", "lakeview"])
            #expect(records.map { $0["count"] as? Int } == [3, 3])
            #expect(records.allSatisfy { $0["assurance"] as? String == "machine" && $0["purpose"] as? String == "HOPERAT" })
            // Nothing new shows nothing, and a hello neither.
            let after = try Self.records(hub).count
            #expect(try await lake.page(after: end).allSatisfy(\.isCaughtUp))
            #expect(try await north.hello().status == 200)
            #expect(try Self.records(hub).count == after)
        }
    }

    @Test func `who cannot show who he is leaves a security alert, a flood of them a bounded number`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            _ = try await hub.ask(.siteRevoke(id: "northside", reason: "gone"))
            let before = try Self.records(hub).count
            for _ in 0..<100 { #expect(try await north.hello().status == 403) }
            // A record that is waited for carries the notes before it.
            _ = try await hub.get("/v1/cases")
            let records = try Self.records(hub).dropFirst(before)
            let alerts = records.filter { $0["code"] as? String == "110113" }
            #expect(
                alerts.count == 60
                    && alerts.allSatisfy { $0["outcome"] as? Int == 8 && $0["problem"] as? String == "SITE_REVOKED" })
            // After a minute they are written again, with the number of those that were not.
            hub.clock.move(milliseconds: 61_000)
            _ = try await hub.post("/v1/hello", "{}")
            _ = try await hub.get("/v1/cases")
            let last = try #require(try Self.records(hub).last { $0["code"] as? String == "110113" })
            #expect(last["count"] as? Int == 40, "\(last)")
        }
    }

    @Test func `starting and stopping are kept, and the chain goes on`() async throws {
        let folder = NSTemporaryDirectory() + "fj-hub-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder
        _ = try HubFolder.make(at: folder, name: "test")
        for round in 1...2 {
            try await LiveHub.reopen(folder) { hub in
                let records = try Self.records(hub)
                #expect(records.last?["code"] as? String == "110100" && records.last?["call"] as? String == "start")
                #expect(records.map { $0["seq"] as? Int } == Array(1...records.count))
                #expect(records.count >= round)
                let verified = try await hub.ask(.auditVerify(head: nil, person: "root", role: "hubAdmin"))
                #expect(verified.exit == 0, "\(verified.json)")
            }
        }
    }
}
