import Foundation
import Testing

/// A hub that asks its sites for certificates, met by sites and by strangers with others' tools, on real processes.
@Suite(.serialized, .enabled(if: Place.has("/usr/bin/openssl"), "needs the openssl command")) struct ClientCertificateTests {
    /// What `openssl s_client` is told by the hub, as somebody who shows what the options name.
    private func shake(_ place: Place, _ options: String = "") throws -> String {
        try place.run(
            "openssl s_client -connect localhost:\(place.port) -CAfile '\(place.site)/hub-authority.pem' \(options) </dev/null 2>&1"
        ).output
    }

    /// The status of a call as curl makes it.
    private func curl(_ place: Place, _ path: String, _ options: String = "") throws -> String {
        try place.run(
            "curl -s -o /dev/null -w '%{http_code}' --cacert '\(place.site)/hub-authority.pem' \(options) '\(place.url)\(path)'"
        ).output
    }

    @Test func `sites show what the hub issued to them, strangers get no further than before`() throws {
        let place = try Place()
        try place.initialise()
        let hub = try place.startHub(options: ["--tls", "--client-certificates", "require"])
        try place.join(place.invite("northside"))
        let own = place.site + "/tls.pem"
        #expect(try FileManager.default.attributesOfItem(atPath: own)[.posixPermissions] as? Int == 0o600)
        try place.order("CC-1")
        let synced = try Product.run("sync", "--data", place.site, "--json")
        #expect(synced.code == 0 && synced.json["pushed"] as? Int == 1, "\(synced.output)")
        // What a network team looks at: the hub names the one authority that it asks for.
        let names = try shake(place)
        #expect(
            names.contains("Acceptable client certificate CA names") && names.contains("Filmjacket hub authority"), "\(names)")
        let purposes = try place.run(
            "openssl verify -CAfile '\(place.site)/hub-authority.pem' -purpose sslclient '\(own)' && ! openssl verify "
                + "-CAfile '\(place.site)/hub-authority.pem' -purpose sslserver '\(own)'")
        #expect(purposes.code == 0, "\(purposes.output) \(purposes.errors)")
        // Strangers: with none, with one of another authority, with one that ended. People's calls go on, sites' calls do not begin.
        let made = try place.run(
            """
            cd '\(place.folder)' && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=northside \
            -addext subjectAltName=URI:filmjacket:site/northside/key/0000000000000000 -keyout s.key -out s.pem 2>&1
            """)
        try #require(made.code == 0, "\(made.output)")
        for options in ["", "--cert '\(place.folder)/s.pem' --key '\(place.folder)/s.key'", "--cert '\(own)'"] {
            #expect(try curl(place, "/livez", options) == "200", "\(options)")
            #expect(try curl(place, "/v1/authority", options) == "200", "\(options)")
            #expect(try curl(place, "/v1/worklist", options) == "401", "\(options)")
            #expect(try curl(place, "/v1/hello", options + " -X POST") == "401", "without a site's signature \(options)")
            #expect(try curl(place, "/v1/certificates", options + " -X POST -d x -H 'Client-Cert: :AAAA:'") == "401")
        }
        // A certificate without its key shows nothing.
        #expect(try curl(place, "/livez", "--cert '\(own)' --key '\(place.folder)/s.key'") == "000")
        hub.kill()
    }

    @Test
    func `another's certificate, one that was copied away and one that a backup does not hold: each site goes on with its own`()
        throws
    {
        let place = try Place()
        try place.initialise()
        let hub = try place.startHub(options: ["--tls", "--client-certificates", "require"])
        try place.join(place.invite("northside"))
        let lake = place.folder + "/lake"
        let joined = try Product.run("agent", "join", place.url, place.invite("lakeview"), "--data", lake, "--json")
        try #require(joined.code == 0, "\(joined.output)")
        let (own, other) = (URL(fileURLWithPath: place.site + "/tls.pem"), URL(fileURLWithPath: lake + "/tls.pem"))
        let first = try Data(contentsOf: own)
        try Data(contentsOf: other).write(to: own)
        try place.order("CC-1")
        let healed = try Product.run("sync", "--data", place.site, "--json")
        #expect(healed.code == 0 && healed.json["pushed"] as? Int == 1, "\(healed.output)")
        #expect(try Data(contentsOf: own) != first && Data(contentsOf: own) != Data(contentsOf: other))
        // The hub kept that somebody showed what was not his.
        let kept = try Product.run(
            "audit", "search", "--as", "Admin", "--role", "hubAdmin", "--data", place.hub, "--json")
        #expect(kept.output.contains("CLIENT_CERTIFICATE"), "\(kept.output.suffix(2000))")
        // A backup holds no key for TLS; who is put back fetches another certificate.
        let copy = place.folder + "/copy"
        #expect(try Product.run("agent", "backup", "save", copy, "--data", place.site).code == 0)
        #expect(!FileManager.default.fileExists(atPath: copy + "/tls.pem"))
        try FileManager.default.removeItem(atPath: place.site)
        #expect(try Product.run("agent", "backup", "restore", copy, "--data", place.site).code == 0)
        try place.order("CC-2")
        let restored = try Product.run("sync", "--data", place.site, "--json")
        #expect(restored.code == 0, "\(restored.output) \(restored.errors)")
        #expect(FileManager.default.fileExists(atPath: own.path))
        // A running agent that fetches one, rotates its key and goes on.
        let agent = RealNode(data: place.site, arguments: ["agent", "run", "--data", place.site, "--listen", "127.0.0.1:0"])
        try agent.start()
        let rotated = try Product.run("agent", "rotate-key", "--data", place.site, "--json")
        #expect(rotated.code == 0, "\(rotated.output)")
        try place.order("CC-3")
        try eventually("it is shared") { try agent.status()["pending"] as? Int == 0 }
        #expect((try agent.status()["hub"] as? [String: Any])?["certificateEnds"] is String)
        let revoked = try Product.run("hub", "site", "revoke", "northside", "--reason", "closed", "--data", place.hub)
        #expect(revoked.code == 0)
        try eventually("the agent is told", seconds: 5) {
            (try agent.status()["hub"] as? [String: Any])?["problem"] as? String == "SITE_REVOKED"
        }
        agent.kill()
        // The same name joins anew, and gets a certificate of its own.
        try FileManager.default.removeItem(atPath: place.site)
        try place.join(place.invite("northside"))
        try place.order("CC-4")
        #expect(try Product.run("sync", "--data", place.site).code == 0)
        hub.kill()
    }

    @Test func `a site that waits for approval gets its certificate with it; a hub without TLS does not start to ask`() throws {
        let place = try Place()
        try place.initialise()
        let plain = try place.run(
            "'\(Product.binary.path)' hub run --data '\(place.hub)' --listen 127.0.0.1:0 --client-certificates accept")
        #expect(plain.code == 78 && plain.errors.contains("--tls"), "\(plain.errors)")
        let word = try place.run(
            "'\(Product.binary.path)' hub run --data '\(place.hub)' --listen 127.0.0.1:0 --client-certificates maybe")
        #expect(word.code == 64 && word.errors.contains("off, accept or require"), "\(word.errors)")
        let hub = try place.startHub(options: ["--tls", "--client-certificates", "require"])
        let added = try Product.run(
            "hub", "site", "add", "northside", "--kind", "both", "--approval", "--data", place.hub, "--json")
        let code = try #require(added.json["code"] as? String)
        let waits = try Product.run("agent", "join", place.url, code, "--data", place.site, "--json")
        #expect(waits.code == 5 && waits.problem == "SITE_PENDING")
        #expect(!FileManager.default.fileExists(atPath: place.site + "/tls.pem"))
        #expect(try Product.run("hub", "site", "approve", "northside", "--data", place.hub).code == 0)
        try place.join(code)
        #expect(FileManager.default.fileExists(atPath: place.site + "/tls.pem"))
        try place.order("CC-1")
        #expect(try Product.run("sync", "--data", place.site).code == 0)
        let doctor = try Product.run("doctor", "--data", place.site)
        #expect(doctor.output.contains("certificate") && doctor.output.contains("holds for 29 days"), "\(doctor.output)")
        hub.kill()
    }
}
