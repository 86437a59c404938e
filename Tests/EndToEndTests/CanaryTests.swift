import Foundation
import Testing

/// Words that stand for what names a person or opens a door, planted wherever they may come in; found nowhere where they may not go out.
@Suite(.serialized) struct CanaryTests {
    private static let password = "an ordinary zzsecret sentence"

    /// Planted as data of a person; each may be seen by whoever sees the case, and by nobody else.
    private static let patient = ["ZZNAME", "ZZFIRST", "ZZPERSON", "ZZTEXT", "ZZREASON", "ZZFINDING"]

    /// A node with what it writes in a file.
    private final class Loud {
        let log: String
        private let process = Process()

        init(_ node: RealNode, _ folder: String, _ name: String) throws {
            log = folder + "/\(name).log"
            try #require(FileManager.default.createFile(atPath: log, contents: nil))
            process.executableURL = Product.binary
            process.arguments = node.arguments
            process.standardInput = FileHandle.nullDevice
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
            process.standardOutput = file
            process.standardError = file
            try process.run()
            try eventually("\(name) answers") {
                try FileManager.default.fileExists(atPath: node.data + "/control.sock") && node.status()["digest"] != nil
            }
        }

        var said: String { get throws { try String(contentsOfFile: log, encoding: .utf8) } }

        /// What every user of the machine sees of it.
        var shown: String {
            ["cmdline", "comm", "status", "limits"].map { file in
                String(
                    decoding: FileManager.default.contents(atPath: "/proc/\(process.processIdentifier)/\(file)") ?? Data(),
                    as: UTF8.self)
            }.joined(separator: "\n")
        }

        func stop() {
            guard process.isRunning else { return }
            process.terminate()
            process.waitUntilExit()
        }

        deinit { stop() }
    }

    private static func curl(_ method: String, _ url: String, _ words: [String] = [], body: String? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        let sent = body.map { ["-H", "Content-Type: application/json", "--data-binary", $0] } ?? []
        process.arguments = ["-s", "-i", "-X", method, url] + words + sent
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }

    private static let order = """
        {"kind":"order.placed","body":{"accession":{"issuer":"e2e","value":"CAN-1"},"modality":"CT","reason":"ZZREASON",\
        "patient":{"issuer":"e2e","id":"ZZPERSON","name":"ZZNAME^ZZFIRST"}}}
        """

    /// Bodies that are refused, each with the words in the very place for which it is refused or beside it.
    private static let refused = [
        #"{"kind":"order.placed","body":{"patient":{"name":"ZZNAME","sex":"ZZTEXT"},"modality":"CT"}}"#,
        #"{"kind":"order.placed","body":{"patient":{"name":["ZZNAME"]},"modality":"CT"}}"#,
        #"{"kind":"order.placed","body":{"patient":{"birthDate":"ZZTEXT"},"modality":"CT"}}"#,
        #"{"kind":"order.placed","body":{"priority":"ZZTEXT","patient":{"name":"ZZNAME"}}}"#,
        #"{"kind":"order.placed","body":{"reason":"ZZREASON","nobody":"ZZNAME"}}"#,
        #"{"kind":"comment.added","body":{"text":"ZZTEXT"}}"#,
        #"{"kind":"comment.added","body":"ZZTEXT"}"#, #"{"kind":"comment.added","body":{"text":"ZZTEXT","text":"ZZNAME"}}"#,
        #"{"kind":"comment.added","body":{"text":"ZZTEXT"#, #"["ZZNAME"]"#, #""ZZNAME""#,
        #"{"kind":"dose.recorded","body":{"irradiationEvents":[{"uid":"ZZTEXT","ctdiVolMilligray":-1}]}}"#,
    ]

    /// A node with accounts, whose log is in a file.
    private static func open(_ node: RealNode, _ network: RealNetwork, _ name: String) throws -> Loud {
        for (person, role) in [
            ("boss", name == "hub" ? "hubAdmin" : "siteAdmin"), ("lee", "technologist"), ("dr.ito", "radiologist"),
        ] {
            let added = try Product.run(["user", "add", person, "--role", role, "--data", node.data], input: password + "\n")
            try #require(added.code == 0, "\(added.errors)")
        }
        return try Loud(node, network.folder, name)
    }

    /// Signs somebody in over HTTP.
    private static func signIn(_ name: String, _ url: String) throws -> String {
        let said = try curl("POST", "\(url)/session", body: #"{"name":"\#(name)","password":"\#(password)"}"#)
        return String(try #require(said.firstMatch(of: /"token":"([0-9a-f]{64})"/)?.1, "\(said)"))
    }

    /// Plants the words at every door of a node.
    ///
    /// - Returns: the answers that must not say any of them, and the tokens that were given.
    private static func plant(at address: String) throws -> (answers: [String], tokens: [String]) {
        let url = "http://\(address)/v1"
        let (lee, ito) = (try signIn("lee", url), try signIn("dr.ito", url))
        let bearer = ["-H", "Authorization: Bearer \(lee)"]
        #expect(try curl("POST", "\(url)/cases/events", bearer, body: order).contains("201 Created"))
        let final = #"{"kind":"report.finalSigned","body":{"findings":"ZZFINDING","impression":"ZZTEXT","contentVersion":"v1"}}"#
        let signed = try curl("POST", "\(url)/cases/CAN-1/events", ["-H", "Authorization: Bearer \(ito)"], body: final)
        #expect(signed.contains("201 Created"), "\(signed)")
        var answers: [String] = []
        for body in refused {
            let answer = try curl("POST", "\(url)/cases/c-aaaaaaaaaaaaaaaaaaaaaaaaaa/events", bearer, body: body)
            #expect(answer.contains("application/problem+json"), "\(body) \(answer)")
            answers.append(answer)
        }
        for body in [
            #"{"name":"\#(password)","password":"x"}"#, #"{"name":"lee","password":"zzsecret wrong"}"#,
            #"{"name":"lee","password":"zzsecret","code":"zzsecret"}"#, #"{"name":"lee","password":["zzsecret"]}"#,
        ] { answers.append(try curl("POST", "\(url)/session", body: body)) }
        answers.append(try curl("GET", "\(url)/cases", ["-H", "Authorization: Bearer zzsecret"]))
        answers.append(try curl("GET", "\(url)/cases", ["-H", "Cookie: filmjacket=zzsecret"]))
        // Typed into an address by mistake: the answer says what was asked, and nothing else keeps it.
        for path in ["cases/ZZNAME%5EZZFIRST", "cases/CAN-1/changes?since=ZZTEXT", "worklist?role=ZZNAME", "cases?limit=ZZTEXT"] {
            _ = try curl("GET", "\(url)/\(path)", bearer)
        }
        _ = try curl("POST", "\(url)/cases/ZZNAME/events", bearer, body: order)
        for path in ["metrics", "readyz"] { answers.append(try curl("GET", "http://\(address)/\(path)")) }
        return (answers, [lee, ito])
    }

    /// The secret and the token of somebody who gets codes.
    private static func codes(_ network: RealNetwork) throws -> [String] {
        let (data, state) = (network.northside.data, ["XDG_STATE_HOME": network.folder + "/state"])
        let begun = try Product.run(["sign-in", "dr.ito", "--data", data, "--json"], input: password + "\n", environment: state)
        let shown = try Product.run(["user", "totp", "dr.ito", "--data", data, "--json"], environment: state)
        let secret = try #require((shown.json["uri"] as? String)?.firstMatch(of: /secret=([A-Z2-7]{32})/)?.1, "\(shown.output)")
        return [String(secret), try #require(begun.json["token"] as? String)]
    }

    @Test func `who a person is and what opens a door is in no log, metric, refusal, audit or process' name`() throws {
        let network = try RealNetwork()
        let nodes = [network.northside, network.hub]
        let loud = try zip(nodes, ["northside", "hub"]).map { try Self.open($0, network, $1) }
        var secrets = ["zzsecret"]
        for address in [network.northside.command.last ?? "", String(network.url.dropFirst("http://".count))] {
            let (answers, tokens) = try Self.plant(at: address)
            secrets += tokens
            for word in Self.patient + secrets {
                for answer in answers { #expect(!answer.contains(word), "\(word) in \(answer)") }
            }
        }
        for node in nodes { _ = try Product.run("doctor", "--data", node.data) }
        _ = try Product.run("sync", "--data", network.northside.data)
        secrets += try Self.codes(network)
        let shown = loud.map(\.shown)
        for node in loud { node.stop() }
        for (node, shown) in zip(loud, shown) {
            let said = try node.said
            #expect(shown.contains("filmjacket") && !said.isEmpty, "what says nothing shows nothing")
            #expect(shown.contains(#/Max core file size +0 +0 /#), "a dump would say all of it")
            for word in Self.patient + secrets { #expect(!said.contains(word) && !shown.contains(word), "\(word) in \(said)") }
        }
        for folder in nodes.map({ $0.data + "/audit" }) {
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(files.contains { $0.hasSuffix(".jsonl") })
            for file in files {
                let text = String(decoding: FileManager.default.contents(atPath: "\(folder)/\(file)") ?? Data(), as: UTF8.self)
                for word in Self.patient + secrets { #expect(!text.contains(word), "\(word) in \(file)") }
            }
        }
    }
}
