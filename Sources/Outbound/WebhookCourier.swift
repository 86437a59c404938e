import Crypto
import CurlHTTP
import EventLog
import Foundation
import NodeFiles
import Problems
import SQLiteStore

/// Brings CloudEvents over HTTP, each signed so that the receiver knows who sent it, and with an id by which it knows a repeat.
///
/// 2xx is taken; 410 wants nothing any more; every other status is tried again; redirects are not followed.
/// Source: CloudEvents 1.0 HTTP binding (structured mode); Standard Webhooks 1.0 (webhook-id, webhook-timestamp, webhook-signature).
struct WebhookCourier: Courier {
    private static let secretPrefix = "whsec_"
    private static let secretBytesMin = 24

    private let url: String
    private let secrets: [SymmetricKey]
    private let http: HTTPClient?
    private let now: @Sendable () -> Instant

    /// Reads address and secrets.
    ///
    /// - Throws: `CONFIGURATION`; `STORE_MISSING` or `PERMISSIONS` for the secret's file.
    init(
        _ settings: TargetSettings, http: HTTPClient? = nil, now: @escaping @Sendable () -> Instant = { Instant(milliseconds: 0) }
    )
        throws(Problem)
    {
        url = try PostedTo.address(settings.address)
        secrets = try Self.secrets(settings.secretFile)
        self.http = http
        self.now = now
    }

    private static func secrets(_ path: String?) throws(Problem) -> [SymmetricKey] {
        guard let path else {
            throw Problem(
                .configuration, "A webhook's messages are signed, and no secret is named.",
                remedy:
                    "Make one and name its file: (umask 077; echo \"whsec_$(openssl rand -base64 32)\" > FILE), --secret-file FILE."
            )
        }
        let lines = String(decoding: try SecretFile.read(path), as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        let keys = lines.prefix(2).map { line in
            line.hasPrefix(secretPrefix) ? Base64.bytes(of: line.dropFirst(secretPrefix.count)) : nil
        }
        guard !keys.isEmpty, keys.allSatisfy({ ($0?.count ?? 0) >= secretBytesMin }) else {
            throw Problem(
                .configuration, "A secret is whsec_ and base64 of at least \(secretBytesMin) bytes, one on a line, at most two.",
                remedy: "Make one: echo \"whsec_$(openssl rand -base64 32)\".")
        }
        return keys.compactMap { $0 }.map { SymmetricKey(data: $0) }
    }

    func deliver(_ message: OutboundMessage) async -> DeliveryOutcome {
        await post(message.body, id: EventHash.sha256(Array("\(message.target)\n\(message.key)".utf8)).description)
    }

    func test() async -> DeliveryOutcome {
        let id = Hex.text(of: UInt64.random(in: .min ... .max))
        let body =
            #"{"specversion":"1.0","id":"\#(id)","source":"/filmjacket","type":"org.filmjacket.test.v1","datacontenttype":"application/json","data":{}}"#
        return await post(Array(body.utf8), id: id)
    }

    func close() async {}

    private func post(_ body: [UInt8], id: String) async -> DeliveryOutcome {
        guard let http else { return .unreachable("nobody carries it") }
        let timestamp = "\(now().milliseconds / 1000)"
        let signed = Array("\(id).\(timestamp).".utf8) + body
        let signatures = secrets.map { key in
            "v1," + Base64.text(of: Array(HMAC<SHA256>.authenticationCode(for: signed, using: key)))
        }
        let request = HTTPClientRequest(
            method: "POST", url: url,
            headers: [
                ("Content-Type", "application/cloudevents+json; charset=utf-8"), ("Webhook-Id", id),
                ("Webhook-Timestamp", timestamp),
                ("Webhook-Signature", signatures.joined(separator: " ")),
            ], body: body, limits: TransferLimits(responseBytesMax: 64 << 10), timeout: PostedTo.answerWithin)
        return await PostedTo.outcome(of: request, by: http)
    }
}
