import Crypto
import CurlHTTP
import EventLog
import Foundation
import Problems
import Replication
import StoreContract
import Testing
import Wire

@testable import Hub

/// A site's own log as the hub holds it, and the proofs that it is the same log.
struct LogRouteTests {
    private static func path(_ author: Author, _ tail: String) -> String {
        "/v1/logs/\(author.log.site)/\(author.log.incarnation)/\(tail)"
    }

    private func hashes(_ site: TestSite, _ author: Author, _ query: String) async throws -> [EventHash] {
        let answer = try await site.send(site.call("GET", Self.path(author, "proof"), query: query))
        try #require(answer.status == 200, "\(query): \(answer.text)")
        return try answer.text.split(separator: "\n").map { line in try #require(EventHash(line)) }
    }

    @Test func `a site that lost its store gets every event back, byte for byte`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let author = Author.chain(of: north, count: 30)
            try await north.pushed(author, 1...30)
            for first in [1, 2, 29, 30] as [UInt64] {
                let answer = try await north.send(north.call("GET", Self.path(author, "segments/\(first)")))
                #expect(answer.status == 200)
                let segment = try SegmentCoding.decode(answer.body, using: Zstd())
                #expect(segment.events.map(\.hash) == author.events.dropFirst(Int(first) - 1).map(\.hash))
            }
            for first in ["31", "0", "-1", "x", "18446744073709551615", "9223372036854775808", "1099511627776"] {
                try await expectRefused(hub, 404, .notFound, then: north) {
                    try await north.send(north.call("GET", Self.path(author, "segments/\(first)")))
                }
            }
        }
    }

    @Test func `the checkpoint is the newest that the site signed`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let author = Author.chain(of: north, count: 5)
            for size in [2, 5] as [UInt64] {
                try await north.pushed(author, (size == 2 ? 1 : 3)...size)
                let answer = try await north.send(north.call("GET", Self.path(author, "checkpoint")))
                let checkpoint = try #require(SignedCheckpoint(note: answer.text))
                #expect(checkpoint.isSigned(by: north.key.publicKey) && checkpoint.signer == "northside")
                #expect(checkpoint.checkpoint == Checkpoint(log: author.log, size: size, root: author.tree(size: size).root))
            }
        }
    }

    @Test func `each event is proved to be in the log, and each earlier log to be its beginning`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let author = Author.chain(of: north, count: 21)
            try await north.pushed(author, 1...21)
            for size in [1, 2, 7, 8, 21] as [UInt64] {
                let root = author.tree(size: size).root
                for leaf in Set([1, 2, size / 2, size]) where leaf >= 1 && leaf <= size {
                    let path = try await hashes(north, author, "size=\(size)&leaf=\(leaf)")
                    let hash = author.events[Int(leaf) - 1].hash
                    #expect(
                        MerkleVerifier.isIncluded(hash, leaf: leaf - 1, size: size, path: path, root: root), "\(leaf) of \(size)")
                    #expect(!MerkleVerifier.isIncluded(.sha256([1]), leaf: leaf - 1, size: size, path: path, root: root))
                }
                for from in Set([0, 1, size / 2, size]) where from <= size {
                    let proof = try await hashes(north, author, "size=\(size)&from=\(from)")
                    #expect(
                        MerkleVerifier.isConsistent(
                            earlierSize: from, earlierRoot: author.tree(size: from).root, laterSize: size, laterRoot: root,
                            proof: proof),
                        "\(from) in \(size)")
                }
            }
        }
    }

    @Test func `who was given an event may see that its site signed it, who was not learns nothing`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let south = try await hub.joined("southside")
            let author = Author.chain(of: north, count: 3)
            try await north.pushed(author, 1...3)
            let path = try await hashes(lake, author, "size=3&leaf=2")
            #expect(
                MerkleVerifier.isIncluded(
                    author.events[1].hash, leaf: 1, size: 3, path: path, root: author.tree(size: 3).root))
            func ask(_ log: String, _ leaf: Int) async throws -> String {
                let answer = try await south.send(south.call("GET", "/v1/logs/\(log)/proof", query: "size=3&leaf=\(leaf)"))
                #expect(answer.status == 404)
                return answer.problem?["detail"] as? String ?? ""
            }
            let held = try await ask("\(author.log.site)/\(author.log.incarnation)", 2)
            #expect(try await ask("\(author.log.site)/\(author.log.incarnation)", 9) == held)
            #expect(try await ask("elsewhere/0000000000000001", 2) == held)
        }
    }

    @Test func `a proof of what is not there is refused`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let author = Author.chain(of: north, count: 3)
            try await north.pushed(author, 1...3)
            for query in [
                "size=4&leaf=1", "size=3&leaf=0", "size=3&leaf=4", "size=3&from=4", "size=3", "size=0&leaf=1", "size=0&leaf=0",
                "size=18446744073709551615&leaf=1", "size=3&leaf=18446744073709551615",
            ] {
                try await expectRefused(hub, 422, .outOfRange, then: north) {
                    try await north.send(north.call("GET", Self.path(author, "proof"), query: query))
                }
            }
            for query in ["", "size=x&leaf=1", "size=-1&leaf=1"] {
                try await expectRefused(hub, 404, .notFound, then: north) {
                    try await north.send(north.call("GET", Self.path(author, "proof"), query: query))
                }
            }
        }
    }
}
