import EventLog
import Interop
import SQLiteStore
import Web

/// Brings HL7 v2 messages over MLLP: one at a time, and each answer belongs to the message whose control id it names.
///
/// An answer that comes late names an earlier message and is passed over; when none comes in time the connection is given up, so that it
/// can never be taken for that of the next one, and the same message goes again.
/// Source: HL7 v2.5.1 2.9.2 (original mode), 2.15.8 (MSA); MLLP release 1.
actor HL7Courier: Courier {
    /// How long an answer may take.
    static let answerWithin = Duration.seconds(30)

    private let host: String
    private let port: Int
    private let outbound: HL7Outbound
    private let now: @Sendable () -> Instant
    private let within: Duration
    private var connection: MLLPConnection?

    init(
        host: String, port: Int, outbound: HL7Outbound, within: Duration = HL7Courier.answerWithin,
        now: @escaping @Sendable () -> Instant
    ) {
        self.host = host
        self.port = port
        self.outbound = outbound
        self.within = within
        self.now = now
    }

    func deliver(_ message: OutboundMessage) async -> DeliveryOutcome {
        let text = String(decoding: message.body, as: UTF8.self)
        guard let header = HL7Lexer().read(message.body).first?.header, !header.controlID.isEmpty else {
            return .refused("The message has no control id.")
        }
        return await send(text, header.controlID)
    }

    func test() async -> DeliveryOutcome {
        let controlID = "FJ" + Hex.text(of: UInt64.random(in: .min ... .max))
        let moment = now()
        return await send(outbound.probe(controlID: controlID, at: OccurredAt(moment)), controlID)
    }

    func close() async {
        await connection?.close()
        connection = nil
    }

    private func send(_ text: String, _ controlID: String) async -> DeliveryOutcome {
        do throws(MLLPFault) {
            let connection = try await connected()
            let answer = try await connection.exchange(text, controlID: controlID, within: within)
            return Self.outcome(answer)
        } catch {
            await close()
            return .unreachable("\(host):\(port): \(error.words)")
        }
    }

    private func connected() async throws(MLLPFault) -> MLLPConnection {
        if let connection, await connection.isOpen { return connection }
        let made = try await MLLPConnection.open(host: host, port: port)
        connection = made
        return made
    }

    /// What an answer means. AR is said for a message that the receiver cannot take, and by some for "try again": ERR-3 207 tells which.
    static func outcome(_ answer: HL7Message) -> DeliveryOutcome {
        let said = answer.first("MSA")
        let code = said?[1].text().uppercased() ?? ""
        if code == "AA" || code == "CA" { return .taken(receipt: said?[2].text() ?? "") }
        let error = answer.first("ERR")
        let words =
            [error?[8].text() ?? "", error?[3].text(2) ?? "", said?[3].text() ?? ""].first { !$0.isEmpty } ?? "no reason given"
        let number = error?[3].text(1) ?? ""
        let text = "\(code.isEmpty ? "an answer without a code" : code) \(number.isEmpty ? "" : number + " ")\(words.prefix(300))"
        return number == "207" ? .again(text) : .refused(text)
    }
}
