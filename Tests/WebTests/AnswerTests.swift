import Foundation
import Problems
import Testing
import Web

/// What a handler's outcome becomes on the wire.
@Suite struct AnswerTests {
    private func get(_ path: String, _ server: LiveServer) async throws -> RawAnswer {
        try #require(await server.exchange("GET \(path) HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"))
    }

    @Test func `a thrown problem is answered with its four parts and its facts`() async throws {
        try await LiveServer.run { server in
            let answer = try await get("/problem", server)
            #expect(answer.status == 409)
            #expect(answer.member("type") as? String == "urn:filmjacket:problem:gap")
            #expect(answer.member("title") as? String == "Gap")
            #expect(answer.member("detail") as? String == "Expected 5, and 9 came.")
            #expect(answer.member("remedy") as? String == ProblemCode.gap.row.remedy)
            #expect(answer.member("retryable") as? Bool == true)
            #expect(answer.member("expected") as? String == "5")
            #expect(answer.member("status") as? Int == 409, "a fact does not replace a member of the document")
            #expect(answer.field("retry-after") == "0")
        }
    }

    @Test(arguments: ["/unforeseen", "/undecodable"])
    func `an error's own text never leaves`(path: String) async throws {
        try await LiveServer.run { server in
            let answer = try await get(path, server)
            #expect(!answer.body.contains("DOE"))
            #expect(answer.status == (path == "/unforeseen" ? 500 : 422))
            #expect(answer.code == (path == "/unforeseen" ? "INTERNAL" : "BAD_INPUT"))
        }
    }

    @Test(arguments: ["/hello", "/nowhere", "/problem"])
    func `every answer carries the security fields`(path: String) async throws {
        try await LiveServer.run { server in
            let answer = try await get(path, server)
            #expect(answer.field("cache-control") == "no-store")
            #expect(answer.field("x-content-type-options") == "nosniff")
            #expect(answer.field("referrer-policy") == "no-referrer")
            #expect(answer.field("content-security-policy")?.hasPrefix("default-src 'none'; script-src 'self';") == true)
            #expect(answer.field("content-security-policy")?.contains("frame-ancestors 'none'") == true)
            #expect(answer.field("strict-transport-security") == nil)
        }
    }
}
