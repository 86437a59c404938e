public import EventLog
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOSSL
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
    /// PEM files of the certificate chain and its key; nil for plain HTTP, which is for loopback alone.
    public var tls: (certificate: String, key: String)?
    /// How much a client may ask before it has shown who it is.
    public var limits = ServerLimits()
    /// The group whose members may open the control socket; nil for the owner alone.
    public var socketGroup: String?
    /// How many minutes a session may rest.
    public var idleMinutes: Int64 = 15
    /// The wall clock, against which requests' times and join codes are held.
    public var now: @Sendable () -> Instant = { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

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
        let isLoopback = Loopback.contains(configuration.host)
        guard isLoopback || configuration.tls != nil else {
            throw Problem(
                .configuration, "Plain HTTP is served on loopback only; '\(configuration.host)' is another address.",
                remedy: "Give --tls-certificate and --tls-key, or listen on 127.0.0.1 behind a proxy that ends TLS.")
        }
        let folder = try HubFolder(opening: configuration.data)
        let registry = try SiteRegistry(folder: configuration.data)
        let store = try SQLiteHubStore(folder: configuration.data) { UInt64.random(in: .min ... .max) }
        try store.file.noteLateArrivals(by: configuration.now)
        let core = try HubCore(folder: folder, registry: registry, store: store)
        let desk = HubDesk(core: core, now: configuration.now)
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
        let group = try configuration.socketGroup.map { try ControlSocket.group(named: $0) }
        let door = try desk.door(
            isAlwaysClosed: !isLoopback || configuration.tls != nil, group: group, idleMinutes: configuration.idleMinutes)
        let (router, control) = routers(desk, commits: commits, configuration, door: door)
        let socket = try ControlSocket(claiming: configuration.data + "/control.sock", group: group)
        let application = Application(
            router: router, server: try server(configuration, limits),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port)),
            onServerRunning: { channel in await ready(channel.localAddress?.port ?? configuration.port) }, logger: logger)
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: SocketService(
                            socket: socket, responder: control.buildResponder(), limits: limits, logger: logger)),
                    .init(service: application),
                    .init(
                        service: ExactLinks(news: links, record: desk.cases.record, now: configuration.now, logger: logger)),
                    .init(service: ClosingService { core.notifier.close() }),
                ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await services.run()
    }

    /// The routes of the address that is listened on, and those of the control socket.
    static func routers(
        _ desk: HubDesk, commits: CommitFeed, _ configuration: HubConfiguration, door: Door? = nil
    ) -> (open: Router<BasicRequestContext>, control: Router<BasicRequestContext>) {
        let core = desk.core
        let api = CaseAPI(
            desk: desk, cases: desk.cases, commits: commits.stream, gauges: desk.gauges, unfinished: desk.unfinished, door: door)
        // Where nobody can sign in, cases are for whoever is on this machine.
        let isTLS = configuration.tls != nil
        let servesCases = Loopback.contains(configuration.host) && !isTLS || door?.reception.isInForce ?? false
        let methods = MethodTable()
        let router = Router()
        router.add(middleware: SecurityHeaders(isTLS: configuration.tls != nil))
        router.add(middleware: ProblemMiddleware(methods))
        SyncRoutes(
            core: core, authentication: SiteAuthentication(registry: core.registry, now: configuration.now),
            now: configuration.now
        ).add(to: router)
        RecoveryRoutes(
            core: core, authentication: SiteAuthentication(registry: core.registry, now: configuration.now),
            now: configuration.now
        ).add(to: router)
        api.addHealth(to: router)
        if servesCases {
            api.addCases(to: router)
            api.addSites(to: router)
            SessionAPI(api, isTLS: isTLS)?.add(to: router)
        }
        let families: Set<APIFamily> = servesCases ? [.sync, .health, .cases, .sites] : [.sync, .health]
        api.addDescription(to: router, of: servesCases && door != nil ? families.union([.sessions]) : families)
        methods.learn(router)

        let control = Router()
        control.add(middleware: ProblemMiddleware(MethodTable()))
        api.addHealth(to: control)
        api.addCases(to: control)
        api.addSites(to: control)
        api.addControl(to: control)
        return (router, control)
    }

    private static func server(_ configuration: HubConfiguration, _ limits: ServerLimits) throws -> HTTPServerBuilder {
        guard let files = configuration.tls else { return .guarded(limits) }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map { NIOSSLCertificateSource.certificate($0) }
            let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
            var tls = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
            tls.minimumTLSVersion = .tlsv13
            return try .tls(.guarded(limits), tlsConfiguration: tls)
        } catch {
            throw Problem(.configuration, "The certificate or its key cannot be used: \(error).")
        }
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
