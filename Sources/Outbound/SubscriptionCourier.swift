import CurlHTTP
import EventLog
import Interop
import NodeFiles
import Problems
import SQLiteStore

/// Brings FHIR notifications to a rest-hook: numbered without gaps, so that the receiver knows what it missed.
///
/// Source: FHIR Subscriptions R5 Backport 1.1.0, rest-hook channel, id-only payload.
struct SubscriptionCourier: Courier {
    private let url: String
    private let name: String
    private let topic: FHIRSubscriptionTopic
    private let base: String
    private let authorization: String?
    private let http: HTTPClient?
    private let now: @Sendable () -> Instant

    /// Reads address, topic and what the receiver asks for.
    ///
    /// - Throws: `CONFIGURATION`; `STORE_MISSING` or `PERMISSIONS` for the secret's file.
    init(
        _ settings: TargetSettings, name: String, http: HTTPClient? = nil,
        now: @escaping @Sendable () -> Instant = { Instant(milliseconds: 0) }
    ) throws(Problem) {
        url = try PostedTo.address(settings.address)
        topic = try FHIRSubscriptionTopic(of: settings)
        let said = settings.base ?? ""
        base = said.isEmpty ? "" : try PostedTo.address(said.hasSuffix("/") ? String(said.dropLast()) : said)
        authorization = try settings.secretFile.map { (path) throws(Problem) in
            let lines = String(decoding: try SecretFile.read(path), as: UTF8.self).split(whereSeparator: \.isNewline)
            guard let first = lines.first else {
                throw Problem(
                    .configuration, "The secret's file holds the value of Authorization on its first line, and it is empty.")
            }
            return String(first)
        }
        self.name = name
        self.http = http
        self.now = now
    }

    func deliver(_ message: OutboundMessage) async -> DeliveryOutcome {
        await post(
            FHIRNotification(
                .event, subscription: name, topic: topic, base: base, number: message.ordinal,
                focus: String(decoding: message.body, as: UTF8.self), moment: message.made))
    }

    func test() async -> DeliveryOutcome {
        await post(
            FHIRNotification(
                .handshake, subscription: name, topic: topic, base: base, number: 0, focus: "", moment: now()))
    }

    func close() async {}

    private func post(_ notification: FHIRNotification) async -> DeliveryOutcome {
        guard let http else { return .unreachable("nobody carries it") }
        let fields = [("Content-Type", "application/fhir+json")] + (authorization.map { [("Authorization", $0)] } ?? [])
        return await PostedTo.outcome(
            of: HTTPClientRequest(
                method: "POST", url: url, headers: fields, body: notification.json,
                limits: TransferLimits(responseBytesMax: 64 << 10), timeout: PostedTo.answerWithin), by: http)
    }
}
