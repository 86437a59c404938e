import CurlHTTP
import Foundation
import Glibc
import Problems
import SQLiteStore

/// Figures of the doors to other systems: real processes, on loopback.
enum EdgeBenches {
    /// Orders over MLLP, each acknowledged when it is durable: one sender a thread, one message at a time.
    static func mllp(in folder: String, senders: Int, each: Int) async throws -> [Figure] {
        let network = try await BenchNetwork(in: folder)
        let port = try FreePorts.take(1)[0]
        let agent = try await network.start("northside", more: ["--mllp", "127.0.0.1:\(port)"])
        defer { agent.end() }
        let cpu = ProcessFigures.cpuSeconds(agent.pid)
        let start = ContinuousClock.now
        let latencies = try await withThrowingTaskGroup(of: [Double].self) { group in
            for sender in 0..<senders {
                group.addTask {
                    try await withCheckedThrowingContinuation { continuation in
                        // A thread of its own: a blocking socket holds up nobody else.
                        Thread.detachNewThread { continuation.resume(with: Result { try send(sender, each, port) }) }
                    }
                }
            }
            return try await group.reduce(into: [Double]()) { $0 += $1 }
        }
        let seconds = elapsedMilliseconds(since: start) / 1000
        let used = ProcessFigures.cpuSeconds(agent.pid) - cpu
        let held = try await agent.head(of: "northside")
        guard held == UInt64(senders * each) else {
            throw Problem(.integrityFailed, "\(held) of \(senders * each) orders are there")
        }
        let samples = Samples(latencies)
        return [
            Figure(
                name: "HL7 over MLLP, durable before AA, \(senders) senders", value: Double(senders * each) / seconds,
                unit: "messages/s", note: "\(Figure.number(used * 1e6 / Double(senders * each))) us of processor each"),
            Figure(name: "from a message to its AA, p50", value: samples.p50, unit: "ms"),
            Figure(name: "from a message to its AA, p99", value: samples.p99, unit: "ms"),
        ]
    }

    private static func send(_ sender: Int, _ count: Int, _ port: Int) throws -> [Double] {
        let line = try BlockingLine(port: port)
        defer { line.close() }
        return try (0..<count).map { number in
            let name = "K\(sender)x\(number)"
            let message = [
                "MSH|^~\\&|RIS|NORTH|FJ|HUB|20260106134418+0100||ORM^O01^ORM_O01|\(name)|P|2.5.1",
                "PID|1||P\(sender)x\(number)^^^NORTH^MR||DOE^JANE||19790328|F", "ORC|NW|\(name)^NORTH",
                "OBR|1|\(name)^NORTH||CTHEAD^CT Head^LOCAL" + String(repeating: "|", count: 14) + name,
            ].map { $0 + "\r" }.joined()
            let start = ContinuousClock.now
            let answer = try line.exchange("\u{0b}\(message)\u{1c}\r")
            guard answer.contains("MSA|AA|\(name)") else { throw Problem(.internalError, "\(name) was answered \(answer)") }
            return elapsedMilliseconds(since: start)
        }
    }

    /// Searches over FHIR while many cases are there.
    static func fhir(in folder: String, cases: Int) async throws -> [Figure] {
        let network = try await BenchNetwork(in: folder)
        try await NetworkBenches.fill(network, cases * 12)
        let agent = try await network.start("northside")
        defer { agent.end() }
        let accession = try await agent.someAccession()
        let http = HTTPClient()
        defer { http.close() }
        var figures: [Figure] = []
        for (name, query) in [
            ("by accession", "ServiceRequest?identifier=\(accession)"),
            ("by accession, reports", "DiagnosticReport?identifier=\(accession)"),
            ("first 50 of a type", "ServiceRequest?_count=50"),
        ] {
            var times: [Double] = []
            for _ in 0..<200 {
                let start = ContinuousClock.now
                let answer = try await http.send(
                    HTTPClientRequest(
                        url: "http://localhost/fhir/R4/\(query)", unixSocketPath: folder + "/northside/control.sock"))
                let isFound =
                    !query.hasPrefix("ServiceRequest") || Data(answer.body).firstRange(of: Data("\"resource\":".utf8)) != nil
                guard answer.status == 200, isFound else {
                    throw Problem(
                        .internalError, "\(query): \(answer.status) \(String(decoding: answer.body.prefix(300), as: UTF8.self))")
                }
                times.append(elapsedMilliseconds(since: start))
            }
            figures.append(
                Figure(name: "FHIR search \(name), p50", value: Samples(times).p50, unit: "ms", note: "\(cases) cases"))
            figures.append(Figure(name: "FHIR search \(name), p99", value: Samples(times).p99, unit: "ms"))
        }
        return figures
    }
}

/// A connection that a thread of its own writes to and reads from.
private final class BlockingLine {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Problem(.internalError, "Nobody takes HL7 at port \(port).") }
    }

    /// Sends a text and reads to the end of the block that answers it.
    func exchange(_ text: String) throws -> String {
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Problem(.internalError, "A message was cut.") }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while answer.suffix(2) != [0x1c, 0x0d] {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { throw Problem(.internalError, "The connection ended before an answer.") }
            answer += buffer[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }

    func close() { _ = Glibc.close(descriptor) }
}
