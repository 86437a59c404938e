import CurlHTTP
import EventLog
import Foundation
import Hummingbird
import Problems
import SQLiteStore
import Testing
import Web

@testable import Hub

/// The published description says what the server does.
struct DescriptionTests {
    private static func calls(_ router: Router<BasicRequestContext>) -> Set<String> {
        Set(
            router.routes.map { route in
                let path = route.path.components.map { "/\($0)" }.joined()
                return "\(route.method.rawValue) \(path)"
            })
    }

    private static func described(_ document: [String: Any]) -> Set<String> {
        var calls: Set<String> = []
        for (path, methods) in document["paths"] as? [String: [String: Any]] ?? [:] {
            for method in methods.keys { calls.insert("\(method.uppercased()) \(path)") }
        }
        return calls
    }

    @Test func `it has exactly the calls of the router`() async throws {
        try await LiveHub.run { hub in
            let folder = hub.folder + "-twin"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let store = try SQLiteHubStore(folder: folder) { 1 }
            let core = try HubCore(
                folder: HubFolder.make(at: folder, name: "twin"), registry: SiteRegistry(folder: folder), store: store,
                now: Instant(milliseconds: 0))
            let desk = HubDesk(core: core, now: { Instant(milliseconds: 0) })
            let configuration = HubConfiguration(data: folder, host: "127.0.0.1", port: 0)
            let routers = HubServer.routers(desk, commits: CommitFeed(), configuration, door: try desk.door())
            let calls = Self.calls(routers.open)
            #expect(calls.count == 65)
            #expect(Self.described(try await hub.get("/openapi.json").json) == calls)
        }
    }

    @Test func `every reference in it leads somewhere, and every answer that goes wrong is a problem`() async throws {
        try await LiveHub.run { hub in
            let answer = try await hub.get("/openapi.json")
            #expect(answer.header("Content-Type")?.hasPrefix("application/json") == true)
            let document = answer.json
            #expect(document["openapi"] as? String == "3.1.0")
            let schemas = Set(((document["components"] as? [String: Any])?["schemas"] as? [String: Any] ?? [:]).keys)
            let parts = answer.text.components(separatedBy: "#/components/schemas/").dropFirst()
            #expect(!parts.isEmpty)
            for part in parts { #expect(schemas.contains(String(part.prefix { $0.isLetter }))) }
            var operations: [String] = []
            for (path, methods) in document["paths"] as? [String: [String: [String: Any]]] ?? [:] {
                for operation in methods.values {
                    operations.append(operation["operationId"] as? String ?? "")
                    let named = (operation["parameters"] as? [[String: Any]] ?? []).filter { $0["in"] as? String == "path" }
                    #expect(Set(named.compactMap { $0["name"] as? String }).count == path.count { $0 == "{" }, "\(path)")
                    for (status, response) in operation["responses"] as? [String: [String: Any]] ?? [:]
                    where (Int(status) ?? 0) >= 400 {
                        let form = path.hasPrefix("/fhir/") ? "application/fhir+json" : "application/problem+json"
                        #expect((response["content"] as? [String: Any])?[form] != nil, "\(path) \(status)")
                    }
                }
            }
            #expect(Set(operations).count == operations.count && !operations.contains(""))
        }
    }

    @Test func `what must be signed in for says so, and that it is answered so often and no more`() async throws {
        try await LiveHub.run { hub in
            let document = try #require(
                JSONSerialization.jsonObject(with: Data(try await hub.get("/openapi.json").body)) as? [String: Any])
            let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
            for path in ["/v1/cases", "/v1/cases/{id}", "/v1/worklist", "/v1/late", "/v1/conflicts", "/v1/sites", "/v1/audit"] {
                let answers = try #require(paths[path]?["get"]?["responses"] as? [String: Any])
                #expect(answers["401"] != nil && answers["429"] != nil, "\(path)")
            }
            for (path, calls) in paths where path.contains("{") {
                for (method, call) in calls {
                    let answers = call["responses"] as? [String: Any]
                    #expect(answers?["400"] != nil, "an address that cannot be read is refused: \(method) \(path)")
                }
            }
            #expect(try await hub.get("/v1/conflicts?state=all").status == 200)
            let refused = try await hub.get("/v1/conflicts?state=null")
            #expect(refused.status == 400 && refused.code == "BAD_INPUT")
        }
    }
}
