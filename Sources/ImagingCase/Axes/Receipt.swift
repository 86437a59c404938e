public import EventLog

/// How far a message has come to somebody. Each step is a fact of its own; none follows from the one before.
public enum ReceiptLevel: Int, Comparable, Sendable {
    /// It is in the log; nobody need know of it.
    case recorded
    /// It reached the recipient's system, agent or screen.
    case delivered
    /// The recipient opened it.
    case seen
    /// The recipient took note of it by name.
    case acknowledged

    /// The word in JSON.
    public var word: String {
        switch self {
        case .recorded: "recorded"
        case .delivered: "delivered"
        case .seen: "seen"
        case .acknowledged: "acknowledged"
        }
    }

    /// By how far it has come.
    public static func < (left: ReceiptLevel, right: ReceiptLevel) -> Bool { left.rawValue < right.rawValue }
}

/// One step of a message towards one recipient.
public struct Receipt: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Which step.
    public let level: ReceiptLevel
    /// When, as asserted.
    public let at: Instant
    /// By which channel or on which device; empty where it was not said.
    public let channel: String
    /// The acknowledgement's id of a receiving system; empty where there is none.
    public let receipt: String
}

/// How far a message has come to one person or system.
public struct ReceiptLadder: Hashable, Sendable {
    /// The person or system.
    public let recipient: String
    /// Each step, in causal order.
    public internal(set) var steps: [Receipt] = []

    /// The farthest step.
    public var level: ReceiptLevel { steps.map(\.level).max() ?? .recorded }
}

/// A message and how far it has come to everybody.
public struct ReceiptItem: Hashable, Sendable {
    /// What kind of message.
    public enum Kind: String, Sendable {
        case report
        case retraction
        case criticalResult
        case withdrawal
        case instruction
    }

    /// The event.
    public let event: EventID
    /// What kind of message.
    public let kind: Kind
    /// Who sent it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// A ladder for everybody whom it reached, ascending by name.
    public internal(set) var ladders: [ReceiptLadder] = []
    /// Of a retraction: who received what is withdrawn and has not seen that it is, ascending by name.
    public internal(set) var recall: [Recall] = []

    /// How far it has come with those who have it least: what one person saw the other has not seen.
    public var level: ReceiptLevel { ladders.map(\.level).min() ?? .recorded }

    /// How far it has come to somebody.
    public func level(for recipient: String) -> ReceiptLevel {
        ladders.first { $0.recipient == recipient }?.level ?? .recorded
    }
}

/// Somebody who received a report and does not know that it was withdrawn.
public struct Recall: Hashable, Sendable {
    /// The person or system.
    public let recipient: String
    /// The report that he received.
    public let report: EventID
    /// How far the report had come to him.
    public let received: ReceiptLevel
    /// How far the retraction has come to him: recorded or delivered, for who saw it is not listed.
    public let retraction: ReceiptLevel
}

/// How far each message went: recorded, delivered, seen, acknowledged.
public struct ReceiptState: Hashable, Sendable {
    /// Every message, in causal order.
    public internal(set) var items: [ReceiptItem] = []
    /// Whether anybody reported a receipt.
    var isTold = false
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// The step of the message that has come least far; a case without receipts says none.
    public var level: ReceiptLevel? { isTold ? items.map(\.level).min() : nil }

    /// Everybody who must still learn of a retraction.
    public var recall: [Recall] { items.flatMap(\.recall) }

    /// The message that an event is.
    public func item(_ event: EventID) -> ReceiptItem? { items.first { $0.event == event } }
}

/// The receipt ladder of each report version, retraction, critical result and instruction: recorded → delivered → seen →
/// acknowledged. Sent is not delivered, delivered not seen, seen not acknowledged; a retraction chases everybody who received what it
/// withdraws.
///
/// Source: HL7 v2.5.1 MSA; FHIR R4 Communication.received; house rule (P8, silence is not acknowledgement).
public enum ReceiptAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "receipt" }

    /// What it looks at.
    public static var concern: Concerns { .receipt }

    /// Derives the ladders and the recall lists.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ReceiptState {
        ReceiptLedger(history).state
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: ReceiptState) -> [Anomaly] { state.oddities }

    /// Whether nobody reported a receipt.
    public static func isSilent(_ state: ReceiptState) -> Bool { !state.isTold }

    /// Writes the state.
    public static func write(_ state: ReceiptState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.level?.word ?? "none")
        json.key("messages")
        json.beginArray()
        for item in state.items { write(item, to: &json) }
        json.endArray()
        json.endObject()
    }

    private static func write(_ item: ReceiptItem, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", item.event)
        json.member("state", item.level.word)
        json.member("kind", item.kind.rawValue)
        json.member("by", item.by)
        json.moment("at", item.at)
        if !item.ladders.isEmpty {
            json.key("recipients")
            json.beginArray()
            for ladder in item.ladders { write(ladder, to: &json) }
            json.endArray()
        }
        if !item.recall.isEmpty {
            json.key("recall")
            json.beginArray()
            for person in item.recall {
                json.beginObject()
                json.member("recipient", person.recipient)
                json.member("report", person.report)
                json.member("received", person.received.word)
                json.member("retraction", person.retraction.word)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    private static func write(_ ladder: ReceiptLadder, to json: inout JSONWriter) {
        json.beginObject()
        json.member("recipient", ladder.recipient)
        json.member("state", ladder.level.word)
        json.key("steps")
        json.beginArray()
        for step in ladder.steps {
            json.beginObject()
            json.member("event", step.event)
            json.member("state", step.level.word)
            json.moment("at", step.at)
            json.memberIfSaid("channel", step.channel)
            json.memberIfSaid("receipt", step.receipt)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    /// Says of each message how far it has come and by which events.
    public static func explain(_ state: ReceiptState, _ history: CaseHistory) -> [Explanation] {
        guard state.isTold else { return [] }
        return state.items.map { item in
            let rule =
                item.recall.isEmpty
                ? "The step that all its recipients have reached; none is taken for granted from the one before."
                : "Not everybody who received what it withdraws has seen it: "
                    + item.recall.map(\.recipient).joined(separator: ", ") + "."
            return Explanation(
                axis: label, state: item.level.word, rule: rule, events: [item.event] + item.ladders.flatMap(\.steps).map(\.event)
            )
        }
    }

    /// Refuses a receipt of nothing.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ReceiptState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .register(.notificationSeen(let said)) = event, said.item == nil else { return }
        throw AuthoringRefusal(
            .content, "notification.item: nothing is named that was seen.", remedy: "Name the event that was seen.")
    }
}
