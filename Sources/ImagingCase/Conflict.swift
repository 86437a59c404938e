public import EventLog

/// An open question of a case: two facts recorded apart that a rule cannot bring together without a person.
public struct Conflict: Hashable, Sendable {
    /// How far a conflict is.
    public enum State: String, Sendable {
        case open
        case resolved
        /// A later fact made the question moot.
        case superseded
    }

    /// Stable at every node: `k` and 16 hexadecimal digits derived from case, number and events.
    public let id: String
    /// The row of the conflict catalogue.
    public let number: Int
    /// The catalogue's name in lowerCamelCase, such as `competingFinals`.
    public let kind: String
    /// How far it is.
    public var state: State
    /// The role that closes it.
    public let owner: Role
    /// When it escalates.
    public let due: Instant?
    /// Both sides' events, ascending by id.
    public internal(set) var events: [EventID]
    /// The rule that was applied, in one sentence.
    public let rule: String
    /// What stands meanwhile, in one sentence.
    public let inForce: String
    /// Roles told.
    public let told: [Role]
    /// The event that closed it.
    public var closedBy: EventID?

    /// States a conflict; its id derives from case, number and events.
    public init(
        case stream: StreamID, number: Int, kind: String, owner: Role, due: Instant?, events: [EventID], rule: String,
        inForce: String, told: [Role] = []
    ) {
        let ordered = events.sorted()
        var text = Array("\(stream.description) \(String(number))".utf8)
        for event in ordered {
            text.append(0x20)
            text.append(addingCapacity: EventID.textBytesMax) { event.append(to: &$0) }
        }
        self.id = "k" + Hex.text(of: EventHash.sha256(text).words.0)
        self.number = number
        self.kind = kind
        self.state = .open
        self.owner = owner
        self.due = due
        self.events = ordered
        self.rule = rule
        self.inForce = inForce
        self.told = told
        self.closedBy = nil
    }
}

/// Why an act is refused when it is authored. Never thrown by the fold.
public struct AuthoringRefusal: Error, Hashable, Sendable {
    /// Whether the role or the state of the case forbids it.
    public enum Ground: String, Sendable {
        case role
        case state
        case content
    }

    /// What forbids it.
    public let ground: Ground
    /// Why, in one sentence.
    public let reason: String
    /// What would be legal, as an imperative sentence.
    public let remedy: String

    /// Refuses with a reason and what would be legal.
    public init(_ ground: Ground, _ reason: String, remedy: String) {
        self.ground = ground
        self.reason = reason
        self.remedy = remedy
    }
}
