import Foundation
import Glibc
import Testing

/// Who saw or did what, on real processes.
@Suite(.serialized) struct AuditTests {
    private static let admin = ["--as", "adm.ng", "--role", "siteAdmin"]

    /// The records in a node's audit, as the file has them.
    private func records(_ node: RealNode) throws -> [[String: Any]] {
        try text(node).split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    private func text(_ node: RealNode) throws -> String {
        let folder = node.data + "/audit"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".jsonl") }.sorted()
        return try names.map { try String(contentsOfFile: folder + "/" + $0, encoding: .utf8) }.joined()
    }

    private func audit(_ node: RealNode, _ words: String..., as who: [String] = admin) throws -> Product.Ended {
        try Product.run(["audit"] + words + who + ["--data", node.data, "--json"])
    }

    @Test func `an answer's record outlives kill -9, with a process and without one, and the chain goes on`() throws {
        let network = try RealNetwork()
        let site = network.northside
        try network.order("AUD-1", at: site)
        for round in 1...5 {
            try site.start()
            let shown = try network.on(site, "case", "show", "AUD-1", "--json", "--as", "Dr Osei", "--role", "radiologist")
            site.kill()
            let last = try #require(try records(site).last)
            #expect(
                last["call"] as? String == "case show" && last["case"] as? String == shown.json["case"] as? String, "\(round)")
            #expect(last["person"] as? String == "Dr Osei" && last["address"] as? String == "socket")
            #expect(last["code"] as? String == "110111" && last["outcome"] as? Int == 0)
        }
        _ = try network.on(site, "case", "list")
        #expect(try records(site).last?["address"] as? String == "console")
        let verified = try audit(site, "verify")
        let count = try records(site).count
        #expect(verified.code == 0 && verified.json["records"] as? Int == count - 1, "\(verified.output)")
    }

    @Test func `where the audit cannot be written nothing is shown and nothing done, through every door`() throws {
        let network = try RealNetwork()
        let site = network.northside
        try network.order("AUD-2", at: site)
        let heads = try network.on(site, "log", "stats", "--json").output
        // A file in the folder's place stops root too, whom no mode stops.
        try FileManager.default.moveItem(atPath: site.data + "/audit", toPath: site.data + "/audit.away")
        try Data().write(to: URL(fileURLWithPath: site.data + "/audit"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: site.data + "/audit")
        func refused(_ words: [String], _ fields: [String] = []) throws {
            let ended = try Product.run(words + ["--data", site.data, "--json"] + fields)
            #expect(ended.code == 75 && ended.problem == "AUDIT_UNAVAILABLE", "\(words): \(ended.output)")
            #expect(!ended.output.contains("DOE") && !ended.output.contains("c-"))
        }
        func refusedAll() throws {
            for words in [
                ["case", "show", "AUD-2"], ["case", "list"], ["worklist", "--role", "radiologist"], ["conflict", "list"],
                ["log", "show"],
            ] {
                try refused(words)
            }
            try refused(
                ["case", "record", "comment.added", "--case", "AUD-2", "--as", "t", "--role", "technologist"], ["text=x"])
            try refused(["agent", "backup", "save", network.folder + "/copy"])
            #expect(!FileManager.default.fileExists(atPath: network.folder + "/copy"))
            #expect(try network.on(site, "log", "stats", "--json").output == heads)
            let doctor = try network.on(site, "doctor")
            #expect(doctor.code == 1 && doctor.output.contains("FAIL  audit"), "\(doctor.output)")
        }
        try refusedAll()
        try site.start()
        try refusedAll()
        let address = try #require(site.command.last)
        let answer = try Self.curl("http://\(address)/v1/cases/AUD-2")
        #expect(answer.hasSuffix("503") && answer.contains("AUDIT_UNAVAILABLE") && !answer.contains("DOE"), "\(answer)")
        #expect(try Self.curl("http://\(address)/livez").hasSuffix("200"))
        // Mended, the same process goes on.
        unlink(site.data + "/audit")
        try FileManager.default.moveItem(atPath: site.data + "/audit.away", toPath: site.data + "/audit")
        #expect(try network.on(site, "case", "show", "AUD-2").code == 0)
        #expect(try Self.curl("http://\(address)/v1/cases/AUD-2").hasSuffix("200"))
        #expect(try audit(site, "verify").code == 0)
    }

    private static func curl(_ url: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments = ["-s", "-w", "%{http_code}", url]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }

    @Test func `a patient's name and number are nowhere in the audit, wherever somebody typed them; whoever knows them finds it`()
        throws
    {
        let network = try RealNetwork()
        let site = network.northside
        let placed = try network.on(
            site, "case", "record", "order.placed", "--as", "Dr Reyes", "--role", "referrer", "--json",
            fields: [
                "accession.issuer=e2e", "accession.value=AUD-3", "patient.issuer=e2e", "patient.id=QUAGGA77",
                "patient.name=ZEBRA^ZOE",
                "modality=CT", "priority=stat",
            ])
        let id = try #require(placed.json["case"] as? String)
        try site.start()
        for words in [
            ["case", "show", "AUD-3"], ["case", "show", "ZEBRA^ZOE"], ["case", "go", "QUAGGA77"], ["case", "history", "Zebra"],
            ["conflict", "show", "ZEBRA^ZOE"], ["case", "show", "AUD-3", "--known-to", "zebra"], ["log", "show", "zebra"],
            ["case", "changes", "AUD-3", "--since", "quagga77"], ["worklist", "--role", "radiologist", "--site", "zebra"],
        ] { _ = try Product.run(words + ["--data", site.data]) }
        let address = try #require(site.command.last)
        for path in ["cases/ZEBRA%5EZOE", "worklist?modality=ZEBRA&priority=zoe", "late?role=quagga77", "worklist?zebra=zoe"] {
            _ = try Self.curl("http://\(address)/v1/\(path)")
        }
        let kept = try text(site).lowercased()
        for word in ["zebra", "quagga", "zoe"] { #expect(!kept.contains(word), "\(word)") }
        let byCase = try audit(site, "search", "--case", id)
        #expect((byCase.document as? [[String: Any]])?.map { $0["call"] as? String }.prefix(2) == ["case record", "case show"])
        let byAccession = try audit(site, "search", "--case", "AUD-3")
        #expect((byAccession.document as? [Any])?.count == (byCase.document as? [Any])?.count)
        let byName = try audit(site, "search", "--case", "ZEBRA^ZOE")
        #expect((byName.document as? [[String: Any]] ?? []).contains { $0["call"] as? String == "GET /v1/cases/{id}" })
        #expect(!(try text(site).lowercased().contains("zebra")))
    }

    @Test func `the audit opens to administrators alone, and reading it is kept, a refusal too`() throws {
        let network = try RealNetwork()
        let site = network.northside
        for isRunning in [false, true] {
            if isRunning { try site.start() }
            for role in ["lead", "radiologist", "safetyOfficer"] {
                let refused = try audit(site, "search", as: ["--as", "x", "--role", role])
                #expect(refused.code == 77 && refused.problem == "NOT_PERMITTED", "\(refused.output)")
                let last = try #require(try records(site).last)
                #expect(last["code"] as? String == "110101" && last["outcome"] as? Int == 8 && last["role"] as? String == role)
            }
            let read = try records(site).count { $0["code"] as? String == "110101" }
            let found = try audit(site, "search", "--code", "110101")
            #expect((found.document as? [Any])?.count == read)
            let last = try #require(try records(site).last)
            #expect(last["person"] as? String == "adm.ng" && last["call"] as? String == "audit search")
            #expect(
                last["query"] as? String == "code=110101&limit=100" && last["count"] as? Int == (found.document as? [Any])?.count)
        }
        let address = try #require(site.command.last)
        #expect(try Self.curl("http://\(address)/v1/audit?as=adm&role=siteAdmin&limit=2").hasSuffix("]200"))
        #expect(try Self.curl("http://\(address)/v1/audit?as=adm&role=lead").hasSuffix("403"))
        #expect(try audit(site, "search", "--code", "1").code == 65)
        #expect(try audit(site, "search", "--limit", "0").problem == "RANGE")
    }

    @Test func `a changed byte ends the verification with 6 and the record's number, a cut end shows against a head`() throws {
        let network = try RealNetwork()
        let site = network.northside
        for _ in 0..<4 { _ = try network.on(site, "case", "list") }
        let head = try #require(try audit(site, "verify").json["head"] as? String)
        #expect(try audit(site, "verify", "--head", head).code == 0)
        let doctor = try network.on(site, "doctor")
        #expect(doctor.output.contains("verified to 5"), "\(doctor.output)")
        let file = site.data + "/audit/00000000000000000001.jsonl"
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        var lines = whole.split(separator: 0x0a).map { Data($0) }
        lines[2][20] ^= 1
        try Data(lines.joined(separator: [0x0a]) + [0x0a]).write(to: URL(fileURLWithPath: file))
        let broken = try audit(site, "verify")
        #expect(
            broken.code == 6 && broken.problem == "INTEGRITY_FAILED" && broken.output.contains("\"sequence\":\"3\""),
            "\(broken.output)")
        try Data(whole.split(separator: 0x0a).prefix(2).joined(separator: [0x0a]) + [0x0a]).write(to: URL(fileURLWithPath: file))
        #expect(try audit(site, "verify").code == 0)
        #expect(try audit(site, "verify", "--head", head).code == 6)
        #expect(try audit(site, "verify", "--head", "nonsense").code == 65)
    }

    @Test func `a FHIR export has every record as an AuditEvent with what the standard requires`() throws {
        let network = try RealNetwork()
        let site = network.northside
        try network.order("AUD-6", at: site)
        _ = try network.on(site, "case", "show", "NO-SUCH", "--as", "a\"<&>", "--role", "nurse")
        let file = network.folder + "/audit.json"
        let exported = try audit(site, "export", "--fhir", file)
        #expect(exported.code == 0 && exported.json["records"] as? Int == 2, "\(exported.output) \(exported.errors)")
        let bundle = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file))) as? [String: Any])
        let events = (bundle["entry"] as? [[String: Any]] ?? []).compactMap { $0["resource"] as? [String: Any] }
        #expect(events.count == 2 && bundle["resourceType"] as? String == "Bundle")
        for event in events {
            #expect(event["resourceType"] as? String == "AuditEvent")
            #expect((event["type"] as? [String: Any])?["code"] as? String == "110111")
            #expect(event["recorded"] is String && ["C", "R"].contains(event["action"] as? String))
            #expect((event["agent"] as? [[String: Any]])?.first?["requestor"] as? Bool == true)
            #expect((event["source"] as? [String: Any])?["observer"] is [String: Any])
        }
        #expect(events.map { $0["outcome"] as? String } == ["0", "4"])
        // A file that is there is left alone, and a role that may not read exports nothing.
        #expect(try audit(site, "export", "--fhir", file).code == 65)
        let refused = try audit(site, "export", "--fhir", network.folder + "/no.json", as: ["--as", "x", "--role", "lead"])
        #expect(refused.code == 77)
        #expect(try audit(site, "export").code == 64)
        #expect(try audit(site, "export", "--syslog", "127.0.0.1:6514").code == 64)
    }
}
