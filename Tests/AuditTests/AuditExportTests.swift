import Audit
import EventLog
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Problems
import Synchronization
import Testing

/// The forms in which records leave the node, and their way to a receiver.
struct AuditExportTests {
    private func lines() -> [AuditLine] {
        var head = AuditHead.start
        return (1...20).map { number in
            var record = Trail.record(number, person: "O'Neil \"<&>\u{1}\u{FFFF}é")
            record.onBehalfOf = number == 2 ? "x" : nil
            record.problem = number == 3 ? "NOT_FOUND" : nil
            record.address = number == 4 ? "::1" : "socket"
            let line = AuditLine(record, after: head)
            head = line.head
            return line
        }
    }

    @Test func `a DICOM audit message is well-formed XML with the elements that the schema demands, in its order`() throws {
        for line in lines() {
            let xml = try #require(AuditMessage.xml(of: line))
            let order = [
                "<AuditMessage><EventIdentification ", "<EventID csd-code=\"110110\" codeSystemName=\"DCM\"",
                "</EventIdentification>",
                "<ActiveParticipant UserID=\"O'Neil &quot;&lt;&amp;&gt;é\"", "<AuditSourceIdentification AuditSourceID=",
                "<ParticipantObjectIdentification ParticipantObjectID=\"c-", "<ParticipantObjectQuery>", "</AuditMessage>",
            ]
            var rest = xml[...]
            for part in order {
                let place = try #require(rest.range(of: part), "\(part) in \(xml)")
                rest = rest[place.upperBound...]
            }
            #expect(rest.isEmpty && !xml.contains("\u{1}"))
            #expect(Self.fault(in: xml) == nil, "\(xml)")
        }
        for broken in ["<a><b></a></b>", "<a>", "</a>", "<a x=1/>", "<a x=\"<\"/>", "<a>&x</a>", "<a>x > y</a><", "<a/><b/>"] {
            #expect(Self.fault(in: broken) != nil, "what judges the messages lets pass: \(broken)")
        }
    }

    /// What keeps a text from being a well-formed document of elements, attributes in quotes and the predefined entities; nil for one.
    ///
    /// Source: XML 1.0 2.1 (documents), 3.1 (tags), 4.6 (entities); what these messages do not use is a fault here.
    private static func fault(in xml: String) -> String? {
        let body = xml.hasPrefix("<?xml") ? xml[(xml.firstIndex(of: ">").map(xml.index(after:)) ?? xml.endIndex)...] : xml[...]
        var (open, isOver): ([String], Bool) = ([], false)
        var rest = body.drop(while: \.isWhitespace)
        while !rest.isEmpty {
            let text = rest.prefix { $0 != "<" }
            if let wrong = faultOfText(text) ?? (open.isEmpty && !text.isEmpty ? "text outside" : nil) { return wrong }
            rest = rest[text.endIndex...]
            guard !rest.isEmpty else { break }
            guard let match = rest.prefixMatch(of: /<(\/?)([A-Za-z]+)((?:\s[A-Za-z:-]+="[^"<]*")*)\s*(\/?)>/) else {
                return "no tag: \(rest.prefix(40))"
            }
            rest = rest[match.range.upperBound...]
            if isOver { return "a second root" }
            if let wrong = faultOfText(match.3) { return wrong }
            if match.1 == "/" {
                guard open.popLast() == String(match.2) else { return "</\(match.2)> closes nothing" }
            } else if match.4.isEmpty {
                open.append(String(match.2))
            }
            isOver = open.isEmpty
        }
        return open.isEmpty && isOver ? nil : "open: \(open)"
    }

    private static func faultOfText(_ text: Substring) -> String? {
        let bare = text.replacing(/&(amp|lt|gt|quot|apos|#[0-9]+);/, with: "")
        return bare.contains("&") ? "an entity that is none: \(bare.prefix(40))" : nil
    }

    @Test func `a syslog frame counts its octets and has the head of RFC 5424`() throws {
        for line in lines() {
            let frame = try #require(SyslogFrame.bytes(of: line))
            let space = try #require(frame.firstIndex(of: 0x20))
            #expect(Int(String(decoding: frame[..<space], as: UTF8.self)) == frame.count - space - 1)
            let text = String(decoding: frame[(space + 1)...], as: UTF8.self)
            #expect(text.hasPrefix("<85>1 2026-"), "\(text.prefix(40))")
            #expect(text.contains(" northside filmjacket - DICOM+RFC3881 [meta sequenceId=\"\(line.sequence)\"] \u{FEFF}<?xml"))
        }
    }

    @Test func `an AuditEvent is JSON with the members that FHIR demands`() throws {
        for line in lines() {
            let bytes = try #require(AuditEventResource.json(of: line))
            let event = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
            for member in ["resourceType", "type", "recorded", "agent", "source", "outcome", "action", "entity"] {
                #expect(event[member] != nil, "\(member)")
            }
            #expect((event["id"] as? String)?.range(of: "^[A-Za-z0-9.-]{1,64}$", options: .regularExpression) != nil)
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "needs the openssl command"))
    func `records arrive over TLS whole and in order, and nowhere with a certificate that is not believed`() async throws {
        let trail = try Trail()
        let (certificate, key) = try Self.certificate(in: trail.folder, "receiver")
        let receiver = try await TLSReceiver(certificate: certificate, key: key)
        let frames = lines().compactMap(SyslogFrame.bytes)
        let sender = try SyslogSender(
            SyslogDestination(host: "localhost", port: receiver.port, authorityFile: certificate))
        for batch in [frames[..<7], frames[7...]] { #expect(try await sender.send(Array(batch))) }
        // What was sent was read: nothing is waited for here.
        #expect(receiver.bytes == Array(frames.joined()))
        let (stranger, _) = try Self.certificate(in: trail.folder, "stranger")
        let doubting = try SyslogSender(
            SyslogDestination(host: "localhost", port: receiver.port, authorityFile: stranger))
        await #expect(throws: Problem.self) { try await doubting.send(frames) }
        #expect(receiver.bytes == Array(frames.joined()))
        try await receiver.stop()
        await #expect(throws: Problem.self) { try await sender.send(frames) }
        #expect(throws: Problem.self) {
            try SyslogSender(SyslogDestination(host: "localhost", port: 1, authorityFile: trail.folder + "/none.pem"))
        }
    }

    private static func certificate(in folder: String, _ name: String) throws -> (String, String) {
        let (certificate, key) = (folder + "/\(name).pem", folder + "/\(name).key")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return (certificate, key)
    }
}

/// A receiver of bytes over TLS on loopback.
private final class TLSReceiver: Sendable {
    private let channel: any Channel
    private let store = Store()

    final class Store: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let store: Store

        init(_ store: Store) { self.store = store }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            store.bytes.withLock { $0 += Array(buffer.readableBytesView) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var bytes: [UInt8] { store.bytes.withLock { $0 } }

    init(certificate: String, key: String) async throws {
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        let (context, store) = (try NIOSSLContext(configuration: configuration), store)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(NIOSSLServerHandler(context: context), Collector(store))
                }
            }
            .bind(host: "localhost", port: 0).get()
    }

    func stop() async throws { try await channel.close() }
}
