import NIOHTTP1
import Problems

/// Decides on a request by its head alone, before a byte of its body is read.
struct HeadCheck {
    let limits: ServerLimits

    /// Why the request is not taken; nil when it is.
    func refusal(of head: HTTPRequestHead) -> Refusal? {
        if head.uri.utf8.count > limits.uriBytesMax {
            return .uriTooLong(limits)
        }
        return refusal(ofHosts: head.headers["host"]) ?? RequestTarget.refusal(of: head.uri) ?? refusal(ofBody: head)
            ?? refusal(ofExpectation: head.headers["expect"])
    }

    /// Source: RFC 9112 3.2.
    private func refusal(ofHosts values: [String]) -> Refusal? {
        guard values.count == 1, let host = values.first, !host.isEmpty else {
            return Refusal(.badInput, "One Host field was expected, and \(values.count) came or it is empty.")
        }
        let isHostText = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: ".-_:[]%".utf8.contains(byte)
            }
        }
        guard isHostText else { return Refusal(.badInput, "A host name and port were expected in the Host field.") }
        guard let hosts = limits.hosts, !hosts.contains(Self.name(of: host)) else { return nil }
        return Refusal(
            .badInput, "The Host field names another server than this one.",
            remedy: "Use an address that this server is configured to answer to.", status: 421)
    }

    /// The host without its port, in lower case.
    private static func name(of host: String) -> String {
        let text = host.lowercased()
        if text.hasPrefix("[") {
            return text.firstIndex(of: "]").map { String(text[...$0]) } ?? text
        }
        return text.firstIndex(of: ":").map { String(text[..<$0]) } ?? text
    }

    /// Source: RFC 9110 8.6, 9.3.1.
    private func refusal(ofBody head: HTTPRequestHead) -> Refusal? {
        let lengths = head.headers["content-length"]
        let isChunked = head.headers.contains(name: "transfer-encoding")
        let length = lengths.first.map { UInt64($0) ?? UInt64.max } ?? 0
        if length > UInt64(limits.bodyBytesMax) {
            return .bodyTooLarge(limits)
        }
        if head.method == .GET || head.method == .HEAD, length > 0 || isChunked {
            return Refusal(.badInput, "A \(head.method.rawValue) request without a body was expected, and one with a body came.")
        }
        return nil
    }

    /// Source: RFC 9110 10.1.1.
    private func refusal(ofExpectation values: [String]) -> Refusal? {
        guard values.contains(where: { $0.lowercased() != "100-continue" }) else { return nil }
        return Refusal(
            .badInput, "An Expect field of 100-continue or none was expected, and another came.",
            remedy: "Leave the Expect field out.", status: 417)
    }
}

/// Reads the path of a request's target as strictly as the router takes it loosely.
enum RequestTarget {
    /// Why the target is not taken; nil when its path has one meaning.
    ///
    /// A path that a proxy and this server could read differently (dot segments, encoded separators, NUL, bytes that are not
    /// UTF-8) would let a rule at one of them be walked around. Source: RFC 3986 6.2.2, RFC 9112 3.2.
    static func refusal(of uri: String) -> Refusal? {
        guard let path = path(of: uri), let decoded = decoded(path) else {
            return Refusal(.badInput, "A path that starts with / and is encoded as UTF-8 was expected.")
        }
        let segments = decoded.split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
        let isClimbing = segments.contains { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }
        guard !isClimbing, !decoded.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            return Refusal(.badInput, "A path without dot segments and control characters was expected.")
        }
        return nil
    }

    /// The path of an origin-form or absolute-form target.
    private static func path(of uri: String) -> Substring? {
        let target = uri.prefix { $0 != "?" && $0 != "#" }
        if target.hasPrefix("/") {
            return target
        }
        let lower = target.prefix(8).lowercased()
        guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else { return nil }
        let authority = target.dropFirst(lower.hasPrefix("https://") ? 8 : 7)
        return authority.firstIndex(of: "/").map { authority[$0...] } ?? "/"
    }

    /// The path's bytes; nil where a percent sign starts nothing or the bytes are not UTF-8.
    private static func decoded(_ path: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(path.utf8.count)
        var rest = path.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16), high != UInt8(ascii: "+")
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self) == nil ? nil : bytes
    }
}
