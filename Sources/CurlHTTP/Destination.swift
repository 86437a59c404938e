import CCurl

/// Where a request goes, read by libcurl's own parser so that what was judged is what is connected to.
struct Destination {
    let scheme: String
    let host: String

    /// Reads an address.
    /// - Throws: `unsendable` when it is no http(s) address, names a user or has port 0.
    init(parsing url: String) throws(TransportError) {
        guard let parser = unsafe curl_url() else { throw .other(code: Int32(CURLE_OUT_OF_MEMORY.rawValue)) }
        defer { unsafe curl_url_cleanup(parser) }
        let flags = UInt32(CURLU_DISALLOW_USER | CURLU_PATH_AS_IS)
        let outcome = unsafe curl_url_set(parser, CURLUPART_URL, url, flags)
        guard outcome != CURLUE_USER_NOT_ALLOWED else { throw .unsendable("the address names a user or password") }
        guard outcome == CURLUE_OK, !url.utf8.contains(0),
            let scheme = unsafe Self.part(CURLUPART_SCHEME, of: parser),
            let host = unsafe Self.part(CURLUPART_HOST, of: parser), !host.isEmpty
        else { throw .unsendable("the address cannot be read") }
        guard scheme == "https" || scheme == "http" else { throw .unsendable("the address is neither http nor https") }
        guard unsafe Self.part(CURLUPART_PORT, of: parser) != "0" else { throw .unsendable("the address has port 0") }
        self.scheme = scheme
        self.host = host
    }

    /// Whether the host is this machine by its form alone; libcurl takes `localhost` for loopback without asking a resolver.
    var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" {
            return true
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func part(_ part: CURLUPart, of parser: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(parser, part, &text, 0) == CURLUE_OK, let text = unsafe text else { return nil }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}
