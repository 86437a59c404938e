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
        try await LiveHub.run(limits: limits, requiresTLS: true) { hub in
            let held = try (1...3).map { _ in try RawExchange(port: hub.port) }
            // The system has connected them before the server has counted them.
            try await hub.until("the fourth is closed") {
                let start = ContinuousClock.now
                let extra = try RawExchange(port: hub.port)
                // What waits for a word of parting from the other side takes five seconds.
                return await blocking { extra.rest() } == [] && ContinuousClock.now - start < .seconds(1)
            }
            withExtendedLifetime(held) {}
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
