import Crypto
import EventLog
import ImagingCase
import People
import Problems
import Replication
import Wire

/// What security costs: signatures beside the work of a push, a permission, a password.
enum GuardBenches {
    private static let log = LogID(site: SiteID("northside")!, incarnation: Incarnation(bits: 1))

    static func costs() throws -> [Figure] { [try signing(), permission(), try password()] }

    /// The four signatures and two digests of a bulk push as a share of packing and unpacking its events. That these are also stored, by
    /// both, would make the share smaller still.
    private static func signing() throws -> Figure {
        var synthetic = SyntheticLog(seed: 4, log: log)
        let events = try synthetic.events(4096)
        let segment = Segment(events: events, outside: [:])
        let zstd = Zstd()
        let key = Curve25519.Signing.PrivateKey()
        var (guarding, working) = (0.0, 0.0)
        for turn in 1...20 {
            var clock = ContinuousClock.now
            let body = SegmentCoding.encode(segment, using: zstd)
            _ = try SegmentCoding.decode(body, using: zstd)
            working += elapsedMilliseconds(since: clock)
            clock = ContinuousClock.now
            let now = Instant(milliseconds: 1_800_000_000_000)
            let head = Checkpoint(log: log, size: UInt64(events.count), root: events[0].hash)
            let checkpoint = try SignedCheckpoint(head, signer: log.site.text, key: key)
            let fields = try RequestSignature.sign(
                method: "PUT", path: "/v1", query: "", body: body, site: log.site, key: key, now: now, nonce: UInt64(turn))
            let read = try RequestSignature(signatureInput: fields.signatureInput, signature: fields.signature)
            try read.verify(
                method: "PUT", path: "/v1", query: "", body: body, contentDigest: fields.contentDigest, key: key.publicKey,
                now: now)
            guard checkpoint.isSigned(by: key.publicKey) else { throw Problem(.badSignature, "The own signature does not hold.") }
            guarding += elapsedMilliseconds(since: clock)
        }
        return Figure(
            name: "signing and verifying in a push of 4,096", value: 100 * guarding / (guarding + working), unit: "%",
            limit: 5, limitName: "at most",
            note: "\(Figure.number(guarding / 20)) ms of signatures and digests, \(Figure.number(working / 20)) ms of packing")
    }

    private static func permission() -> Figure {
        let event = CaseEvent.commentAdded(CommentAdded(text: "seen"))
        let rounds = 200_000
        var granted = 0
        let clock = ContinuousClock.now
        for turn in 0..<rounds where Authority.mayRecord(event, as: Role.allCases[turn % Role.allCases.count]) { granted += 1 }
        return Figure(
            name: "one permission", value: elapsedMilliseconds(since: clock) * 1000 / Double(rounds), unit: "us", limit: 2,
            limitName: "at most", note: "\(granted) of \(rounds) granted")
    }

    private static func password() throws -> Figure {
        let password = try Password("an ordinary sentence")
        let samples = try (1...5).map { _ in
            let clock = ContinuousClock.now
            _ = try PasswordVerifier(of: password, cost: .standard)
            return elapsedMilliseconds(since: clock)
        }
        return Figure(
            name: "one password hashed", value: Samples(samples).p50, unit: "ms", limit: 300, limitName: "100 to",
            note: "two at a time, 5 tries for a name in 15 minutes, 50 from an address in an hour")
    }
}
