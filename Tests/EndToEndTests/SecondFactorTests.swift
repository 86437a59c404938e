import Foundation
import Testing

/// Codes beside the password, throttled guesses and what does not open, on real processes.
@Suite(.serialized) struct SecondFactorTests {
    private static let password = SignInTests.password

    /// An authenticator: it reads what the node shows and makes codes by another program's HMAC.
    private struct Authenticator {
        private let key: String

        init(_ shown: Product.Ended) throws {
            let items = try #require(URLComponents(string: shown.json["uri"] as? String ?? "")?.queryItems, "\(shown.output)")
            let said = Dictionary(uniqueKeysWithValues: items.map { ($0.name, $0.value ?? "") })
            #expect(said["algorithm"] == "SHA1" && said["digits"] == "6" && said["period"] == "30")
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
            let bits = try (said["secret"] ?? "").map { letter in
                let value = try #require(alphabet.firstIndex(of: letter))
                return String(repeating: "0", count: 5 - String(value, radix: 2).count) + String(value, radix: 2)
            }.joined()
            #expect(bits.count == 160)
            key = stride(from: 0, to: bits.count, by: 4).map { place in
                String(Int(bits.dropFirst(place).prefix(4), radix: 2) ?? 0, radix: 16)
            }.joined()
        }

        /// The code of now, or of a step after it.
        func code(_ steps: Int = 0) throws -> String {
            let step = UInt64(Date().timeIntervalSince1970 / 30) + UInt64(steps)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
            process.arguments = ["dgst", "-sha1", "-mac", "HMAC", "-macopt", "hexkey:\(key)", "-binary"]
            let (input, output) = (Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            try input.fileHandleForWriting.write(contentsOf: Data((0..<8).map { UInt8(step >> (56 - 8 * $0) & 0xff) }))
            try input.fileHandleForWriting.close()
            let hash = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
            process.waitUntilExit()
            try #require(hash.count == 20)
            let place = Int(hash[19] & 15)
            let number = hash[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } & 0x7fff_ffff
            return String(String(1_000_000 + number % 1_000_000).dropFirst())
        }
    }

    private static let signed = ["findings=f", "impression=i", "contentVersion=v1"]

    private static func signIn(_ person: SignInTests.Person, _ code: String?, _ words: String...) throws -> Product.Ended {
        try Product.run(
            ["sign-in", "dr.ito", "--role", "radiologist", "--data", person.data, "--json"] + words,
            input: password + "\n" + (code.map { $0 + "\n" } ?? ""), environment: ["XDG_STATE_HOME": person.state])
    }

    @Test(arguments: [false, true])
    func `codes are shown once, take effect with the first, and signing in and signing need them from then on`(
        isRunning: Bool
    ) throws {
        let (network, owner) = try SignInTests.network([("boss", ["siteAdmin"]), ("dr.ito", ["radiologist", "lead"])])
        if isRunning { try network.northside.start() }
        let ito = SignInTests.Person(network, "ito")
        #expect(try Self.signIn(ito, nil).code == 0)
        let shown = try ito.run("user", "totp", "dr.ito", "--json")
        let app = try Authenticator(shown)
        #expect((shown.json["uri"] as? String)?.hasPrefix("otpauth://totp/Filmjacket%20northside:dr.ito?") == true)
        #expect(try Self.signIn(ito, nil).code == 0, "not yet in effect")
        let wrong = try ito.run("user", "totp", "dr.ito", "--confirm", "--json", input: "abcdef\n")
        #expect(wrong.code == 77 && wrong.problem == "SECOND_FACTOR", "\(wrong.output)")
        let confirmed = try ito.run("user", "totp", "dr.ito", "--confirm", "--json", input: try app.code() + "\n")
        let recovery = try #require(confirmed.json["recoveryCodes"] as? [String], "\(confirmed.output) \(confirmed.errors)")
        #expect(Set(recovery).count == 10)

        let without = try Self.signIn(ito, nil)
        #expect(without.code == 77 && without.problem == "SECOND_FACTOR", "\(without.output)")
        #expect(try Self.signIn(ito, "abcdef").problem == "SECOND_FACTOR")
        #expect(try Self.signIn(ito, recovery[0]).code == 0)
        #expect(try Self.signIn(ito, recovery[0]).problem == "SECOND_FACTOR", "once")
        let next = try app.code(1)
        #expect(try Self.signIn(ito, next).code == 0, "a clock may be a step off")
        #expect(try Self.signIn(ito, next).problem == "SECOND_FACTOR", "once")
        let confirm = try Self.signIn(ito, nil, "--confirm")
        #expect(confirm.problem == "SECOND_FACTOR")
        network.northside.stop()
        let list = try owner.run("user", "show", "dr.ito", "--json")
        #expect(list.json["codes"] as? Bool == true && list.json["recoveryCodes"] as? Int == 9, "\(list.output)")
    }

    @Test func `an administrator takes codes away, and it is kept; nobody else does, and nobody sets another's`() throws {
        let (network, owner) = try SignInTests.network([
            ("boss", ["siteAdmin"]), ("dr.ito", ["radiologist"]), ("lee", ["technologist"]),
        ])
        let (ito, lee) = (SignInTests.Person(network, "ito"), SignInTests.Person(network, "lee"))
        try network.northside.start()
        try #require(try Self.signIn(ito, nil).code == 0 && lee.signIn("lee").code == 0)
        let app = try Authenticator(try ito.run("user", "totp", "dr.ito", "--json"))
        try #require(try ito.run("user", "totp", "dr.ito", "--confirm", input: try app.code() + "\n").code == 0)
        #expect(try Self.signIn(ito, nil).problem == "SECOND_FACTOR")
        #expect(try owner.run("user", "totp", "dr.ito", "--remove", "--json").json["codes"] as? Bool == false)
        #expect(try Self.signIn(ito, nil).code == 0)
        let audit = try owner.run("audit", "search", "--json", "--as", "boss", "--role", "siteAdmin")
        for call in ["user totp dr.ito", "user totp --confirm dr.ito", "user totp --remove dr.ito"] {
            #expect(audit.output.contains("\"call\":\"\(call)\""), "\(call) in \(audit.output)")
        }
        network.northside.stop()
    }

    @Test func `where a role needs codes nothing is signed without them`() throws {
        let (network, owner) = try SignInTests.network([
            ("boss", ["siteAdmin"]), ("dr.ito", ["radiologist"]), ("lee", ["technologist"]),
        ])
        let (ito, lee) = (SignInTests.Person(network, "ito"), SignInTests.Person(network, "lee"))
        try network.northside.start()
        #expect(try owner.run("user", "totp-roles", "--json").output.contains("[]"))
        #expect(try owner.run("user", "totp-roles", "--role", "radiologist", "--json").code == 0)
        try #require(try Self.signIn(ito, nil).code == 0 && lee.signIn("lee").code == 0)
        let order = try lee.run("case", "record", "order.placed", "--json", fields: SignInTests.order)
        let id = try #require(order.json["case"] as? String, "\(order.output)")
        #expect(try ito.run("case", "record", "comment.added", "--case", id, fields: ["text=seen"]).code == 0)
        let refused = try ito.run("case", "record", "report.finalSigned", "--case", id, "--json", fields: Self.signed)
        let app = try Authenticator(try ito.run("user", "totp", "dr.ito", "--json"))
        try #require(try ito.run("user", "totp", "dr.ito", "--confirm", input: try app.code() + "\n").code == 0)
        let allowed = try ito.run("case", "record", "report.finalSigned", "--case", id, "--json", fields: Self.signed)
        #expect(refused.problem == "CONFIRM_SIGN_IN" && allowed.code == 0, "\(order.output) \(refused.output) \(allowed.output)")
        #expect(try owner.run("user", "totp-roles", "--none", "--json").output.contains("[]"))
        network.northside.stop()
    }

    @Test func `a code on the command line is refused`() throws {
        let network = try RealNetwork()
        for words in [
            ["sign-in", "x", "--code", "123456"], ["user", "totp", "x", "123456"], ["user", "totp", "x", "--confirm=123456"],
        ] {
            #expect(try Product.run(words + ["--data", network.northside.data]).code == 64, "\(words)")
        }
    }

    /// B32.
    @Test func `a delay outlives a stop and a kill of the process, and a command on the folder keeps it`() throws {
        let (network, _) = try SignInTests.network([("boss", ["siteAdmin"]), ("lee", ["technologist"])])
        let lee = SignInTests.Person(network, "lee")
        func tries(_ count: Int) throws -> [String?] {
            try (0..<count).map { _ in try lee.run("sign-in", "lee", "--json", input: "wrong\n").problem }
        }
        #expect(try tries(1) == ["SIGN_IN"])
        try network.northside.start()
        #expect(try tries(2) == ["SIGN_IN", "SIGN_IN"])
        network.northside.kill()
        #expect(try tries(1) == ["SIGN_IN"])
        try network.northside.start()
        #expect(try tries(2) == ["SIGN_IN", "TOO_MANY_REQUESTS"])
        network.northside.stop()
        try network.northside.start()
        let right = try lee.signIn("lee")
        #expect(right.code == 75 && right.problem == "TOO_MANY_REQUESTS", "\(right.output)")
        network.northside.stop()
        #expect(try lee.signIn("lee").problem == "TOO_MANY_REQUESTS")
    }

    /// Every command that names a case, at an agent and a hub, running and not.
    @Test(arguments: [false, true])
    func `a case that does not open is answered as one that is not there, at a site and at the hub`(isRunning: Bool) throws {
        let network = try RealNetwork()
        try network.order("4711", at: network.northside)
        try network.hub.start()
        try #require(try network.on(network.northside, "sync").code == 0)
        network.hub.stop()
        for node in [network.northside, network.hub] {
            let people = [
                ("boss", node === network.hub ? "hubAdmin" : "siteAdmin"), ("mae", "interventionalRadiologist"),
            ]
            for (name, role) in people {
                try #require(
                    try Product.run(["user", "add", name, "--role", role, "--data", node.data], input: Self.password + "\n").code
                        == 0)
            }
            if isRunning { try node.start() }
            for (name, _) in people {
                let state = ["XDG_STATE_HOME": network.folder + "/state-\(name)"]
                try #require(
                    try Product.run(["sign-in", name, "--data", node.data], input: Self.password + "\n", environment: state).code
                        == 0)
                func ask(_ words: [String], _ id: String) throws -> String {
                    let said = try Product.run(
                        words.map { $0 == "ID" ? id : $0 } + ["--data", node.data, "--json"], environment: state)
                    return "\(said.code) \(said.output) \(said.errors)".replacingOccurrences(of: id, with: "ID")
                }
                for words in [
                    ["case", "show", "ID"], ["case", "history", "ID"], ["case", "explain", "ID"], ["case", "go", "ID"],
                    ["case", "due", "ID"], ["case", "receipts", "ID"], ["case", "related", "ID"],
                    ["case", "changes", "ID", "--since", "northside/1"], ["case", "show", "ID", "--known-to", "northside/1"],
                    ["conflict", "show", "ID"], ["conflict", "resolve", "ID", "--choose", "1", "--reason", "because"],
                    ["case", "record", "comment.added", "--case", "ID", "text=x"],
                    ["case", "record", "order.cancelled", "--case", "ID", "reason=x"],
                    ["case", "record", "report.finalSigned", "--case", "ID", "findings=f", "impression=i"],
                    ["case", "record", "comment.added", "--case", "ID", "--break-glass", "no", "text=x"],
                    ["case", "show", "ID", "--break-glass", "no"],
                ] {
                    let (there, missing) = (try ask(words, "4711"), try ask(words, "0815"))
                    #expect(there == missing && !there.hasPrefix("0 "), "\(name) \(words) \(there)")
                }
            }
            node.stop()
        }
    }
}
