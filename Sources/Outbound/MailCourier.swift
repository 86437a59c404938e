import CurlHTTP
import EventLog
import Foundation
import NodeFiles
import Problems
import SQLiteStore

/// Brings alarms as mail, one a message, without anything of a patient: what it is about stands in the case.
///
/// Source: RFC 5322 (message), RFC 5321 (4yz is tried again, 5yz is refused).
struct MailCourier: Courier {
    /// Recipients of one target.
    private static let recipientsMax = 20

    private let server: MailServer
    private let from: String
    private let to: [String]
    private let node: SiteID?
    private let now: @Sendable () -> Instant

    /// Reads server, sender and recipients.
    ///
    /// - Throws: `CONFIGURATION`; `STORE_MISSING` or `PERMISSIONS` for the file of name and password.
    init(
        _ settings: TargetSettings, node: SiteID? = nil, now: @escaping @Sendable () -> Instant = { Instant(milliseconds: 0) }
    ) throws(Problem) {
        from = settings.from ?? ""
        to = settings.to ?? []
        guard !to.isEmpty, to.count <= Self.recipientsMax, ([from] + to).allSatisfy(Self.isAddress) else {
            throw Problem(
                .configuration,
                "Mail needs a sender and 1 to \(Self.recipientsMax) recipients, each an address such as lead@hospital.example.",
                remedy: "Say --from ADDRESS and --to ADDRESS.")
        }
        let credentials = try Self.credentials(settings.secretFile)
        do throws(TransportError) { server = try MailServer(url: settings.address, credentials: credentials) } catch {
            throw Problem(.configuration, "Mail cannot go there: \(error.problem.message)")
        }
        self.node = node
        self.now = now
    }

    private static func credentials(_ path: String?) throws(Problem) -> (user: String, password: String)? {
        guard let path else { return nil }
        let line = String(decoding: try SecretFile.read(path), as: UTF8.self).split(whereSeparator: \.isNewline).first.map(
            String.init)
        guard let line, let colon = line.firstIndex(of: ":") else {
            throw Problem(.configuration, "The file of a mail server's credentials holds USER:PASSWORD on its first line.")
        }
        return (String(line[..<colon]), String(line[line.index(after: colon)...]))
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x3c && $0 != 0x3e && $0 != 0x2c }
    }

    func deliver(_ message: OutboundMessage) async -> DeliveryOutcome {
        let urgent = message.subject.hasPrefix("critical")
        return await send(
            subject: urgent ? "Critical result waits" : "A question waits", text: String(decoding: message.body, as: UTF8.self),
            id: EventHash.sha256(Array("\(message.target)\n\(message.key)".utf8)).description.prefix(32) + "")
    }

    func test() async -> DeliveryOutcome {
        await send(
            subject: "Test", text: "This is a test: nothing happened.", id: Hex.text(of: UInt64.random(in: .min ... .max)))
    }

    func close() async {}

    private func send(subject: String, text: String, id: String) async -> DeliveryOutcome {
        let place = node?.text ?? "filmjacket"
        let lines = [
            "From: \(from)", "To: \(to.joined(separator: ", "))", "Subject: [\(place)] \(subject)", "Date: \(date)",
            "Message-ID: <\(id)@filmjacket.\(place)>", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Auto-Submitted: auto-generated", "", text, "", "Look at it: filmjacket worklist, filmjacket conflict list.", "",
        ]
        do throws(TransportError) {
            try await server.send(lines.joined(separator: "\r\n"), from: from, to: to)
            return .taken(receipt: id)
        } catch {
            return error == .unreachable || error == .resolve || error == .timeout || error == .tls || error == .cut
                ? .unreachable(error.problem.message) : .again(error.problem.message)
        }
    }

    /// Source: RFC 5322 3.3.
    private var date: String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return formatter.string(from: Date(timeIntervalSince1970: Double(now().milliseconds) / 1000))
    }
}
