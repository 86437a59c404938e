import EventLog
import ImagingCase
import Interop
import Problems
import Web

/// Why a message is refused, with the exit code of the command that brought it.
struct HL7Refusal: Error {
    let problem: HL7Problem
    let exit: Int32

    /// The content is at fault.
    init(_ problem: HL7Problem) {
        self.problem = problem
        exit = ProblemCode.badInput.row.exit
    }

    /// The node cannot take it, now or ever. Never AA before it is durable.
    init(_ problem: Problem) {
        let code: HL7ErrorCode =
            switch problem.code {
            case .storeInUse, .staleHeads: .recordLocked
            case .notFound, .unknownCase: .unknownKey
            default: .internalError
            }
        let answer = HL7AcknowledgmentCode(rawValue: problem.code.row.acknowledgement)
        self.problem = HL7Problem(code, at: nil, problem.message, acknowledgment: answer, remedy: problem.remedy)
        exit = problem.code.row.exit
    }

    /// Asks something whose problem is the message's refusal.
    static func asking<T>(_ body: () throws(Problem) -> T) throws(HL7Refusal) -> T {
        do throws(Problem) { return try body() } catch { throw HL7Refusal(error) }
    }
}

/// What became of one message.
struct HL7Outcome {
    let file: String
    let number: Int
    private let header: HL7Header?
    var remarks: [String] = []
    var recorded: [Recorded] = []
    var refusal: HL7Refusal?

    init(file: String, reading: HL7Reading) {
        self.file = file
        number = reading.number
        header = reading.header
    }

    private var controlID: String { header?.controlID ?? "" }
    private var type: String { [header?.type ?? "", header?.trigger ?? ""].filter { !$0.isEmpty }.joined(separator: "^") }
    private var isAcknowledgment: Bool { header?.type == "ACK" }

    /// Whether there was a header, so that somebody can be answered.
    var hasHeader: Bool { header != nil }

    /// What the sender is told; nil where there is nobody to answer, or where the message is a receipt itself.
    var answer: HL7Acknowledgment? { header.flatMap { HL7Acknowledgment(to: $0, refusedFor: refusal?.problem) } }

    /// AA, AE or AR; nil where a receipt is not answered.
    var acknowledgement: String? {
        isAcknowledgment ? nil : (refusal?.problem.acknowledgment ?? .accept).rawValue
    }

    /// Whether everything that it says had been recorded before.
    var isRepeat: Bool { !recorded.isEmpty && recorded.allSatisfy(\.isRepeat) }

    private var cases: [StreamID] { Set(recorded.map(\.stream)).sorted() }

    private func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("file", file)
        json.member("number", number)
        json.member("message", controlID)
        json.member("type", type)
        json.key("acknowledgement")
        if let acknowledgement { json.string(acknowledgement) } else { json.null() }
        json.member("events", texts: recorded.map(\.id.description))
        json.member("cases", texts: cases.map(\.description))
        json.member("repeat", isRepeat)
        json.member("remarks", texts: remarks)
        if let refusal {
            json.key("error")
            json.beginObject()
            json.member("code", refusal.problem.code.rawValue)
            if let location = refusal.problem.location { json.member("location", location.description) }
            json.member("message", refusal.problem.message)
            json.member("remedy", refusal.problem.remedy)
            json.endObject()
        }
        json.endObject()
    }

    private var line: [String] {
        let what: String
        if let refusal {
            what =
                "refused \(refusal.problem.code.rawValue) \(refusal.problem.location.map { "\($0): " } ?? "")\(refusal.problem.message)"
        } else if isRepeat {
            what = "known already"
        } else {
            let count = recorded.count == 1 ? "1 event" : "\(recorded.count) events"
            what =
                recorded.isEmpty
                ? "nothing recorded" : "\(count) on \(cases.map { $0.description.prefix(10) }.joined(separator: ", "))"
        }
        return [acknowledgement ?? "-", controlID, type, file, what]
    }

    /// Every message of a file or frame, refused for a reason that lies here.
    static func refused(_ bytes: [UInt8], name: String, _ problem: Problem) -> [HL7Outcome] {
        HL7Lexer().read(bytes).map { reading in
            var outcome = HL7Outcome(file: name, reading: reading)
            outcome.refusal = HL7Refusal(problem)
            return outcome
        }
    }

    /// All messages as one answer.
    static func answer(_ outcomes: [HL7Outcome]) -> DeskAnswer {
        var json = JSONWriter()
        json.beginArray()
        for outcome in outcomes { outcome.write(to: &json) }
        json.endArray()
        let remarks = outcomes.flatMap { outcome in outcome.remarks.map { "\(outcome.controlID): \($0)" } }
        let remedies = outcomes.compactMap { outcome in outcome.refusal.map { "\(outcome.controlID): Try: \($0.problem.remedy)" }
        }
        return DeskAnswer(
            exit: outcomes.compactMap(\.refusal?.exit).first ?? 0, json: json.text,
            text: outcomes.map { $0.line.joined(separator: "  ") }.joined(separator: "\n"),
            remark: (remarks + remedies).joined(separator: "\n"))
    }
}
