import Crypto
import EventLog
import Problems
import Replication
import Testing

@testable import Wire

/// What keeps a history whole, as bytes: seals over a feed, the registry's copy, bundles, ranges.
struct KeepingCodingTests {
    private let key = Curve25519.Signing.PrivateKey()
    private let site = SiteID("northside")!
    private let generation = Generation(bits: 7)

    private func code(_ body: () throws(Problem) -> Void) -> ProblemCode? {
        do throws(Problem) { try body() } catch { return error.code }
        return nil
    }

    @Test func `a seal holds for these entries in this order at this place alone`() throws {
        let entries = (1...5).map { EventHash.sha256([$0]) }
        let before = EventHash.sha256([9])
        let after = FeedDigest.next(after: FeedDigest.next(after: before, entries: entries[..<2]), entries: entries[2...])
        let seal = try FeedSeal(rows: [2, 3], site: site, generation: generation, position: 12, digest: after, key: key)
        #expect(seal.digest(after: before, entries: entries) == after)
        #expect(seal.isSigned(site: site, generation: generation, position: 12, digest: after, by: key.publicKey))
        #expect(!seal.isSigned(site: site, generation: generation, position: 13, digest: after, by: key.publicKey))
        #expect(!seal.isSigned(site: site, generation: Generation(bits: 8), position: 12, digest: after, by: key.publicKey))
        #expect(!seal.isSigned(site: SiteID("lakeview")!, generation: generation, position: 12, digest: after, by: key.publicKey))
        #expect(seal.digest(after: before, entries: entries.reversed()) != after)
        #expect(seal.digest(after: before, entries: Array(entries.dropLast())) == nil)
        let offer = StretchOffer(generation: generation, position: 12, before: before, seal: seal, segment: [1, 2, 3])
        let read = try StretchOffer(bytes: offer.bytes)
        #expect(read.seal == seal && read.before == before && read.position == 12 && read.segment == [1, 2, 3])
        for cut in 0..<offer.bytes.count { _ = try? StretchOffer(bytes: Array(offer.bytes[..<cut])) }
        let frame = FeedFrame(
            cursor: .start(of: generation), segment: [4], hubTime: Instant(milliseconds: 1), isCaughtUp: false, seal: seal)
        var reader = FeedFrameReader()
        frame.bytes.withUnsafeBytes { reader.append($0) }
        #expect(try reader.next()?.seal == seal)
    }

    @Test func `a copy of the registry is read as it was signed, and no changed byte passes`() throws {
        let log = LogID(site: site, incarnation: Incarnation(bits: 5))
        let head = try SignedCheckpoint(Checkpoint(log: log, size: 3, root: .sha256([1])), signer: site.text, key: key)
        let hubKey = Array(key.publicKey.rawRepresentation)
        let roster = Roster(
            hubKey: hubKey, issued: Instant(milliseconds: 99), generation: generation,
            sites: [
                .init(
                    site: site, kind: "imaging", state: "active", allCases: true, key: hubKey, label: "North side",
                    formerKeys: [
                        .init(key: [UInt8](repeating: 3, count: 32), until: Instant(milliseconds: 7)),
                        .init(key: [UInt8](repeating: 4, count: 32), until: Instant(milliseconds: 8), announcement: "said"),
                    ],
                    cuts: [log.description: 2]),
                .init(site: SiteID("lakeview")!, kind: "reading", state: "invited", allCases: false, key: nil, label: ""),
            ], heads: [head])
        let text = try roster.signed(by: key)
        #expect(try Roster(parsing: text, hubKey: hubKey) == roster)
        #expect(roster.keys(of: site).count == 3 && roster.keys(of: SiteID("lakeview")!).isEmpty)
        for index in text.utf8.indices where text.utf8[index] != 0x0a {
            var bytes = Array(text.utf8)
            bytes[text.utf8.distance(from: text.utf8.startIndex, to: index)] ^= 1
            #expect(
                code { () throws(Problem) in _ = try Roster(parsing: String(decoding: bytes, as: UTF8.self), hubKey: hubKey) }
                    != nil)
        }
        let other = Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)
        #expect(code { () throws(Problem) in _ = try Roster(parsing: text, hubKey: other) } == .badSignature)
    }

    @Test func `a key that its former one announced is known, over several; one that nobody announced is named`() throws {
        let keys = (0..<3).map { _ in Curve25519.Signing.PrivateKey() }
        func roster(_ now: Int, _ steps: [(from: Int, to: Int?)]) throws -> Roster {
            let former = try steps.map { step in
                Roster.Site.FormerKey(
                    key: Array(keys[step.from].publicKey.rawRepresentation), until: Instant(milliseconds: 1),
                    announcement: try step.to.map { try KeyAnnouncement.signed(site: site, old: keys[step.from], new: keys[$0]) })
            }
            return Roster(
                hubKey: [], issued: Instant(milliseconds: 1), generation: generation,
                sites: [
                    .init(
                        site: site, kind: "imaging", state: "active", allCases: true,
                        key: Array(keys[now].publicKey.rawRepresentation), label: "", formerKeys: former)
                ], heads: [])
        }
        let first = try roster(0, [])
        #expect(first.unannouncedKeys(since: first.keys).isEmpty)
        #expect(try roster(1, [(0, 1)]).unannouncedKeys(since: first.keys).isEmpty)
        #expect(try roster(2, [(0, 1), (1, 2)]).unannouncedKeys(since: first.keys).isEmpty)
        #expect(try roster(2, [(0, 1), (1, 2)]).unannouncedKeys(since: roster(1, [(0, 1)]).keys).isEmpty)
        for unannounced in [
            try roster(1, []), try roster(1, [(0, nil)]), try roster(1, [(0, 2)]), try roster(2, [(0, 1)]),
            try roster(2, [(0, 1), (1, nil)]), try roster(2, [(0, 1), (1, 0)]), try roster(1, [(2, 1)]),
        ] { #expect(unannounced.unannouncedKeys(since: first.keys) == [site]) }
    }

    @Test func `a bundle opens for its receiver alone, each item in its place`() throws {
        let receiver = Curve25519.Signing.PrivateKey()
        let recipient = Array(receiver.publicKey.rawRepresentation)
        let hub = SiteID("hub")!
        var sealer = try BundleSealer(from: site, to: hub, recipient: recipient)
        let header = BundleHeader(
            version: "0.1.0", from: site, to: hub, recipient: recipient, made: Instant(milliseconds: 5), part: 1, items: 2,
            sealed: sealer.sealed)
        let items = try [
            BundleItem.place(.start(of: generation)), .receipt(LogID("northside~0000000000000001")!, head: 4, hash: .sha256([1])),
        ]
        .map { item throws(Problem) in Array(try sealer.seal(item).dropFirst(4)) }
        let bytes = try header.signed(by: key)
        let read = try BundleHeader.read(bytes)
        #expect(read.0 == header && read.count == bytes.count && header.isSigned(read.signature, by: key.publicKey))
        var opener = try BundleOpener(header, key: receiver)
        guard case .place = try opener.open(items[0]), case .receipt(_, 4, _) = try opener.open(items[1]) else {
            Issue.record("the items are not what was sealed")
            return
        }
        var swapped = try BundleOpener(header, key: receiver)
        #expect(code { () throws(Problem) in _ = try swapped.open(items[1]) } == .bundleSignature)
        #expect(code { () throws(Problem) in _ = try BundleOpener(header, key: key) } == .notForThisSite)
        for cut in 1..<bytes.count {
            #expect(code { () throws(Problem) in _ = try BundleHeader.read(Array(bytes[..<cut])) } == .bundleTruncated)
        }
    }

    @Test func `ranges are what they name, and texts that are none are none`() throws {
        let log = LogID(site: site, incarnation: Incarnation(bits: 1))
        let ids = [3, 1, 2, 9].map { EventID(log: log, sequence: $0) }
        let ranges = EventRange.ranges(of: ids)
        #expect(ranges.map(\.description) == ["\(log)/1-3", "\(log)/9-9"])
        #expect(ranges.flatMap(\.ids) == ids.sorted())
        for text in ["", "\(log)", "\(log)/3-1", "\(log)/0-1", "\(log)/1", "x/1-2", "\(log)/1-99999999999999"] {
            #expect(EventRange(text) == nil)
        }
        #expect(EventRange("\(log)/1-3") == ranges[0])
    }
}
