import Foundation
import Problems
import Synchronization
import Testing
import Web

/// What is thrown at a live server on plain sockets, and what it answers.
@Suite struct AttackTests {
    /// One attack and the answer that the table of bad inputs names.
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let status: Int
        let code: ProblemCode

        init(_ name: String, _ status: Int, _ code: ProblemCode, _ text: String) {
            self.name = name
            self.text = text
            self.status = status
            self.code = code
        }

        var testDescription: String { name }
    }

    static let host = "Host: here\r\n"
    static let attacks: [Attack] = [
        Attack("no Host", 400, .badInput, "GET /hello HTTP/1.1\r\n\r\n"),
        Attack("two Hosts", 400, .badInput, "GET /hello HTTP/1.1\r\n\(host)\(host)\r\n"),
        Attack("empty Host", 400, .badInput, "GET /hello HTTP/1.1\r\nHost:\r\n\r\n"),
        Attack("Host with a path", 400, .badInput, "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        Attack("URI of 100 KB", 414, .uriTooLong, "GET /\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\n\(host)\r\n"),
        Attack("URI of 5 KB", 414, .uriTooLong, "GET /\(String(repeating: "a", count: 5_000)) HTTP/1.1\r\n\(host)\r\n"),
        Attack(
            "1,500 fields", 431, .headersTooLarge,
            "GET /hello HTTP/1.1\r\n\(host)" + (1...1500).map { "X-\($0): 1\r\n" }.joined() + "\r\n"),
        Attack(
            "field of 9 KB", 431, .headersTooLarge,
            "GET /hello HTTP/1.1\r\n\(host)X: \(String(repeating: "a", count: 9_000))\r\n\r\n"),
        Attack(
            "fields of 20 KB", 431, .headersTooLarge,
            "GET /hello HTTP/1.1\r\n\(host)" + (1...5).map { "X-\($0): \(String(repeating: "a", count: 4_000))\r\n" }.joined()
                + "\r\n"),
        Attack("length above the cap", 413, .tooLarge, "PUT /body HTTP/1.1\r\n\(host)Content-Length: 5000000\r\n\r\n"),
        Attack(
            "length of 20 digits", 413, .tooLarge, "PUT /body HTTP/1.1\r\n\(host)Content-Length: 18446744073709551614\r\n\r\n"),
        Attack(
            "length beyond 64 bits", 400, .badInput, "PUT /body HTTP/1.1\r\n\(host)Content-Length: 99999999999999999999\r\n\r\n"),
        Attack("negative length", 400, .badInput, "PUT /body HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n"),
        Attack("two lengths", 400, .badInput, "PUT /body HTTP/1.1\r\n\(host)Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        Attack(
            "length and chunks", 400, .badInput,
            "PUT /body HTTP/1.1\r\n\(host)Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Attack(
            "chunk size 0x", 400, .badInput,
            "PUT /body HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n"),
        Attack(
            "negative chunk", 400, .badInput,
            "PUT /body HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n"),
        Attack(
            "huge chunk", 400, .badInput,
            "PUT /body HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n"),
        Attack("space before colon", 400, .badInput, "GET /hello HTTP/1.1\r\n\(host)X : 1\r\n\r\n"),
        Attack("folded field", 400, .badInput, "GET /hello HTTP/1.1\r\n\(host)X: 1\r\n 2\r\n\r\n"),
        Attack("not HTTP", 400, .badInput, "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n"),
        Attack("body on GET", 400, .badInput, "GET /hello HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nabc"),
        Attack("encoded climb", 400, .badInput, "GET /cases/..%2fhello HTTP/1.1\r\n\(host)\r\n"),
        Attack("encoded dots", 400, .badInput, "GET /cases/%2e%2E/hello HTTP/1.1\r\n\(host)\r\n"),
        Attack("NUL in the path", 400, .badInput, "GET /cases/a%00b HTTP/1.1\r\n\(host)\r\n"),
        Attack("overlong UTF-8", 400, .badInput, "GET /cases/%c0%af HTTP/1.1\r\n\(host)\r\n"),
        Attack("half an escape", 400, .badInput, "GET /cases/a%4 HTTP/1.1\r\n\(host)\r\n"),
        Attack("strange expectation", 417, .badInput, "PUT /body HTTP/1.1\r\n\(host)Expect: foo\r\nContent-Length: 1\r\n\r\na"),
        Attack("unknown path", 404, .notFound, "GET /nowhere HTTP/1.1\r\n\(host)Connection: close\r\n\r\n"),
        Attack("word that is no method", 400, .badInput, "BREW /hello HTTP/1.1\r\n\(host)Connection: close\r\n\r\n"),
        Attack("unknown method", 405, .methodNotAllowed, "TRACE /hello HTTP/1.1\r\n\(host)Connection: close\r\n\r\n"),
        Attack("method of another path", 405, .methodNotAllowed, "DELETE /cases/7 HTTP/1.1\r\n\(host)Connection: close\r\n\r\n"),
    ]

    @Test(arguments: attacks)
    func `a bad request is answered as the table says, and reaches no handler`(attack: Attack) async throws {
        try await LiveServer.run { server in
            let answer = try #require(await server.exchange(attack.text))
            #expect(answer.status == attack.status)
            #expect(answer.code == attack.code.rawValue)
            #expect(answer.member("status") as? Int == attack.status)
            #expect((answer.member("requestID") as? String)?.isEmpty == false)
            #expect(answer.field("connection") == "close")
            #expect(answer.field("x-content-type-options") == "nosniff")
            #expect(server.taken.bodies.withLock { $0 }.isEmpty)
        }
    }

    @Test func `the methods of a path are named`() async throws {
        try await LiveServer.run { server in
            let answer = await server.exchange("DELETE /cases/7 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            #expect(answer?.field("allow") == "GET, PUT")
        }
    }

    @Test func `half a head is answered 408 when its time is up`() async throws {
        var limits = ServerLimits()
        limits.headTimeout = .seconds(1)
        try await LiveServer.run(limits) { server in
            let answer = await server.exchange("GET /hello HTTP/1.1\r\nHost: he")
            #expect(answer?.status == 408)
            #expect(answer?.code == "REQUEST_TIMEOUT")
            #expect(answer?.field("retry-after") == "1")
        }
    }

    @Test func `a connection on which nothing comes is closed without a word`() async throws {
        var limits = ServerLimits()
        limits.headTimeout = .milliseconds(100)
        try await LiveServer.run(limits) { server in
            let bytes = await onOwnThread { RawClient(port: server.port)?.receiveAll() }
            #expect(bytes == [])
        }
    }

    @Test func `a body by the drop is answered 408`() async throws {
        var limits = ServerLimits()
        limits.bodyRateGrace = .milliseconds(200)
        try await LiveServer.run(limits) { server in
            let answer = await onOwnThread { () -> RawAnswer? in
                guard let client = RawClient(port: server.port) else { return nil }
                client.send("PUT /body HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n")
                for _ in 1...10 {
                    client.send("a")
                    usleep(50_000)
                }
                return RawAnswer(client.receiveAll())
            }
            #expect(answer?.status == 408)
            #expect(server.taken.bodies.withLock { $0 }.isEmpty)
        }
    }

    @Test func `a client that goes on sending its too large body still gets the answer`() async throws {
        try await LiveServer.run { server in
            let body = String(repeating: "x", count: 5_000_000)
            let answer = await server.exchange("PUT /body HTTP/1.1\r\nHost: here\r\nContent-Length: 5000000\r\n\r\n" + body)
            #expect(answer?.status == 413)
        }
    }

    @Test func `a chunked body is cut off at the cap`() async throws {
        var limits = ServerLimits()
        limits.bodyBytesMax = 10_000
        try await LiveServer.run(limits) { server in
            let chunk = "400\r\n" + String(repeating: "z", count: 1024) + "\r\n"
            let text =
                "PUT /body HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 20)
            let answer = await server.exchange(text)
            #expect(answer?.status == 413)
            #expect(server.taken.bodies.withLock { $0 }.isEmpty)
        }
    }

    @Test func `half a body is not taken for the whole`() async throws {
        try await LiveServer.run { server in
            let answer = await onOwnThread { () -> RawAnswer? in
                guard let client = RawClient(port: server.port) else { return nil }
                client.send("PUT /body HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nhalf")
                client.endSending()
                return RawAnswer(client.receiveAll())
            }
            #expect(answer?.status == 400)
            #expect(server.taken.bodies.withLock { $0 }.isEmpty)
        }
    }

    @Test func `a client that does not read its answer is let go`() async throws {
        var limits = ServerLimits()
        limits.writeStallTimeout = .milliseconds(300)
        try await LiveServer.run(limits) { server in
            let client = try #require(RawClient(port: server.port))
            client.send("GET /endless HTTP/1.1\r\nHost: here\r\n\r\n")
            while server.census.open == 0 {
                await Task.yield()
            }
            // It ends although nothing is read here, which the time limit of the suite would show otherwise.
            while server.census.open > 0 {
                try await Task.sleep(for: .milliseconds(10))
            }
            withExtendedLifetime(client) {}
        }
    }

    @Test func `who is answered before his body has come is not waited for`() async throws {
        try await LiveServer.run { server in
            let start = ContinuousClock.now
            let answer = await server.exchange(
                "POST /early HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n" + String(repeating: "x", count: 60_000))
            #expect(answer?.status == 200 && answer?.field("connection") == "close")
            #expect(ContinuousClock.now - start < .seconds(8))
        }
    }

    @Test func `answers to those who ask without end and read nothing do not pile up`() async throws {
        try await LiveServer.run { server in
            let (clients, bytes) = (40, 64 << 10)
            let taken = await onOwnThread { () -> Int in
                let held = (1...clients).compactMap { _ in RawClient(port: server.port, receiveBytesMax: 8 << 10) }
                for client in held { client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: here\r\n\r\n", count: 900)) }
                var (before, now) = (-1, 0)
                while before != now {
                    usleep(500_000)
                    (before, now) = (now, server.taken.bodies.withLock { $0.count })
                }
                return withExtendedLifetime(held) { now }
            }
            // Up to 4 MiB the system takes for each connection; ours is an answer more.
            #expect(taken * bytes < clients * (5 << 20), "\(taken * bytes / clients) bytes for each")
        }
    }

    @Test func `one connection too many of one address is closed, and one that ends makes room`() async throws {
        var limits = ServerLimits()
        limits.connectionsPerAddressMax = 3
        try await LiveServer.run(limits) { server in
            let hello = "GET /hello HTTP/1.1\r\nHost: here\r\n\r\n"
            try await onOwnThread { () -> Result<Void, any Error> in
                Result {
                    var held: [RawClient] = []
                    for _ in 1...3 {
                        let client = try #require(RawClient(port: server.port))
                        client.send(hello)
                        #expect(client.receive(until: "hello") != nil)
                        held.append(client)
                    }
                    let extra = try #require(RawClient(port: server.port))
                    #expect(extra.receiveAll() == [])
                    held.removeLast()
                    while server.census.open > 2 {
                        usleep(1_000)
                    }
                    let next = try #require(RawClient(port: server.port))
                    next.send(hello)
                    #expect(next.receive(until: "hello") != nil)
                }
            }.get()
        }
    }

    @Test func `a server that stops while clients connect ends in order`() async throws {
        for _ in 1...20 {
            try await LiveServer.run { server in
                for _ in 1...8 {
                    // Connected as far as the system is concerned, and perhaps not yet accepted.
                    _ = RawClient(port: server.port)
                }
            }
        }
    }

    @Test func `a good request passes every guard, again and again on one connection`() async throws {
        try await LiveServer.run { server in
            let isServed = await onOwnThread { () -> Bool in
                guard let client = RawClient(port: server.port) else { return false }
                for _ in 1...20 {
                    client.send("PUT /body HTTP/1.1\r\nHost: here:80\r\nContent-Length: 5\r\n\r\nhe")
                    client.send("llo")
                    guard client.receive(until: "\r\n\r\n5")?.hasPrefix("HTTP/1.1 200 OK") == true else { return false }
                }
                client.send(
                    "GET /hello HTTP/1.1\r\nHost: here\r\n\r\nGET /cases/a HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
                let rest = client.receiveAll().map { String(decoding: $0, as: UTF8.self) }
                return rest?.contains("hello") == true && rest?.hasSuffix("case a") == true
            }
            #expect(isServed)
        }
    }
}
