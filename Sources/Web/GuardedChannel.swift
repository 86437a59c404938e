public import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

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
    typealias Value = HTTP1Channel.Value

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
        do {
            try pipeline.addHandlers([AdmissionGuard(census), ByteGuard(limits)])
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        return http1.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(RequestGuard(limits, logger), position: .after(decoder))
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await http1.handle(value: value, logger: logger)
    }
}
