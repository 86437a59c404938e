import CCurl

/// What holds for the requests of one client, whatever they ask.
struct ClientSettings: Sendable {
    var tls: TLSPolicy
    var proxy: String?
}

extension CurlHandle {
    /// Sets everything that one request needs: nothing is left to the environment, to files or to libcurl's defaults that
    /// differ between builds.
    ///
    /// - Throws: `insecure` or `unsendable` before anything is sent, `other` when libcurl lacks an option.
    mutating func prepare(_ request: HTTPClientRequest, _ settings: ClientSettings) throws(TransportError) {
        let destination = try Destination(parsing: request.url)
        let isPlain = destination.scheme == "http"
        guard !isPlain || destination.isLoopback || request.unixSocketPath != nil else { throw .insecure }
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_PROTOCOLS_STR, destination.scheme)
        try prepareEnvironment(settings, unixSocketPath: request.unixSocketPath)
        try prepareConnection(request.limits)
        if !isPlain {
            try prepareTLS(settings.tls)
        }
        try prepareMessage(request)
    }

    /// No redirects, cookies, netrc or user names, and a proxy only where the configuration names one.
    private func prepareEnvironment(_ settings: ClientSettings, unixSocketPath: String?) throws(TransportError) {
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // libcurl refuses an empty list here; nothing is followed in any case.
        try set(CURLOPT_REDIR_PROTOCOLS_STR, "https")
        try set(CURLOPT_UNRESTRICTED_AUTH, 0)
        try set(CURLOPT_NETRC, 0)
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try set(CURLOPT_NOSIGNAL, 1)
        // An empty text turns proxies off even where the environment names one; "*" says so a second time.
        try set(CURLOPT_PROXY, settings.proxy ?? "")
        try set(CURLOPT_NOPROXY, settings.proxy == nil ? "*" : "")
        guard let unixSocketPath else { return }
        guard unixSocketPath.utf8.count < 108, !unixSocketPath.utf8.contains(0) else {
            throw .unsendable("the socket file's path is longer than 107 bytes")
        }
        try set(CURLOPT_UNIX_SOCKET_PATH, unixSocketPath)
    }

    private func prepareConnection(_ limits: TransferLimits) throws(TransportError) {
        // HTTP/2 of this libcurl against swift-nio fails under load with framing errors.
        try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        try set(CURLOPT_TCP_NODELAY, 1)
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        // Younger than the server's idle limit of 75 s, so that a request does not meet a connection that is just closing.
        try set(CURLOPT_MAXAGE_CONN, 60)
        // A revoked certificate or key stops counting after ten minutes even on a busy connection.
        try set(CURLOPT_MAXLIFETIME_CONN, 600)
        try set(CURLOPT_CONNECTTIMEOUT_MS, limits.connectTimeout.millisecondsRoundedUp)
        try set(CURLOPT_TIMEOUT_MS, limits.totalTimeout?.millisecondsRoundedUp ?? 0)
        try set(CURLOPT_LOW_SPEED_LIMIT, limits.lowSpeedBytesPerSecond)
        try set(CURLOPT_LOW_SPEED_TIME, (limits.lowSpeedTime.millisecondsRoundedUp + 999) / 1000)
        if let responseBytesMax = limits.responseBytesMax {
            try set(CURLOPT_MAXFILESIZE_LARGE, bytes: max(responseBytesMax, 1))
        }
    }

    private func prepareTLS(_ tls: TLSPolicy) throws(TransportError) {
        try set(CURLOPT_SSL_VERIFYPEER, tls.verifies ? 1 : 0)
        try set(CURLOPT_SSL_VERIFYHOST, tls.verifies ? 2 : 0)
        try set(CURLOPT_SSLVERSION, tls.minimumVersion == .tls13 ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2)
        if let authorityFile = tls.authorityFile {
            try set(CURLOPT_CAINFO, authorityFile)
            // The build's default folder would add the system's authorities to ours.
            try set(CURLOPT_CAPATH, nil)
        }
        if !tls.pins.isEmpty {
            try set(CURLOPT_PINNEDPUBLICKEY, tls.pins.map(\.text).joined(separator: ";"))
        }
        if let client = tls.clientCertificate {
            try set(CURLOPT_SSLCERT_BLOB, copied: client.pem)
            try set(CURLOPT_SSLKEY_BLOB, copied: client.pem)
            // A session that is taken up again would be that of an earlier certificate.
            try set(CURLOPT_SSL_SESSIONID_CACHE, 0)
        }
    }

    private mutating func prepareMessage(_ request: HTTPClientRequest) throws(TransportError) {
        try set(fieldLines: try request.fieldLines())
        switch request.method {
        case "GET" where request.body.isEmpty:
            try set(CURLOPT_HTTPGET, 1)
        case "HEAD":
            try set(CURLOPT_NOBODY, 1)
        case "POST", "PUT", "PATCH":
            try set(CURLOPT_POST, 1)
            try set(body: request.body)
        default:
            if !request.body.isEmpty {
                try set(CURLOPT_POST, 1)
                try set(body: request.body)
            }
        }
        if request.method != "HEAD" {
            try set(CURLOPT_CUSTOMREQUEST, request.method)
        }
    }
}
