import NIOCore
import Synchronization

/// Counts open connections, in total and by address, over all listeners that share it.
public final class ConnectionCensus: Sendable {
    private struct Counts {
        var total = 0
        var byAddress: [[UInt8]: Int] = [:]
    }

    private let connectionsMax: Int
    private let connectionsPerAddressMax: Int
    private let counts = Mutex(Counts())

    /// A census with nobody connected. It admits fewer where the process may not open as many files as it would need.
    public init(_ limits: ServerLimits) {
        connectionsMax = min(limits.connectionsMax, OpenFiles.connectionsMax(of: OpenFiles.allowed))
        connectionsPerAddressMax = limits.connectionsPerAddressMax
    }

    /// Connections open now.
    public var open: Int { counts.withLock { $0.total } }

    /// Counts a connection in; false, and not counted, when there are too many.
    func admit(_ address: SocketAddress?) -> Bool {
        let network = address.flatMap(Self.network)
        return counts.withLock { counts in
            guard counts.total < connectionsMax else { return false }
            if let network {
                guard counts.byAddress[network, default: 0] < connectionsPerAddressMax else { return false }
                counts.byAddress[network, default: 0] += 1
            }
            counts.total += 1
            return true
        }
    }

    /// Counts out a connection that was admitted.
    func leave(_ address: SocketAddress?) {
        let network = address.flatMap(Self.network)
        counts.withLock { counts in
            counts.total -= 1
            guard let network, let count = counts.byAddress[network] else { return }
            counts.byAddress[network] = count > 1 ? count - 1 : nil
        }
    }

    /// Whom an address counts for: an IPv4 address, or the first 64 bits of an IPv6 address, as one subscriber has all of
    /// those behind it. Nil for a socket file.
    private static func network(_ address: SocketAddress) -> [UInt8]? {
        // Where POSIX systems keep the address in sockaddr_in and sockaddr_in6: behind family and port, and flow label.
        let (offset, count) =
            switch address {
            case .v4: (4, 4)
            case .v6: (8, 16)
            case .unixDomainSocket: (0, 0)
            }
        guard count > 0 else { return nil }
        let bytes = address.withSockAddr { pointer, size in
            Array(UnsafeRawBufferPointer(start: pointer, count: size).dropFirst(offset).prefix(count))
        }
        guard bytes.count == 16 else { return bytes }
        let isMappedIPv4 = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMappedIPv4 ? Array(bytes.suffix(4)) : Array(bytes.prefix(8))
    }
}

/// Closes a connection that the census does not admit, before a byte of it is read.
final class AdmissionGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let census: ConnectionCensus
    private var isAdmitted: Bool?
    private var address: SocketAddress?

    init(_ census: ConnectionCensus) {
        self.census = census
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive {
            admit(context)
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        // First the others: closing tells them of the end at once, which must not come before the beginning.
        context.fireChannelActive()
        admit(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isAdmitted == true {
            context.fireChannelRead(data)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isAdmitted == true {
            census.leave(address)
        }
        isAdmitted = false
        context.fireChannelInactive()
    }

    private func admit(_ context: ChannelHandlerContext) {
        guard isAdmitted == nil else { return }
        address = context.remoteAddress
        isAdmitted = census.admit(address)
        if isAdmitted == false {
            context.close(promise: nil)
        }
    }
}
