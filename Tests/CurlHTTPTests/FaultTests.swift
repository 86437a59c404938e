import CurlHTTP
import Foundation
import Problems
import TestServers
import Testing

/// Servers that misbehave, are slow or are not there, and requests that must not leave.
@Suite struct FaultTests {
    let client = HTTPClient()

    /// One exchange with a server of that script, and its error.
    private func failure(
        limits: TransferLimits = .ordinary, timeout: Duration? = nil, _ script: @escaping ScriptedServer.Script
    ) async -> TransportError? {
        let server = ScriptedServer(script)
        defer { server.stop() }
        let request = HTTPClientRequest(url: server.url, limits: limits, timeout: timeout)
        return await CurlHTTPTests.failure { () throws(TransportError) in try await client.send(request) }
    }

    @Test func `half a body is an error and not a shorter answer`() async {
        let error = await failure { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            return .close
        }
        #expect(error == .cut)
    }

    @Test func `a chunked body without its end is an error`() async {
        let error = await failure { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            return .close
        }
        #expect(error == .cut)
    }

    @Test func `a connection that ends without an answer is cut`() async {
        #expect(await failure { _, _ in .close } == .cut)
    }

    @Test func `half a head is not an answer`() async {
        let error = await failure { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text")
            return .close
        }
        #expect(error != nil)
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "\0\0\u{1}\u{2}binary\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"])
    func `what is not HTTP is malformed`(answer: String) async {
        let error = await failure { _, connection in
            connection.send(answer)
            return .close
        }
        #expect(error == .malformed)
    }

    @Test func `silence ends at the total timeout`() async {
        let error = await failure(timeout: .milliseconds(150)) { _, connection in
            connection.waitForClose()
            return .close
        }
        #expect(error == .timeout)
    }

    @Test func `a body by the drop ends at the lowest rate`() async {
        let limits = TransferLimits(lowSpeedBytesPerSecond: 1_000, lowSpeedTime: .seconds(1))
        let error = await failure(limits: limits) { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while connection.send(".") {
                usleep(50_000)
            }
            return .close
        }
        #expect(error == .timeout)
    }

    @Test func `an endless body ends at the cap`() async {
        let error = await failure(limits: TransferLimits(responseBytesMax: 100_000)) { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "400\r\n" + String(repeating: "z", count: 1024) + "\r\n"
            while connection.send(chunk) {}
            return .close
        }
        #expect(error == .tooLarge)
    }

    @Test func `a length above the cap is refused before the body`() async {
        let error = await failure(limits: TransferLimits(responseBytesMax: 1000)) { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n")
            connection.waitForClose()
            return .close
        }
        #expect(error == .tooLarge)
    }

    @Test func `a body of exactly the cap passes`() async {
        let error = await failure(limits: TransferLimits(responseBytesMax: 1000)) { _, connection in
            connection.answer(String(repeating: "z", count: 1000)) ? .keep : .close
        }
        #expect(error == nil)
    }

    @Test(arguments: [(65, 10, true), (63, 10, false), (10, 3000, true)])
    func `header lines are bounded in number and in bytes`(count: Int, length: Int, isRefused: Bool) async {
        let error = await failure { _, connection in
            let field = { (number: Int) in "X-\(number): " + String(repeating: "v", count: length) + "\r\n" }
            return connection.answer(fields: (1...count).map(field).joined()) ? .keep : .close
        }
        #expect(error == (isRefused ? .tooLarge : nil))
    }

    @Test func `interim answers without end are bounded`() async {
        let error = await failure { _, connection in
            while connection.send("HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n") {}
            return .close
        }
        #expect(error == .tooLarge)
    }

    @Test func `nobody listening is unreachable and worth another try`() async {
        let (descriptor, port) = ScriptedServer.bindLoopback()
        defer { close(descriptor) }
        let error = await CurlHTTPTests.failure { () throws(TransportError) in
            try await client.send(HTTPClientRequest(url: "http://127.0.0.1:\(port)"))
        }
        #expect(error == .unreachable)
        #expect(error?.isRetryable == true)
        #expect(error?.problem.code == .hubUnreachable)
    }

    @Test func `a missing socket file is unreachable`() async {
        let request = HTTPClientRequest(url: "http://localhost/", unixSocketPath: "/nonexistent/control.sock")
        #expect(await CurlHTTPTests.failure { () throws(TransportError) in try await client.send(request) } == .unreachable)
    }

    @Test(arguments: [
        "http://192.0.2.1/", "http://hub.example/", "http://127.evil.example/", "http://127.0.0.1.example/",
        "http://[2001:db8::1]/",
        "http://localhost.example/",
    ])
    func `plain HTTP to another machine is refused before anything is sent`(url: String) async {
        let error = await CurlHTTPTests.failure { () throws(TransportError) in try await client.send(HTTPClientRequest(url: url))
        }
        #expect(error == .insecure)
    }

    @Test(arguments: [
        "ftp://127.0.0.1/", "file:///etc/passwd", "http://user:secret@127.0.0.1/", "http://user@127.0.0.1/",
        "http://127.0.0.1:0/",
        "http://", "127.0.0.1/x", "", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1:99999/",
    ])
    func `an address that is not wholly understood is refused`(url: String) async {
        let error = await CurlHTTPTests.failure { () throws(TransportError) in try await client.send(HTTPClientRequest(url: url))
        }
        guard case .unsendable(let reason) = error else {
            Issue.record("\(url) gave \(String(describing: error))")
            return
        }
        #expect(!reason.contains("secret"))
        #expect(error?.isRetryable == false)
    }

    @Test(arguments: [
        ("X-A", "1\r\nX-B: 2"), ("X-A", "1\n"), ("X-A", "1\r"), ("X-A", "\0"), ("X-A\r\nX-B", "1"), ("X A", "1"), ("", "1"),
        ("X:", "1"),
    ])
    func `a header that would split the request is refused`(name: String, value: String) async {
        let server = ScriptedServer { _, connection in connection.answer() ? .keep : .close }
        defer { server.stop() }
        let request = HTTPClientRequest(url: server.url, headers: [(name, value)])
        let error = await CurlHTTPTests.failure { () throws(TransportError) in try await client.send(request) }
        guard case .unsendable = error else {
            Issue.record("passed: \(String(describing: error))")
            return
        }
        #expect(server.requests.isEmpty)
    }

    @Test func `a method that would split the request is refused`() async {
        let request = HTTPClientRequest(method: "GET / HTTP/1.1\r\nX:", url: "http://127.0.0.1:1/")
        let error = await CurlHTTPTests.failure { () throws(TransportError) in try await client.send(request) }
        guard case .unsendable = error else {
            Issue.record("passed: \(String(describing: error))")
            return
        }
    }

    @Test func `every reason has a problem that names it`() {
        let all: [TransportError] = [
            .unreachable, .resolve, .tls, .pinMismatch, .certificateExpired, .timeout, .tooLarge, .cut, .malformed, .insecure,
            .unsendable("x"), .cancelled, .other(code: 99),
        ]
        #expect(Set(all.map(\.name)).count == all.count)
        for error in all {
            #expect(error.problem.facts.first == Problem.Fact("transport", error.name))
            #expect(!error.problem.message.isEmpty && !error.problem.remedy.isEmpty)
        }
        #expect(TransportError.malformed.problem.code == .proxyAnswered)
        #expect(!TransportError.pinMismatch.isRetryable)
    }
}
