import NIOCore
import NIOSSL
import NIOTLS

/// Closes a connection on which TLS was not agreed upon in time, and keeps what the client showed. It stands right behind TLS, and only there.
///
/// Closing through TLS would wait for the other side's word of parting, which somebody who did not even begin does not give; so the
/// connection is closed in front of it.
final class HandshakeGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let timeout: TimeAmount
    private let shown: ShownCertificate
    private var task: Scheduled<Void>?

    init(_ limits: ServerLimits, _ shown: ShownCertificate) {
        timeout = TimeAmount(limits.handshakeTimeout)
        self.shown = shown
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        task = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            Self.front(of: loopBound.value.pipeline)?.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event {
            stop()
            shown.take(from: context.pipeline.syncOperations)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
    }

    private func stop() {
        task?.cancel()
        task = nil
    }

    /// The place in front of TLS.
    private static func front(of pipeline: ChannelPipeline) -> ChannelHandlerContext? {
        try? pipeline.syncOperations.context(handlerType: AdmissionGuard.self)
    }

    /// Whether TLS is spoken on a connection.
    static func isNeeded(on pipeline: ChannelPipeline) -> Bool {
        (try? pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)) != nil
    }
}
