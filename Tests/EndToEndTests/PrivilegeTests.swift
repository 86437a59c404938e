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
}
