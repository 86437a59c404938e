import EventLog
import FoundationEssentials
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import Problems
import ServiceLifecycle
import Synchronization
import Web

/// The hub's end of TLS 1.3: with certificate files of the administrator's, or with the hub's own authority, whose server certificate is
/// renewed while the process runs.
final class HubTLS: Sendable {
    /// The authority, and what handshakes show of it.
    private let state: Mutex<(authority: HubAuthority, shown: NIOSSLContextConfigurationOverride)>
    private let host: String
    private let now: @Sendable () -> Instant

    /// Serves by the hub's own authority, made now where the hub is older than that.
    init(folder: String, host: String, now: @escaping @Sendable () -> Instant) throws(Problem) {
        var authority = try HubAuthority.standing(in: folder, now: now())
        try authority.renew(for: host, now())
        state = Mutex((authority, try Self.override(authority)))
        self.host = host
        self.now = now
    }

    /// The authority as it is now.
    var standing: HubAuthority { state.withLock { $0.authority } }

    /// Renews the server certificate where it is time; connections that begin from then on see the new one.
    func renew() throws(Problem) {
        let now = now()
        try state.withLock { (state) throws(Problem) in
            if try state.authority.renew(for: host, now) { state.shown = try Self.override(state.authority) }
        }
    }

    /// The server that shows what is current at each handshake.
    func server(_ limits: ServerLimits, _ certificates: SiteCertificates?) throws(Problem) -> HTTPServerBuilder {
        let first = state.withLock { $0.shown }
        guard let chain = first.certificateChain, let key = first.privateKey else {
            throw Problem(.internalError, "The hub's authority has issued no certificate.")
        }
        var tls = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
        tls.minimumTLSVersion = .tlsv13
        tls.sslContextCallback = { [self] _, promise in promise.succeed(state.withLock { $0.shown }) }
        do { return try Self.server(limits, tls, certificates) } catch {
            throw Problem(.configuration, "The hub's own certificate cannot be used: \(error).")
        }
    }

    /// The server that shows the administrator's certificate.
    static func server(
        _ files: (certificate: String, key: String), _ limits: ServerLimits, _ certificates: SiteCertificates?
    ) throws(Problem) -> HTTPServerBuilder {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map { NIOSSLCertificateSource.certificate($0) }
            let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
            var tls = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
            tls.minimumTLSVersion = .tlsv13
            return try server(limits, tls, certificates)
        } catch {
            throw Problem(.configuration, "The certificate or its key cannot be used: \(error).")
        }
    }

    /// A server that asks its clients for certificates of the hub's authority, where it shall. Who has none, or another one, is let in here: a
    /// browser has none, and what a site shows is judged at each of its calls, where the answer can say what is wrong with it.
    private static func server(
        _ limits: ServerLimits, _ tls: TLSConfiguration, _ certificates: SiteCertificates?
    ) throws -> HTTPServerBuilder {
        var tls = tls
        // A client that rests answers no word of parting before its next call: a hub that stops waits no longer for it.
        tls.shutdownTimeout = .milliseconds(500)
        guard let certificates else { return try .tls(.guarded(limits), tlsConfiguration: tls) }
        tls.certificateVerification = .optionalVerification
        tls.trustRoots = .certificates([try NIOSSLCertificate(bytes: certificates.authorityBytes, format: .der)])
        // By this list a browser knows that none of its own is meant, and asks nobody.
        tls.sendCANameList = true
        return try .tls(
            .guarded(limits),
            configuration: TLSChannelConfiguration(
                tlsConfiguration: tls, customVerificationCallback: { _, promise in promise.succeed(.certificateVerified) }))
    }

    private static func override(_ authority: HubAuthority) throws(Problem) -> NIOSSLContextConfigurationOverride {
        do {
            var override = NIOSSLContextConfigurationOverride()
            let certificate = try NIOSSLCertificate(bytes: Array(authority.content.serverCertificate), format: .der)
            override.certificateChain = [.certificate(certificate)]
            override.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(authority.content.serverKey), format: .der))
            return override
        } catch { throw Problem(.configuration, "\(HubAuthority.fileName) holds a certificate that cannot be used: \(error).") }
    }
}

/// Looks once an hour whether the server certificate must be renewed.
struct RenewalService: Service {
    let tls: HubTLS
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(3600))  // cancelled when the process stops
                guard !Task.isCancelled else { continue }
                do throws(Problem) { try tls.renew() } catch {
                    logger.error("the server certificate cannot be renewed", metadata: ["problem": "\(error)"])
                }
            }
        }
    }
}
