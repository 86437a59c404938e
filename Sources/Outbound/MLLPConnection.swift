import Glibc
import Interop
import NIOCore
import NIOPosix

/// Why an exchange over MLLP gave no answer.
enum MLLPFault: Error {
    case notConnected(String)
    case ended
    case noAnswer
    case unreadable

    /// For people; says nothing of what was sent.
    var words: String {
        switch self {
        case .notConnected(let why): "nobody accepted the connection (\(why))"
        case .ended: "the connection ended before the answer"
        case .noAnswer: "no answer came in time"
        case .unreadable: "what came is no HL7 answer"
        }
    }
}

/// One connection to a receiver of HL7 v2 messages.
actor MLLPConnection {
    /// How long connecting may take.
    private static let connectWithin = TimeAmount.seconds(10)
    /// The most answers of earlier messages that are passed over for one.
    private static let lateMax = 100

    private let channel: any Channel
    private let pieces: AsyncStream<MLLPPiece>

    private init(_ channel: any Channel, _ pieces: AsyncStream<MLLPPiece>) {
        self.channel = channel
        self.pieces = pieces
    }

    /// Connects.
    static func open(host: String, port: Int) async throws(MLLPFault) -> MLLPConnection {
        // A receiver says little; whoever sends more than this unasked is no receiver.
        let (pieces, continuation) = AsyncStream<MLLPPiece>.makeStream(bufferingPolicy: .bufferingOldest(lateMax))
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(connectWithin)
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(AnswerHandler(continuation))
                    }
                }
                .connect(host: host, port: port).get()
            return MLLPConnection(channel, pieces)
        } catch {
            continuation.finish()
            throw .notConnected(words(of: error))
        }
    }

    /// Why nobody was reached, in the system's own words.
    private static func words(of error: any Error) -> String {
        if let failure = error as? NIOConnectionError {
            if failure.dnsAError != nil || failure.dnsAAAAError != nil { return "the name has no address" }
            return failure.connectionErrors.first.map { words(of: $0.error) } ?? "no address was tried"
        }
        if let failure = error as? IOError { return String(cString: strerror(failure.errnoCode)) }
        if case .connectTimeout? = error as? ChannelError { return "no answer within ten seconds" }
        return "\(error)"
    }

    /// Whether the other side has not ended it.
    var isOpen: Bool { channel.isActive }

    /// Sends a message and waits for the answer that names it.
    ///
    /// - Throws: the fault; the connection is of no use then.
    func exchange(_ message: String, controlID: String, within: Duration) async throws(MLLPFault) -> HL7Message {
        do { try await channel.writeAndFlush(ByteBuffer(bytes: MLLPDecoder.block(message))).get() } catch { throw .ended }
        let channel = channel
        // Awaited by nobody: it ends by itself, and is cancelled as soon as the answer is here.
        let timer = Task {
            try await Task.sleep(for: within)
            channel.close(promise: nil)
        }
        defer { timer.cancel() }
        let deadline = ContinuousClock.now + within
        for _ in 0...Self.lateMax {
            guard let piece = await take() else { throw ContinuousClock.now < deadline ? .ended : .noAnswer }
            switch piece {
            case .stray: continue
            case .tooLong: throw .unreadable
            case .message(let bytes):
                guard case .success(let answer)? = HL7Lexer().read(bytes).first?.outcome else { throw .unreadable }
                if answer.first("MSA")?[2].text() == controlID { return answer }
            }
        }
        throw .unreadable
    }

    /// Nobody else asks meanwhile: a courier sends one message at a time.
    private func take() async -> MLLPPiece? {
        var iterator = pieces.makeAsyncIterator()
        return await iterator.next(isolation: self)
    }

    /// Ends it.
    func close() async {
        channel.close(promise: nil)
    }
}

/// Parts what comes into messages. Its connection's event loop is the only one that touches it.
private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private var decoder = MLLPDecoder()
    private let pieces: AsyncStream<MLLPPiece>.Continuation

    init(_ pieces: AsyncStream<MLLPPiece>.Continuation) { self.pieces = pieces }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        for piece in decoder.take(unwrapInboundIn(data).readableBytesView) {
            if case .dropped = pieces.yield(piece) { return context.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        pieces.finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
