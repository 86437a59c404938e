import Crypto
import CurlHTTP
import EventLog
import Foundation
import Problems
import Testing
import Web
import Wire

@testable import SiteAgent

/// A site's key is renewed without a moment in which it cannot sync, wherever a crash or a lost answer falls.
struct KeyRotationTests {
    private static func fingerprint(_ site: OpenSite) -> [UInt8] { Array(site.folder.key.publicKey.rawRepresentation) }

    @Test func `a new key is in use once the hub has confirmed it`() async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let north = try await TestSite("northside", joining: hub, in: base)
        try await north.comment(2, tag: "before")
        try await north.sync()
        let before = try await north.open { Self.fingerprint($0) }
        let answer = try await north.open { await $0.desk.answer(.keyRotate) }
        #expect(answer.exit == 0, "\(answer.remark)")
        let after = try await north.open { Self.fingerprint($0) }
        #expect(after != before)
        #expect(!FileManager.default.fileExists(atPath: north.path + "/site.key.next"))
        try await north.comment(2, tag: "after")
        #expect(try await north.sync().pending == 0)
        await hub.stop()
    }

    @Test func `a crash at each step leaves a site that syncs, and the same new key is announced again`() async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let north = try await TestSite("northside", joining: hub, in: base)
        // Before the hub hears of it; after the hub took it and before the answer; after the new key has its place.
        for step in 0..<3 {
            let old = try await north.open { Self.fingerprint($0) }
            let next = try await north.open { site in
                let next = try site.folder.keyring.begin()
                if step >= 1 {
                    let http = try site.folder.client()
                    defer { http.close() }
                    let client = HubClient(folder: site.folder, http: http, now: Agent.wallClock)
                    let text = try KeyAnnouncement.signed(site: site.folder.site, old: site.folder.key, new: next)
                    _ = try await client.announce(text, by: site.folder.key)
                }
                if step == 2 { try SiteKeyring.write(next, to: site.folder.path) }
                return next
            }
            // The process is gone here; whatever comes next finds the files.
            try await north.comment(1, tag: "step \(step)")
            #expect(try await north.sync().pending == 0, "step \(step)")
            let doctor = try await north.open { await $0.desk.answer(.doctor) }
            #expect(doctor.text.contains("has not confirmed it") == (step < 2), "\(doctor.text)")
            if step < 2 {
                #expect(try await north.open { Self.fingerprint($0) } == old)
                let answer = try await north.open { await $0.desk.answer(.keyRotate) }
                #expect(answer.exit == 0, "\(answer.remark)")
            }
            #expect(try await north.open { Self.fingerprint($0) } == Array(next.publicKey.rawRepresentation), "step \(step)")
            try await north.comment(1, tag: "after step \(step)")
            #expect(try await north.sync().pending == 0, "step \(step)")
        }
        await hub.stop()
    }

    @Test func `a hub that does not answer changes nothing, and the doctor says what is not confirmed`() async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let north = try await TestSite("northside", joining: hub, in: base)
        await hub.stop()
        let old = try await north.open { Self.fingerprint($0) }
        let answer = try await north.open { await $0.desk.answer(.keyRotate) }
        #expect(answer.exit == 4 && answer.remark.contains("HUB_UNREACHABLE"), "\(answer.remark)")
        #expect(try await north.open { Self.fingerprint($0) } == old)
        try await hub.start()
        #expect(try await north.open { await $0.desk.answer(.keyRotate) }.exit == 0)
        #expect(try await north.sync().pending == 0)
        await hub.stop()
    }

    @Test func `the doctor tells a key's age from thirty days before it is a year old`() async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let north = try await TestSite("northside", joining: hub, in: base)
        await hub.stop()
        let folder = try await north.open { $0.folder }
        let made = Agent.wallClock()
        try folder.keyring.confirm(folder.key, now: made)
        for (days, isGood, said) in [
            (0, true, "0 days old"), (334, true, "334 days old"), (335, false, "in 30 days"), (358, false, "in 7 days"),
            (364, false, "in 1 day"), (366, false, "older than a year"),
        ] as [(Int64, Bool, String)] {
            let check = try DoctorCheck(keyOf: folder, now: made.advanced(byMilliseconds: days * 86_400_000 + 1))
            #expect(check.isGood == isGood && check.text.contains(said), "\(days): \(check.text)")
        }
    }
}
