import Foundation
import Testing

/// How often, and how much at once, somebody may ask at the door.
@Suite struct CallRateTests {
    @Test func `one person calls so often and no more, another is not held up, and whoever need not sign in is not counted`()
        async throws
    {
        try await DoorServer.run { server in
            let (lee, ito) = (try await server.bearer("lee"), try await server.bearer("dr.ito"))
            for _ in 1...60 { #expect(try await server.ask("GET", "/v1/conflicts", lee).status == 200) }
            let refused = try await server.ask("GET", "/v1/conflicts", lee)
            #expect(refused.status == 429 && refused.code == "TOO_MANY_REQUESTS" && refused.field("retry-after") == "1")
            #expect(try await server.ask("GET", "/v1/conflicts", ito).status == 200)
            server.moment.advance(minutes: 1)
            #expect(try await server.ask("GET", "/v1/conflicts", lee).status == 200)
        }
        try await DoorServer.run(withAccounts: false) { server in
            var statuses: Set<Int> = []
            for _ in 1...70 { statuses.insert(try await server.ask("GET", "/v1/conflicts").status) }
            #expect(statuses == [200])
        }
    }

    @Test func `a body is no larger than what is asked for, and smaller before somebody has signed in`() async throws {
        try await DoorServer.run { server in
            let long = String(repeating: "x", count: 10_000)
            let signing = try await server.ask("POST", "/v1/session", [:], #"{"name":"lee","password":"\#(long)"}"#)
            #expect(signing.status == 413 && signing.code == "TOO_LARGE")
            let lee = try await server.bearer("lee")
            let body = #"{"kind":"order","body":"\#(String(repeating: "x", count: 1_100_000))"}"#
            let recording = try await server.ask("POST", "/v1/cases/events", lee, body)
            #expect(recording.status == 413 && recording.code == "TOO_LARGE")
        }
    }
}
