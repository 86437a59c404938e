import CurlHTTP

/// The error of an exchange, nil when it gave an answer.
func failure(_ exchange: () async throws(TransportError) -> HTTPClientResponse) async -> TransportError? {
    do throws(TransportError) {
        _ = try await exchange()
        return nil
    } catch {
        return error
    }
}
