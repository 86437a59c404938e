import Foundation
import Testing

/// The command line as scripts rely on it: names, options, shapes and exit codes.
@Suite(.serialized) struct ContractTests {
    private static let commands: [(String, String)] = [
        ("demo", "--exit --json"), ("version", "--json"), ("hub init", "--data --name --json"),
        ("hub run", "--data --listen --json"), ("hub site add", "--data --kind --all-cases --label --json"),
        ("hub site list", "--data --json"), ("hub site show", "--data --json"), ("hub site revoke", "--data --reason --json"),
        ("agent join", "--data --json"), ("agent run", "--data --listen --json"),
        ("sync", "--data --dry-run --push-only --pull-only --json"), ("status", "--data --offline --json"),
        ("doctor", "--data --json"), ("case record", "--data --case --as --role --at --body --json"),
        ("case list", "--data --limit --json"), ("case show", "--data --known-to --at --json"),
        ("case changes", "--data --since --as --json"), ("case go", "--data --json"), ("case due", "--data --json"),
        ("case receipts", "--data --json"), ("case related", "--data --json"),
        ("worklist", "--role --site --limit --data --json"), ("policy show", "--role --json"),
        ("case history", "--data --known-to --at --json"), ("case explain", "--data --known-to --at --json"),
        ("conflict list", "--data --all --json"), ("conflict show", "--data --json"),
        ("conflict resolve", "--data --choose --reason --as --role --json"), ("import hl7", "--data --json"),
        ("log show", "--data --json"), ("log verify", "--data --json"), ("log stats", "--data --json"),
        ("log tail", "--data --lines --follow --json"),
        ("audit search", "--person --by --case --code --since --until --limit --as --role --data --json"),
        ("audit export", "--fhir --syslog --tls-ca --tls-certificate --tls-key --cursor --as --role --data --json"),
        ("audit verify", "--head --as --role --data --json"),
    ]

    @Test func `every command of the contract is there with its options`() throws {
        for (command, options) in Self.commands {
            let help = try Product.run(command.split(separator: " ").map(String.init) + ["--help"])
            #expect(help.code == 0, "\(command)")
            for option in options.split(separator: " ") { #expect(help.output.contains(option), "\(command) \(option)") }
        }
        let version = try Product.run("version", "--json")
        #expect((version.document as? [String: Any]).map { Set($0.keys) } == ["version", "wire", "schema"])
    }

    @Test func `a question has one answer, with a running process and without one, as one JSON document`() throws {
        let network = try RealNetwork()
        try network.finalsApart("CON-1")
        try network.hub.start()
        #expect(try network.on(network.northside, "sync").code == 0)
        #expect(try network.on(network.lakeview, "sync").code == 3)
        #expect(try network.on(network.northside, "sync").code == 3)
        let questions = [
            "case list", "case show CON-1", "case history CON-1", "case explain CON-1", "conflict list", "conflict list --all",
            "conflict show CON-1", "log show", "log show northside", "log stats", "log verify", "log tail -n 2", "case show NO-1",
        ]
        let apart = try answers(to: questions, of: network.northside)
        try network.northside.start()
        let through = try answers(to: questions, of: network.northside)
        for (question, (one, other)) in zip(questions, zip(apart, through)) {
            #expect(one.document != nil && lasting(one) == lasting(other), "\(question): \(one.output) \(other.output)")
            #expect(one.code == other.code && one.errors.isEmpty && other.errors.isEmpty, "\(question)")
        }
        #expect(apart[4].code == 3 && apart[5].code == 3 && apart[12].code == 65 && apart[12].problem == "UNKNOWN_CASE")
        for node in [network.northside, network.hub] {
            for question in ["status", "doctor", "case show CON-1", "conflict list", "log verify"] {
                let words = question.split(separator: " ").map(String.init) + ["--data", node.data, "--json"]
                #expect(try Product.run(words).document != nil, "\(question) of \(node.data)")
            }
        }
    }

    /// An answer without how fresh it is: only a running agent hears of others.
    private func lasting(_ answer: Product.Ended) -> String {
        answer.output.replacing(#/"freshness":\[.*?\]/#, with: "")
    }

    private func answers(to questions: [String], of node: RealNode) throws -> [Product.Ended] {
        try questions.map { try Product.run($0.split(separator: " ").map(String.init) + ["--data", node.data, "--json"]) }
    }

    @Test func `field names are those of the contract, and a head is shared, pending or refused`() throws {
        let network = try RealNetwork()
        try network.finalsApart("CON-2")
        let before = try network.northside.status()
        #expect(before["pending"] as? Int == 2 && before["shared"] as? Int == 0)
        try network.hub.start()
        let first = try network.on(network.northside, "sync", "--json")
        let second = try network.on(network.lakeview, "sync", "--json")
        for ended in [first, second] {
            let result = try #require(ended.objects.last)
            #expect(ended.objects.count == ended.output.split(separator: "\n").count)
            #expect(ended.objects.dropLast().allSatisfy { $0["type"] as? String == "progress" })
            let names: Set = [
                "type", "pushed", "pulled", "confirmed", "newConflicts", "bytesSent", "bytesReceived", "generation", "digest",
            ]
            #expect(names.isSubset(of: Set(result.keys)) && result["type"] as? String == "result", "\(ended.output)")
            #expect(result["exit"] as? Int == Int(ended.code))
        }
        #expect(second.code == 3 && second.json["newConflicts"] as? Int == 1 && second.json["pulled"] as? Int == 2)
        let shown = try #require(try network.on(network.lakeview, "case", "show", "CON-2", "--json").document as? [String: Any])
        #expect(
            Set(shown.keys) == [
                "case", "digest", "heads", "events", "headline", "aliases", "patient", "priority", "axes", "conflicts",
                "freshness", "unshared", "shared", "withheld",
            ])
        let report = (shown["axes"] as? [String: [String: Any]])?["report"]
        #expect(report?["state"] as? String == "competing" && (report?["reports"] as? [Any])?.count == 2)
        let conflict = try #require((shown["conflicts"] as? [[String: Any]])?.first)
        #expect(
            Set(["id", "number", "kind", "state", "owner", "due", "events", "inForce"]).isSubset(of: Set(conflict.keys)),
            "\(conflict.keys)")
        for node in [network.northside, network.lakeview] {
            let status = try node.status()
            let hub = try #require(status["hub"] as? [String: Any])
            for name in ["site", "incarnation", "pendingOldestSeconds", "conflictsOpen", "diskFreeBytes"] {
                #expect(status[name] != nil, "\(name)")
            }
            #expect(Set(["reachable", "generation", "clockOffsetSeconds"]).isSubset(of: Set(hub.keys)))
            let parts = ["shared", "pending", "refused"].compactMap { status[$0] as? Int }
            #expect(parts.count == 3 && parts.reduce(0, +) == status["head"] as? Int)
        }
    }

    @Test func `a sync that cannot begin ends with a result too`() throws {
        let network = try RealNetwork()
        for (data, code) in [(network.folder + "/nowhere", 73), (network.hub.data, 5), (network.northside.data, 4)] {
            let ended = try Product.run("sync", "--data", data, "--json")
            #expect(ended.code == code, "\(ended.output)")
            let result = try #require(ended.objects.last)
            #expect(result["type"] as? String == "result" && result["exit"] as? Int == code, "\(ended.output)")
            #expect(result["code"] is String && result["message"] is String, "\(ended.output)")
        }
        let unreadable = try Product.run("sync", "--data", network.northside.data, "--json", "--push-only", "--pull-only")
        #expect(unreadable.code == 64)
    }

    @Test func `exit codes tell apart what a script has to tell apart`() throws {
        let network = try RealNetwork()
        try network.order("EXIT-1", at: network.northside)
        #expect(try network.on(network.northside, "case", "show", "EXIT-1").code == 0)
        #expect(try network.on(network.northside, "conflict", "list").code == 0)
        #expect(try network.on(network.northside, "sync").code == 4)
        #expect(try network.on(network.northside, "case", "shwo", "EXIT-1").code == 64)
        #expect(try network.on(network.northside, "case", "show", "EXIT-2").code == 65)
        try network.northside.start()
        let doctor = try network.on(network.northside, "doctor")
        #expect(doctor.code == 1 && doctor.output.contains("FAIL"), "\(doctor.output)")
        let second = try Product.run("agent", "run", "--data", network.northside.data, "--listen", "127.0.0.1:0")
        #expect(second.code == 73 && second.errors.contains("pid"), "\(second.errors)")
        network.northside.stop()
        try network.hub.start()
        let revoked = try Product.run("hub", "site", "revoke", "northside", "--reason", "closed", "--data", network.hub.data)
        #expect(revoked.code == 0, "\(revoked.errors)")
        let refused = try network.on(network.northside, "sync", "--json")
        #expect(refused.code == 5 && refused.json["code"] as? String == "SITE_REVOKED", "\(refused.output)")
        #expect(try network.northside.status()["pending"] as? Int == 1)
    }
}
