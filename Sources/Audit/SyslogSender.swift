import NIOCore
import NIOPosix
import NIOSSL
public import Problems

/// Where and how audit messages are sent.
public struct SyslogDestination: Sendable {
    /// The receiver's name, which its certificate must carry.
    public var host: String
    /// Its port; 6514 is the standard's.
    public var port: Int
    /// A PEM file of the authorities that are believed.
    public var authorityFile: String
    /// PEM files of an own certificate and its key, where the receiver asks for one.
    public var certificate: (chain: String, key: String)?

    /// Names a receiver.
    public init(host: String, port: Int, authorityFile: String, certificate: (chain: String, key: String)? = nil) {
        self.host = host
        self.port = port
        self.authorityFile = authorityFile
        self.certificate = certificate
    }
}

/// Sends frames over TLS and knows when the receiver has read them: it ends the connection in answer to our end, behind them.
///
/// Syslog itself acknowledges nothing. A receiver that ends with the alert of TLS has proven it; one that just closes (rsyslog with GnuTLS
/// does) is believed, because a kernel that still held unread bytes would have reset the connection, and nobody in between is kept from
/// forging that end. Source: RFC 5425 4.4 (close_notify), IHE ITI-20.
public struct SyslogSender: Sendable {
    /// How long a connection, a batch and its orderly end may take.
    static let patience: TimeAmount = .seconds(30)

    private let destination: SyslogDestination
    private let context: NIOSSLContext

    /// Prepares for a receiver.
    ///
    /// - Throws: `CONFIGURATION` for files that cannot be used.
    public init(_ destination: SyslogDestination) throws(Problem) {
        self.destination = destination
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.trustRoots = .file(destination.authorityFile)
        tls.certificateVerification = .fullVerification
        do {
            if let files = destination.certificate {
                tls.certificateChain = try NIOSSLCertificate.fromPEMFile(files.chain).map { .certificate($0) }
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
            }
            context = try NIOSSLContext(configuration: tls)
        } catch {
            throw Problem(.configuration, "A certificate, a key or the authorities' file cannot be used: \(error).")
        }
    }

    /// Sends a batch over a connection of its own; all of it was read by the receiver when this returns.
    ///
    /// - Returns: whether the receiver proved it by ending the connection with the alert of TLS.
    /// - Throws: `STALLED` (exit 75) where the receiver did not take all of it; what of it arrived is not known then.
    @discardableResult public func send(_ frames: [[UInt8]]) async throws(Problem) -> Bool {
        do { return try await exchange(frames) } catch {
            throw Problem(
                .stalled, "The audit's receiver at \(destination.host):\(destination.port) did not take the records: \(error).",
                remedy: "See that it runs and that its certificate is believed; the same command goes on where it ended.")
        }
    }

    private func exchange(_ frames: [[UInt8]]) async throws -> Bool {
        let (context, host) = (context, destination.host)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(Self.patience)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // An address is verified as such; a name goes into the handshake too.
                    let name = AuditMessage.networkType(of: host) == "2" ? nil : host
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOSSLClientHandler(context: context, serverHostname: name), EndWatch())
                }
            }
            .connect(host: host, port: destination.port).get()
        let deadline = channel.eventLoop.scheduleTask(in: Self.patience) { channel.close(mode: .all, promise: nil) }
        defer { deadline.cancel() }
        do {
            for frame in frames { channel.write(ByteBuffer(bytes: frame), promise: nil) }
            // The last write's future covers those before it: TLS keeps the order.
            try await channel.writeAndFlush(ByteBuffer()).get()
            do { try await channel.close().get() } catch NIOSSLError.uncleanShutdown { return false }
            return true
        } catch {
            channel.close(promise: nil)
            throw error
        }
    }
}

/// Turns errors of the connection into its end, so that nobody waits for what cannot come.
private final class EndWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
