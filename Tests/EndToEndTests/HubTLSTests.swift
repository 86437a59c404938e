import Foundation
import Glibc
import Testing

/// A hub that makes its own certificates, and a hub behind somebody else's TLS: whom a site believes, on real processes.
@Suite(.serialized, .enabled(if: Place.has("/usr/bin/openssl"), "needs the openssl command")) struct HubTLSTests {
    @Test func `a site pins the hub that its code names, and believes nobody else afterwards`() throws {
        let place = try Place()
        try place.initialise()
        let hub = try place.startHub()
        let code = try place.invite("northside")
        try place.join(code)
        // No file from outside took part, and what is kept is for its owner alone.
        let kept = place.site + "/hub-authority.pem"
        #expect(try FileManager.default.attributesOfItem(atPath: kept)[.posixPermissions] as? Int == 0o600)
        try place.order("TLS-1")
        let synced = try Product.run("sync", "--data", place.site, "--json")
        #expect(synced.code == 0 && synced.json["pushed"] as? Int == 1, "\(synced.output)")
        // B5: nothing older than TLS 1.3. B6: plain HTTP gets no word.
        for version in ["-tls1", "-tls1_1", "-tls1_2"] { #expect(try place.shake(version, kept) != 0, "\(version)") }
        #expect(try place.shake("-tls1_3", kept) == 0)
        let plain = try place.run("curl -s --max-time 5 http://localhost:\(place.port)/livez")
        #expect(plain.code != 0 && plain.output.isEmpty, "\(plain.output)")
        let blind = try place.run("curl -s --max-time 5 https://localhost:\(place.port)/livez")
        #expect(blind.code == 60, "the system's authorities know nothing of it")
        // B4: another key than the pinned ones, under the same authority.
        let file = URL(fileURLWithPath: place.site + "/agent.json")
        let whole = try String(decoding: Data(contentsOf: file), as: UTF8.self)
        let spoiled = whole.replacing(/sha256\\?\/\\?\/[^"]+/, with: "sha256//" + String(repeating: "A", count: 43) + "=")
        try #require(spoiled != whole)
        try Data(spoiled.utf8).write(to: file)
        try place.order("TLS-2")
        let wrong = try Product.run("sync", "--data", place.site, "--json")
        #expect(wrong.code == 4 && wrong.json["transport"] as? String == "TLS_PIN_MISMATCH", "\(wrong.output)")
        try Data(whole.utf8).write(to: file)
        #expect(try Product.run("sync", "--data", place.site).code == 0)
        // Another hub at the same address: it is not believed, whatever it shows.
        hub.kill()
        let other = try Place(port: place.port)
        try other.initialise()
        let impostor = try other.startHub()
        let refused = try Product.run("sync", "--data", place.site, "--json")
        #expect(refused.code == 4 && refused.json["transport"] as? String == "TLS_FAILED", "\(refused.output)")
        let late = try Product.run("agent", "join", place.url, code, "--data", place.folder + "/late", "--json")
        #expect(late.code == 5 && late.problem == "JOIN_CODE_REFUSED", "\(late.output)")
        impostor.kill()
    }

    /// B3. The site's clock is two years ahead, which is the same to it as a hub whose certificate nobody renewed.
    @Test(.enabled(if: Place.has("/usr/bin/faketime"), "needs faketime"))
    func `a hub whose certificate has ended is sent nothing, and the site says why and goes on recording`() throws {
        let place = try Place()
        try place.initialise()
        let hub = try place.startHub()
        try place.join(place.invite("northside"))
        try place.order("END-1")
        let late = try place.run("faketime -f +800d '\(Product.binary.path)' sync --data '\(place.site)' --json")
        #expect(late.code == 4 && late.json["transport"] as? String == "TLS_CERT_EXPIRED", "\(late.output) \(late.errors)")
        #expect(late.json["pushed"] as? Int == 0 && late.json["pending"] as? Int == 1, "\(late.output)")
        #expect(try Product.run("status", "--data", place.hub, "--json").json["events"] as? Int == 0)
        try place.order("END-2")
        #expect(try Product.run("sync", "--data", place.site, "--json").json["pushed"] as? Int == 2)
        hub.kill()
    }

    @Test func `a hub changes its TLS key again and again, and a site that hears of it in between goes on`() throws {
        let place = try Place()
        try place.initialise()
        var hub = try place.startHub()
        try place.join(place.invite("northside"))
        let busy = try place.run("'\(Product.binary.path)' hub change-tls-key --data '\(place.hub)' --json")
        #expect(busy.code == 73 && busy.problem == "STORE_IN_USE", "\(busy.output)")
        for round in 1...3 {
            try place.order("KEY-\(round)")
            #expect(try Product.run("sync", "--data", place.site).code == 0, "round \(round)")
            hub.kill()
            let changed = try Product.run("hub", "change-tls-key", "--data", place.hub, "--json")
            #expect(changed.code == 0 && changed.json["inUse"] as? String != changed.json["spare"] as? String)
            hub = try place.startHub()
        }
        let late = place.folder + "/late"
        try FileManager.default.copyItem(atPath: place.site, toPath: late)
        try place.order("KEY-4")
        #expect(try Product.run("sync", "--data", place.site).code == 0)
        // Who heard of neither of two changes does not believe it any more.
        hub.kill()
        #expect(try Product.run("hub", "change-tls-key", "--data", place.hub).code == 0)
        hub = try place.startHub()
        let missed = try Product.run("sync", "--data", late, "--json")
        #expect(missed.code == 4 && missed.json["transport"] as? String == "TLS_PIN_MISMATCH", "\(missed.output)")
        let last = try Product.run("sync", "--data", place.site, "--json")
        #expect(last.code == 0, "\(last.output) \(last.errors)")
        hub.kill()
    }

    @Test(.enabled(if: Place.has("/usr/bin/stunnel"), "needs stunnel"))
    func `a hub on loopback is reached through somebody else's TLS, and what passes there is still the site's own`() throws {
        let place = try Place()
        try place.initialise()
        let plain = RealNetwork.freePorts(1)[0]
        let hub = try place.startHub(listen: "127.0.0.1:\(plain)", options: [])
        let certificate = place.folder + "/proxy.pem"
        let made = try place.run(
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
            -addext subjectAltName=DNS:localhost -keyout '\(place.folder)/proxy.key' -out '\(certificate)' 2>&1
            """)
        try #require(made.code == 0, "\(made.output)")
        try Data(
            """
            foreground = yes
            pid =
            [hub]
            accept = 127.0.0.1:\(place.port)
            connect = 127.0.0.1:\(plain)
            cert = \(certificate)
            key = \(place.folder)/proxy.key
            sslVersionMin = TLSv1.3

            """.utf8
        ).write(to: URL(fileURLWithPath: place.folder + "/stunnel.conf"))
        let proxy = Process()
        proxy.executableURL = URL(fileURLWithPath: "/usr/bin/stunnel")
        proxy.arguments = [place.folder + "/stunnel.conf"]
        (proxy.standardOutput, proxy.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try proxy.run()
        // A request to end leaves it waiting for what it still forwards.
        defer {
            Glibc.kill(proxy.processIdentifier, SIGKILL)
            proxy.waitUntilExit()
        }
        try eventually("the proxy answers") {
            try place.run("curl -s --max-time 5 --cacert '\(certificate)' https://localhost:\(place.port)/livez").code == 0
        }
        let code = try place.invite("northside")
        // The hub has stated no authority of its own, and nobody here vouches for the proxy's: nothing is said to it.
        let blind = try Product.run("agent", "join", place.url, code, "--data", place.site, "--json")
        #expect(blind.code == 4 && blind.problem == "HUB_UNREACHABLE", "\(blind.output)")
        try place.join(code, options: ["--authority", certificate])
        try place.order("PROXY-1")
        let synced = try Product.run("sync", "--data", place.site, "--json")
        #expect(synced.code == 0 && synced.json["pushed"] as? Int == 1, "\(synced.output)")
        // A running agent holds its feed open through the proxy.
        let agent = RealNode(
            data: place.site, arguments: ["agent", "run", "--data", place.site, "--listen", "127.0.0.1:0"])
        try agent.start()
        try place.order("PROXY-2")
        try eventually("it is shared through the proxy") { try agent.status()["pending"] as? Int == 0 }
        let revoked = try Product.run("hub", "site", "revoke", "northside", "--reason", "closed", "--data", place.hub)
        #expect(revoked.code == 0)
        try eventually("the agent is told", seconds: 10) {
            (try agent.status()["hub"] as? [String: Any])?["problem"] as? String == "SITE_REVOKED"
        }
        agent.kill()
        hub.kill()
    }
}

/// A hub's and a site's folder, and the port of the one address that sites know.
final class Place {
    let folder: String
    let port: Int

    var hub: String { folder + "/hub" }
    var site: String { folder + "/site" }
    var url: String { "https://localhost:\(port)" }

    static func has(_ tool: String) -> Bool { FileManager.default.isExecutableFile(atPath: tool) }

    init(port: Int? = nil) throws {
        self.port = port ?? RealNetwork.freePorts(1)[0]
        folder = "/tmp/fj-tls-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func initialise() throws {
        let made = try product(["hub", "init", "--data", hub, "--host", "hub.example"])
        try #require(made.code == 0, "\(made.output)")
    }

    func startHub(listen: String? = nil, options: [String] = ["--tls"]) throws -> Running {
        let process = Process()
        let words = ["hub", "run", "--data", hub, "--listen", listen ?? "127.0.0.1:\(port)"] + options
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "exec " + command(words)]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        try eventually("the hub answers") {
            try FileManager.default.fileExists(atPath: hub + "/control.sock")
                && Product.run("status", "--data", hub, "--json").json["digest"] != nil
        }
        return Running(process: process, socket: hub + "/control.sock")
    }

    struct Running {
        let process: Process
        let socket: String

        func kill() {
            Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            unlink(socket)
        }
    }

    func invite(_ site: String) throws -> String {
        let added = try product(["hub", "site", "add", site, "--data", hub, "--kind", "both", "--json"])
        return try #require(added.json["code"] as? String, "\(added.output)")
    }

    func join(_ code: String, options: [String] = []) throws {
        let joined = try product(["agent", "join", url, code, "--data", site, "--json"] + options)
        try #require(joined.code == 0, "\(joined.output)")
    }

    func order(_ accession: String) throws {
        let placed = try Product.run([
            "case", "record", "order.placed", "--data", site, "--as", "Dr Reyes", "--role", "referrer", "accession.issuer=e2e",
            "accession.value=\(accession)", "patient.issuer=e2e", "patient.id=1", "patient.name=DOE^JANE", "modality=CT",
        ])
        try #require(placed.code == 0, "\(placed.output) \(placed.errors)")
    }

    func shake(_ version: String, _ authority: String) throws -> Int32 {
        try run(
            "openssl s_client -connect localhost:\(port) -CAfile '\(authority)' -verify_return_error \(version) </dev/null >/dev/null 2>&1"
        ).code
    }

    /// Runs the product as a shell does.
    private func product(_ words: [String]) throws -> Product.Ended { try run(command(words)) }

    private func command(_ words: [String]) -> String {
        ([Product.binary.path] + words).map { "'\($0)'" }.joined(separator: " ")
    }

    func run(_ command: String) throws -> Product.Ended {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", command]
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let remarks = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Product.Ended(
            code: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: remarks, as: UTF8.self))
    }
}
