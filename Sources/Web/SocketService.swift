public import Hummingbird
public import Logging
public import ServiceLifecycle

/// Serves the control socket as one of the process' services.
public struct SocketService<Responder: HTTPResponder>: Service
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    private let socket: ControlSocket
    private let responder: Responder
    private let limits: ServerLimits
    private let logger: Logger

    /// Serves a responder on a claimed path.
    public init(socket: ControlSocket, responder: Responder, limits: ServerLimits, logger: Logger) {
        self.socket = socket
        self.responder = responder
        self.limits = limits
        self.logger = logger
    }

    /// Serves until the process stops.
    public func run() async throws { try await socket.serve(responder, limits: limits, logger: logger) }
}
