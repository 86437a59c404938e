public import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

extension HTTPServerBuilder {
    /// HTTP/1.1 with every limit enforced; TLS goes around it: `.tls(.guarded(limits), tlsConfiguration:)`.
    ///
    /// - Parameters:
    ///   - limits: The bounds on each connection.
    ///   - census: Who counts connections; share one among listeners that share the caps. Own one where nil.
    public static func guarded(_ limits: ServerLimits, census: ConnectionCensus? = nil) -> HTTPServerBuilder {
        let census = census ?? ConnectionCensus(limits)
        return HTTPServerBuilder { responder in
            GuardedChannel(
                http1: HTTP1Channel(responder: responder, configuration: GuardedChannel.configuration(limits)), limits: limits,
                census: census)
        }
    }
}

/// A connection of HTTP/1.1 with guards before and behind its decoder.
struct GuardedChannel: ServerChildChannel {
    typealias Value = GuardedConnection

    let http1: HTTP1Channel
    let limits: ServerLimits
    let census: ConnectionCensus

    static func configuration(_ limits: ServerLimits) -> HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerLineBytesMax, maxHeaderListSize: limits.headerBytesMax,
                maxHeaderFieldCount: limits.headerCountMax))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let pipeline = channel.pipeline.syncOperations
        let shown = ShownCertificate()
        do {
            // In front of TLS, where there is some: whom there is no room for is closed before anything is agreed upon with him.
            let isTLS = HandshakeGuard.isNeeded(on: channel.pipeline)
            try pipeline.addHandler(AdmissionGuard(census), position: .first)
            if isTLS {
                try pipeline.addHandler(HandshakeGuard(limits, shown))
            }
            try pipeline.addHandler(ByteGuard(limits))
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        return http1.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let guarding = RequestGuard(limits, logger)
            try pipeline.addHandler(guarding, position: .after(decoder))
            // One request at a time: an application that answers faster than its event loop writes would pile up its answers to somebody who
            // asks without end and reads nothing, and be told too late that nobody takes them.
            try pipeline.addHandler(HTTPServerPipelineHandler(), position: .after(guarding))
            return GuardedConnection(value, shown)
        }
    }

    func handle(value: Value, logger: Logger) async {
        let peer = await Peer.of(value.channel)
        await Peer.$current.withValue(peer) {
            await ShownCertificate.$current.withValue(value.shown) { await http1.handle(value: value.take(), logger: logger) }
        }
    }
}

/// An accepted connection on its way from the event loop to the server's task.
///
/// A server that stops drops the connections which it has accepted and not yet taken, and NIO ends the process over an
/// asynchronous channel that is dropped without having been closed. So this one closes it.
final class GuardedConnection: ServerChildChannelValue {
    private let asyncChannel: HTTP1Channel.Value
    private let isTaken = Atomic(false)
    let shown: ShownCertificate

    init(_ asyncChannel: HTTP1Channel.Value, _ shown: ShownCertificate) {
        self.asyncChannel = asyncChannel
        self.shown = shown
    }

    deinit {
        guard !isTaken.load(ordering: .acquiring) else { return }
        // Awaited by nobody: the server is stopping, and closing a connection that nobody serves ends by itself.
        Task { [asyncChannel] in
            // A connection that cannot be closed any more is what is wanted.
            try? await asyncChannel.executeThenClose { _, _ in }
        }
    }

    var channel: any Channel { asyncChannel.channel }

    /// The channel, for the one who serves and closes it.
    func take() -> HTTP1Channel.Value {
        isTaken.store(true, ordering: .releasing)
        return asyncChannel
    }
}
