import Foundation
import Testing

/// What people ask of a node every day, on real processes: what waits for me, is it safe, what changed, who has seen it.
@Suite(.serialized) struct AskingTests {
    private func list(_ ended: Product.Ended) -> [[String: Any]] { ended.document as? [[String: Any]] ?? [] }

    @Test func `a worklist names for each role what waits, by when, at which site`() throws {
        let network = try RealNetwork()
        let north = network.northside
        try network.order("ASK-1", at: north)
        try network.order("ASK-2", at: north)
        let handed = try network.on(
            north, "case", "record", "study.handedOver", "--case", "ASK-2", "--as", "tech.lee", "--role", "technologist",
            fields: ["declaredSeries=1", "declaredInstances=4"])
        #expect(handed.code == 0, "\(handed.errors)")
        let technologist = try network.on(north, "worklist", "--role", "technologist", "--json")
        #expect(technologist.code == 0 && list(technologist).contains { $0["accession"] as? String == "ASK-1" })
        #expect(
            list(technologist).allSatisfy { ($0["what"] as? String)?.isEmpty == false && $0["site"] as? String == "northside" })
        let radiologist = list(try network.on(north, "worklist", "--role", "radiologist", "--json"))
        let reading = try #require(radiologist.first { $0["accession"] as? String == "ASK-2" })
        #expect((reading["what"] as? String)?.hasPrefix("read") == true && reading["due"] is String)
        #expect(radiologist.first?["accession"] as? String == "ASK-2", "what is due comes before what has no time")
        #expect(list(try network.on(north, "worklist", "--role", "radiologist", "--site", "elsewhere", "--json")).isEmpty)
        #expect(try network.on(north, "worklist", "--role", "wizard", "--json").problem == "BAD_INPUT")
        let shown = try network.on(north, "worklist", "--role", "radiologist")
        #expect(shown.output.contains("ASK") == false && shown.output.contains("TO DO"))
        #expect(shown.output.contains(#/in (29|30) min/#))
    }

    @Test func `what changed since a person acted, since an event and since a moment`() throws {
        let network = try RealNetwork()
        try network.finalsApart("ASK-3")
        try network.hub.start()
        for site in [network.northside, network.lakeview, network.northside] { _ = try network.on(site, "sync") }
        let lake = network.lakeview
        let mine = try network.on(lake, "case", "changes", "ASK-3", "--as", "Dr Osei", "--json")
        let object = try #require(mine.document as? [String: Any])
        let events = try #require(object["events"] as? [String])
        #expect(events.count == 1 && events[0].hasPrefix("northside"))
        #expect((object["conflictsOpened"] as? [[String: Any]])?.first?["number"] as? Int == 38)
        let text = try network.on(lake, "case", "changes", "ASK-3", "--as", "Dr Osei")
        #expect(
            text.output.contains("1 event since Dr Osei last acted") && text.output.contains("report")
                && text.output.contains("opened  38"))
        #expect(try network.on(lake, "case", "changes", "ASK-3", "--since", events[0], "--json").code == 0)
        let nothing = try network.on(lake, "case", "changes", "ASK-3", "--since", "2099-01-01T00:00:00Z")
        #expect(nothing.code == 0 && nothing.output.hasPrefix("nothing changed"))
        #expect(try network.on(lake, "case", "changes", "ASK-3", "--since", "yesterday", "--json").problem == "NOT_FOUND")
        #expect(try network.on(lake, "case", "changes", "ASK-3").code == 64)
    }

    @Test func `a case says how fresh the other site's part is and what the hub does not hold yet`() throws {
        let network = try RealNetwork()
        try network.order("ASK-4", at: network.northside)
        func shown(_ site: RealNode) throws -> [String: Any] {
            try #require(try network.on(site, "case", "show", "ASK-4", "--json").document as? [String: Any])
        }
        #expect((try shown(network.northside)["unshared"] as? [String])?.count == 1)
        #expect(
            try network.on(network.northside, "case", "show", "ASK-4").output.contains(
                "here only, not at the hub yet: northside/1"))
        try network.hub.start()
        _ = try network.on(network.northside, "sync")
        #expect((try shown(network.northside)["unshared"] as? [String])?.isEmpty == true)
        try network.lakeview.start()
        try eventually("lakeview to hold the case") {
            try network.on(network.lakeview, "case", "show", "ASK-4", "--json").code == 0
        }
        let freshness = try #require(try shown(network.lakeview)["freshness"] as? [[String: Any]])
        #expect(freshness.map { $0["site"] as? String } == ["northside"] && freshness[0]["heard"] is String)
        #expect(try network.on(network.lakeview, "case", "show", "ASK-4").output.contains("northside: newest event"))
    }
}
