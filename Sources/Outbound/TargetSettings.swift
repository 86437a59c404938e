import Foundation
public import Problems

/// How a target is reached and what it is told, as the store keeps it. Secrets are not in it: they lie in files of their own.
public struct TargetSettings: Codable, Equatable, Sendable {
    /// What a target understands.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// HL7 v2 messages over MLLP.
        case hl7
        /// CloudEvents over HTTP, signed.
        case webhook
        /// Mail without patient data.
        case mail
        /// FHIR notifications of one topic, ids only.
        case subscription
    }

    /// What it understands.
    public var kind: Kind
    /// Where it is: `HOST:PORT` for HL7, an address for a webhook, `smtp://HOST:PORT` or `smtps://HOST:PORT` for mail.
    public var address: String
    /// HL7: the receiving application, MSH-5.
    public var application: String?
    /// HL7: the receiving facility, MSH-6.
    public var facility: String?
    /// Webhook: a file with the secret; a second line holds the former one while it is changed. Mail: a file with `USER:PASSWORD`. Subscription: a file with the value of
    /// `Authorization`.
    public var secretFile: String?
    /// Subscription: what it is told of.
    public var topic: String?
    /// Subscription: where this node's FHIR interface is reached by the receiver.
    public var base: String?
    /// Mail: from whom.
    public var from: String?
    /// Mail: to whom.
    public var to: [String]?

    /// States them.
    public init(kind: Kind, address: String) {
        self.kind = kind
        self.address = address
    }

    /// Reads them as the store keeps them.
    ///
    /// - Throws: `CONFIGURATION` for what this version cannot read.
    init(stored bytes: [UInt8], of target: String) throws(Problem) {
        do { self = try JSONDecoder().decode(Self.self, from: Data(bytes)) } catch {
            throw Problem(
                .configuration, "What is kept of the target '\(target)' cannot be read by this version.",
                remedy: "Remove it and add it again: filmjacket notify remove \(target).")
        }
    }

    /// Their bytes for the store.
    func stored() throws(Problem) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return Array(try encoder.encode(self)) } catch {
            throw Problem(.internalError, "The settings of a target cannot be written: \(error).")
        }
    }

    /// Host and port of an HL7 target.
    ///
    /// - Throws: `CONFIGURATION`.
    func endpoint() throws(Problem) -> (host: String, port: Int) {
        let problem = Problem(
            .configuration, "An HL7 target is named by HOST:PORT, and '\(address)' is no such name.",
            remedy: "Such as 10.1.2.20:2575.")
        guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]), port > 0 else {
            throw problem
        }
        var host = String(address[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, host.utf8.count <= 253 else { throw problem }
        return (host, Int(port))
    }

    /// Refuses what can never work, before it is kept.
    ///
    /// - Throws: `CONFIGURATION` with what is expected; `STORE_MISSING` or `PERMISSIONS` for a secret's file.
    func check() throws(Problem) {
        switch kind {
        case .hl7: _ = try endpoint()
        case .webhook: _ = try WebhookCourier(self)
        case .mail: _ = try MailCourier(self)
        case .subscription: _ = try SubscriptionCourier(self, name: "")
        }
    }
}

/// The name of a target: a word, so that it can stand in a command and in a key.
public enum TargetName {
    /// The longest name.
    public static let lengthMax = 32

    /// Refuses what is no name.
    ///
    /// - Throws: `USAGE`.
    public static func check(_ name: String) throws(Problem) {
        let isWord = name.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
        guard isWord, (1...lengthMax).contains(name.utf8.count), name.first != "-" else {
            throw Problem(
                .usage, "A target's name is 1 to \(lengthMax) small letters, digits and hyphens, and '\(name.prefix(40))' is not."
            )
        }
    }
}
