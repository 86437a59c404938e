import NIOCore
import NIOSSL
import Synchronization

/// The certificate that the client of a connection showed in TLS, where the server asked for one and it had one.
///
/// TLS has shown that the client holds the certificate's key, and nothing else: what the certificate is worth is for whoever asked for it to
/// say. It comes from the connection alone; what a field of a request says of a certificate is no proof of anything.
public final class ShownCertificate: Sendable {
    /// What the connection that is being served showed; nil without TLS.
    @TaskLocal public static var current: ShownCertificate?

    private let held = Mutex<[UInt8]?>(nil)

    init() {}

    /// The certificate in DER; nil where none was shown.
    public var bytes: [UInt8]? { held.withLock { $0 } }

    /// Takes what was shown, once TLS is agreed upon: before the first byte of a request.
    func take(from pipeline: ChannelPipeline.SynchronousOperations) {
        let shown = (try? pipeline.handler(type: NIOSSLServerHandler.self))?.peerCertificate
        held.withLock { $0 = try? shown?.toDERBytes() }  // one that cannot be written again is none
    }
}
