/// Whom to believe over TLS, and who to be.
public struct TLSPolicy: Equatable, Sendable {
    /// The oldest protocol version that is spoken.
    public enum MinimumVersion: Equatable, Sendable {
        /// TLS 1.2, where the configuration asks for it.
        case tls12
        /// TLS 1.3.
        case tls13
    }

    /// A client certificate and its key.
    ///
    /// Both as they are and not as paths: a connection is used again for the same certificate alone, and a file may have changed.
    public struct ClientCertificate: Equatable, Sendable {
        /// The certificate chain and the private key, in one text in PEM.
        public let pem: [UInt8]

        /// Holds both.
        public init(pem: [UInt8]) { self.pem = pem }
    }

    /// A PEM file of the authorities that are believed, and no others; nil is the system's.
    public var authorityFile: String?
    /// Public keys, one of which the server must have, on top of a valid certificate; none is no pinning.
    public var pins: [PublicKeyPin]
    /// The oldest protocol version.
    public var minimumVersion: MinimumVersion
    /// The certificate to show when the server asks for one.
    public var clientCertificate: ClientCertificate?

    /// Whether the server must show who it is.
    public private(set) var verifies = true

    /// TLS 1.3 with whoever answers: for the one request that asks who that is, whose answer proves itself by other means. Nothing that
    /// others must not know may be sent.
    public static var unverified: TLSPolicy {
        var policy = TLSPolicy()
        policy.verifies = false
        return policy
    }

    /// TLS 1.3 with the system's authorities, but for what is named.
    public init(
        authorityFile: String? = nil, pins: [PublicKeyPin] = [], minimumVersion: MinimumVersion = .tls13,
        clientCertificate: ClientCertificate? = nil
    ) {
        self.authorityFile = authorityFile
        self.pins = pins
        self.minimumVersion = minimumVersion
        self.clientCertificate = clientCertificate
    }
}

/// The SHA-256 of a server's public key (SubjectPublicKeyInfo), in base64.
///
/// Source: RFC 7469 2.4.
public struct PublicKeyPin: Equatable, Sendable {
    /// The pin as written: `sha256//` and 44 characters of base64.
    public let text: String

    /// Reads a pin.
    ///
    /// libcurl would take any other text for the path of a file, so nothing else passes.
    /// - Throws: `unsendable` when the text is not a pin.
    public init(parsing text: String) throws(TransportError) {
        let prefix = "sha256//"
        let digits = text.utf8.dropFirst(prefix.utf8.count)
        let isBase64 = digits.dropLast().allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
        guard text.hasPrefix(prefix), digits.count == 44, isBase64, digits.last == UInt8(ascii: "=") else {
            throw .unsendable("a pin is sha256// and 44 characters of base64")
        }
        self.text = text
    }
}
