public import Problems

/// What is wrong with a message, by the number that goes back to its sender.
///
/// Source: HL7 v2.5.1 table 0357; 104 HL7 v2.7 table 0357.
public enum HL7ErrorCode: Int, CaseIterable, Sendable {
    case segmentSequence = 100
    case requiredFieldMissing = 101
    case dataType = 102
    case tableValueNotFound = 103
    case valueTooLong = 104
    case unsupportedMessageType = 200
    case unsupportedEvent = 201
    case unsupportedProcessing = 202
    case unsupportedVersion = 203
    case unknownKey = 204
    case duplicateKey = 205
    case recordLocked = 206
    case internalError = 207

    /// The table's words.
    public var words: String {
        switch self {
        case .segmentSequence: "Segment sequence error"
        case .requiredFieldMissing: "Required field missing"
        case .dataType: "Data type error"
        case .tableValueNotFound: "Table value not found"
        case .valueTooLong: "Value too long"
        case .unsupportedMessageType: "Unsupported message type"
        case .unsupportedEvent: "Unsupported event code"
        case .unsupportedProcessing: "Unsupported processing id"
        case .unsupportedVersion: "Unsupported version id"
        case .unknownKey: "Unknown key identifier"
        case .duplicateKey: "Duplicate key identifier"
        case .recordLocked: "Application record locked"
        case .internalError: "Application internal error"
        }
    }

    /// The answer that the code has unless a problem says otherwise: reject where the header asks for what is not offered,
    /// error where the content is at fault.
    public var acknowledgment: HL7AcknowledgmentCode {
        switch self {
        case .unsupportedMessageType, .unsupportedEvent, .unsupportedProcessing, .unsupportedVersion: .reject
        default: .error
        }
    }

    /// What the sender does next, unless a problem says better.
    var remedy: String {
        switch self {
        case .segmentSequence: "Correct the order of the segments and send the message again with a new control id."
        case .requiredFieldMissing: "Fill in the named field and send the message again with a new control id."
        case .dataType, .tableValueNotFound: "Correct the named value and send the message again with a new control id."
        case .valueTooLong: "Send a shorter value; documents stay in the archive and only their text is sent."
        case .unsupportedMessageType, .unsupportedEvent:
            "Leave this message out of the interface; sending it again changes nothing."
        case .unsupportedProcessing: "Send production messages (MSH-11 P), or let this site accept training messages."
        case .unsupportedVersion: "Send version 2.1 to 2.9 in MSH-12."
        case .unknownKey: "Send the order first."
        case .duplicateKey: "Give every message its own control id in MSH-10."
        case .recordLocked: "Send the same message again later."
        case .internalError: "Send the message again in parts, or ask whoever runs this site."
        }
    }
}

/// Where in a message something is: segment, which one of its name, and as far down as is known.
///
/// Source: HL7 v2.5.1 2.A.28 (ERL).
public struct HL7Location: Hashable, Sendable, CustomStringConvertible {
    /// The segment's name.
    public let segment: String
    /// Which segment of that name in the message, from 1.
    public let ordinal: Int
    /// The field, from 1.
    public let field: Int?
    /// The repetition, from 1.
    public let repetition: Int?
    /// The component, from 1.
    public let component: Int?

    /// Names a place.
    public init(_ segment: String, _ ordinal: Int = 1, field: Int? = nil, repetition: Int? = nil, component: Int? = nil) {
        self.segment = segment
        self.ordinal = ordinal
        self.field = field
        self.repetition = repetition
        self.component = component
    }

    /// The place as people write it: `PID-3`, `OBX[2]-5.1`.
    public var description: String {
        var text = ordinal == 1 ? segment : "\(segment)[\(ordinal)]"
        if let field { text += "-\(field)" }
        if let component { text += ".\(component)" }
        return text
    }

    /// The place as the parts of an ERL; absent parts at the end are left out.
    public var parts: [String] {
        var parts = [segment, String(ordinal), field.map(String.init) ?? "", repetition.map(String.init) ?? ""]
        parts.append(component.map(String.init) ?? "")
        while parts.last == "" { parts.removeLast() }
        return parts
    }
}

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

/// Bounds of one message.
///
/// Source: house rule (reliability.md 4.6).
public struct HL7Limits: Hashable, Sendable {
    /// The longest message in bytes.
    public var messageBytesMax = 1 << 20
    /// The most segments of a message.
    public var segmentsMax = 5000
    /// The longest field in bytes.
    public var fieldBytesMax = 64 * 1024

    /// The house's bounds.
    public init() {}
}
