extension HTTPClientRequest {
    /// The header lines as libcurl takes them, with its own additions turned off.
    ///
    /// - Throws: `unsendable` when the method or a name is not a token or a value holds a control character: a line break in
    ///   a value would be a second field, or a second request. Source: RFC 9110 5.5, 5.6.2.
    func fieldLines() throws(TransportError) -> [String] {
        guard method.isToken else { throw .unsendable("the method is not a word of letters and digits") }
        // Waiting for "100 Continue" costs a round trip, and a second where the server does not answer it.
        var lines = ["Expect:"]
        // libcurl adds both unasked; who asks for nothing takes anything.
        var unasked: Set = ["accept", "content-type"]
        for (name, value) in headers {
            guard name.isToken else { throw .unsendable("a header name is not a word of letters and digits") }
            guard !value.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) else {
                throw .unsendable("the value of header \(name) holds a control character")
            }
            unasked.remove(name.lowercased())
            // libcurl reads "Name:" as "leave the field out" and "Name;" as "send it empty".
            lines.append(value.allSatisfy { $0 == " " || $0 == "\t" } ? "\(name);" : "\(name): \(value)")
        }
        return lines + unasked.sorted().map { "\($0):" }
    }
}

extension String {
    /// Whether the text is a token. Source: RFC 9110 5.6.2.
    fileprivate var isToken: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
