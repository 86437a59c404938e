import HTTPTypes
import Hummingbird
import Interop
import Problems

/// What a search for workitems asks for, and which part of the answer.
///
/// Source: DICOM PS3.18 8.3.4, 11.9.1.
struct WorkitemPage {
    /// The most workitems of an answer.
    static let limitMax = 1000
    private static let limitUsual = 100
    /// What is a parameter and no element.
    private static let others: Set<String> = ["includefield", "as", "role", "accept", "charset"]

    private(set) var query = WorkitemQuery()
    private(set) var offset = 0
    private(set) var limit = Self.limitUsual
    private(set) var isFuzzy = false

    init(_ request: Request) throws(Problem) {
        for (name, value) in request.uri.queryParameters {
            let (name, value) = (String(name), String(value))
            switch name {
            case "limit": limit = try Self.number(name, value, 1...Self.limitMax)
            case "offset": offset = try Self.number(name, value, 0...CaseDesk.rowsMax)
            case "fuzzymatching": isFuzzy = value == "true"
            case _ where Self.others.contains(name): continue
            default:
                do throws(WorkitemQueryRefusal) { try query.add(name, value) } catch {
                    throw Problem(
                        .badInput, error.message, remedy: "Name elements by keyword or tag, as in ProcedureStepState=SCHEDULED.",
                        facts: [.init("field", error.parameter)])
                }
            }
        }
    }

    private static func number(_ name: String, _ text: String, _ range: ClosedRange<Int>) throws(Problem) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw Problem(
                .badInput, "\(name): a number from \(range.lowerBound) to \(range.upperBound) was expected.",
                facts: [.init("field", name)])
        }
        return number
    }
}

/// A change of a workitem's state that somebody asks for.
struct WorkitemWish: Sendable {
    /// Who acts, as said in the address; empty for whoever signed in.
    struct Actor: Sendable {
        let person: String
        let role: String
    }

    let state: Workitem.State
    /// The Transaction UID as it was sent; it is kept nowhere.
    let transaction: String
    let reason: String?
    let who: Actor

    /// Reads the request.
    ///
    /// - Throws: `BAD_INPUT` for a state that is none, `TRANSACTION_UID` where it is missing.
    init(_ asked: DataSet, _ request: Request) throws(Problem) {
        guard let word = asked.text(Tag(0x0074_1000)), let state = Workitem.State(rawValue: word) else {
            throw Problem(
                .badInput, "Procedure Step State (0074,1000) was expected to be IN PROGRESS, COMPLETED or CANCELED.",
                facts: [.init("field", "00741000")])
        }
        guard let transaction = asked.text(Tag(0x0008_1195)), !transaction.isEmpty else {
            throw Problem(
                .transactionUID, "A Transaction UID (0008,1195) was expected, and none came.",
                facts: [.init(Problem.warningFact, WorkitemRefusal.missing)])
        }
        self.state = state
        self.transaction = transaction
        reason = Self.reason(asked)
        who = try Self.who(request)
    }

    /// Why, where the request says so.
    static func reason(_ asked: DataSet) -> String? {
        if let text = asked.text(Tag(0x0074_1238)), !text.isEmpty { return text }
        return asked.items(Tag(0x0074_100e)).first?.text(Tag(0x0008_0104))
    }

    /// Who acts, by the address; whoever signed in may leave it out.
    static func who(_ request: Request) throws(Problem) -> Actor {
        let query = request.uri.queryParameters
        let said = try CaseAPI.who(query.get("as"), query.get("role"))
        return Actor(person: said.person, role: said.role)
    }
}
