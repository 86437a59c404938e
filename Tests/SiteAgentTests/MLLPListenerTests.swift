import Audit
import Foundation
import Interop
import Logging
import NIOCore
import Problems
import TestServers
import Testing
import Web

@testable import SiteAgent

/// A real listener on loopback and senders as plain as devices: what is answered, what is recorded, who is let in.
struct MLLPListenerTests {
    private static func order(_ id: String, accession: String = "A1", version: String = "2.5.1") -> String {
        [
            "MSH|^~\\&|RIS|NORTH|FJ|HUB|20260106134418+0100||ORM^O01^ORM_O01|\(id)|P|\(version)",
            "PID|1||P1^^^NORTH^MR||DOE^JANE^Q||19790328|F", "ORC|NW|\(accession)^NORTH",
            "OBR|1|\(accession)^NORTH||CTHEAD^CT Head^LOCAL",
        ].map { $0 + "\r" }.joined()
    }

    /// Opens a site, listens, and ends both.
    private func listening(
        allowed: Set<String> = [], idle: TimeAmount = .seconds(300), _ body: (OpenSite, Int, MLLPGauge) async throws -> Void
    ) async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let site = try await TestSite("northside", joining: hub, in: base)
        await hub.stop()
        try await site.open { site in
            let gauge = MLLPGauge(address: "127.0.0.1")
            let (ports, told) = AsyncStream.makeStream(of: Int.self)
            let listener = MLLPListener(
                configuration: try MLLPConfiguration(host: "127.0.0.1", port: 0, allowed: allowed), importer: site.desk.importer,
                auditor: site.desk.auditor(door: "mllp"), gauge: gauge, logger: Logger(label: "test"), now: Agent.wallClock,
                idle: idle, ready: { told.yield($0) })
            let run = Task { try await listener.run() }
            var first = ports.makeAsyncIterator()
            let port = try #require(await first.next())
            do { try await body(site, port, gauge) } catch {
                run.cancel()
                throw error
            }
            run.cancel()
            _ = await run.result
        }
    }

    /// Sends one message and gives the answer's segments.
    private func ask(_ line: LoopbackLine, _ message: String) -> [[String]] {
        line.send(MLLPDecoder.block(message))
        return answer(line)
    }

    private func answer(_ line: LoopbackLine) -> [[String]] {
        guard let bytes = line.read(through: 0x1c), line.read(through: 0x0d) != nil, bytes.first == 0x0b else { return [] }
        return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self).split(separator: "\r").map {
            $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test func `an order is durable when AA is said, comes again without a second event, and other content is refused (B66)`()
        async throws
    {
        try await listening { site, port, gauge in
            let line = try #require(LoopbackLine(port: port))
            let first = ask(line, Self.order("C1"))
            #expect(first.count == 2 && first[0][8] == "ACK^O01^ACK" && first[1] == ["MSA", "AA", "C1"])
            #expect(first[0][2] == "FJ" && first[0][4] == "RIS", "sender and receiver change places")
            let events = try site.events()
            #expect(!events.isEmpty)
            let again = ask(line, Self.order("C1"))
            #expect(again.last == ["MSA", "AA", "C1"] && again[0][9] != first[0][9])
            #expect(try site.events() == events)
            let other = ask(line, Self.order("C1", accession: "A2"))
            #expect(other[1].prefix(3) == ["MSA", "AE", "C1"] && other[2][3].hasPrefix("205^"))
            let (counts, check) = (gauge.current, gauge.check())
            #expect(counts.accepted == 2 && counts.refused == 1 && counts.connections == 1)
            #expect(!check.isGood && check.text.contains("AE 205"))
            _ = ask(line, Self.order("C3", accession: "A3"))
            #expect(gauge.check().isGood, "the next one that is taken ends the alarm")
        }
    }

    @Test func `messages that come at once are answered in their order, and one that comes by single bytes too`() async throws {
        try await listening { _, port, _ in
            let line = try #require(LoopbackLine(port: port))
            line.send((1...20).flatMap { MLLPDecoder.block(Self.order("M\($0)", accession: "B\($0)")) })
            for number in 1...20 { #expect(answer(line).last == ["MSA", "AA", "M\(number)"]) }
            for byte in MLLPDecoder.block(Self.order("M21")) { line.send([byte]) }
            #expect(answer(line).last == ["MSA", "AA", "M21"])
        }
    }

    @Test func `what is no message closes the connection, and what is refused is told where (B57 to B60, B63)`() async throws {
        try await listening { site, port, gauge in
            let before = try site.events()
            let line = try #require(LoopbackLine(port: port))
            line.send(Array("GET / HTTP/1.1\r\n".utf8))
            #expect(ask(line, Self.order("C1", version: "9.9"))[1] == ["MSA", "AR", "C1"])
            #expect(gauge.current.strayBytes == 16)
            let inside = ask(line, Self.order("C2").replacingOccurrences(of: "DOE", with: "D\u{b}E"))
            #expect(inside[1] == ["MSA", "AR", "C2"] && inside[2][3].hasPrefix("207^"))
            #expect(try site.events() == before)
            for bytes in [Array("msh|^~\\&|x".utf8), Array("MSH|".utf8), []] {
                let bad = try #require(LoopbackLine(port: port))
                bad.send([0x0b] + bytes + [0x1c, 0x0d])
                #expect(bad.isClosed(), "\(bytes)")
            }
            let endless = try #require(LoopbackLine(port: port))
            endless.send([0x0b])
            let chunk = [UInt8](repeating: 0x41, count: 1 << 16)
            #expect((0..<1_000).contains { _ in !endless.send(chunk) }, "closed long before 64 MiB")
            #expect(ask(try #require(LoopbackLine(port: port)), Self.order("C4")).last == ["MSA", "AA", "C4"])
        }
    }

    @Test func `whoever says nothing keeps nobody waiting, and there is room for so many`() async throws {
        try await listening { _, port, gauge in
            var silent: [LoopbackLine] = []
            for _ in 1..<MLLPListener.connectionsMax {
                let line = try #require(LoopbackLine(port: port))
                line.send([0x0b, 0x4d])
                silent.append(line)
            }
            try await eventually("all are let in") { gauge.current.connections == MLLPListener.connectionsMax - 1 }
            let last = try #require(LoopbackLine(port: port))
            #expect(ask(last, Self.order("C1")).last == ["MSA", "AA", "C1"])
            #expect(try #require(LoopbackLine(port: port)).isClosed(), "one more finds no room")
            silent = []
            try await eventually("those that left are forgotten") { gauge.current.connections == 1 }
            #expect(ask(try #require(LoopbackLine(port: port)), Self.order("C2", accession: "A2")).last == ["MSA", "AA", "C2"])
        }
    }

    @Test func `a connection without a word ends, and its sender comes again`() async throws {
        try await listening(idle: .milliseconds(100)) { _, port, _ in
            let line = try #require(LoopbackLine(port: port))
            #expect(ask(line, Self.order("C1")).last == ["MSA", "AA", "C1"])
            #expect(line.isClosed())
            #expect(ask(try #require(LoopbackLine(port: port)), Self.order("C1")).last == ["MSA", "AA", "C1"])
        }
    }

    @Test func `where the audit cannot be written nothing is taken, and the sender is told to try again`() async throws {
        try await listening { site, port, _ in
            let line = try #require(LoopbackLine(port: port))
            let audit = site.folder.path + "/audit"
            // A file in the folder's place, which is not made yet, stops root too, whom no mode stops.
            try Data().write(to: URL(fileURLWithPath: audit))
            let refused = ask(line, Self.order("C1"))
            #expect(refused[1].prefix(3) == ["MSA", "AE", "C1"] && refused[2][3].hasPrefix("207^"), "\(refused)")
            #expect(try site.events().isEmpty)
            try FileManager.default.removeItem(atPath: audit)
            #expect(ask(line, Self.order("C1")).last == ["MSA", "AA", "C1"])
        }
    }

    @Test func `a sender that nobody named is closed, counted and kept in the audit (B72)`() async throws {
        try await listening(allowed: ["192.0.2.7"]) { site, port, gauge in
            let line = try #require(LoopbackLine(port: port))
            line.send(MLLPDecoder.block(Self.order("C1")))
            #expect(line.isClosed())
            #expect(gauge.current.strangers == 1 && gauge.current.accepted == 0)
            // What is only noted is durable with the next record that somebody waits for.
            _ = await site.desk.audited(door: "console").answer(.caseList(limit: 1))
            let stranger = try await site.desk.audit.page(after: 0, limit: 100).compactMap(\.record).first { $0.call == "mllp" }
            #expect(stranger?.address == "127.0.0.1" && stranger?.problem == "NOT_PERMITTED")
        }
    }

    @Test func `beyond this machine somebody has to be named`() throws {
        let refused = #expect(throws: Problem.self) { try MLLPConfiguration(host: "0.0.0.0", port: 2575) }
        #expect(refused?.code == .configuration)
        let noAddress = #expect(throws: Problem.self) {
            try MLLPConfiguration(host: "0.0.0.0", port: 2575, allowed: ["ris.example"])
        }
        #expect(noAddress?.message.contains("'ris.example'") == true)
        let named = try MLLPConfiguration(host: "0.0.0.0", port: 2575, allowed: ["192.0.2.7"])
        #expect(named.admits("192.0.2.7") && !named.admits("127.0.0.1"))
        #expect(try MLLPConfiguration(host: "127.0.0.1", port: 2575).admits("127.0.0.1"))
    }
}
