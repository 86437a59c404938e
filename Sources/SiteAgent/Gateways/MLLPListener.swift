import EventLog
import ImagingCase
import Interop
import Logging
import NIOCore
import NIOPosix
public import Problems
import ServiceLifecycle
import Web

/// Where HL7 v2 messages come in, and from whom.
public struct MLLPConfiguration: Sendable {
    /// The address to listen on.
    public let host: String
    /// The port; 0 for any free one.
    public let port: Int
    /// The addresses that may send. MLLP knows no identity, so that beyond loopback somebody has to be named.
    public let allowed: Set<String>

    /// Says where.
    ///
    /// - Throws: `CONFIGURATION` for an address beyond loopback without anybody who may send, and for a sender that is no address.
    public init(host: String, port: Int, allowed: Set<String> = []) throws(Problem) {
        // What is wrong with a word that is no address is plain.
        if let strange = allowed.sorted().first(where: { (try? SocketAddress(ipAddress: $0, port: 0)) == nil }) {
            throw Problem(
                .configuration, "A sender is named by its IP address, and '\(strange)' is none.",
                remedy: "Name the address from which it connects: --mllp-from ADDRESS.")
        }
        guard Loopback.contains(host) || !allowed.isEmpty else {
            throw Problem(
                .configuration, "HL7 over MLLP knows no sender, and '\(host)' can be reached from other machines.",
                remedy: "Name who may send: --mllp-from ADDRESS, or listen on 127.0.0.1.")
        }
        self.host = host
        self.port = port
        self.allowed = allowed
    }

    /// Whether a sender may send.
    func admits(_ address: String) -> Bool { allowed.contains(address) || (allowed.isEmpty && Loopback.contains(address)) }
}

/// Takes HL7 v2 messages over MLLP and answers each when what it says is durable.
///
/// Order: the messages of one connection are taken one after another, as they came; connections do not wait for one another, so that one
/// that is slow or hostile blocks no other. Bounds: so many connections, one message of bytes a connection, a time without a word.
/// Source: HL7 v2 Transport Specification: MLLP, release 1; HL7 v2.5.1 2.9.2 (original mode).
struct MLLPListener: Service {
    /// The door's name, in the audit and in outcomes.
    private static let door = "mllp"
    /// How many senders at once: a site has a handful.
    static let connectionsMax = 64
    /// A sender that was let in as far as its address.
    private struct Connection: Sendable {
        let address: String
        let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    }

    let configuration: MLLPConfiguration
    let importer: HL7Importer
    let auditor: Auditor
    let gauge: MLLPGauge
    let logger: Logger
    let now: @Sendable () -> Instant
    /// How long a connection may say nothing.
    var idle = TimeAmount.seconds(300)
    /// Told the port once it listens.
    var ready: @Sendable (Int) async -> Void = { _ in }

    func run() async throws {
        let server: NIOAsyncChannel<Connection, Never>
        do {
            server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelOption(.backlog, value: Int32(Self.connectionsMax))
                .childChannelOption(.socketOption(.so_keepalive), value: 1)
                .bind(host: configuration.host, port: configuration.port) { [idle] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(IdleStateHandler(allTimeout: idle))
                        try channel.pipeline.syncOperations.addHandler(IdleCloser())
                        // Asked now: a sender that is gone has none.
                        return Connection(
                            address: channel.remoteAddress?.ipAddress ?? "unknown",
                            channel: try NIOAsyncChannel(wrappingChannelSynchronously: channel))
                    }
                }
        } catch {
            throw Problem(
                .configuration, "HL7 cannot be listened for on \(configuration.host):\(configuration.port): \(error).",
                remedy: "Choose a port that is free.")
        }
        await ready(server.channel.localAddress?.port ?? configuration.port)
        try await cancelWhenGracefulShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                try await server.executeThenClose { connections in
                    for try await connection in connections { group.addTask { await serve(connection) } }
                }
            }
        }
    }

    private func serve(_ connection: Connection) async {
        let address = connection.address
        let isRoom = gauge.enter()
        defer { gauge.tell { $0.connections -= 1 } }
        do {
            try await connection.channel.executeThenClose { inbound, outbound in
                guard configuration.admits(address) else {
                    gauge.tell { $0.strangers += 1 }
                    logger.warning("HL7 was offered by somebody who may not send", metadata: ["from": "\(address)"])
                    return try auditor.noteStranger(Self.door, from: address)
                }
                guard isRoom else {
                    logger.warning("HL7: as many connections as may be are open", metadata: ["from": "\(address)"])
                    return
                }
                var decoder = MLLPDecoder()
                for try await buffer in inbound {
                    for piece in decoder.take(buffer.readableBytesView) {
                        guard let answers = await take(piece, from: address) else { return }
                        for answer in answers { try await outbound.write(ByteBuffer(bytes: MLLPDecoder.block(answer))) }
                    }
                }
            }
        } catch {
            // A sender that goes away before its answer sends the same message again; what was taken is durable.
            logger.info("HL7: a connection ended", metadata: ["from": "\(address)", "why": "\(error)"])
        }
    }

    /// What a piece is answered; nil where the connection has to end, because nobody could be answered.
    private func take(_ piece: MLLPPiece, from address: String) async -> [String]? {
        switch piece {
        case .stray(let count):
            gauge.tell { $0.strayBytes += count }
            return []
        case .tooLong:
            logger.warning("HL7: a message is longer than any may be", metadata: ["from": "\(address)"])
            return nil
        case .message(let bytes): return await take(bytes, from: address)
        }
    }

    private func take(_ bytes: [UInt8], from address: String) async -> [String]? {
        let outcomes: [HL7Outcome]
        do throws(Problem) {
            outcomes = try await auditor.importing(Self.door, from: address) {
                let outcomes = await importer.outcomes(bytes, name: Self.door)
                return (outcomes, HL7Outcome.answer(outcomes))
            }
        } catch {
            logger.error("HL7: no record can be kept; the sender is told to try again", metadata: ["why": "\(error.message)"])
            outcomes = HL7Outcome.refused(bytes, name: Self.door, error)
        }
        for outcome in outcomes { gauge.took(outcome, at: now()) }
        guard outcomes.allSatisfy(\.hasHeader) else {
            logger.warning("HL7: what came is no message, so that nobody can be answered", metadata: ["from": "\(address)"])
            return nil
        }
        return outcomes.compactMap { $0.answer?.text(controlID: Self.newControlID(), at: OccurredAt(now())) }
    }

    /// At most twenty characters, and never the same twice.
    private static func newControlID() -> String { "FJ" + Hex.text(of: UInt64.random(in: .min ... .max)) }
}

/// Closes a connection that says nothing for too long.
private final class IdleCloser: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
