import Foundation
import Testing

/// People who sign in, on real processes: at the running agent and on the folder, with no hub in reach.
@Suite(.serialized) struct SignInTests {
    static let password = "an ordinary sentence"

    /// Somebody at a terminal of his own: his session's file is his.
    struct Person {
        let data: String
        let state: String

        init(_ network: RealNetwork, _ name: String) {
            data = network.northside.data
            state = network.folder + "/state-" + name
        }

        func run(_ words: String..., input: String = "", token: String? = nil, fields: [String] = []) throws -> Product.Ended {
            var environment = ["XDG_STATE_HOME": state]
            if let token { environment["FILMJACKET_TOKEN"] = token }
            return try Product.run(words + ["--data", data] + fields, input: input, environment: environment)
        }

        func signIn(_ name: String, _ words: String...) throws -> Product.Ended {
            try Product.run(
                ["sign-in", name, "--data", data, "--json"] + words, input: SignInTests.password + "\n",
                environment: ["XDG_STATE_HOME": state])
        }
    }

    static let order = [
        "accession.issuer=e2e", "accession.value=4711", "patient.issuer=e2e", "patient.id=1", "modality=CT",
    ]

    static func network(_ roles: [(String, [String])]) throws -> (RealNetwork, Person) {
        let network = try RealNetwork()
        let owner = Person(network, "owner")
        for (name, words) in roles {
            let added = try Product.run(
                ["user", "add", name, "--data", owner.data, "--json"] + words.flatMap { ["--role", $0] }, input: password + "\n")
            try #require(added.code == 0, "\(added.errors) \(added.output)")
        }
        return (network, owner)
    }

    @Test(arguments: [false, true])
    func `who signed in, tried to, or changed an account is in the audit by name, and no password is`(isRunning: Bool) throws {
        let (network, _) = try Self.network([("boss", ["siteAdmin"]), ("lee", ["technologist"])])
        if isRunning { try network.northside.start() }
        let (boss, lee) = (Person(network, "boss"), Person(network, "lee"))
        #expect(try lee.signIn("lee").code == 0)
        #expect(try lee.run("sign-in", "lee", "--json", input: "another sentence\n").code == 77)
        #expect(try lee.run("sign-out").code == 0)
        #expect(try boss.signIn("boss").code == 0)
        #expect(try boss.run("user", "disable", "lee").code == 0)
        let found = try boss.run("audit", "search", "--json")
        let records = try #require(found.document as? [[String: Any]], "\(found.output) \(found.errors)")
        func kept(_ call: String) -> [[String: Any]] { records.filter { $0["call"] as? String == call } }
        #expect(kept("sign-in").map { $0["person"] as? String } == ["lee", "lee", "boss"])
        #expect(kept("sign-in").map { $0["outcome"] as? Int == 0 } == [true, false, true])
        #expect(kept("sign-in").allSatisfy { $0["code"] as? String == "110114" })
        #expect(kept("sign-out").map { $0["person"] as? String } == ["lee"])
        #expect(kept("user add lee").count == 1 && kept("user disable lee").map { $0["person"] as? String } == ["boss"])
        for word in ["sentence", "ordinary"] { #expect(!found.output.contains(word)) }
    }

    /// Everything with the process and without it.
    @Test(arguments: [false, true])
    func `whoever signed in acts, known to the site, with no hub in reach, and nobody acts for another`(isRunning: Bool) throws {
        let (network, owner) = try Self.network([
            ("boss", ["siteAdmin"]), ("lee", ["technologist"]), ("dr.ito", ["radiologist", "lead"]),
        ])
        if isRunning { try network.northside.start() }
        let lee = Person(network, "lee")
        for words in [["case", "list"], ["worklist", "--role", "lead"], ["conflict", "list"], ["case", "show", "4711"]] {
            let refused = try Product.run(words + ["--data", lee.data, "--json"], environment: ["XDG_STATE_HOME": lee.state])
            #expect(refused.code == 77 && refused.problem == "SIGN_IN", "\(words) \(refused.output)")
        }
        let said = try lee.run(
            "case", "record", "order.placed", "--as", "lee", "--role", "technologist", "--json", fields: Self.order)
        #expect(said.code == 77 && said.problem == "SIGN_IN")

        let begun = try lee.signIn("lee")
        #expect(begun.code == 0 && begun.json["assurance"] as? String == "local", "\(begun.output)")
        let placed = try lee.run("case", "record", "order.placed", "--json", fields: Self.order)
        #expect(placed.code == 0, "\(placed.output)")
        for who in [["--as", "dr.ito"], ["--role", "radiologist"], ["--as", "boss", "--role", "siteAdmin"]] {
            let refused = try Product.run(
                ["case", "record", "comment.added", "--case", "4711", "--data", lee.data, "--json", "text=x"] + who,
                environment: ["XDG_STATE_HOME": lee.state])
            #expect(refused.code == 77 && refused.problem == "NOT_PERMITTED", "\(who) \(refused.output)")
        }
        let history = try lee.run("case", "history", "4711", "--json")
        #expect(
            history.output.contains(#""actor":{"person":"lee","role":"technologist","site":"northside","assurance":"local"}"#)
                && !history.output.contains(#""assurance":"operator""#), "\(history.output)")

        // What keeps the node running is for its owner, who needs no account for it.
        for words in [["status"], ["log", "verify"], ["user", "list"]] {
            #expect(
                try Product.run(words + ["--data", owner.data, "--json"], environment: ["XDG_STATE_HOME": owner.state]).code == 0,
                "\(words)")
        }
        #expect(try lee.run("sign-out").code == 0)
        #expect(try lee.run("case", "list", "--json").problem == "SIGN_IN")
        network.northside.stop()
    }

    @Test func `the session lives across a restart and a kill of the process, and ends with the account`() throws {
        let (network, owner) = try Self.network([("boss", ["siteAdmin"]), ("lee", ["technologist"])])
        let lee = Person(network, "lee")
        let token = try #require(try lee.signIn("lee").json["token"] as? String)
        try network.northside.start()
        #expect(try lee.run("case", "list", "--json").code == 0)
        network.northside.kill()
        #expect(try lee.run("case", "list", "--json").code == 0)
        try network.northside.start()
        let other = Person(network, "other")
        #expect(try other.run("case", "list", "--json", token: token).code == 0, "a script shows it in the environment")
        #expect(try owner.run("user", "disable", "lee", "--json").code == 0)
        for person in [lee, other] {
            let refused = try person.run("case", "list", "--json", token: token)
            #expect(refused.code == 77 && refused.problem == "SIGN_IN")
        }
        network.northside.stop()
    }

    @Test func `a wrong password, a name that nobody has and a disabled account are one answer`() throws {
        let (network, owner) = try Self.network([("boss", ["siteAdmin"]), ("lee", ["technologist"]), ("mae", ["nurse"])])
        try #require(try owner.run("user", "disable", "mae").code == 0)
        let answers = try [("lee", "wrong"), ("nobody", Self.password), ("mae", Self.password)].map { name, password in
            try owner.run("sign-in", name, "--json", input: password + "\n")
        }
        #expect(Set(answers.map(\.output)).count == 1 && answers[0].code == 77 && answers[0].problem == "SIGN_IN")
        _ = network
    }

    /// B93.
    @Test func `a password on the command line is refused, and a weak one wherever it comes from`() throws {
        let network = try RealNetwork()
        let data = network.northside.data
        for words in [["user", "add", "boss", "--role", "siteAdmin"], ["sign-in", "boss"]] {
            for secret in [
                ["--password", "an ordinary sentence"], ["--password=an ordinary sentence"], ["an ordinary sentence"],
            ] {
                let refused = try Product.run(words + secret + ["--data", data], input: "an ordinary sentence\n")
                #expect(refused.code == 64, "\(words) \(secret) \(refused.errors)")
            }
        }
        for weak in ["short", "password1234", "", "aaaaaaaaaaaa"] {
            let refused = try Product.run(
                ["user", "add", "boss", "--role", "siteAdmin", "--data", data, "--json"], input: weak + "\n")
            #expect(refused.code == 65 && refused.problem == "BAD_INPUT", "\(weak)")
            #expect(weak.isEmpty || !refused.output.contains(weak))
        }
        let first = try Product.run(
            ["user", "add", "lee", "--role", "nurse", "--data", data, "--json"], input: Self.password + "\n")
        #expect(first.code == 77 && first.problem == "NOT_PERMITTED", "the first account looks after the others")
        #expect(try Product.run("case", "list", "--data", data).code == 0, "and until then nobody has to sign in")
    }

    @Test func `who breaks the glass sees the case with a banner, and doctor and the list say so`() throws {
        let (network, owner) = try Self.network([
            ("boss", ["siteAdmin"]), ("lee", ["technologist"]), ("mae", ["interventionalRadiologist"]),
        ])
        let (lee, mae) = (Person(network, "lee"), Person(network, "mae"))
        try network.northside.start()
        try #require(try lee.signIn("lee").code == 0 && mae.signIn("mae").code == 0)
        try #require(try lee.run("case", "record", "order.placed", fields: Self.order).code == 0)
        let hidden = try mae.run("case", "show", "4711", "--json")
        let none = try mae.run("case", "show", "0815", "--json")
        #expect(hidden.code == 65 && hidden.output.replacingOccurrences(of: "4711", with: "0815") == none.output)
        let shown = try mae.run("case", "show", "4711", "--json", "--break-glass", "er kann nicht sprechen, Ärztin fragt")
        #expect(shown.code == 0 && (shown.json["banner"] as? String)?.hasPrefix("BREAK GLASS") == true, "\(shown.output)")
        #expect(try mae.run("case", "show", "4711").output.hasPrefix("! BREAK GLASS"))
        let doctor = try owner.run("doctor", "--json")
        #expect(doctor.code == 1 && doctor.output.contains("GLASS_BROKEN") && doctor.output.contains("mae"))
        let list = try owner.run("user", "break-glass", "list", "--json")
        #expect(list.output.contains("er kann nicht sprechen, Ärztin fragt"), "\(list.output)")
        #expect(try owner.run("user", "break-glass", "review", "1").code == 0)
        #expect(try owner.run("doctor", "--acknowledge").code == 0)
        #expect(try owner.run("user", "break-glass", "list", "--json").output == "[]\n")
        #expect(try !owner.run("doctor", "--json").output.contains("GLASS_BROKEN"))
        network.northside.stop()
    }
}
