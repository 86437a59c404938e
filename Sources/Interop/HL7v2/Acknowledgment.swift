public import EventLog

/// How a message is answered.
///
/// Source: HL7 v2.5.1 table 0008 (original mode).
public enum HL7AcknowledgmentCode: String, Sendable {
    /// Taken, and durable before it is said.
    case accept = "AA"
    /// The content is at fault; a corrected message may come.
    case error = "AE"
    /// The message cannot be taken here, whatever its content.
    case reject = "AR"
}

/// The general acknowledgment of one message: MSH, MSA and, where it is refused, ERR.
///
/// Sender and receiver change places; version, processing id, country and character set are those of the message. Before version 2.5
/// ERR says place and code in ERR-1, from 2.5 on in ERR-2 and ERR-3, as the sender's version reads it. Never sent in answer to an
/// acknowledgment. Source: HL7 v2.5.1 2.9.2, 2.15.5 (ERR), 2.15.8 (MSA); 2.3.1 2.16.4 for the older ERR.
public struct HL7Acknowledgment: Hashable, Sendable {
    private let header: HL7Header
    private let problem: HL7Problem?

    /// Answers a message that was taken, or one that was refused for a reason. Nil for a message that is an acknowledgment itself.
    public init?(to header: HL7Header, refusedFor problem: HL7Problem? = nil) {
        guard header.type != "ACK" else { return nil }
        self.header = header
        self.problem = problem
    }

    /// Answers a reading; nil where it has no header to answer to, or is an acknowledgment itself.
    ///
    /// The caller says AA only after everything is durable; a later refusal (unmapped, duplicate, disk full) goes by the other initialiser.
    public init?(to reading: HL7Reading) {
        guard let header = reading.header else { return nil }
        if case .failure(let problem) = reading.outcome {
            self.init(to: header, refusedFor: problem)
        } else {
            self.init(to: header)
        }
    }

    /// The code.
    public var code: HL7AcknowledgmentCode { problem?.acknowledgment ?? .accept }

    /// The message's text, every segment ended by CR. `controlID` names it at this site and is never used twice.
    public func text(controlID: String, at time: OccurredAt) -> String {
        let mark = HL7Syntax.standard
        var segments = [messageHeader(controlID: mark.escaped(controlID), at: time)]
        var answer = ["MSA", code.rawValue, copied(header.segment[10])]
        if let problem, isOld { answer.append(mark.escaped(String(problem.message.prefix(80)))) }
        segments.append(answer.joined(separator: "|"))
        if let problem { segments.append(isOld ? oldError(problem) : error(problem)) }
        return segments.map { $0 + "\r" }.joined()
    }

    private func messageHeader(controlID: String, at time: OccurredAt) -> String {
        let segment = header.segment
        let trigger = copied(segment[9], component: 2)
        let type = trigger.isEmpty ? "ACK" : "ACK^\(trigger)" + (isOld ? "" : "^ACK")
        let version = copied(segment[12])
        var fields = ["MSH", "^~\\&", copied(segment[5]), copied(segment[6]), copied(segment[3]), copied(segment[4])]
        fields += [HL7Timestamp.text(time), "", type, controlID]
        fields += [segment[11].isEmpty ? "P" : copied(segment[11]), version.isEmpty ? "2.5.1" : version, "", "", "", ""]
        // The answer is text in UTF-8, whatever the message came in.
        fields += [copied(segment[17]), segment[18].isEmpty ? "" : HL7CharacterSet.utf8.rawValue]
        while fields.last == "" { fields.removeLast() }
        return fields.joined(separator: "|")
    }

    /// Source: HL7 v2.5.1 2.15.5.
    private func error(_ problem: HL7Problem) -> String {
        let mark = HL7Syntax.standard
        let place = problem.location.map { $0.parts.map(mark.escaped).joined(separator: "^") } ?? ""
        let code = "\(problem.code.rawValue)^\(problem.code.words)^HL70357"
        return ["ERR", "", place, code, "E", "", "", "", mark.escaped("\(problem.message) \(problem.remedy)")].joined(
            separator: "|")
    }

    /// Source: HL7 v2.3.1 2.24.7 (ERR-1: segment, sequence, field, code).
    private func oldError(_ problem: HL7Problem) -> String {
        let place = problem.location
        let field = place?.field.map(String.init) ?? ""
        let names = [place?.segment ?? "", place.map { String($0.ordinal) } ?? "", field]
        return "ERR|\(names.joined(separator: "^"))^\(problem.code.rawValue)&\(problem.code.words)&HL70357"
    }

    /// Whether the sender's version knows the older ERR only.
    private var isOld: Bool {
        let parts = header.version.split(separator: ".")
        guard parts.count >= 2, let minor = Int(parts[1]) else { return false }
        return parts[0] == "2" && minor < 5
    }

    /// The first repetition of a field, or one of its components, in the delimiters of the answer.
    private func copied(_ field: HL7Field, component: Int? = nil) -> String {
        let mark = HL7Syntax.standard
        func parts(_ number: Int) -> String {
            var parts = (1...field.first.subcomponentCount(number)).map { mark.escaped(field.text(number, $0)) }
            while parts.last == "", parts.count > 1 { parts.removeLast() }
            return parts.joined(separator: "&")
        }
        if let component { return parts(component) }
        return (1...field.first.componentCount).map(parts).joined(separator: "^")
    }
}
