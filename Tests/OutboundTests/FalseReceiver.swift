import Interop
import NIOCore
import NIOPosix

/// A receiver of HL7 messages that answers as a test says: what no receiver that is well can be brought to do.
final class FalseReceiver: Sendable {
    /// What it answers to a message's control id: bytes to send, and whether it hangs up then.
    typealias Script = @Sendable (_ controlID: String) -> (bytes: [UInt8], hangsUp: Bool)

    private let channel: any Channel
    var port: Int { channel.localAddress?.port ?? 0 }

    init(_ script: @escaping Script) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answering(script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func stop() async throws { try await channel.close() }

    /// An acknowledgement as a block.
    static func answer(_ code: String, to controlID: String, _ error: String = "") -> [UInt8] {
        MLLPDecoder.block(
            "MSH|^~\\&|RIS|H|FILMJACKET|N|20260101000000||ACK|A1|P|2.5.1\rMSA|\(code)|\(controlID)\r"
                + (error.isEmpty ? "" : "ERR|||\(error)|E||||What is wrong.\r"))
    }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private var decoder = MLLPDecoder()
        private let script: Script

        init(_ script: @escaping Script) { self.script = script }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            for case .message(let bytes) in decoder.take(unwrapInboundIn(data).readableBytesView) {
                let answer = script(HL7Lexer().read(bytes).first?.header?.controlID ?? "")
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer.bytes)), promise: nil)
                if answer.hangsUp { context.close(promise: nil) }
            }
        }
    }
}
