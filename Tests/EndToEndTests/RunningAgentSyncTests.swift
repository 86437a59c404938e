import Foundation
import Testing

/// `filmjacket sync` beside a running agent does what it is asked or says why not.
struct RunningAgentSyncTests {
    @Test func `a dry run works, one direction alone is refused, and the plain sync reports`() async throws {
        let network = try RealNetwork()
        try await network.record("northside", count: 3, cases: 2, tag: "north")
        try network.northside.start()
        try network.hub.start()
        for flag in ["--push-only", "--pull-only"] {
            let refused = try Product.run("sync", "--data", network.northside.data, flag, "--json")
            #expect(refused.code == 64, "\(refused.output) \(refused.errors)")
        }
        let preview = try Product.run("sync", "--data", network.northside.data, "--dry-run", "--json")
        #expect(preview.code == 0 && preview.json["dryRun"] as? Bool == true, "\(preview.output) \(preview.errors)")
        try eventually("everything is shared") { try network.northside.status()["shared"] as? Int == 3 }
        let synced = try Product.run("sync", "--data", network.northside.data, "--json")
        #expect(synced.code == 0 && synced.json["confirmed"] as? Int == 3 && synced.json["newConflicts"] as? Int == 0)
    }
}
