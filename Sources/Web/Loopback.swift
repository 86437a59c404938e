/// Which addresses stay on this machine.
public enum Loopback {
    /// Whether a host name or address is this machine's loopback.
    public static func contains(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]"
            || (host.hasPrefix("127.") && host.split(separator: ".").count == 4 && host.allSatisfy { $0.isNumber || $0 == "." })
    }
}
