import Foundation
import Testing

/// Names, identifiers and texts are sealed at the sites that read and at no time readable in any file, at the hub least of all.
@Suite(.serialized) struct SealedFieldsTests {
    /// A network whose two sites hold one key, each under its own credential, and whose hub holds none.
    private struct Sealed {
        let network: RealNetwork
        let north: [String: String]
        let lake: [String: String]

        init() throws {
            network = try RealNetwork()
            var environments: [[String: String]] = []
            for name in ["c1", "c2"] {
                let path = network.folder + "/" + name
                try Data("\(UUID())\(UUID())\n".utf8).write(to: URL(fileURLWithPath: path))
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
                environments.append(["FILMJACKET_FIELD_CREDENTIAL": path])
            }
            (north, lake) = (environments[0], environments[1])
            let made = try at(network.northside, "field-key", "create", "--json")
            try #require(made.code == 0, "\(made.errors)")
            let copied = try at(
                network.northside, "field-key", "copy", "--to", network.folder + "/copy", "--to-credential",
                network.folder + "/c2")
            try #require(copied.code == 0, "\(copied.errors)")
            let taken = try at(network.lakeview, "field-key", "take", network.folder + "/copy", "--json")
            try #require(taken.code == 0 && taken.json["key"] as? String == made.json["key"] as? String, "\(taken.errors)")
        }

        func at(_ site: RealNode, _ words: String...) throws -> Product.Ended {
            try Product.run(words + ["--data", site.data], environment: site === network.lakeview ? lake : north)
        }

        func order(_ accession: String, name: String = "ROE^RICHARD", id: String = "P77") throws -> Product.Ended {
            try at(
                network.northside, "case", "record", "order.placed", "patient.issuer=NS", "patient.id=\(id)",
                "patient.name=\(name)",
                "accession.issuer=NS", "accession.value=\(accession)", "modality=CT", "reason=cough \"three\" weeks", "--as",
                "dr.reyes",
                "--role", "referrer", "--json")
        }

        /// The files below the network's folder in which a word stands in clear.
        func files(with word: String) throws -> [String] {
            let all = FileManager.default.enumerator(atPath: network.folder)?.compactMap { $0 as? String } ?? []
            return all.filter { name in
                FileManager.default.contents(atPath: network.folder + "/" + name)?.range(of: Data(word.utf8)) != nil
            }
        }
    }

    @Test func `two sites read what the hub between them cannot, and no file of any of them says it`() throws {
        let sealed = try Sealed()
        let network = sealed.network
        #expect(try sealed.order("A4711").code == 0)
        try network.hub.start()
        #expect(try sealed.at(network.northside, "sync").code == 0)
        #expect(try sealed.at(network.lakeview, "sync").code == 0)
        let read = try sealed.at(network.lakeview, "case", "show", "A4711", "--json").json
        #expect((read["patient"] as? [String: Any])?["name"] as? String == "ROE^RICHARD")
        let axes = read["axes"] as? [String: Any]
        #expect((axes?["order"] as? [String: Any])?["reason"] as? String == "cough \"three\" weeks")
        #expect(try sealed.at(network.northside, "worklist", "--role", "technologist").output.contains("ROE^RICHARD"))
        let signed = try sealed.at(
            network.lakeview, "case", "record", "report.finalSigned", "findings=Nodule of 4 mm.", "impression=Follow up.",
            "--case",
            "A4711", "--as", "dr.osei", "--role", "radiologist", "--json")
        #expect(signed.code == 0, "\(signed.errors)")
        #expect(try sealed.at(network.lakeview, "sync").code == 0 && sealed.at(network.northside, "sync").code == 0)
        let text = try sealed.at(network.northside, "case", "show", "A4711").output
        #expect(text.contains("ROE^RICHARD [P77]") && text.contains("dr.osei: Follow up."), "\(text)")
        #expect(try sealed.at(network.northside, "case", "list").output.contains("ROE^RICHARD"))
        #expect(try sealed.at(network.northside, "case", "history", "A4711").output.contains("Nodule of 4 mm."))

        let atHub = try Product.run("case", "list", "--data", network.hub.data)
        #expect(atHub.output.contains("(sealed, key ") && !atHub.output.contains("ROE"), "\(atHub.output)")
        #expect(try network.digests().count == 3 && Set(network.digests()).count == 1)
        network.hub.stop()
        for word in ["ROE^", "A4711", "P77", "cough", "Nodule", "Follow up"] {
            #expect(try sealed.files(with: word) == [], "\(word)")
        }
        for node in [network.hub, network.northside, network.lakeview] {
            let verified = try Product.run("log", "verify", "--data", node.data)
            #expect(verified.code == 0 && verified.output.contains("2 events"), "\(verified.output) \(verified.errors)")
        }
    }

    @Test func `a conflict is found, shown and closed as without seals`() throws {
        let sealed = try Sealed()
        let network = sealed.network
        #expect(try sealed.order("A1").code == 0)
        try network.hub.start()
        #expect(try sealed.at(network.northside, "sync").code == 0 && sealed.at(network.lakeview, "sync").code == 0)
        for (site, words) in [(network.northside, "No fracture."), (network.lakeview, "Fracture of the radius.")] {
            let signed = try sealed.at(
                site, "case", "record", "report.finalSigned", "findings=Seen.", "impression=\(words)", "--case", "A1", "--as",
                "dr.\(words.count)", "--role", "radiologist", "--json")
            #expect(signed.code == 0, "\(signed.errors)")
        }
        // Exit 3 says that a conflict waits.
        for site in [network.northside, network.lakeview, network.northside] {
            #expect(try [0, 3].contains(sealed.at(site, "sync").code))
        }
        let shown = try sealed.at(network.northside, "conflict", "show", "A1")
        #expect(shown.output.contains("No fracture.") && shown.output.contains("Fracture of the radius."), "\(shown.output)")
        let listed = try sealed.at(network.northside, "conflict", "list", "--json").document as? [[String: Any]]
        let events = listed?.first?["events"] as? [String]
        let chosen = try #require(events?.first, "\(listed ?? [])")
        let closed = try sealed.at(
            network.northside, "conflict", "resolve", "A1", "--choose", chosen, "--reason", "Read again.", "--as", "dr.lead",
            "--role",
            "lead", "--json")
        #expect(closed.code == 0, "\(closed.output) \(closed.errors)")
        #expect(try sealed.at(network.northside, "conflict", "list").code == 0)
        #expect(try sealed.files(with: "Read again") == [] && sealed.files(with: "Fracture") == [])
    }

    @Test func `HL7 messages of one order meet in one sealed case, and one that comes again records nothing`() throws {
        let sealed = try Sealed()
        let network = sealed.network
        func take(_ name: String, _ segments: String...) throws -> Product.Ended {
            let path = network.folder + "/" + name
            try Data((segments.joined(separator: "\r") + "\r").utf8).write(to: URL(fileURLWithPath: path))
            defer { unlink(path) }
            return try sealed.at(network.northside, "import", "hl7", path, "--json")
        }
        let person = "PID|1||P88^^^NS||ROE^JANE||19700101|F"
        let order = "MSH|^~\\&|RIS|N|FJ|N|20261101080000||ORM^O01|M1|P|2.5.1"
        let first = try take(
            "o.hl7", order, person, "ORC|NW|PL1^NS|ACC9^NS", "OBR|1|PL1^NS|ACC9^NS|CTCHEST^CT chest^L|||||||||||||||ACC9||||||CT")
        #expect(first.code == 0, "\(first.output) \(first.errors)")
        let again = try take(
            "o2.hl7", order, person, "ORC|NW|PL1^NS|ACC9^NS", "OBR|1|PL1^NS|ACC9^NS|CTCHEST^CT chest^L|||||||||||||||ACC9||||||CT"
        )
        #expect(again.code == 0 && again.output.contains(#""repeat":true"#), "\(again.output)")
        let cancelled = try take(
            "c.hl7", "MSH|^~\\&|RIS|N|FJ|N|20261101081000||ORM^O01|M2|P|2.5.1", person, "ORC|CA|PL1^NS|ACC9^NS",
            "OBR|1|PL1^NS|ACC9^NS")
        #expect(cancelled.code == 0, "\(cancelled.output) \(cancelled.errors)")
        let rows = try sealed.at(network.northside, "case", "list", "--json").document as? [[String: Any]]
        #expect(rows?.count == 1 && (rows?[0]["patient"] as? [String: Any])?["name"] as? String == "ROE^JANE", "\(rows ?? [])")
        #expect(try sealed.files(with: "ROE^JANE") == [] && sealed.files(with: "ACC9") == [])
    }

    @Test func `without the credential nothing that says a name is recorded, a wrong one is told, and no agent starts`() throws {
        let sealed = try Sealed()
        let network = sealed.network
        #expect(try sealed.order("A1").code == 0)
        let closed = try network.on(network.northside, "case", "list")
        #expect(closed.code == 0 && closed.output.contains("(sealed, key ") && !closed.output.contains("ROE"))
        let held = try network.on(network.northside, "case", "list", "--json").document as? [[String: Any]]
        let known = try #require(held?.first?["case"] as? String)
        let refused = try network.on(
            network.northside, "case", "record", "comment.added", "text=hello", "--case", known, "--as", "a", "--role",
            "technologist",
            "--json")
        #expect(refused.code == 78 && refused.problem == "CONFIGURATION", "\(refused.output)")
        let idle = try Product.run("agent", "run", "--data", network.northside.data, "--listen", "127.0.0.1:0")
        #expect(idle.code == 78 && idle.errors.contains("no credential opens it"), "\(idle.errors)")
        let wrong = try Product.run(["case", "list", "--data", network.northside.data], environment: sealed.lake)
        #expect(wrong.code == 78 && wrong.errors.contains("does not open the field key"), "\(wrong.errors)")
        let doctor = try network.on(network.northside, "doctor")
        #expect(
            doctor.code != 0 && doctor.output.contains("closed") && doctor.output.contains("Give the credential"),
            "\(doctor.output)")
        #expect(try sealed.at(network.northside, "doctor").output.contains("open"))
        // Another key, or one too late, would open nothing of what is there.
        #expect(try sealed.at(network.northside, "field-key", "create").code == 78)
        let late = try sealed.at(network.lakeview, "field-key", "take", network.folder + "/copy")
        #expect(late.code == 78 && late.errors.contains("already"), "\(late.errors)")
        // At the hub somebody would put a name in clear beside the sealed ones.
        try network.hub.start()
        #expect(try sealed.at(network.northside, "sync").code == 0)
        let rows = try Product.run("case", "list", "--data", network.hub.data, "--json").document as? [[String: Any]]
        let id = try #require(rows?.first?["case"] as? String)
        let said = try Product.run(
            "case", "record", "comment.added", "text=hello", "--case", id, "--as", "dr.lead", "--role", "lead", "--data",
            network.hub.data,
            "--json")
        #expect(said.code == 78 && said.problem == "CONFIGURATION", "\(said.output)")
        #expect(try Product.run("doctor", "--data", network.hub.data).output.contains("no key here"))
    }

    @Test func `a site restored from its backup reads on with the same credential`() throws {
        let sealed = try Sealed()
        let network = sealed.network
        #expect(try sealed.order("A1").code == 0)
        let copy = network.folder + "/backup"
        #expect(try sealed.at(network.northside, "agent", "backup", "save", copy).code == 0)
        let restored = try Product.run(
            ["agent", "backup", "restore", copy, "--data", network.folder + "/anew", "--json"], environment: sealed.north)
        #expect(restored.code == 0, "\(restored.output) \(restored.errors)")
        let shown = try Product.run(["case", "show", "A1", "--data", network.folder + "/anew"], environment: sealed.north)
        #expect(shown.code == 0 && shown.output.contains("ROE^RICHARD"), "\(shown.output) \(shown.errors)")
        #expect(try sealed.files(with: "ROE^") == [])
    }

    @Test func `what is asked and recorded over HTTP is opened and sealed too`() throws {
        let sealed = try Sealed()
        let network = sealed.network
        #expect(try sealed.order("A1").code == 0)
        let site = RealNode(data: network.northside.data, arguments: network.northside.arguments)
        setenv("FILMJACKET_FIELD_CREDENTIAL", sealed.north["FILMJACKET_FIELD_CREDENTIAL"] ?? "", 1)
        defer { unsetenv("FILMJACKET_FIELD_CREDENTIAL") }
        try site.start()
        let base = "http://" + (site.arguments.last ?? "")
        let read = try Self.curl(base + "/v1/cases/A1")
        #expect(
            read.contains(#""name":"ROE^RICHARD""#) && read.contains(#"cough \"three\" weeks"#) && read.hasSuffix("200"),
            "\(read)")
        let said = try Self.curl(
            base + "/v1/cases/A1/events",
            body: #"{"kind":"comment.added","body":{"text":"called back"},"as":"dr.osei","role":"radiologist"}"#)
        #expect(said.hasSuffix("201"), "\(said)")
        #expect(try Self.curl(base + "/v1/cases").contains("ROE^RICHARD"))
        // The command asks the running process through its socket and needs no credential of its own.
        unsetenv("FILMJACKET_FIELD_CREDENTIAL")
        #expect(try Product.run("case", "show", "A1", "--data", site.data).output.contains("called back"))
        site.stop()
        #expect(try sealed.files(with: "called back") == [])
    }

    /// Calls as a stranger's program does; the body, then the status.
    private static func curl(_ url: String, body: String? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments =
            ["-s", "-w", "%{http_code}", url] + (body.map { ["-H", "Content-Type: application/json", "--data", $0] } ?? [])
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
