import Testing
import Web

@testable import SiteAgent

/// A running hub with two sites that joined and have nothing yet.
struct TestNetwork {
    let base: TestFolder
    let hub: TestHub
    let northside: TestSite
    let lakeview: TestSite

    init() async throws {
        base = try TestFolder()
        hub = try TestHub(in: base)
        try await hub.start()
        northside = try await TestSite("northside", joining: hub, in: base)
        lakeview = try await TestSite("lakeview", joining: hub, in: base)
    }

    /// Everybody syncs twice: what one gave in the first round the other gets in the second.
    func settle() async throws {
        for site in [northside, lakeview, northside, lakeview] {
            let outcome = try await site.sync()
            #expect(outcome.status.problem == nil && outcome.pending == 0, "\(String(describing: outcome.status.problem))")
        }
    }

    /// All hold the same, and everybody each event once.
    func expectEqual(events: Int) async throws {
        let digests = [try await hub.digest(), try await northside.digest(), try await lakeview.digest()]
        #expect(Set(digests).count == 1, "\(digests)")
        #expect(try await hub.ask(.status).object["events"] as? Int == events)
        for site in [northside, lakeview] {
            let held = try await site.open { try $0.events() }
            #expect(held.count == events && Set(held).count == events)
            #expect(try await site.open { await $0.desk.answer(.logVerify(states: true)).exit } == 0)
        }
        #expect(try await hub.ask(.logVerify(states: true)).exit == 0)
    }
}
