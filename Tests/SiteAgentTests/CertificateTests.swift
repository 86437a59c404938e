import CurlHTTP
import Crypto
import EventLog
import Foundation
import Hub
import Problems
import Testing
import Web

@testable import SiteAgent

/// A site's own certificate: fetched where the hub asks for one, kept for the site's owner alone, fetched again in time, and forgotten where
/// nobody asks any more.
struct CertificateTests {
    private static func held(_ site: TestSite) throws -> OwnCertificate? { try OwnCertificate(in: site.path) }

    private static func file(_ site: TestSite) -> URL { URL(fileURLWithPath: site.path + "/" + OwnCertificate.fileName) }

    /// Syncs, and expects that all went.
    private static func sync(_ site: TestSite, _ what: Comment) async throws {
        try await site.comment(1, tag: "\(what)")
        let outcome = try await site.sync()
        #expect(outcome.pending == 0 && outcome.status.problem == nil, what)
    }

    @Test func `joining fetches one, for its owner alone, and everything that is lost of it is fetched again`() async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base, isTLS: true)
        try await hub.start(.require)
        let site = try await TestSite("northside", joining: hub, in: base)
        let first = try #require(try Self.held(site))
        let mode = try FileManager.default.attributesOfItem(atPath: Self.file(site).path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try await Self.sync(site, "as it joined")
        #expect(try Self.held(site)?.pem == first.pem, "one that holds is kept")
        // Lost, damaged, another site's: the hub refuses each, and the site fetches its own.
        let other = try await TestSite("lakeview", joining: hub, in: base)
        for bytes in [nil, Data(), Data("nothing".utf8), Data(first.pem.prefix(400)), try Data(contentsOf: Self.file(other))] {
            if let bytes { try bytes.write(to: Self.file(site)) } else { try FileManager.default.removeItem(at: Self.file(site)) }
            chmod(Self.file(site).path, 0o600)
            try await Self.sync(site, "\(bytes?.count ?? -1) bytes")
            let held = try #require(try Self.held(site))
            #expect(held.pem != first.pem && held.pem != bytes.map { Array($0) } ?? [])
        }
        // A key that another took the place of takes its certificate along.
        let before = try #require(try Self.held(site))
        let rotated = try await site.open { await $0.desk.answer(.keyRotate) }
        #expect(rotated.exit == 0, "\(rotated.remark)")
        try await Self.sync(site, "with another key")
        #expect(try Self.held(site)?.key != before.key)
        await hub.stop()
    }

    @Test func `a site that joined before goes on when the hub begins to ask, and forgets it when the hub asks no more`()
        async throws
    {
        let base = try TestFolder()
        let hub = try TestHub(in: base, isTLS: true)
        try await hub.start()
        let site = try await TestSite("northside", joining: hub, in: base)
        try await Self.sync(site, "nobody asks")
        #expect(try Self.held(site) == nil)
        for rule in [ClientCertificates.accept, .require] {
            await hub.stop()
            try await hub.start(rule)
            try await Self.sync(site, "\(rule)")
            #expect(try Self.held(site) != nil)
            #expect(try await hub.ask(.siteList).json.contains("certificateEnds"))
            let status = try await site.open { await $0.desk.answer(.status).json }
            #expect(status.contains("certificateEnds"))
        }
        await hub.stop()
        try await hub.start()
        try await Self.sync(site, "off")
        #expect(try Self.held(site) == nil && !FileManager.default.fileExists(atPath: Self.file(site).path))
        #expect(try await hub.ask(.siteList).json.contains("certificateEnds") == false)
        await hub.stop()
    }

    @Test func `it is fetched again from ten days before its end, and somebody is told from seven days on`() async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base, isTLS: true)
        try await hub.start(.accept)
        let site = try await TestSite("northside", joining: hub, in: base)
        let held = try #require(try Self.held(site))
        let key = try SiteFolder(opening: site.path).key
        let day = OwnCertificate.dayMilliseconds
        func before(_ days: Int64) -> Instant { held.ends.advanced(byMilliseconds: -days * day) }
        #expect(!held.isDue(for: key, before(10)) && held.isDue(for: key, before(10).advanced(byMilliseconds: 1)))
        #expect(held.isDue(for: SigningKey(), before(30)), "another key, another certificate")
        #expect(held.warning(before(7)) == nil && held.check(before(8)).isGood)
        for (days, words) in [(6, "ends in 6 days"), (1, "ends in 1 day"), (0, "ends in 0 days"), (-1, "has ended")]
            as [(Int64, String)]
        {
            #expect(held.warning(before(days))?.contains(words) == true, "\(days)")
            let check = held.check(before(days))
            #expect(!check.isGood && check.text.contains(words) && !check.remedy.isEmpty)
        }
        // What the clock of the site says is due is fetched at the next greeting, and not over and over where that fails.
        let (folder, http) = (try SiteFolder(opening: site.path), try SiteFolder(opening: site.path).client())
        defer { http.close() }
        let shelf = CertificateShelf(folder: site.path, http: http)
        struct Failed: Error {}
        func renew(_ reason: CertificateShelf.Reason, _ now: Instant, _ body: () throws -> OwnCertificate) async -> Bool {
            await shelf.renew(reason, for: folder.key, now: { now }, fetch: { try body() })
        }
        let due = before(9)
        #expect(await !renew(.asked, before(12)) { held }, "not due")
        #expect(await !renew(.asked, due) { throw Failed() })
        #expect(await !renew(.asked, due.advanced(byMilliseconds: 3_599_999)) { held }, "too soon")
        #expect(await !renew(.refused, due.advanced(byMilliseconds: 59_999)) { held }, "too soon")
        #expect(await renew(.refused, due.advanced(byMilliseconds: 60_000)) { held }, "the hub refuses it: soon again")
        #expect(await renew(.asked, due.advanced(byMilliseconds: 60_001)) { held }, "what was fetched ends soon as well")
        await hub.stop()
    }
}
