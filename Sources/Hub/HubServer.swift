public import EventLog
import FoundationEssentials
import Hummingbird
import HummingbirdCore
public import Logging
import People
import Problems
import SQLiteStore
import ServiceLifecycle
import UnixSignals
public import Web

/// How a hub is run.
public struct HubConfiguration: Sendable {
    /// The data folder.
    public var data: String
    /// The address to listen on.
    public var host: String
    /// The port; 0 for any free one.
    public var port: Int
    /// PEM files of the certificate chain and its key; nil for the hub's own authority or plain HTTP.
    public var tls: (certificate: String, key: String)?
    /// Whether TLS is spoken on loopback as well. Everywhere else it always is.
    public var requiresTLS = false
    /// Whether sites are asked for certificates of the hub's authority.
    public var clientCertificates = ClientCertificates.off
    /// How much a client may ask before it has shown who it is.
    public var limits = ServerLimits()
    /// How much a site may ask once it has shown who it is.
    public var siteLimits = SiteLimits()
    /// The group whose members may open the control socket; nil for the owner alone.
    public var socketGroup: String?
    /// How many minutes a session may rest.
    public var idleMinutes: Int64 = 15
    /// The wall clock, against which requests' times and join codes are held.
    public var now: @Sendable () -> Instant = { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    /// Whether TLS is spoken.
    public var isTLS: Bool { tls != nil || requiresTLS || !Loopback.contains(host) }

    /// Says how.
    public init(data: String, host: String, port: Int, tls: (certificate: String, key: String)? = nil) {
        self.data = data
        self.host = host
        self.port = port
        self.tls = tls
    }
}

/// The hub's process: opens its folder, serves the sites, and ends in order: requests first, streams told to end, the store last.
public enum HubServer {
    /// Runs until SIGTERM or SIGINT.
    ///
    /// - Parameter ready: told the port once sites can connect.
    /// - Throws: a problem that keeps the hub from starting; nothing was changed then.
    public static func run(
        _ configuration: HubConfiguration, logger: Logger, ready: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async throws {
        OpenFiles.raise()
        try requireTLS(configuration)
        let folder = try HubFolder(opening: configuration.data)
        let fields = try FieldKeys(folder: configuration.data, environment: ProcessInfo.processInfo.environment)
        try fields.requireOpen()
        let registry = try SiteRegistry(folder: configuration.data)
        let store = try SQLiteHubStore(folder: configuration.data) { UInt64.random(in: .min ... .max) }
        try store.file.noteLateArrivals(by: configuration.now)
        let tls =
            configuration.isTLS && configuration.tls == nil
            ? try HubTLS(folder: configuration.data, host: configuration.host, now: configuration.now) : nil
        let certificates = try certificates(configuration, registry)
        let core = try HubCore(
            folder: folder, registry: registry, store: store, now: configuration.now(), tls: tls, certificates: certificates,
            limits: configuration.siteLimits)
        let desk = HubDesk(core: core, fields: fields, now: configuration.now)
        let commits = CommitFeed()
        let (links, linking) = AsyncStream.makeStream(
            of: CommitNote.Link.self, bufferingPolicy: .bufferingOldest(ExactLinks.waitingMax))
        store.file.observeCommits { note in
            core.notifier.grew(note.feeds)
            for link in note.links { linking.yield(link) }
            commits.announce()
        }
        // The observer holds the core, which holds the store: without this the folder stays locked after the run.
        defer { store.file.observeCommits { _ in } }
        if store.file.wasRolledBack {
            logger.error("the store lost its tail; feeds are numbered anew", metadata: ["generation": "\(store.generation())"])
        }
        let limits = configuration.limits
        let plain =
            try configuration.tls.map { files throws(Problem) in try HubTLS.server(files, limits, certificates) }
            ?? .guarded(limits)
        let group = try configuration.socketGroup.map { try ControlSocket.group(named: $0) }
        let door = try desk.door(
            at: "socket", isAlwaysClosed: !Loopback.contains(configuration.host) || configuration.isTLS, group: group,
            idleMinutes: configuration.idleMinutes)
        let (router, control) = routers(desk, commits: commits, configuration, door: door)
        let socket = try ControlSocket(claiming: configuration.data + "/control.sock", group: group)
        let application = Application(
            router: router, server: try tls?.server(limits, certificates) ?? plain,
            configuration: ApplicationConfiguration(
                // As many may wait to be let in as may be in: whom the system turns away for a short queue comes again after one second, then
                // three, and a site's urgent event would wait for that behind others' flood.
                address: .hostname(configuration.host, port: configuration.port), backlog: limits.connectionsMax),
            onServerRunning: { channel in await ready(channel.localAddress?.port ?? configuration.port) }, logger: logger)
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: AuditService(log: desk.audit, logger: logger)),
                    .init(
                        service: SocketService(
                            socket: socket, responder: control.buildResponder(), limits: limits, logger: logger)),
                    .init(service: application),
                    .init(
                        service: ExactLinks(news: links, record: desk.cases.record, now: configuration.now, logger: logger)),
                    .init(service: HubScrub(core: core, now: configuration.now, logger: logger)),
                    .init(service: ClosingService { core.notifier.close() }),
                ] + (tls.map { [.init(service: RenewalService(tls: $0, logger: logger))] } ?? []),
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await desk.auditor(door: "console").running(logger: logger) { try await services.run() }
    }

    /// Refuses to ask for certificates where nobody can show one; before anything is opened, so that whoever corrects it finds all free.
    private static func requireTLS(_ configuration: HubConfiguration) throws(Problem) {
        guard configuration.clientCertificates == .off || configuration.isTLS else {
            throw Problem(
                .configuration, "Client certificates are shown in TLS, and the hub speaks plain HTTP on loopback.",
                remedy: "Add --tls. Where a proxy ends TLS in front of the hub, have the proxy ask for them.")
        }
    }

    /// What is asked of sites in TLS; nil where nothing is.
    private static func certificates(
        _ configuration: HubConfiguration, _ registry: SiteRegistry
    ) throws(Problem) -> SiteCertificates? {
        let asked = try SiteCertificates(
            configuration.clientCertificates, folder: configuration.data, now: configuration.now())
        if asked == nil { try registry.forgetCertificates() }
        return asked
    }

    /// The routes of the address that is listened on, and those of the control socket.
    static func routers(
        _ desk: HubDesk, commits: CommitFeed, _ configuration: HubConfiguration, door: Door
    ) -> (open: Router<BasicRequestContext>, control: Router<BasicRequestContext>) {
        let core = desk.core
        let api = CaseAPI(
            desk: desk.audited(door: "socket"), cases: desk.cases, commits: commits.stream, gauges: desk.gauges,
            unfinished: desk.unfinished, door: door)
        let methods = MethodTable()
        let authentication = SiteAuthentication(
            registry: core.registry, certificates: core.certificates, now: configuration.now)
        let router = Router()
        router.add(middleware: SecurityHeaders(isTLS: configuration.isTLS))
        router.add(middleware: ProblemMiddleware(methods))
        router.add(middleware: AuditMiddleware(desk.auditor(door: "http")))
        router.add(middleware: SiteCallMiddleware(core.calls))
        SyncRoutes(core: core, authentication: authentication, now: configuration.now).add(to: router)
        RecoveryRoutes(core: core, authentication: authentication, now: configuration.now).add(to: router)
        api.addHealth(to: router)
        api.addCases(to: router)
        api.addSites(to: router)
        SessionAPI(api, isTLS: configuration.isTLS)?.add(to: router)
        api.addDescription(to: router, of: [.sync, .health, .cases, .sites, .sessions])
        methods.learn(router)

        let control = Router()
        control.add(middleware: ProblemMiddleware(MethodTable()))
        control.add(middleware: AuditMiddleware(desk.auditor(door: "socket")))
        api.addHealth(to: control)
        api.addCases(to: control)
        api.addSites(to: control)
        api.addControl(to: control)
        return (router, control)
    }
}

/// Runs a closure when the process begins to stop, so that held-open answers end in order.
struct ClosingService: Service {
    let close: @Sendable () -> Void

    func run() async throws {
        try? await gracefulShutdown()  // cancelled or asked: either way the process stops
        close()
    }
}
