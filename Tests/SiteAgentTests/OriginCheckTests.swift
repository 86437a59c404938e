import Crypto
import EventLog
import Foundation
import Problems
import Replication
import SQLiteStore
import StoreContract
import Synchronization
import Testing
import Web
import Wire

@testable import SiteAgent

/// What came of another site is shown to be what that site signed; what a hub made up is named.
struct OriginCheckTests {
    private static let key = Curve25519.Signing.PrivateKey()
    private static let now = Instant(milliseconds: 1_800_000_000_000)

    /// How often a path was asked for.
    private final class Asked: Sendable {
        let count = Mutex(0)
        let places = Mutex<[LogID: UInt64]>([:])
    }

    /// A site that was given some events of a log, and the log as its site signed it.
    private struct Scene {
        let base: TestFolder
        let store: SQLiteSiteStore
        let lake: StoreContract.Author
        let asked = Asked()

        init(events: UInt64, given: [UInt64], made: [UInt64: StoreContract.Author] = [:]) throws {
            base = try TestFolder()
            let site = try #require(SiteID("northside"))
            store = try SQLiteSiteStore(folder: base.path + "/site", site: site) { 1 }
            try store.file.noteLateArrivals { OriginCheckTests.now }
            var lake = StoreContract.Author("lakeview")
            for number in 1...events { lake.comment(on: .sample(number % 3)) }
            self.lake = lake
            for sequence in given {
                let author = made[sequence] ?? lake
                try store.store(author.segment(sequence...sequence), cursor: .start(of: Generation(bits: 1)))
            }
        }

        func head(_ size: UInt64) throws -> SignedCheckpoint {
            try SignedCheckpoint(
                Checkpoint(log: lake.log, size: size, root: lake.tree(size: size).root), signer: "lakeview",
                key: OriginCheckTests.key)
        }

        /// As a hub would, from the log that the site signed.
        func run(_ head: SignedCheckpoint?, after milliseconds: Int64 = 0) async throws -> [String] {
            let (lake, asked) = (lake, asked)
            var check = OriginCheck(store: store, asked: asked.places.withLock { $0 }) { log, sequence, size in
                asked.count.withLock { $0 += 1 }
                let prover = MerkleProver { level, place in
                    func root(_ from: UInt64, _ count: UInt64) -> EventHash {
                        count == 1
                            ? MerkleHash.leaf(lake.events[Int(from)].hash)
                            : MerkleHash.node(root(from, count / 2), root(from + count / 2, count / 2))
                    }
                    return root(place << UInt64(level), 1 << UInt64(level))
                }
                return try prover.inclusion(of: sequence - 1, size: size)
            }
            defer { asked.places.withLock { $0 = check.asked } }
            return try await check.run(
                [head].compactMap { $0 }, now: Instant(milliseconds: OriginCheckTests.now.milliseconds + milliseconds))
        }

        var waiting: Int { get throws { try store.unproven().reduce(0) { $0 + $1.count } } }
    }

    @Test func `a log that is held whole is shown by its signed root, piece by piece as it grows, and nobody is asked`()
        async throws
    {
        let scene = try Scene(events: 9, given: [1, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(try scene.waiting == 9)
        for (size, left) in [(0, 9), (4, 5), (4, 5), (9, 0)] as [(UInt64, Int)] {
            #expect(try await scene.run(size == 0 ? nil : scene.head(size)).isEmpty)
            #expect(try scene.waiting == left, "after the head of \(size)")
        }
        #expect(scene.asked.count.withLock({ $0 }) == 0)
        #expect(try scene.store.provenTree(of: scene.lake.log) == scene.lake.tree(size: 9))
    }

    @Test func `of a log that is held in part each event is shown once, in whatever order it came`() async throws {
        let scene = try Scene(events: 12, given: [9, 3, 12])
        #expect(try await scene.run(scene.head(10)).isEmpty)
        #expect(try scene.waiting == 1 && scene.asked.count.withLock({ $0 }) == 2)
        try scene.store.store(scene.lake.segment(2...2), cursor: .start(of: Generation(bits: 1)))
        #expect(try await scene.run(scene.head(12)).isEmpty)
        #expect(try scene.waiting == 0 && scene.asked.count.withLock({ $0 }) == 4)
    }

    @Test(arguments: [[1, 2, 3, 4], [2, 4]] as [[UInt64]])
    func `an event that its site never signed is named, and those beside it are shown`(_ given: [UInt64]) async throws {
        var forger = StoreContract.Author("lakeview")
        for number in 1...4 as ClosedRange<UInt64> { forger.comment("made up", on: .sample(number % 3)) }
        let scene = try Scene(events: 4, given: given, made: [2: forger])
        for _ in 0..<2 {
            let findings = try await scene.run(scene.head(4))
            #expect(findings.count == 1 && findings[0].hasPrefix("\(scene.lake.log)/2 is not in the log"), "\(findings)")
            #expect(try scene.waiting == 1)
        }
    }

    @Test func `so many made up events as are asked for in a round hold up none behind them`() async throws {
        let count = UInt64(OriginCheck.pathsOfLogMax)
        var forger = StoreContract.Author("lakeview")
        for number in 1...count { forger.comment("made up", on: .sample(number % 3)) }
        let made = Dictionary(uniqueKeysWithValues: (1...count).map { ($0, forger) })
        let scene = try Scene(events: count + 3, given: Array(1...count) + [count + 2, count + 3], made: made)
        #expect(try await scene.run(scene.head(count + 3)).count == Int(count))
        #expect(try await scene.run(scene.head(count + 3)).count == Int(count) - 2, "the two behind them come first")
        #expect(try scene.waiting == Int(count) && scene.asked.count.withLock({ $0 }) == 2 * Int(count))
    }

    @Test func `what no signed state holds within an hour, or for which no path is given, is said`() async throws {
        let hour = OriginCheck.patienceMilliseconds
        let scene = try Scene(events: 6, given: [2, 6])
        #expect(try await scene.run(scene.head(4)).isEmpty && scene.waiting == 1)
        #expect(try await scene.run(scene.head(4), after: hour).isEmpty)
        let late = try await scene.run(scene.head(4), after: hour + 1)
        #expect(late.count == 1 && late[0].contains("does not show that its site signed them"), "\(late)")
        #expect(try await scene.run(nil, after: hour + 1).count == 1)
        #expect(try await scene.run(scene.head(6), after: hour + 1).isEmpty)
        let refusing = try Scene(events: 6, given: [2])
        var check = OriginCheck(store: refusing.store) { _, _, _ in
            throw HubClient.Failed(failure: .refusedForGood(Problem(.notFound, "no such log")), retryAfterMilliseconds: nil)
        }
        #expect(try await check.run([refusing.head(6)], now: Self.now).isEmpty)
        let later = Instant(milliseconds: Self.now.milliseconds + hour + 1)
        #expect(try await check.run([refusing.head(6)], now: later).count == 1)
    }

    @Test func `what real sites gave each other is shown at the sync after`() async throws {
        let network = try await TestNetwork()
        try await network.northside.comment(4, tag: "n")
        try await network.lakeview.comment(3, tag: "l")
        try await network.settle()
        try await network.settle()
        for site in [network.northside, network.lakeview] {
            #expect(try await site.open { try $0.store.unproven().isEmpty && $0.store.file.notices().isEmpty })
            let doctor = try await site.open { await $0.desk.answer(.doctor) }
            #expect(doctor.text.contains("all that other sites recorded is in logs that they signed"), "\(doctor.text)")
        }
        await network.hub.stop()
    }
}
