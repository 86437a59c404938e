import Synchronization

/// An HTTP/1.1 client on libcurl: one thread, connections kept alive and reused, every exchange bounded.
///
/// Answers come back on the caller's executor; callbacks run on the client's thread and must not block. A task that is
/// cancelled ends its exchange at once. The client ends when it is closed or no longer referenced.
public final class HTTPClient: Sendable {
    private let mailbox: Mailbox
    private let settings: Mutex<ClientSettings>
    private let nextID = Atomic<UInt64>(0)

    /// A client that believes what the policy says, and goes through a proxy only where one is named here: the environment's
    /// proxy settings are ignored.
    public init(tls: TLSPolicy = TLSPolicy(), proxy: String? = nil) {
        settings = Mutex(ClientSettings(tls: tls, proxy: proxy))
        mailbox = CurlMulti.start()
    }

    /// Shows a certificate to servers that ask for one, from the next request on; nil shows none.
    public func show(_ certificate: TLSPolicy.ClientCertificate?) { settings.withLock { $0.tls.clientCertificate = certificate } }

    deinit {
        mailbox.close()
    }

    /// Sends a request and gathers the answer, whatever its status.
    ///
    /// - Throws: ``TransportError``; see there for what is known of the other end.
    public func send(_ request: HTTPClientRequest) async throws(TransportError) -> HTTPClientResponse {
        try await exchange(request, nil)
    }

    /// Sends a request and hands the answer over as it comes, for answers that stay open.
    ///
    /// - Parameters:
    ///   - request: Usually with the limits ``TransferLimits/heldOpen``.
    ///   - onHead: Told status and fields, once, before any byte. True sends the body to `onBytes`; false gathers it in the
    ///     returned response, as for an error.
    ///   - onBytes: Told bytes in order, valid during the call only. False ends the exchange.
    /// - Returns: The answer once it has ended in order.
    /// - Throws: ``TransportError``, `cancelled` where `onBytes` declined; bytes already handed over stay handed over.
    public func stream(
        _ request: HTTPClientRequest, onHead: @escaping @Sendable (HTTPClientResponse) -> Bool,
        onBytes: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool
    ) async throws(TransportError) -> HTTPClientResponse {
        try await exchange(request, unsafe StreamSink(onHead: onHead, onBytes: onBytes))
    }

    /// Ends the client: pending exchanges fail with `cancelled`, connections close, the thread ends. Later requests fail with
    /// `cancelled`. Returns at once and may be called again.
    public func close() {
        mailbox.close()
    }

    /// Returns once a closed client's thread has ended.
    package func ended() async {
        await mailbox.ended()
    }

    private func exchange(_ request: HTTPClientRequest, _ sink: StreamSink?) async throws(TransportError) -> HTTPClientResponse {
        let id = nextID.wrappingAdd(1, ordering: .relaxed).newValue
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Transfer.Outcome, Never>) in
                let submission = Submission(
                    id: id, request: request, settings: settings.withLock { $0 }, sink: sink, continuation: continuation)
                guard mailbox.post(.submit(submission)) else {
                    continuation.resume(returning: .failure(.cancelled))
                    return
                }
                // A cancellation that came before the request was posted has found nothing to cancel: say it again.
                if Task.isCancelled {
                    _ = mailbox.post(.cancel(id))
                }
            }
        } onCancel: {
            _ = mailbox.post(.cancel(id))
        }
        return try outcome.get()
    }
}
