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
