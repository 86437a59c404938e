import EventLog
import Foundation
import Hummingbird
import ImagingCase
import People
import Problems
import SQLiteStore
import Synchronization
import Testing
import Web

/// A site's cases behind a door, on a free port of loopback: real store, real books, real server.
final class DoorServer: Sendable {
    static let password = "an ordinary sentence"
    static let cheap = ScryptCost(rounds: 16, blockSize: 1, parallelism: 1)
    static let site = SiteID("northside")!

    let folder = NSTemporaryDirectory() + "fj-door-\(UInt64.random(in: 0 ... .max))"
    let store: SQLiteSiteStore
    let cases: CaseDesk
    let reception: Reception
    let door: Door
    private let found = Mutex(0)

    var port: Int { found.withLock { $0 } }

    private init(isAlwaysClosed: Bool) throws {
        let store = try SQLiteSiteStore(folder: folder, site: Self.site) { 7 }
        let moment = Moment()
        let now: @Sendable () -> Instant = { moment.now }
        let recorder = EventRecorder(file: store.file, log: { store.log }, draw: { UInt64.random(in: .min ... .max) }, now: now)
        self.store = store
        self.moment = moment
        cases = CaseDesk(
            library: store.file, record: { intent throws(Problem) in try await recorder.record(intent) },
            sight: NodeSight(own: { Self.site }, lastHeard: { _ in nil }, shared: { _ in nil }), now: now)
        reception = try Reception(folder: folder, cost: Self.cheap, now: now)
        let heard = Heard()
        self.heard = heard
        door = Door(
            reception: reception, cases: cases, isAlwaysClosed: isAlwaysClosed, keep: { words in heard.hear(words) })
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder

    final class Moment: Sendable {
        private let milliseconds = Mutex<Int64>(1_800_000_000_000)
        var now: Instant { Instant(milliseconds: milliseconds.withLock { $0 }) }
        func advance(minutes: Int64) { milliseconds.withLock { $0 += minutes * 60_000 } }
    }

    final class Heard: Sendable {
        private let words = Mutex<[String]>([])
        var all: [String] { words.withLock { $0 } }
        func hear(_ text: String) { words.withLock { $0.append(text) } }
    }

    let moment: Moment
    let heard: Heard
    /// Says when a stream of changes was opened, which is after its session was looked at.
    let streams = AsyncStream.makeStream(of: Void.self)

    /// Whoever asks the desk that stands behind the door.
    private struct Behind: Desk {
        let cases: CaseDesk

        func answer(_ request: DeskRequest) async -> DeskAnswer {
            await cases.answer(request) ?? DeskAnswer(json: "{}", text: "")
        }
    }

    var desk: any Desk { Behind(cases: cases) }

    /// Runs a test against a server, then stops it.
    static func run(
        isAlwaysClosed: Bool = false, withAccounts: Bool = true, _ test: @escaping @Sendable (DoorServer) async throws -> Void
    ) async throws {
        let server = try DoorServer(isAlwaysClosed: isAlwaysClosed)
        if withAccounts {
            for (name, roles) in [
                ("boss", [Role.siteAdmin]), ("lee", [.technologist]), ("dr.ito", [.radiologist]), ("dr.reyes", [.referrer]),
                ("mae", [.interventionalRadiologist]),
            ] as [(String, [Role])] {
                try await server.reception.add(#require(AccountName(name)), roles: roles, password: password)
            }
        }
        let api = CaseAPI(
            desk: server.desk, cases: server.cases,
            commits: {
                server.streams.continuation.yield()
                return AsyncStream { _ in }
            }, gauges: { [] }, door: server.door)
        let router = Router()
        router.add(middleware: SecurityHeaders(isTLS: false))
        router.add(middleware: ProblemMiddleware(MethodTable()))
        api.addHealth(to: router)
        api.addCases(to: router)
        SessionAPI(api, isTLS: false)?.add(to: router)
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, server: .guarded(ServerLimits()),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in found.yield(channel.localAddress?.port ?? 0) }, logger: LiveServer.quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            server.found.withLock { $0 = port }
            defer { group.cancelAll() }
            try await test(server)
        }
    }

    /// Sends one request and gives the answer.
    func ask(_ method: String, _ path: String, _ fields: [String: String] = [:], _ body: String? = nil) async throws -> RawAnswer
    {
        let lines = fields.map { "\($0): \($1)\r\n" }.sorted().joined()
        let length = body.map { "Content-Type: application/json\r\nContent-Length: \($0.utf8.count)\r\n" } ?? ""
        let text =
            "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\(lines)\(length)\r\n\(body ?? "")"
        let port = port
        let answer = await onOwnThread { () -> RawAnswer? in
            guard let client = RawClient(port: port) else { return nil }
            client.send(text)
            return RawAnswer(client.receiveAll())
        }
        return try #require(answer)
    }

    /// Signs in and gives the fields of a program that did.
    func bearer(_ name: String) async throws -> [String: String] {
        let answer = try await ask("POST", "/v1/session", [:], #"{"name":"\#(name)","password":"\#(Self.password)"}"#)
        return ["Authorization": "Bearer \(try #require(answer.json["token"] as? String, "\(answer.body)"))"]
    }

    /// What pages of a session write with.
    func csrf(_ cookie: String) async throws -> String {
        try #require(try await ask("GET", "/v1/session", ["Cookie": cookie]).json["csrf"] as? String)
    }

    /// Opens a case under an accession, examined at a site.
    func order(_ accession: String, by name: String, requester: String = "") async throws {
        let body = """
            {"kind":"order.placed","body":{"accession":{"issuer":"x","value":"\(accession)"},"modality":"CT",\
            "patient":{"issuer":"x","id":"1","name":"DOE^JANE"},"requester":"\(requester)"}}
            """
        let answer = try await ask("POST", "/v1/cases/events", bearer(name), body)
        try #require(answer.status == 201, "\(answer.body)")
    }
}

extension RawAnswer {
    /// The body as an object, problem or not.
    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:] }
}
