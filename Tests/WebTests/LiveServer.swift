import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Problems
import Synchronization
import Testing
import Web

/// A server on a free port of loopback with the routes that the attacks need.
struct LiveServer: Sendable {
    let port: Int
    let taken: Taken
    let census: ConnectionCensus

    /// What reached a handler as whole requests.
    final class Taken: Sendable {
        let bodies = Mutex<[Int]>([])
    }

    struct Unforeseen: Error {
        let text = "patient DOE^JANE"
    }

    /// Runs a test against a server, then stops it.
    static func run(_ limits: ServerLimits = ServerLimits(), _ test: @escaping @Sendable (LiveServer) async throws -> Void)
        async throws
    {
        let taken = Taken()
        let census = ConnectionCensus(limits)
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router(taken), server: .guarded(limits, census: census),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in found.yield(channel.localAddress?.port ?? 0) }, logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            do {
                try await test(LiveServer(port: port, taken: taken, census: census))
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Sends text and gives the answer once the server has closed.
    func exchange(_ text: String) async -> RawAnswer? {
        await onOwnThread {
            guard let client = RawClient(port: port) else { return nil }
            client.send(text)
            return RawAnswer(client.receiveAll())
        }
    }

    static func router(_ taken: Taken) -> Router<BasicRequestContext> {
        let methods = MethodTable()
        let router = Router()
        router.add(middleware: SecurityHeaders(isTLS: false))
        router.add(middleware: ProblemMiddleware(methods))
        router.get("hello") { _, _ in "hello" }
        router.get("cases/{id}") { _, context in "case \(context.parameters.get("id") ?? "")" }
        router.put("cases/{id}") { _, _ in "put" }
        router.post("early") { _, _ in "early" }
        router.get("large") { _, _ in
            taken.bodies.withLock { $0.append(64 << 10) }
            return ByteBuffer(repeating: 0x61, count: 64 << 10)
        }
        router.put("body") { request, _ in
            let body = try await request.body.collect(upTo: 64 << 20)
            taken.bodies.withLock { $0.append(body.readableBytes) }
            return "\(body.readableBytes)"
        }
        router.get("problem") { _, _ -> String in
            throw Problem(.gap, "Expected 5, and 9 came.", facts: [.init("expected", "5"), .init("status", "no")])
        }
        router.get("unforeseen") { _, _ -> String in throw Unforeseen() }
        router.get("undecodable") { _, _ -> String in throw HTTPError(.unprocessableContent, message: "DOE^JANE is not a number")
        }
        router.get("endless") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    let chunk = ByteBuffer(repeating: UInt8(ascii: "x"), count: 64 << 10)
                    while true {
                        try await writer.write(chunk)
                    }
                })
        }
        methods.learn(router)
        return router
    }
}
