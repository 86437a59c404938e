/// One request, complete.
public struct HTTPClientRequest: Sendable {
    /// The method, such as `PUT`.
    public var method: String
    /// The absolute address: http or https, without user and password. It is sent as written, dots and all.
    public var url: String
    /// Header fields in order. `Host` and `Content-Length` are added.
    public var headers: [(String, String)]
    /// The body; empty is none.
    public var body: [UInt8]
    /// Bounds on the exchange.
    public var limits: TransferLimits
    /// A socket file to connect to in place of the address's host.
    public var unixSocketPath: String?
    /// Told, on the client's thread, how many body bytes went and came when either number has grown; must not block.
    public var progress: (@Sendable (_ sent: Int64, _ received: Int64) -> Void)?

    /// A request; `timeout` stands for the limits' total where it is given.
    public init(
        method: String = "GET", url: String, headers: [(String, String)] = [], body: [UInt8] = [],
        limits: TransferLimits = .ordinary, timeout: Duration? = nil, unixSocketPath: String? = nil,
        progress: (@Sendable (_ sent: Int64, _ received: Int64) -> Void)? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.unixSocketPath = unixSocketPath
        self.progress = progress
        if let timeout {
            self.limits.totalTimeout = timeout
        }
    }
}

/// One answer, whatever its status: redirects are not followed, errors are not thrown.
public struct HTTPClientResponse: Sendable {
    /// The status, 200...599.
    public var status: Int
    /// Header fields in order, names as the server wrote them.
    public var headers: [(String, String)]
    /// The body; empty where it was streamed.
    public var body: [UInt8]
    /// Everything sent for this answer, request line and fields included, in bytes above TLS.
    public var bytesSent: Int64
    /// Everything received for this answer, status line and fields included, in bytes above TLS.
    public var bytesReceived: Int64

    init(status: Int = 0) {
        self.status = status
        headers = []
        body = []
        bytesSent = 0
        bytesReceived = 0
    }

    /// The value of the first field of that name, upper or lower case alike; nil when there is none.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.0.lowercased() == wanted }?.1
    }
}
