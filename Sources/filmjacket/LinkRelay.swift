import NIOCore
import NIOPosix
import Synchronization

/// A link between a site and the hub that can be cut and healed: a TCP relay on loopback, for the demonstration.
final class LinkRelay: Sendable {
    /// The port that the site connects to.
    let port: Int
    private let listener: any Channel
    private let state = Mutex(State())

    private struct State {
        var isCut = false
        var pairs: [ObjectIdentifier: any Channel] = [:]
    }

    private static let group = MultiThreadedEventLoopGroup.singleton

    /// Relays a free port to another.
    init(to target: Int) async throws {
        let box = RelayBox()
        listener = try await ServerBootstrap(group: Self.group)
            .serverChannelOption(.backlog, value: 64)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { inbound in
                guard let relay = box.relay else { return inbound.close() }
                return relay.connect(inbound, to: target)
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = listener.localAddress?.port ?? 0
        box.set(self)
    }

    /// Cuts the link: what is open breaks off, what comes is refused.
    func cut() {
        let open = state.withLock { state in
            state.isCut = true
            defer { state.pairs = [:] }
            return Array(state.pairs.values)
        }
        for channel in open { channel.close(promise: nil) }
    }

    /// Lets connections through again.
    func heal() { state.withLock { $0.isCut = false } }

    private func connect(_ inbound: any Channel, to target: Int) -> EventLoopFuture<Void> {
        let mayPass = state.withLock { state in
            guard !state.isCut else { return false }
            state.pairs[ObjectIdentifier(inbound)] = inbound
            return true
        }
        guard mayPass else { return inbound.close() }
        inbound.closeFuture.whenComplete { _ in
            self.state.withLock { _ = $0.pairs.removeValue(forKey: ObjectIdentifier(inbound)) }
        }
        return ClientBootstrap(group: inbound.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: target)
            .flatMap { outbound in
                inbound.pipeline.addHandler(RelayHandler(peer: outbound)).and(
                    outbound.pipeline.addHandler(RelayHandler(peer: inbound))
                )
                .flatMap { _ in
                    inbound.setOption(.autoRead, value: true).and(outbound.setOption(.autoRead, value: true)).map { _ in }
                }
            }
            .flatMapError { _ in inbound.close() }
    }
}

/// Hands the relay to a closure that is made before it.
private final class RelayBox: Sendable {
    private let held = Mutex<LinkRelay?>(nil)
    var relay: LinkRelay? { held.withLock { $0 } }
    func set(_ relay: LinkRelay) { held.withLock { $0 = relay } }
}

/// Passes bytes to the other side and closes with it.
private final class RelayHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let peer: any Channel

    init(peer: any Channel) { self.peer = peer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        peer.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        peer.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
