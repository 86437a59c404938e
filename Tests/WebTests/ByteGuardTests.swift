import NIOCore
import NIOEmbedded
import Testing

@testable import Web

/// The byte guard and the admission guard on an embedded channel.
@Suite struct ByteGuardTests {
    /// Notes the events that the guard sends inwards.
    private final class Listener: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private(set) var events: [ByteGuardEvent] = []

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            events += [event].compactMap { $0 as? ByteGuardEvent }
        }
    }

    /// Bytes that the client has not read.
    private final class Waiting {
        var count = 0
    }

    private let listener = Listener()
    private let waiting = Waiting()

    private func makeChannel(_ limits: ServerLimits = ServerLimits()) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        let guarding = ByteGuard(limits) { [waiting] _ in waiting.count }
        try channel.pipeline.syncOperations.addHandlers([guarding, listener])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    @Test func `a head begins with its first byte, once for each request`() throws {
        let channel = try makeChannel()
        try channel.writeInbound(ByteBuffer(string: "G"))
        try channel.writeInbound(ByteBuffer(string: "ET / HTTP/1.1\r\n"))
        #expect(listener.events == [.headBegan])
        channel.triggerUserOutboundEvent(RequestGuardEvent.requestEnded, promise: nil)
        #expect(listener.events == [.headBegan])
        try channel.writeInbound(ByteBuffer(string: "G"))
        #expect(listener.events == [.headBegan, .headBegan])
    }

    @Test func `a request line without end is cut off, however it is dealt out`() throws {
        for size in [1, 7, 4_096] {
            let channel = try makeChannel()
            let before = listener.events.count
            for _ in 0..<(5_000 / size + 1) {
                try channel.writeInbound(ByteBuffer(repeating: UInt8(ascii: "a"), count: size))
            }
            #expect(listener.events.dropFirst(before) == [.headBegan, .requestLineTooLong], "\(size) bytes at a time")
        }
    }

    @Test func `only the request line is measured`() throws {
        let channel = try makeChannel()
        try channel.writeInbound(ByteBuffer(string: "PUT / HTTP/1.1\r\n" + String(repeating: "b", count: 100_000)))
        try channel.writeInbound(ByteBuffer(string: String(repeating: "b", count: 100_000)))
        #expect(listener.events == [.headBegan])
    }

    @Test func `a client that takes nothing for twenty seconds is let go`() throws {
        let channel = try makeChannel()
        waiting.count = 500
        try channel.writeOutbound(IOData.byteBuffer(ByteBuffer(repeating: 0, count: 1_000)))
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(19_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }

    @Test func `a client that takes a little each time is kept, also while more is sent`() throws {
        let channel = try makeChannel()
        waiting.count = 100_000
        try channel.writeOutbound(IOData.byteBuffer(ByteBuffer(repeating: 0, count: 100_000)))
        for _ in 1...10 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(19))
            waiting.count -= 100
            waiting.count += 5_000
            try channel.writeOutbound(IOData.byteBuffer(ByteBuffer(repeating: 0, count: 5_000)))
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            #expect(channel.isActive)
        }
        // From here on only more is sent.
        for _ in 1...3 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(10))
            waiting.count += 5_000
            _ = try? channel.writeOutbound(IOData.byteBuffer(ByteBuffer(repeating: 0, count: 5_000)))
        }
        #expect(!channel.isActive)
    }

    @Test func `a client that takes everything is not watched`() throws {
        let channel = try makeChannel()
        try channel.writeOutbound(IOData.byteBuffer(ByteBuffer(repeating: 0, count: 1_000)))
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
    }

    @Test func `addresses are counted each for itself, and those of one IPv6 network together`() throws {
        var limits = ServerLimits()
        limits.connectionsMax = 5
        limits.connectionsPerAddressMax = 2
        let census = ConnectionCensus(limits)
        let address = { (text: String) throws in try SocketAddress(ipAddress: text, port: 1) }
        #expect(try census.admit(address("10.0.0.1")))
        #expect(try census.admit(address("::ffff:10.0.0.1")))
        #expect(try !census.admit(address("10.0.0.1")))
        #expect(try census.admit(address("2001:db8::1")))
        #expect(try census.admit(address("2001:db8::2")))
        #expect(try !census.admit(address("2001:db8:0:0:ffff::3")))
        #expect(try census.admit(address("2001:db8:0:1::1")))
        #expect(!census.admit(nil), "the total is reached")
        #expect(census.open == 5)
        try census.leave(address("10.0.0.1"))
        #expect(try census.admit(address("10.0.0.1")))
    }

    @Test func `a connection that is not admitted passes nothing on and is not counted out`() throws {
        var limits = ServerLimits()
        limits.connectionsPerAddressMax = 1
        let census = ConnectionCensus(limits)
        let channels = try (0..<2).map { _ in
            let channel = EmbeddedChannel()
            channel.remoteAddress = try SocketAddress(ipAddress: "10.0.0.1", port: 1)
            try channel.pipeline.syncOperations.addHandler(AdmissionGuard(census))
            channel.pipeline.fireChannelActive()
            return channel
        }
        #expect(census.open == 1)
        _ = try? channels[1].finish()
        #expect(census.open == 1)
        _ = try? channels[0].finish()
        #expect(census.open == 0)
    }
}
