import NIOCore

/// What the byte guard tells the request guard, as user events on their way in.
enum ByteGuardEvent: Equatable {
    /// The first byte of a request's head came.
    case headBegan
    /// The request line is longer than what is accepted; nothing more is let through.
    case requestLineTooLong
}

/// What the request guard tells the byte guard, as a user event on its way out.
enum RequestGuardEvent: Equatable {
    /// The request that was being read has ended: the next byte starts a head.
    case requestEnded
}

/// Watches a connection's bytes in front of the HTTP decoder: when a head starts, how long its first line is, and whether the
/// client takes what is sent to it.
///
/// The decoder tells nothing until a whole head is there, and then that something was too long but not what; and neither it
/// nor the server watches a client that does not read. A head that comes in one packet behind another request (pipelining)
/// starts unseen: the request guard sees it once it is whole, and the idle limit if that never happens.
final class ByteGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// Room for the method and version beside the target.
    private static let requestLineFrame = 64

    private let requestLineMax: Int
    private let writeStallTimeout: TimeAmount
    private let buffered: (ChannelHandlerContext) -> Int
    private var isBetweenRequests = true
    private var isBlocked = false
    private var lineBytes: Int? = 0
    private var written = 0
    private var stall: (takenAtStart: Int, task: Scheduled<Void>)?

    /// A guard; `buffered` says how many bytes wait in the channel for the client to read.
    init(_ limits: ServerLimits, buffered: @escaping (ChannelHandlerContext) -> Int = ByteGuard.bytesWaiting) {
        requestLineMax = limits.uriBytesMax + Self.requestLineFrame
        writeStallTimeout = TimeAmount(limits.writeStallTimeout)
        self.buffered = buffered
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isBlocked else { return }
        if isBetweenRequests {
            isBetweenRequests = false
            lineBytes = 0
            context.fireUserInboundEventTriggered(ByteGuardEvent.headBegan)
        }
        if let soFar = lineBytes {
            let bytes = unwrapInboundIn(data).readableBytesView
            let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
            let length = soFar + bytes[..<(end ?? bytes.endIndex)].count
            lineBytes = end == nil ? length : nil
            if length > requestLineMax {
                isBlocked = true
                context.fireUserInboundEventTriggered(ByteGuardEvent.requestLineTooLong)
                return
            }
        }
        context.fireChannelRead(data)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event as? RequestGuardEvent == .requestEnded else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        isBetweenRequests = true
        promise?.succeed()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        written += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        if stall == nil {
            watchForStall(context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopWatching()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stopWatching()
    }

    /// Watches while bytes wait; closes when none of them was taken for the whole time.
    private func watchForStall(_ context: ChannelHandlerContext) {
        let waiting = buffered(context)
        guard waiting > 0, context.channel.isActive else { return }
        let task = context.eventLoop.assumeIsolated().scheduleTask(in: writeStallTimeout) { [self] in
            guard let started = stall else { return }
            stall = nil
            if buffered(context) > 0, written - buffered(context) <= started.takenAtStart {
                context.close(promise: nil)
            } else {
                watchForStall(context)
            }
        }
        stall = (written - waiting, task)
    }

    private func stopWatching() {
        stall?.task.cancel()
        stall = nil
    }

    private static func bytesWaiting(_ context: ChannelHandlerContext) -> Int {
        // Channels that cannot tell have no buffer of their own.
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
