import CurlHTTP
import Foundation
import Synchronization
import TestServers
import Testing

/// Answers that stay open, and exchanges that end early.
@Suite struct StreamTests {
    let client = HTTPClient()

    /// What a stream has handed over so far.
    final class Received: Sendable {
        let bytes = Mutex<[UInt8]>([])
        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    }

    @Test func `bytes are handed over as they come and not at the end`() async throws {
        let (came, received) = (Gate(), Received())
        let server = ScriptedServer { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for letter in ["a", "b", "c"] {
                connection.send("1\r\n\(letter)\r\n")
                // The next letter goes only after this one was handed over: a client that gathers would hang here.
                came.wait()
            }
            connection.send("0\r\n\r\n")
            return .keep
        }
        defer { server.stop() }
        let response = try await client.stream(HTTPClientRequest(url: server.url, limits: .heldOpen)) { head in
            head.status == 200
        } onBytes: { bytes in
            received.bytes.withLock { $0.append(contentsOf: bytes) }
            came.open()
            return true
        }
        #expect(received.text == "abc")
        #expect(response.status == 200 && response.body.isEmpty)
    }

    @Test func `a head that is declined is gathered like an ordinary answer`() async throws {
        let server = ScriptedServer { _, connection in
            connection.answer("{}", status: "409 Conflict") ? .keep : .close
        }
        defer { server.stop() }
        let response = try await client.stream(HTTPClientRequest(url: server.url, limits: .heldOpen)) { head in
            head.status == 200
        } onBytes: { _ in
            Issue.record("streamed")
            return true
        }
        #expect(response.status == 409)
        #expect(response.body == Array("{}".utf8))
    }

    @Test func `a callback that declines ends the stream, and the server sees it`() async {
        let closed = Gate()
        let server = ScriptedServer { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
            connection.waitForClose()
            closed.open()
            return .close
        }
        defer { server.stop() }
        let error = await failure { () throws(TransportError) in
            try await client.stream(HTTPClientRequest(url: server.url, limits: .heldOpen)) { _ in
                true
            } onBytes: { _ in
                false
            }
        }
        #expect(error == .cancelled)
        await closed.waited()
    }

    @Test func `a held-open stream without heartbeat ends`() async {
        let server = ScriptedServer { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
            connection.waitForClose()
            return .close
        }
        defer { server.stop() }
        var limits = TransferLimits.heldOpen
        limits.silenceMax = .milliseconds(200)
        let request = HTTPClientRequest(url: server.url, limits: limits)
        let error = await failure { () throws(TransportError) in
            try await client.stream(request) { _ in
                true
            } onBytes: { _ in
                true
            }
        }
        #expect(error == .timeout)
    }

    @Test func `a cancelled task ends its exchange and leaves the others alone`() async throws {
        let (arrived, closed) = (Gate(), Gate())
        let server = ScriptedServer { request, connection in
            guard request.path == "/hang" else { return connection.answer("fine") ? .keep : .close }
            arrived.open()
            connection.waitForClose()
            closed.open()
            return .close
        }
        defer { server.stop() }
        let url = server.url
        // Awaited below, after the cancellation.
        let hanging = Task { [client] in
            await failure { () throws(TransportError) in try await client.send(HTTPClientRequest(url: url + "/hang")) }
        }
        await arrived.waited()
        hanging.cancel()
        #expect(await hanging.value == .cancelled)
        await closed.waited()
        #expect(try await client.send(HTTPClientRequest(url: url + "/other")).status == 200)
    }

    @Test func `a task that was cancelled before it asked gets no answer`() async {
        let server = ScriptedServer { _, connection in
            connection.waitForClose()
            return .close
        }
        defer { server.stop() }
        let url = server.url
        let start = Gate()
        let task = Task { [client] in
            await start.waited()
            return await failure { () throws(TransportError) in try await client.send(HTTPClientRequest(url: url)) }
        }
        task.cancel()
        start.open()
        #expect(await task.value == .cancelled)
    }

    @Test func `closing ends every pending exchange and the thread, and later requests fail`() async {
        let arrived = Gate()
        let server = ScriptedServer { _, connection in
            arrived.open()
            connection.waitForClose()
            return .close
        }
        defer { server.stop() }
        let url = server.url
        let own = HTTPClient()
        let pending = (1...8).map { _ in
            Task { await failure { () throws(TransportError) in try await own.send(HTTPClientRequest(url: url)) } }
        }
        for _ in pending {
            await arrived.waited()
        }
        own.close()
        own.close()
        for task in pending {
            #expect(await task.value == .cancelled)
        }
        await own.ended()
        let late = await failure { () throws(TransportError) in try await own.send(HTTPClientRequest(url: url)) }
        #expect(late == .cancelled)
    }

    @Test func `a client that nobody holds closes its connections`() async throws {
        let closed = Gate()
        let server = ScriptedServer { _, connection in
            connection.answer()
            connection.waitForClose()
            closed.open()
            return .close
        }
        defer { server.stop() }
        do {
            _ = try await HTTPClient().send(HTTPClientRequest(url: server.url))
        }
        await closed.waited()
    }

    @Test func `requests and cancellations in any order all end`() async {
        let server = ScriptedServer { request, connection in connection.answer(request.path) ? .keep : .close }
        defer { server.stop() }
        let url = server.url
        await withTaskGroup(of: (Int, TransportError?).self) { [client] group in
            for number in 1...200 {
                group.addTask {
                    let task = Task {
                        await failure { () throws(TransportError) in
                            try await client.send(HTTPClientRequest(url: "\(url)/\(number)"))
                        }
                    }
                    if number % 3 == 0 {
                        task.cancel()
                    }
                    return (number, await task.value)
                }
            }
            for await (number, error) in group {
                #expect(error == nil || (number % 3 == 0 && error == .cancelled), "request \(number)")
            }
        }
    }
}
