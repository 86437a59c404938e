import Foundation
import Testing

/// A hub and two agents as processes: what was recorded apart is one state everywhere.
@Suite(.serialized) struct ConvergenceTests {
    @Test func `sites that recorded apart hold one state, list one conflict, and one resolution closes it at all`() async throws {
        let network = try RealNetwork()
        try await network.record("northside", count: 1000, cases: 60, tag: "north")
        try await network.record("lakeview", count: 1000, cases: 60, tag: "lake")
        for (site, person) in [("northside", "Dr Lund"), ("lakeview", "Dr Osei")] {
            let data = network.folder + "/" + site
            try order(data)
            let signed = try Product.run(
                "case", "record", "report.finalSigned", "--data", data, "--case", "E2E-7", "--as", person, "--role",
                "radiologist", "--json",
                "findings=read at \(site)", "impression=\(site) impression", "contentVersion=v1")
            #expect(signed.code == 0, "\(signed.errors)")
        }
        try network.northside.start()
        try network.lakeview.start()
        #expect(try network.northside.status()["pending"] as? Int ?? 0 >= 1000)
        try network.hub.start()
        try eventually("three equal digests") { Set(try network.digests()).count == 1 }
        var numbers: Set<Int> = []
        var conflict = ""
        var events: [String] = []
        for node in [network.hub, network.northside, network.lakeview] {
            let shown = try Product.run("case", "show", "E2E-7", "--data", node.data, "--json").json
            let open = (shown["conflicts"] as? [[String: Any]] ?? []).filter {
                $0["state"] as? String == "open" && $0["kind"] as? String == "competingFinals"
            }
            #expect(open.count == 1, "\(node.data)")
            numbers.insert(open.first?["number"] as? Int ?? 0)
            conflict = open.first?["id"] as? String ?? ""
            events = open.first?["events"] as? [String] ?? []
        }
        #expect(numbers == [38])
        let choice = try #require(events.first { $0.hasPrefix("northside") })
        let resolved = try Product.run(
            "conflict", "resolve", conflict, "--choose", choice, "--reason", "compared side by side", "--as", "Dr Kim", "--role",
            "lead",
            "--data", network.lakeview.data, "--json")
        #expect(resolved.code == 0, "\(resolved.errors)")
        for node in [network.hub, network.northside, network.lakeview] {
            try eventually("closed at \(node.data)") {
                let shown = try Product.run("case", "show", "E2E-7", "--data", node.data, "--json").json
                return (shown["conflicts"] as? [[String: Any]] ?? []).contains {
                    $0["id"] as? String == conflict && $0["state"] as? String == "resolved"
                }
            }
        }
        try eventually("three equal digests again") { Set(try network.digests()).count == 1 }
        for node in [network.hub, network.northside, network.lakeview] {
            let verified = try Product.run("log", "verify", "--data", node.data, "--json")
            #expect(verified.code == 0, "\(verified.errors)")
        }
        for site in [network.northside, network.lakeview] {
            let status = try site.status()
            let (head, shared) = (status["head"] as? Int ?? -1, status["shared"] as? Int ?? -2)
            #expect(head == shared && status["pending"] as? Int == 0 && status["refused"] as? Int == 0)
        }
    }

    private func order(_ data: String) throws {
        let placed = try Product.run(
            "case", "record", "order.placed", "--data", data, "--as", "Dr Reyes", "--role", "referrer", "accession.issuer=e2e",
            "accession.value=E2E-7", "patient.issuer=e2e", "patient.id=1", "patient.name=DOE^JANE", "modality=CT", "priority=stat"
        )
        #expect(placed.code == 0, "\(placed.errors)")
    }

    @Test func `the sync command works without an agent and says that an unreachable hub costs nothing`() async throws {
        let network = try RealNetwork()
        try await network.record("northside", count: 40, cases: 5, tag: "north")
        let apart = try Product.run("sync", "--data", network.northside.data, "--json")
        #expect(apart.code == 4 && apart.json["pending"] as? Int == 40, "\(apart.output) \(apart.errors)")
        try network.hub.start()
        let preview = try Product.run("sync", "--data", network.northside.data, "--dry-run", "--json")
        #expect(preview.code == 0 && preview.json["wouldPush"] as? Int == 40, "\(preview.output) \(preview.errors)")
        let synced = try Product.run("sync", "--data", network.northside.data, "--json")
        #expect(synced.code == 0 && synced.json["confirmed"] as? Int == 40, "\(synced.output) \(synced.errors)")
        let pulled = try Product.run("sync", "--data", network.lakeview.data, "--json")
        #expect(pulled.code == 0 && pulled.json["pulled"] as? Int == 40, "\(pulled.output) \(pulled.errors)")
        #expect(pulled.json["digest"] as? String == synced.json["digest"] as? String)
        let again = try Product.run("sync", "--data", network.lakeview.data, "--json")
        #expect(again.code == 0 && again.json["pulled"] as? Int == 0)
    }

    @Test func `one sync brings the past of a case in which the site takes part since that very sync`() throws {
        let network = try RealNetwork()
        try network.finalsApart("E2E-8")
        try network.hub.start()
        #expect(try network.on(network.lakeview, "sync").code == 0)
        let synced = try network.on(network.northside, "sync", "--json")
        #expect(synced.code == 3 && synced.json["pulled"] as? Int == 2, "\(synced.output)")
        #expect(synced.json["newConflicts"] as? Int == 1)
    }

    @Test func `a case reaches a site that was not there only once it is routed to it, its past included`() async throws {
        let network = try RealNetwork(lakeviewHasAllCases: false)
        try order(network.northside.data)
        try network.hub.start()
        #expect(try Product.run("sync", "--data", network.northside.data, "--json").code == 0)
        #expect(try Product.run("sync", "--data", network.lakeview.data, "--json").json["pulled"] as? Int == 0)
        let routed = try Product.run(
            "case", "record", "case.routed", "--data", network.northside.data, "--case", "E2E-7", "--as", "desk", "--role",
            "siteAdmin",
            "site=lakeview")
        #expect(routed.code == 0, "\(routed.errors)")
        #expect(try Product.run("sync", "--data", network.northside.data, "--json").code == 0)
        #expect(try Product.run("sync", "--data", network.lakeview.data, "--json").json["pulled"] as? Int == 2)
        #expect(try Product.run("case", "show", "E2E-7", "--data", network.lakeview.data, "--json").code == 0)
    }
}
