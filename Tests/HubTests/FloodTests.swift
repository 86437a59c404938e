import CurlHTTP
import EventLog
import Foundation
import Testing
import Web

@testable import Hub

/// Whom a hub that speaks TLS lets go before anything is agreed upon.
struct FloodTests {
    @Test func `a connection too many of one address is closed before TLS begins, and at once`() async throws {
        var limits = ServerLimits()
        limits.connectionsPerAddressMax = 3
        limits.handshakeTimeout = .seconds(2)
        try await LiveHub.run(limits: limits, requiresTLS: true) { hub in
            // Which of the four is one too many is not said: they arrive at different threads of the server.
            let four = try (1...4).map { _ in try RawExchange(port: hub.port) }
            let start = ContinuousClock.now
            let closed = await withTaskGroup(of: Duration.self) { group in
                for one in four {
                    group.addTask {
                        _ = await blocking { one.rest() }
                        return ContinuousClock.now - start
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }.sorted()
            }
            #expect(closed[0] < .seconds(1), "what waits for a word of parting from the other side takes five seconds")
            #expect(closed[1] > .seconds(1), "the others had their time")
        }
    }

    @Test func `who does not agree upon TLS in time is closed, and who did is not`() async throws {
        var limits = ServerLimits()
        limits.handshakeTimeout = .milliseconds(300)
        try await LiveHub.run(limits: limits, requiresTLS: true) { hub in
            let north = try await hub.joined("northside", allCases: true)
            async let poll = north.send(north.feedCall(wait: "2"))
            for text in ["", "\u{16}\u{3}\u{1}", "GET / HTTP/1.1\r\n\r\n"] {
                let start = ContinuousClock.now
                let silent = try RawExchange(port: hub.port)
                silent.send(text)
                _ = await blocking { silent.rest() }
                #expect(ContinuousClock.now - start < .seconds(3), "'\(text)'")
            }
            #expect(try await poll.status == 200)
        }
    }
}
