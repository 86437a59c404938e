import ArgumentParser
import Audit
import Foundation
import ImagingCase
import Problems
import SQLiteStore
import Web
import NodeFiles

extension AuditCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Carry the audit elsewhere: as FHIR AuditEvents into a file, or as syslog over TLS to a receiver.",
            discussion: """
                A FHIR export is one Bundle of all records. Syslog (RFC 5424 over TLS, DICOM audit messages) goes on after the last record \
                that the receiver has read, which a cursor file names; a record that arrives twice carries the same hash.
                """)
        @Option(help: ArgumentHelp("Write a FHIR Bundle to a file; - is standard output.", valueName: "file")) var fhir: String?
        @Option(help: ArgumentHelp("Send to a syslog receiver over TLS.", valueName: "host:port")) var syslog: ListenAddress?
        @Option(help: ArgumentHelp("A PEM file of the authorities to believe for the receiver.", valueName: "file")) var tlsCa:
            String?
        @Option(help: ArgumentHelp("A PEM file with an own certificate chain.", valueName: "file")) var tlsCertificate: String?
        @Option(help: ArgumentHelp("A PEM file with its key.", valueName: "file")) var tlsKey: String?
        @Option(help: ArgumentHelp("Where the cursor is kept; in the audit's folder where left out.", valueName: "file"))
        var cursor: String?
        @OptionGroup var actor: ActorOptions
        @OptionGroup var node: NodeOptions

        func validate() throws {
            guard (fhir == nil) != (syslog == nil) else { throw ValidationError("Give either --fhir or --syslog.") }
            if syslog != nil, tlsCa == nil { throw ValidationError("--syslog needs --tls-ca: nothing is sent in the clear.") }
            if (tlsCertificate == nil) != (tlsKey == nil) {
                throw ValidationError("--tls-certificate and --tls-key go together.")
            }
        }

        func run() async throws {
            let asker = try actor.said(node)
            do throws(Problem) {
                let source = AuditSource(desk: try await node.desk(), person: asker.person, role: asker.role)
                if let fhir { try await write(source, to: fhir) } else { try await send(source) }
            } catch { Output.fail(error, json: node.json) }
        }

        private func write(_ source: AuditSource, to path: String) async throws(Problem) {
            let file = try BundleFileWriter(path)
            var count = 0
            try await source.each(after: .start) { (lines) throws(Problem) in
                for line in lines {
                    guard let resource = AuditEventResource.json(of: line) else { continue }
                    try file.append(resource)
                    count += 1
                }
            }
            try file.end()
            guard path != "-" else { Foundation.exit(0) }
            Output.finish(
                DeskAnswer(json: "{\"records\":\(count)}", text: "\(count) records in \(path)"), json: node.json)
        }

        private func send(_ source: AuditSource) async throws(Problem) {
            guard let syslog, let tlsCa else { throw Problem(.usage, "A receiver and its authorities are needed.") }
            var destination = SyslogDestination(host: syslog.host, port: syslog.port, authorityFile: tlsCa)
            if let tlsCertificate, let tlsKey { destination.certificate = (tlsCertificate, tlsKey) }
            let sender = try SyslogSender(destination)
            let cursor = AuditCursor(path: cursor ?? "\(node.data)/audit/syslog-\(syslog.host)-\(syslog.port).cursor")
            var count = 0
            var isProven = true
            try await source.each(after: try cursor.read()) { (lines) throws(Problem) in
                guard let last = lines.last else { return }
                if try await !sender.send(lines.compactMap(SyslogFrame.bytes)) { isProven = false }
                // Only when the receiver has read them: a crash in between sends them again, with the same hashes.
                try cursor.write(last.head)
                count += lines.count
            }
            Output.finish(
                DeskAnswer(
                    json: "{\"sent\":\(count),\"proven\":\(isProven),\"cursor\":\"\(try cursor.read().text)\"}",
                    text: "\(count) records sent to \(syslog.host):\(syslog.port)",
                    remark: isProven
                        ? "" : "The receiver closed without TLS's own end: that it has all of them is likely, not proven."),
                json: node.json)
        }
    }
}

/// The records of a node, page by page, up to the head that was there at the beginning: reading them adds to them.
struct AuditSource {
    /// How many are asked for and sent at once.
    static let pageMax = 500

    let desk: any Desk
    let person: String
    let role: String

    /// Gives the records after a place.
    ///
    /// - Throws: `INTEGRITY_FAILED` where the record at the place is another than the one that was there, or records are missing.
    func each(
        after start: AuditHead, _ take: ([AuditLine]) async throws(Problem) -> Void
    ) async throws(Problem) {
        var last = start
        var end: UInt64?
        while last.sequence < end ?? .max {
            // The last known record comes along, to be compared.
            let answer = await desk.answer(
                .auditPage(
                    after: max(last.sequence, 1) - 1, limit: Self.pageMax, person: person, role: role))
            if let problem = answer.problem { throw problem }
            let page = try Self.page(answer)
            var lines = page.lines.compactMap { AuditLine(bytes: Array($0.utf8)) }
            end = end ?? AuditHead(page.head)?.sequence ?? 0
            if last.sequence > 0 {
                guard lines.first?.head == last else {
                    throw Problem(
                        .integrityFailed, "The audit holds another record at \(last.sequence) than the one that was exported.",
                        remedy: "Run: filmjacket audit verify, with --head \(last.text).")
                }
                lines.removeFirst()
            }
            lines = lines.filter { $0.sequence <= end ?? .max }
            guard let newest = lines.last else { return }
            try await take(lines)
            last = newest.head
        }
    }
}

extension AuditSource {
    private struct Page: Decodable {
        let head: String
        let lines: [String]
    }

    private static func page(_ answer: DeskAnswer) throws(Problem) -> Page {
        do { return try JSONDecoder().decode(Page.self, from: Data(answer.json.utf8)) } catch {
            throw Problem(.internalError, "The node answered with something else than a page of its audit.")
        }
    }
}

/// How far a receiver has the audit.
struct AuditCursor {
    let path: String

    func read() throws(Problem) -> AuditHead {
        guard let data = FileManager.default.contents(atPath: path) else { return .start }
        guard let head = AuditHead(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Problem(.configuration, "'\(path)' is no cursor of an export.", remedy: "Remove it to send everything again.")
        }
        return head
    }

    func write(_ head: AuditHead) throws(Problem) { try SecretFile.write(Array("\(head.text)\n".utf8), to: path) }
}

/// Writes a FHIR Bundle resource by resource.
final class BundleFileWriter {
    private let handle: FileHandle
    private var isFirst = true

    init(_ path: String) throws(Problem) {
        if path == "-" {
            handle = .standardOutput
        } else {
            // For its owner alone, as the audit itself.
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw Problem(
                    .badInput, "'\(path)' cannot be made.", remedy: "Name a file that is not there yet, in a folder that is.")
            }
            handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        }
        try put(Array("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[".utf8))
    }

    func append(_ resource: [UInt8]) throws(Problem) {
        try put(Array((isFirst ? "{\"resource\":" : ",{\"resource\":").utf8) + resource + [0x7d])
        isFirst = false
    }

    func end() throws(Problem) { try put(Array("]}\n".utf8)) }

    private func put(_ bytes: [UInt8]) throws(Problem) {
        do { try handle.write(contentsOf: Data(bytes)) } catch { throw Problem(.ioFailed, "The export cannot be written.") }
    }
}
