import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Web

/// The request guard on a clock that the tests step.
@Suite struct GuardClockTests {
    /// Stands for the network: notes what closes, since an embedded channel knows no half-closed connection.
    private final class Front: ChannelOutboundHandler {
        typealias OutboundIn = HTTPServerResponsePart

        private(set) var isHalfClosed = false
        private(set) var endedRequests = 0

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            guard mode == .output else {
                context.close(mode: mode, promise: promise)
                return
            }
            isHalfClosed = true
            promise?.succeed()
        }

        func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
            endedRequests += event as? RequestGuardEvent == .requestEnded ? 1 : 0
            promise?.succeed()
        }
    }

    /// One connection.
    private struct Connection {
        let channel = EmbeddedChannel()
        let front = Front()

        init(_ limits: ServerLimits = ServerLimits()) throws {
            let guarding = RequestGuard(limits, Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try channel.pipeline.syncOperations.addHandlers([front, guarding])
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        var isOpen: Bool { channel.isActive }

        func begin() {
            channel.pipeline.fireUserInboundEventTriggered(ByteGuardEvent.headBegan)
        }

        func head(_ method: HTTPMethod = .PUT, _ fields: [(String, String)] = [], version: HTTPVersion = .http1_1) throws {
            let headers = HTTPHeaders([("Host", "here")] + fields)
            let head = HTTPRequestHead(version: version, method: method, uri: "/x", headers: headers)
            try channel.writeInbound(HTTPServerRequestPart.head(head))
            channel.read()
        }

        func body(_ count: Int) throws {
            try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(repeating: 1, count: count)))
        }

        func end() throws {
            try channel.writeInbound(HTTPServerRequestPart.end(nil))
        }

        func answer(_ status: HTTPResponseStatus = .ok) throws {
            try channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: status)))
            try channel.writeOutbound(HTTPServerResponsePart.end(nil))
        }

        func advance(_ time: TimeAmount) {
            channel.embeddedEventLoop.advanceTime(by: time)
        }

        /// Statuses of the answers that went out since the last look.
        func statuses() throws -> [UInt] {
            var statuses: [UInt] = []
            while let part = try channel.readOutbound(as: HTTPServerResponsePart.self) {
                if case .head(let head) = part {
                    statuses.append(head.status.code)
                }
            }
            return statuses
        }

        /// Parts that reached the application since the last look.
        func reached() throws -> Int {
            var count = 0
            while try channel.readInbound(as: HTTPServerRequestPart.self) != nil {
                count += 1
            }
            return count
        }

        /// Whether the application was told that the request will not be complete.
        func wasBroken() -> Bool {
            do {
                try channel.throwIfErrorCaught()
                return false
            } catch {
                return error is Refusal
            }
        }
    }

    @Test func `a head has ten seconds, then 408, and two more to read it`() throws {
        let connection = try Connection()
        connection.begin()
        connection.advance(.milliseconds(9_999))
        #expect(try connection.statuses() == [])
        connection.advance(.milliseconds(1))
        #expect(try connection.statuses() == [408])
        #expect(connection.front.isHalfClosed && connection.isOpen)
        connection.advance(.milliseconds(1_999))
        #expect(connection.isOpen)
        connection.advance(.milliseconds(1))
        #expect(!connection.isOpen)
    }

    @Test func `a connection without a byte is closed after ten seconds`() throws {
        let connection = try Connection()
        connection.advance(.seconds(10))
        #expect(try connection.statuses() == [])
        #expect(!connection.isOpen)
    }

    @Test func `a connection between requests has seventy-five seconds`() throws {
        let connection = try Connection()
        for _ in 1...3 {
            connection.begin()
            try connection.head()
            try connection.end()
            try connection.answer()
            connection.advance(.milliseconds(74_999))
            #expect(connection.isOpen)
        }
        connection.advance(.milliseconds(1))
        #expect(!connection.isOpen)
        #expect(connection.front.endedRequests == 3)
    }

    @Test func `a body that stops is answered 408 after five seconds, and the application is told`() throws {
        let connection = try Connection()
        connection.begin()
        try connection.head()
        connection.advance(.milliseconds(4_999))
        #expect(try connection.statuses() == [])
        connection.advance(.milliseconds(1))
        #expect(try connection.statuses() == [408])
        #expect(connection.wasBroken())
    }

    @Test func `a body by the drop is answered 408 although something always comes`() throws {
        let connection = try Connection()
        connection.begin()
        try connection.head()
        for _ in 1...5 {
            connection.advance(.seconds(1))
            // The last drop comes after the refusal, of which the application is told by an error.
            try? connection.body(1)
            connection.channel.read()
        }
        #expect(try connection.statuses() == [408])
    }

    @Test func `a body at the rate goes on until the whole request's minute is over`() throws {
        let connection = try Connection()
        connection.begin()
        try connection.head()
        for second in 1...59 {
            connection.advance(.seconds(1))
            try connection.body(2_000)
            connection.channel.read()
            #expect(try connection.statuses() == [], "second \(second)")
        }
        connection.advance(.seconds(1))
        #expect(try connection.statuses() == [408])
    }

    @Test func `a pause of ours is not the client's slowness`() throws {
        let connection = try Connection()
        connection.begin()
        try connection.head()
        connection.advance(.seconds(1))
        try connection.body(10)
        // Nothing is asked for here: the application is busy.
        connection.advance(.seconds(40))
        #expect(try connection.statuses() == [])
        connection.channel.read()
        connection.advance(.milliseconds(3_999))
        #expect(try connection.statuses() == [])
        connection.advance(.milliseconds(1))
        #expect(try connection.statuses() == [408])
    }

    @Test func `an answer that stays open has no deadline of the request's`() throws {
        let connection = try Connection()
        connection.begin()
        try connection.head(.GET)
        try connection.end()
        connection.advance(.hours(1))
        #expect(connection.isOpen)
        try connection.answer()
        connection.advance(.seconds(75))
        #expect(!connection.isOpen)
    }

    @Test func `after a refusal the application's answer and its close change nothing`() throws {
        let connection = try Connection()
        connection.begin()
        try connection.head()
        connection.advance(.seconds(5))
        #expect(try connection.statuses() == [408])
        #expect(throws: ChannelError.self) { try connection.answer(.ok) }
        #expect(try connection.statuses() == [])
        let closed = connection.channel.close()
        #expect(connection.isOpen)
        connection.advance(.seconds(2))
        #expect(!connection.isOpen)
        try closed.wait()
        // Asked once more by somebody who does not know yet: told, and not left waiting.
        let again = connection.channel.close()
        #expect(throws: ChannelError.self) { try again.wait() }
    }

    @Test func `a client that closes after a refusal is let go at once`() throws {
        let connection = try Connection()
        connection.channel.pipeline.fireErrorCaught(HTTPParserError.headerOverflow)
        #expect(try connection.statuses() == [431])
        try connection.body(100)
        #expect(try connection.reached() == 0)
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!connection.isOpen)
    }

    @Test func `a bad request behind a good one is answered after it`() throws {
        let connection = try Connection()
        connection.begin()
        try connection.head(.GET)
        try connection.end()
        try connection.head(.PUT, [("Content-Length", "99999999")])
        #expect(try connection.statuses() == [])
        try connection.answer()
        #expect(try connection.statuses() == [200, 413])
        #expect(connection.front.isHalfClosed)
    }

    @Test func `an answer under way cannot be replaced, so the connection ends`() throws {
        let connection = try Connection()
        connection.begin()
        try connection.head()
        try connection.channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)))
        connection.advance(.seconds(5))
        #expect(try connection.statuses() == [200])
        #expect(!connection.isOpen)
    }

    @Test(arguments: [(HTTPVersion.http1_1, "close"), (.http1_0, "")])
    func `a client that wants to close after its answer gets its wish`(version: HTTPVersion, field: String) throws {
        let connection = try Connection()
        connection.begin()
        try connection.head(.GET, field.isEmpty ? [] : [("Connection", field)], version: version)
        try connection.end()
        #expect(!connection.front.isHalfClosed)
        try connection.answer()
        #expect(connection.front.isHalfClosed)
    }

    @Test func `the last request of a connection says so`() throws {
        var limits = ServerLimits()
        limits.requestsPerConnectionMax = 2
        let connection = try Connection(limits)
        var fields: [[String]] = []
        for _ in 1...2 {
            connection.begin()
            try connection.head(.GET)
            try connection.end()
            try connection.answer()
            while let part = try connection.channel.readOutbound(as: HTTPServerResponsePart.self) {
                if case .head(let head) = part {
                    fields.append(head.headers["connection"])
                }
            }
        }
        #expect(fields == [[], ["close"]])
        #expect(connection.front.isHalfClosed)
        #expect(try connection.reached() == 4)
    }

    @Test func `a refused HEAD request gets no body`() throws {
        let connection = try Connection()
        try connection.head(.HEAD, [("Host", "again")])
        var parts = 0
        while try connection.channel.readOutbound(as: HTTPServerResponsePart.self) != nil {
            parts += 1
        }
        #expect(parts == 2)
    }

    @Test func `a foreign host is told apart where hosts are named`() throws {
        var limits = ServerLimits()
        limits.hosts = ["localhost", "[::1]"]
        let check = HeadCheck(limits: limits)
        for (host, status) in [
            ("LOCALHOST:80", nil), ("[::1]:80", nil), ("[::1]", nil), ("evil.example", 421), ("localhost.evil", 421),
        ] {
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: ["Host": host])
            #expect(check.refusal(of: head)?.status == status, "\(host)")
        }
    }

    @Test(arguments: ["/", "/a/b.c", "/a?x=../..", "/%E2%82%AC", "/...", "/a..b/", "http://here/a", "http://here", "/a//b"])
    func `a path with one meaning passes`(uri: String) {
        #expect(RequestTarget.refusal(of: uri) == nil)
    }

    @Test(arguments: [
        "", "*", "a", "/..", "/../a", "/./a", "/a/%2e%2e/b", "/..%5ca", "/%00", "/%0d%0a", "/%", "/%zz", "/%+1", "/%ff",
        "here:80",
    ])
    func `a path with two meanings is refused`(uri: String) {
        #expect(RequestTarget.refusal(of: uri)?.status == 400)
    }
}
