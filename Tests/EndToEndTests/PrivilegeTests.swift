import Foundation
import Testing

/// What not everybody may see, on real processes.
@Suite(.serialized) struct PrivilegeTests {
    @Test
    func
        `a file of peer review opens to the lead and, in part, to its reviewer, at every site, and its log says only that it is there`()
        throws
    {
        let network = try RealNetwork()
        let (north, lake) = (network.northside, network.lakeview)
        let report = "report=lakeview~0000000000000001/4"
        func record(_ kind: String, _ words: [String], as person: String, _ role: String, _ fields: [String]) throws -> [String:
            Any]
        {
            let said = try Product.run(
                ["case", "record", kind, "--data", north.data, "--as", person, "--role", role, "--json"] + words + fields + [
                    report
                ])
            try #require(said.code == 0, "\(said.output)")
            return said.json
        }
        let assigned = try record("review.assigned", [], as: "boss", "lead", ["caseID=c-1", "reviewer=dr.ito"])
        let file = try #require(assigned["case"] as? String)
        #expect(file.hasPrefix("r-"))
        for (person, comment) in [("dr.ito", "missed the hilum"), ("boss", "fine to me")] {
            _ = try record(
                "review.scored", ["--case", file], as: person, person == "boss" ? "lead" : "radiologist",
                ["score=3a", "comment=\(comment)"])
        }
        try network.hub.start()
        for site in [north, lake] { #expect(try network.on(site, "sync").code == 0) }
        for node in [north, lake, network.hub] {
            for verb in ["show", "history", "explain"] {
                let refused = try network.on(node, "case", verb, file, "--json")
                #expect(refused.code == 77 && refused.problem == "NOT_PERMITTED", "\(refused.output)")
                let shown = try network.on(node, "case", verb, file, "--as", "dr.ito", "--role", "radiologist")
                #expect(shown.code == 0 && !shown.output.contains("fine to me"), "\(shown.output)")
            }
            let changes = try network.on(node, "case", "changes", file, "--as", "dr.ito")
            #expect(changes.code == 77 && changes.errors.contains("shown to a lead"), "\(changes.errors)")
            #expect(try network.on(node, "case", "changes", file, "--as", "dr.ito", "--role", "radiologist").code == 0)
            let whole = try network.on(node, "case", "history", file, "--as", "boss", "--role", "lead", "--json").output
            #expect(whole.contains("missed the hilum") && whole.contains("fine to me"))
            #expect(try network.on(node, "case", "list", "--json").output == "[]\n")
        }
        for words in [["log", "show"], ["log", "tail"]] {
            let log = try Product.run(words + ["--data", north.data])
            #expect(log.code == 0 && log.output.contains("review.scored") && log.output.contains("privileged: content left out"))
            #expect(!log.output.contains("hilum"))
        }
        #expect(try network.on(north, "case", "show", file, "--role", "lead").code == 64)
    }

    @Test func `who a case is routed to gets what is known of its person and of his course, and no other case of his`() throws {
        let network = try RealNetwork(lakeviewHasAllCases: false)
        let (north, lake) = (network.northside, network.lakeview)
        func record(_ kind: String, _ words: [String], as person: String, _ role: String, _ fields: [String]) throws -> String {
            let said = try Product.run(
                ["case", "record", kind, "--data", north.data, "--as", person, "--role", role, "--json"] + words + fields)
            try #require(said.code == 0, "\(kind): \(said.output)")
            return try #require(said.json["case"] as? String)
        }
        for accession in ["PRI-1", "PRI-2"] { try network.order(accession, at: north) }
        let person = try record(
            "person.merged", [], as: "desk.ray", "frontDesk",
            ["survivor.issuer=e2e", "survivor.value=1", "retired.issuer=e2e", "retired.value=2", "evidence=passport"])
        let course = try record(
            "rt.coursePrescribed", [], as: "Dr Roe", "radiationOncologist",
            [
                "course=C1", "site.code=Prostate", "site.scheme=TG263", "site.text=Prostate", "intent=curative", "technique=VMAT",
                "totalCentigray=6000", "fractionCentigray=200", "fractions=30",
            ])
        _ = try record(
            "patient.arrived", ["--case", course], as: "desk.ray", "frontDesk",
            ["patient.issuer=e2e", "patient.id=1", "patient.name=DOE^JANE"])
        try network.hub.start()
        for site in [north, lake] { #expect(try network.on(site, "sync").code == 0) }
        func holds(_ id: String) throws -> Bool { try network.on(lake, "case", "show", id, "--json").code == 0 }
        for id in ["PRI-1", "PRI-2", person, course] { #expect(try !holds(id), "\(id)") }
        _ = try record("case.routed", ["--case", "PRI-1"], as: "boss", "lead", ["site=lakeview"])
        for site in [north, lake] { #expect(try network.on(site, "sync").code == 0) }
        for id in ["PRI-1", person, course] { #expect(try holds(id), "\(id)") }
        #expect(try !holds("PRI-2"))
        let shown = try network.on(lake, "case", "show", person, "--json").output
        #expect(shown.contains("\"value\":\"2\"") && shown.contains("linked"), "\(shown)")
        // What comes later comes as well.
        _ = try record("comment.added", ["--case", person], as: "desk.ray", "frontDesk", ["text=called back"])
        for site in [north, lake] { #expect(try network.on(site, "sync").code == 0) }
        #expect(try network.on(lake, "case", "history", person, "--json").output.contains("called back"))
        #expect(try network.on(lake, "log", "verify").code == 0 && network.on(network.hub, "log", "verify").code == 0)
    }
}
