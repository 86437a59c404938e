import CurlHTTP
public import EventLog
import Foundation
import Hummingbird
public import Logging
import Outbound
import Problems
import SQLiteStore
import ServiceLifecycle
import UnixSignals
import Web

/// How an agent is run.
public struct AgentConfiguration: Sendable {
    /// The data folder.
    public var data: String
    /// The address to listen on: loopback.
    public var host: String
    /// The port; 0 for any free one.
    public var port: Int
    /// How many seconds lie between two canaries; 0 for none.
    public var canarySeconds: Int64 = 3600
    /// The group whose members may open the control socket; nil for the owner alone.
    public var socketGroup: String?
    /// How many minutes a session may rest.
    public var idleMinutes: Int64 = 15
    /// Where HL7 v2 messages come in; nil for nowhere.
    public var mllp: MLLPConfiguration?
    /// The archive to follow; nil for none.
    public var orthanc: OrthancConfiguration?

    /// Says how.
    public init(data: String, host: String, port: Int) {
        self.data = data
        self.host = host
        self.port = port
    }
}

/// The site's background process: records at once, hub or no hub, and reconciles whenever the hub answers.
public enum Agent {
    /// The wall clock, in the core's type.
    public static let wallClock: @Sendable () -> Instant = { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    /// Runs until SIGTERM or SIGINT.
    ///
    /// - Parameter ready: told the port once the site's own address answers.
    /// - Throws: a problem that keeps the agent from starting; nothing was changed then.
    public static func run(
        _ configuration: AgentConfiguration, logger: Logger, ready: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async throws {
        guard Loopback.contains(configuration.host) else {
            throw Problem(
                .configuration, "The agent listens on loopback only; '\(configuration.host)' is another address.",
                remedy: "Listen on 127.0.0.1.")
        }
        let folder = try SiteFolder(opening: configuration.data)
        let fields = try FieldKeys(folder: configuration.data, environment: ProcessInfo.processInfo.environment)
        try fields.requireOpen()
        let store = try folder.openStore(now: wallClock())
        if store.file.wasRolledBack {
            logger.error("the store lost its tail; going on as a new incarnation", metadata: ["log": "\(store.log)"])
        }
        try store.file.noteLateArrivals(by: wallClock)
        let http = try folder.client()
        let client = HubClient(folder: folder, http: http, now: wallClock)
        let driver = SyncDriver(folder: folder, store: store, client: client, mode: .live, now: wallClock)
        var edges = Edges()
        edges.mllp = configuration.mllp.map { MLLPGauge(address: "\($0.host):\($0.port)") }
        edges.orthanc = configuration.orthanc.map { OrthancGauge(address: $0.url) }
        let desk = SiteDesk(
            folder: folder, store: store, driver: driver, fields: fields, edges: edges, logger: logger, now: wallClock)
        let commits = CommitFeed()
        let outbox = desk.outbox
        store.file.observeCommits { note in
            driver.appended(note)
            commits.announce()
            outbox.wake()
        }
        // The observer holds the driver, which holds the store: without this the folder stays locked after the run.
        defer { store.file.observeCommits { _ in } }
        let limits = ServerLimits()
        let group = try configuration.socketGroup.map { try ControlSocket.group(named: $0) }
        let door = try desk.door(at: "socket", group: group, idleMinutes: configuration.idleMinutes)
        let (router, control) = routers(
            CaseAPI(
                desk: desk.audited(door: "socket"), cases: desk.cases, commits: commits.stream, gauges: desk.gauges, door: door,
                isProvisional: true),
            auditor: desk.auditor)
        let socket = try ControlSocket(claiming: configuration.data + "/control.sock", group: group)
        let application = Application(
            router: router, server: .guarded(limits),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: limits.connectionsMax),
            onServerRunning: { channel in await ready(channel.localAddress?.port ?? configuration.port) }, logger: logger)
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: AuditService(log: desk.audit, logger: logger)),
                    .init(service: SyncService(driver: driver)),
                    .init(service: outbox),
                    .init(
                        service: Watchman(
                            desk: desk, driver: driver, client: client, now: wallClock,
                            canarySeconds: configuration.canarySeconds)),
                    .init(service: application),
                    .init(
                        service: SocketService(
                            socket: socket, responder: control.buildResponder(), limits: limits, logger: logger)),
                ] + gateways(configuration, desk, logger).map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        defer { http.close() }
        try await desk.auditor(door: "console").running(logger: logger) { try await services.run() }
    }

    /// The doors to other systems that the configuration opens.
    private static func gateways(_ configuration: AgentConfiguration, _ desk: SiteDesk, _ logger: Logger) -> [any Service] {
        var services: [any Service] = []
        if let mllp = configuration.mllp, let gauge = desk.edges.mllp {
            services.append(
                MLLPListener(
                    configuration: mllp, importer: desk.importer, auditor: desk.auditor(door: "mllp"), gauge: gauge,
                    logger: logger, now: wallClock))
        }
        if let orthanc = configuration.orthanc, let gauge = desk.edges.orthanc {
            let follower = OrthancFollower(orthanc, desk, gauge, logger: logger)
            services.append(follower)
            services.append(
                OrthancCourier(
                    client: follower.client, importer: follower.importer, store: desk.store, state: follower.state,
                    gauge: gauge, logger: logger, now: wallClock))
            if let folder = orthanc.worklistFolder {
                services.append(
                    OrthancWorklist(
                        folder: folder, file: desk.store.file, site: desk.folder.site, fields: desk.fields, gauge: gauge,
                        logger: logger, now: wallClock))
            }
        }
        return services
    }

    /// The routes of the address that is listened on, and those of the control socket.
    private static func routers(
        _ api: CaseAPI, auditor: (String) -> Auditor
    ) -> (open: Router<BasicRequestContext>, control: Router<BasicRequestContext>) {
        let methods = MethodTable()
        let router = Router()
        router.add(middleware: SecurityHeaders(isTLS: false))
        router.add(middleware: ProblemMiddleware(methods))
        router.add(middleware: AuditMiddleware(auditor("http")))
        api.addHealth(to: router)
        api.addCases(to: router)
        SessionAPI(api, isTLS: false)?.add(to: router)
        api.addDescription(to: router, of: [.health, .cases, .sessions])
        methods.learn(router)
        let control = Router()
        control.add(middleware: ProblemMiddleware(MethodTable()))
        control.add(middleware: AuditMiddleware(auditor("socket")))
        api.addHealth(to: control)
        api.addCases(to: control)
        api.addControl(to: control)
        return (router, control)
    }
}

/// Runs the driver as one of the process' services.
struct SyncService: Service {
    let driver: SyncDriver

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await driver.run()
        } onGracefulShutdown: {
            driver.stop()
        }
    }
}
