/// How much one client may ask of a server before it has shown who it is. Each bound holds from the first byte.
///
/// Source: house rule, reliability figures of the HTTP server.
public struct ServerLimits: Equatable, Sendable {
    /// Open connections, all clients together; one more is closed unanswered.
    public var connectionsMax = 4_096
    /// Open connections of one address (IPv6: one /64 network); one more is closed unanswered.
    public var connectionsPerAddressMax = 64
    /// From the connection to the end of the TLS handshake, where TLS is spoken; closed.
    public var handshakeTimeout = Duration.seconds(5)
    /// From the first byte of a head to its end, and from the connection to its first byte; 408, or closed if nothing came.
    public var headTimeout = Duration.seconds(10)
    /// From the first byte of a head to the end of the body; 408.
    public var requestTimeout = Duration.seconds(60)
    /// The average rate of a body once `bodyRateGrace` is over, in bytes a second; 408. Pauses of ours do not count.
    public var bodyRateMin = 1_024
    /// How long a body may be slower than `bodyRateMin`.
    public var bodyRateGrace = Duration.seconds(5)
    /// The longest time in which a client reads none of the bytes that wait for it; closed.
    public var writeStallTimeout = Duration.seconds(20)
    /// Between two requests; closed.
    public var idleTimeout = Duration.seconds(75)
    /// How long a connection is still drained after its last answer, so that the client can read that answer.
    public var lingerTimeout = Duration.seconds(2)
    /// Requests on one connection; the last answer says `Connection: close`.
    public var requestsPerConnectionMax = 1_000
    /// Header fields of one request; 431.
    public var headerCountMax = 64
    /// One header field, in bytes; 431.
    public var headerLineBytesMax = 8 << 10
    /// All header fields of one request, in bytes; 431.
    public var headerBytesMax = 16 << 10
    /// The request's target, in bytes; 414.
    public var uriBytesMax = 4 << 10
    /// The body, in bytes; 413, before any of it is read where its length is announced.
    public var bodyBytesMax = 2 << 20
    /// The host names that are answered to, without port, in lower case; nil is any. Others get 421: a page of somebody
    /// else's whose name was pointed at this machine must not speak to it.
    public var hosts: [String]?

    /// The limits that hold unless configured.
    public init() {}
}
