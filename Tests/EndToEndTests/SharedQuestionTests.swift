import Foundation
import ImagingCase
import Testing

/// Questions between cases and news of long ago, on real processes: announced where people look, and decided by a command.
@Suite(.serialized) struct SharedQuestionTests {
    private func order(_ accession: String, at site: RealNode, in network: RealNetwork) throws {
        let placed = try network.on(
            site, "case", "record", "order.placed", "--as", "Dr Reyes", "--role", "referrer",
            fields: [
                "accession.issuer=e2e", "accession.value=\(accession)", "patient.issuer=MPI", "patient.id=77",
                "patient.name=DEMO^ANN", "procedure.code=CTHEAD", "procedure.scheme=L", "modality=CT",
            ])
        try #require(placed.code == 0, "\(placed.errors)")
    }

    @Test func `one examination ordered twice is held, listed, shown on both sides and decided`() throws {
        let network = try RealNetwork()
        let north = network.northside
        try order("DUP-1", at: north, in: network)
        try order("DUP-2", at: north, in: network)
        let list = try network.on(north, "conflict", "list", "--json")
        let conflict = try #require((list.document as? [[String: Any]])?.first)
        #expect(list.code == 3 && conflict["number"] as? Int == 9)
        let id = try #require(conflict["id"] as? String)
        let go = try network.on(north, "case", "go", "DUP-2")
        #expect(go.output.contains("9 possibleDuplicate with c-"))
        let shown = try #require(try network.on(north, "case", "show", "DUP-2", "--json").document as? [String: Any])
        let shared = try #require((shown["shared"] as? [[String: Any]])?.first)
        #expect(shared["id"] as? String == id && (shared["with"] as? [String])?.count == 1)
        #expect(try network.on(north, "case", "show", "DUP-1").output.contains("9 possibleDuplicate"))
        let work = try network.on(north, "worklist", "--role", "radiologist")
        #expect(work.output.contains("decide conflict 9 possibleDuplicate"))
        let table = try network.on(north, "worklist", "--role", "technologist", "--json").document as? [[String: Any]]
        let asked = Dictionary(uniqueKeysWithValues: (table ?? []).map { ("\($0["accession"] ?? "")", "\($0["what"] ?? "")") })
        #expect(asked["DUP-1"] == "examine")
        #expect(asked["DUP-2"]?.hasPrefix("do not examine: conflict 9 possibleDuplicate with c-") == true, "\(asked)")
        let both = try network.on(north, "conflict", "show", id, "--json")
        let sides = try #require((both.document as? [String: Any])?["sides"] as? [[String: Any]])
        #expect(sides.count == 2 && sides.allSatisfy { $0["kind"] as? String == "order.placed" })
        #expect(try network.on(north, "status", "--json").json["conflictsOpen"] as? Int == 1)
        let closed = try network.on(
            north, "conflict", "resolve", id, "--choose", "\(sides[0]["id"] as? String ?? "")", "--reason", "Ordered once.",
            "--as", "Dr Osei", "--role", "radiologist")
        #expect(closed.code == 0, "\(closed.errors)")
        #expect(try network.on(north, "conflict", "list").code == 0)
        #expect(try !network.on(north, "case", "go", "DUP-2").output.contains("possibleDuplicate"))
        #expect(try !network.on(north, "worklist", "--role", "technologist").output.contains("do not examine"))
    }

    @Test func `what a site brings after weeks is one message for each role at the hub`() async throws {
        let network = try RealNetwork()
        try await network.recordEarlier(
            .orderPlaced(
                OrderPlaced(
                    accession: IssuedIdentifier(issuer: "e2e", value: "LATE-1"), modality: "CT", priority: .routine)),
            at: "northside", days: 19, by: "Dr Reyes", .referrer)
        try network.hub.start()
        #expect(try network.on(network.northside, "sync").code == 0)
        let hub = network.hub
        let late = try #require(
            try Product.run("case", "late", "--data", hub.data, "--role", "referrer", "--json").document as? [[String: Any]])
        #expect(late.first?["late"] as? String == "late: 19 days" && (late.first?["cases"] as? [Any])?.count == 1)
        let work = try Product.run("worklist", "--data", hub.data, "--role", "referrer")
        #expect(work.errors.contains("1 case was changed by what came long after it happened (late: 19 days)"))
        let nothing = try Product.run("case", "late", "--data", hub.data, "--since", "2099-01-01T00:00:00Z")
        #expect(nothing.code == 0 && nothing.output.hasPrefix("nothing came late"))
        #expect(try Product.run("case", "late", "--data", hub.data, "--role", "wizard", "--json").problem == "BAD_INPUT")
    }
}
