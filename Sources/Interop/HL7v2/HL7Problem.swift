public import Problems

/// Why a message is refused: nothing of it is recorded.
///
/// The sentence names places, tables and codes and never a value of a patient's field.
/// Source: HL7 v2.5.1 2.9.2, house rule (reliability.md 4.7).
public struct HL7Problem: Error, Hashable, Sendable {
    /// The number for the sender.
    public let code: HL7ErrorCode
    /// Error or reject.
    public let acknowledgment: HL7AcknowledgmentCode
    /// Where; nil where the message has no place for it.
    public let location: HL7Location?
    /// One sentence: what was expected and what came.
    public let message: String
    /// What to do next.
    public let remedy: String

    /// Says a problem; answer and remedy default to the code's.
    public init(
        _ code: HL7ErrorCode, at location: HL7Location?, _ message: String, acknowledgment: HL7AcknowledgmentCode? = nil,
        remedy: String? = nil
    ) {
        self.code = code
        self.acknowledgment = acknowledgment ?? code.acknowledgment
        self.location = location
        self.message = message
        self.remedy = remedy ?? code.remedy
    }

    /// The same for the edges that do not speak HL7.
    public var problem: Problem {
        var facts = [Problem.Fact("hl7Error", String(code.rawValue)), Problem.Fact("hl7Acknowledgment", acknowledgment.rawValue)]
        if let location { facts.append(Problem.Fact("location", location.description)) }
        let place = location.map { "\($0): " } ?? ""
        return Problem(.badInput, place + message, remedy: remedy, facts: facts)
    }

    /// A code from a message as it may be shown in a sentence: only what looks like one (capitals,
    /// digits, a few marks, 12 bytes), because anything may stand in a field.
    static func shown(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x2e, 0x5f, 0x2d, 0x2f: true
            default: false
            }
        }
        if text.isEmpty { return "nothing" }
        return plain && text.utf8.count <= 12 ? "\"\(text)\"" : "a value of \(text.utf8.count) bytes"
    }
}

/// Something that was read in spite of a departure from the standard, and how: shown in import reports.
public struct HL7Remark: Hashable, Sendable, CustomStringConvertible {
    /// Where; nil where it concerns the whole message.
    public let location: HL7Location?
    /// One sentence without patient data.
    public let text: String

    /// Makes a remark.
    public init(_ text: String, at location: HL7Location? = nil) {
        self.text = text
        self.location = location
    }

    /// Place and sentence on one line.
    public var description: String { location.map { "\($0): \(text)" } ?? text }
}
