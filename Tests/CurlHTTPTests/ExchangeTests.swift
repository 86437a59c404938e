import CurlHTTP
import Foundation
import Synchronization
import TestServers
import Testing

/// Answers of a real server, and what of the request reaches it.
@Suite struct ExchangeTests {
    let client = HTTPClient()

    @Test func `a request arrives as it was given and its answer comes back`() async throws {
        let server = ScriptedServer { _, connection in
            connection.answer("hello", status: "201 Created", fields: "X-Kind:  test \r\nX-Empty:\r\n") ? .keep : .close
        }
        defer { server.stop() }
        let request = HTTPClientRequest(
            method: "PUT", url: server.url + "/a/../b?q=1", headers: [("X-One", "1"), ("X-None", "")], body: Array("body".utf8))
        let response = try await client.send(request)
        #expect(response.status == 201)
        #expect(String(decoding: response.body, as: UTF8.self) == "hello")
        #expect(response.header("x-kind") == "test")
        #expect(response.header("X-EMPTY") == "")
        #expect(response.header("missing") == nil)
        let seen = try #require(server.requests.first)
        #expect(seen.head.hasPrefix("PUT /a/../b?q=1 HTTP/1.1\r\n"))
        #expect(seen.body == Array("body".utf8))
        #expect(seen.field("X-One") == "1")
        #expect(seen.field("X-None") == "")
        #expect(seen.field("Host") == "127.0.0.1:\(server.port)")
        #expect(seen.field("Content-Length") == "4")
        #expect(seen.field("Expect") == nil && seen.field("Content-Type") == nil && seen.field("Accept-Encoding") == nil)
        #expect(seen.field("Accept") == nil && seen.field("User-Agent") == nil)
    }

    @Test(arguments: ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
    func `a method without a body sends none`(method: String) async throws {
        let server = ScriptedServer { _, connection in
            connection.send("HTTP/1.1 204 No Content\r\n\r\n") ? .keep : .close
        }
        defer { server.stop() }
        let response = try await client.send(HTTPClientRequest(method: method, url: server.url))
        #expect(response.status == 204)
        let seen = try #require(server.requests.first)
        #expect(seen.head.hasPrefix("\(method) / HTTP/1.1\r\n"))
        #expect(seen.field("Content-Length") == (method == "POST" || method == "PUT" ? "0" : nil))
        #expect(seen.field("Transfer-Encoding") == nil)
    }

    @Test func `a chunked answer is put together, and its trailer is not believed`() async throws {
        let server = ScriptedServer { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Late: 1\r\n\r\n")
                ? .keep : .close
        }
        defer { server.stop() }
        let response = try await client.send(HTTPClientRequest(url: server.url))
        #expect(String(decoding: response.body, as: UTF8.self) == "abcde")
        #expect(response.header("x-late") == nil)
    }

    @Test func `an interim answer is not taken for the answer`() async throws {
        let server = ScriptedServer { _, connection in
            connection.send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n")
            return connection.answer("real") ? .keep : .close
        }
        defer { server.stop() }
        let response = try await client.send(HTTPClientRequest(url: server.url))
        #expect(response.status == 200)
        #expect(response.header("x-early") == nil)
    }

    @Test func `an HTML page of a proxy is an answer for the caller to judge`() async throws {
        let server = ScriptedServer { _, connection in
            connection.answer("<html>", status: "502 Bad Gateway", fields: "Content-Type: text/html\r\n") ? .keep : .close
        }
        defer { server.stop() }
        let response = try await client.send(HTTPClientRequest(url: server.url))
        #expect(response.status == 502)
        #expect(response.header("content-type") == "text/html")
    }

    @Test func `a redirect is answered as it came and not followed`() async throws {
        let server = ScriptedServer { _, connection in
            connection.answer(status: "301 Moved Permanently", fields: "Location: /elsewhere\r\n") ? .keep : .close
        }
        defer { server.stop() }
        let response = try await client.send(HTTPClientRequest(url: server.url))
        #expect(response.status == 301)
        #expect(server.requests.count == 1)
    }

    @Test func `requests one after another share one connection`() async throws {
        let server = ScriptedServer { _, connection in connection.answer("x") ? .keep : .close }
        defer { server.stop() }
        for number in 1...50 {
            _ = try await client.send(HTTPClientRequest(method: "POST", url: server.url + "/\(number)", body: [1, 2, 3]))
        }
        #expect(server.requests.count == 50)
        #expect(server.acceptedConnections == 1)
    }

    @Test func `a connection that the server closed in between is replaced without notice`() async throws {
        let server = ScriptedServer { _, connection in
            connection.answer("x")
            return .close
        }
        defer { server.stop() }
        for _ in 1...5 {
            _ = try await client.send(HTTPClientRequest(method: "PUT", url: server.url, body: [1]))
        }
        #expect(server.acceptedConnections == 5)
    }

    @Test func `sixty-four requests at once are answered each with its own answer`() async throws {
        let server = ScriptedServer { request, connection in connection.answer(request.path) ? .keep : .close }
        defer { server.stop() }
        let url = server.url
        try await withThrowingTaskGroup(of: (Int, String).self) { [client] group in
            for number in 1...64 {
                group.addTask {
                    let response = try await client.send(HTTPClientRequest(url: "\(url)/\(number)"))
                    return (number, String(decoding: response.body, as: UTF8.self))
                }
            }
            var answered = 0
            for try await (number, path) in group {
                #expect(path == "/\(number)")
                answered += 1
            }
            #expect(answered == 64)
        }
    }

    @Test func `a socket file stands for the host`() async throws {
        let path = "/tmp/filmjacket-\(UUID().uuidString.prefix(8)).sock"
        let server = ScriptedServer(unixSocketPath: path) { _, connection in connection.answer("local") ? .keep : .close }
        defer {
            server.stop()
            unlink(path)
        }
        let response = try await client.send(HTTPClientRequest(url: "http://agent.invalid/v1", unixSocketPath: path))
        #expect(String(decoding: response.body, as: UTF8.self) == "local")
        #expect(server.requests.first?.field("host") == "agent.invalid")
    }

    @Test(arguments: [0, 100, 60 << 10, 64 << 10, 200_000])
    func `bytes are counted as they went over the wire`(bodyCount: Int) async throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        let server = ScriptedServer { _, connection in connection.send(answer) ? .keep : .close }
        defer { server.stop() }
        let body = [UInt8](repeating: 7, count: bodyCount)
        let response = try await client.send(HTTPClientRequest(method: "POST", url: server.url, body: body))
        let seen = try #require(server.requests.first)
        #expect(seen.body == body)
        #expect(response.bytesSent == Int64(seen.bytes))
        #expect(response.bytesReceived == Int64(answer.utf8.count))
    }

    @Test func `progress grows up to both bodies' sizes`() async throws {
        final class Steps: Sendable {
            let all = Mutex<[(Int64, Int64)]>([])
        }
        let steps = Steps()
        let server = ScriptedServer { _, connection in
            connection.answer(String(repeating: "y", count: 300_000)) ? .keep : .close
        }
        defer { server.stop() }
        let request = HTTPClientRequest(method: "POST", url: server.url, body: [UInt8](repeating: 1, count: 500_000)) {
            sent, received in
            steps.all.withLock { $0.append((sent, received)) }
        }
        _ = try await client.send(request)
        let all = steps.all.withLock { $0 }
        #expect(all.last?.0 == 500_000 && all.last?.1 == 300_000)
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.0 <= $1.0 && $0.1 <= $1.1 && $0 != $1 })
    }

    @Test func `the environment's proxy is ignored`() async {
        await #expect(processExitsWith: .success) {
            let (_, deadPort) = ScriptedServer.bindLoopback()
            for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                setenv(name, "http://127.0.0.1:\(deadPort)", 1)
            }
            let server = ScriptedServer { _, connection in connection.answer("direct") ? .keep : .close }
            let response = try await HTTPClient().send(HTTPClientRequest(url: server.url))
            precondition(String(decoding: response.body, as: UTF8.self) == "direct")
        }
    }

    @Test func `a configured proxy is asked for the whole address`() async throws {
        let proxy = ScriptedServer { _, connection in connection.answer("proxied") ? .keep : .close }
        defer { proxy.stop() }
        let client = HTTPClient(proxy: proxy.url)
        let response = try await client.send(HTTPClientRequest(url: "http://127.0.0.1:1/x"))
        #expect(String(decoding: response.body, as: UTF8.self) == "proxied")
        #expect(proxy.requests.first?.path == "http://127.0.0.1:1/x")
    }
}
