import EventLog
import SQLiteStore

/// What became of a try.
enum DeliveryOutcome: Equatable, Sendable {
    /// The other side took it and said so; with what it answered.
    case taken(receipt: String)
    /// The other side will never take it as it is: a person has to look.
    case refused(String)
    /// The other side could not take this one now.
    case again(String)
    /// The other side is not there: nothing else can be delivered to it either.
    case unreachable(String)
    /// The other side wants nothing any more.
    case gone(String)

    /// Whether nobody said what became of the message.
    var isUnknown: Bool {
        switch self {
        case .again, .unreachable: true
        case .taken, .refused, .gone: false
        }
    }
}

/// Brings messages to one target. One at a time; the same bytes at every try.
protocol Courier: Sendable {
    /// Brings a message, and waits for the answer.
    func deliver(_ message: OutboundMessage) async -> DeliveryOutcome
    /// Asks whether somebody takes messages there, with a message that says nothing of any patient.
    func test() async -> DeliveryOutcome
    /// Lets go of connections.
    func close() async
}
