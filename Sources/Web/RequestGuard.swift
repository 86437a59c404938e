import Logging
import NIOCore
import NIOHTTP1
import Problems

/// Stands behind the HTTP decoder: checks each head, holds each request to its deadlines and size, and answers in place of the
/// application where a request is not taken.
///
/// After its last answer a connection is half closed and drained for a moment: closing at once would make the system discard
/// an answer that the client has not read yet.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: ServerLimits
    private let logger: Logger
    private var deadlines = Deadlines()
    private var wake: (at: NIODeadline, task: Scheduled<Void>)?

    private var hasHeardAnything = false
    private var requestsTaken = 0
    /// The body being read of a request that the application has; nil between requests.
    private var body: BodyClock?
    private var isHeadRequest = false
    /// Requests that the application has and has not answered to the end.
    private var answersOwed = 0
    private var isAnswering = false
    private var closesAfterAnswers = false
    /// Set once nothing more is taken from this client; answered when earlier requests have been.
    private var refusal: Refusal?
    private var isLingering = false
    private var isClosed = false
    private var heldCloses: [EventLoopPromise<Void>] = []

    init(_ limits: ServerLimits, _ logger: Logger) {
        self.limits = limits
        self.logger = logger
    }

    // MARK: Connection

    func handlerAdded(context: ChannelHandlerContext) {
        deadlines.head = context.eventLoop.now + TimeAmount(limits.headTimeout)
        schedule(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish()
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard refusal == nil, !isLingering else { return }
        guard let refusal = Refusal(parserError: error) else {
            context.fireErrorCaught(error)
            return
        }
        refuse(refusal, context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as ByteGuardEvent:
            take(event, context)
        case ChannelEvent.inputClosed where isLingering:
            context.close(promise: nil)
        default:
            if !isLingering {
                context.fireUserInboundEventTriggered(event)
            }
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard isLingering, !isClosed else {
            context.close(mode: mode, promise: promise)
            return
        }
        if mode == .all, let promise {
            heldCloses.append(promise)
        } else {
            promise?.succeed()
        }
    }

    /// The connection is closed: those who asked for it are told, and those who still ask are told by the channel.
    private func finish() {
        wake?.task.cancel()
        wake = nil
        isClosed = true
        for promise in heldCloses {
            promise.succeed()
        }
        heldCloses = []
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard refusal == nil, !isLingering, !(closesAfterAnswers && body == nil) else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            take(head, context, data)
        case .body(let bytes):
            body?.receive(bytes.readableBytes, context.eventLoop.now)
            deadlines.body = nil
            if let body, body.bytes > limits.bodyBytesMax {
                refuse(.bodyTooLarge(limits), context)
            } else {
                context.fireChannelRead(data)
            }
        case .end:
            body = nil
            deadlines.request = nil
            deadlines.body = nil
            startIdling(context)
            context.triggerUserOutboundEvent(RequestGuardEvent.requestEnded, promise: nil)
            context.fireChannelRead(data)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if isLingering {
            // The application no longer asks for more, but what the client still sends must be taken off the connection.
            context.read()
        }
    }

    func read(context: ChannelHandlerContext) {
        if body != nil {
            body?.wait(context.eventLoop.now)
            deadlines.body = body?.deadline(limits)
            schedule(context)
        }
        context.read()
    }

    private func take(_ event: ByteGuardEvent, _ context: ChannelHandlerContext) {
        guard refusal == nil, !isLingering else { return }
        switch event {
        case .headBegan:
            hasHeardAnything = true
            deadlines.idle = nil
            deadlines.head = context.eventLoop.now + TimeAmount(limits.headTimeout)
            deadlines.request = context.eventLoop.now + TimeAmount(limits.requestTimeout)
            schedule(context)
        case .requestLineTooLong:
            refuse(.uriTooLong(limits), context)
        }
    }

    private func take(_ head: HTTPRequestHead, _ context: ChannelHandlerContext, _ data: NIOAny) {
        hasHeardAnything = true
        deadlines.head = nil
        deadlines.idle = nil
        deadlines.request = deadlines.request ?? context.eventLoop.now + TimeAmount(limits.requestTimeout)
        isHeadRequest = head.method == .HEAD
        if let refusal = HeadCheck(limits: limits).refusal(of: head) {
            refuse(refusal, context)
            return
        }
        body = BodyClock()
        requestsTaken += 1
        answersOwed += 1
        closesAfterAnswers = !head.isKeepAlive || requestsTaken >= limits.requestsPerConnectionMax
        context.fireChannelRead(data)
        schedule(context)
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isLingering else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            isAnswering = true
            // Who is answered before his body has come is not waited for: most of them should never have sent it.
            if body != nil, answersOwed == 1, head.status.code >= 200 {
                closesAfterAnswers = true
            }
            if closesAfterAnswers, answersOwed == 1 {
                head.headers.replaceOrAdd(name: "Connection", value: "close")
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            isAnswering = false
            answersOwed -= 1
            context.write(data, promise: promise)
            continueAfterAnswer(context)
        }
    }

    private func continueAfterAnswer(_ context: ChannelHandlerContext) {
        if refusal != nil {
            answerWhenDue(context)
        } else if closesAfterAnswers, answersOwed == 0 {
            linger(context)
        } else {
            startIdling(context)
        }
    }

    /// Takes nothing more from this client, and says why as soon as what came before is answered.
    private func refuse(_ refusal: Refusal, _ context: ChannelHandlerContext) {
        self.refusal = refusal
        deadlines = Deadlines()
        logger.debug("request refused", metadata: ["code": "\(refusal.problem.code.rawValue)", "status": "\(refusal.status)"])
        answerWhenDue(context)
    }

    private func answerWhenDue(_ context: ChannelHandlerContext) {
        guard let refusal, !isLingering else { return }
        // A request whose body was being read is answered here, in place of the application.
        let own = body == nil ? 0 : 1
        guard answersOwed <= own else { return }
        if isAnswering {
            context.close(promise: nil)
            return
        }
        let answer = RefusalAnswer(refusal, hasBody: !isHeadRequest)
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        if let body = answer.body {
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        linger(context)
        if own == 1 {
            // The application waits for the rest of the body: it must not take what came for the whole.
            context.fireErrorCaught(refusal)
        }
    }

    /// Half closes, and drains until the client closes too or its time is up.
    private func linger(_ context: ChannelHandlerContext) {
        isLingering = true
        deadlines = Deadlines(linger: context.eventLoop.now + TimeAmount(limits.lingerTimeout))
        schedule(context)
        context.flush()
        context.close(mode: .output, promise: nil)
        context.read()
    }

    // MARK: Deadlines

    private func startIdling(_ context: ChannelHandlerContext) {
        guard body == nil, answersOwed == 0 else { return }
        deadlines.idle = context.eventLoop.now + TimeAmount(limits.idleTimeout)
        schedule(context)
    }

    /// Has the earliest deadline looked at when it comes. A timer that is early is left alone, so that a busy connection
    /// costs one timer every few seconds and not several a request.
    private func schedule(_ context: ChannelHandlerContext) {
        guard let earliest = deadlines.earliest else { return }
        if let wake, wake.at <= earliest {
            return
        }
        wake?.task.cancel()
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: earliest) { [self] in
            wake = nil
            enforce(context)
        }
        wake = (earliest, task)
    }

    private func enforce(_ context: ChannelHandlerContext) {
        let now = context.eventLoop.now
        let isOver = { (deadline: NIODeadline?) in deadline.map { $0 <= now } ?? false }
        if isOver(deadlines.linger) || isOver(deadlines.idle) || (isOver(deadlines.head) && !hasHeardAnything) {
            context.close(promise: nil)
        } else if isOver(deadlines.head) || isOver(deadlines.request) || isOver(deadlines.body) {
            refuse(.slow, context)
        } else {
            schedule(context)
        }
    }
}
