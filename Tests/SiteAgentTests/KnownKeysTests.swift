import Crypto
import EventLog
import Problems
import SQLiteStore
import Testing
import Web
import Wire

@testable import SiteAgent

/// Another site's key is remembered while the hub shows none, and one that was changed without a word is said.
struct KnownKeysTests {
    @Test func `a key stays known while none is shown, and a newer one takes its place`() throws {
        let base = try TestFolder()
        let known = KnownKeys(folder: base.path)
        let (north, lake) = (try #require(SiteID("northside")), try #require(SiteID("lakeview")))
        #expect(try known.read().isEmpty)
        try known.keep([north: [1, 2], lake: [3]])
        try known.keep([lake: [4]])
        #expect(try known.read() == [north: [1, 2], lake: [4]])
        try known.keep([north: [5]])
        #expect(try known.read() == [north: [5], lake: [4]])
    }

    @Test func `a site that joins anew after a revocation is said to the others, one that announces its key is not`() async throws
    {
        let network = try await TestNetwork()
        try await network.northside.comment(1, tag: "n")
        try await network.settle()
        #expect(try await network.lakeview.open { await $0.desk.answer(.keyRotate).exit } == 0)
        try await network.lakeview.comment(1, tag: "l")
        try await network.settle()
        func notices() async throws -> [String] {
            try await network.northside.open { try $0.store.file.notices().map(\.message) }
        }
        #expect(try await notices().isEmpty)
        #expect(try await network.hub.ask(.siteRevoke(id: "lakeview", reason: "lost its key")).exit == 0)
        // In between the registry shows no key of it.
        _ = try await network.hub.invite("lakeview")
        try await network.northside.comment(1, tag: "between")
        _ = try await network.northside.sync()
        let back = try await TestSite("lakeview", joining: network.hub, in: network.base, folder: "again")
        try await back.comment(1, tag: "back")
        _ = try await back.sync()
        try await network.northside.comment(1, tag: "after")
        _ = try await network.northside.sync()
        #expect(try await notices().contains { $0.contains("a new key of 'lakeview'") })
        await network.hub.stop()
    }
}
