public import EventLog

/// Something of a case that waits for somebody.
public struct Waiting: Hashable, Sendable {
    /// What waits.
    public enum Kind: String, CaseIterable, Sendable {
        case criticalResult
        case recall
        case instruction
        case question
        case conflict
        case discrepancy
        case reading
        case consult
        case recommendation
    }

    /// What waits.
    public let kind: Kind
    /// The event that it rests on; of a conflict the first of its events.
    public let event: EventID
    /// The conflict's id; empty where it is none.
    public let conflict: String
    /// What is to be done, in one sentence.
    public let what: String
    /// The role that owns it.
    public let owner: Role
    /// The person or group that is asked, as named; empty where nobody is.
    public let to: String
    /// When it is due.
    public let due: Instant
    /// What stands meanwhile, in one sentence.
    public let inForce: String
    /// The role that it goes to once it is due.
    public let escalatesTo: Role

    /// Whether it is due at a moment.
    public func isDue(at now: Instant) -> Bool { due <= now }

    /// Who must act at a moment: the owner before it is due, then who it goes to.
    public func actor(at now: Instant) -> Role { isDue(at: now) ? escalatesTo : owner }
}

/// Everything of a case that waits for somebody at a moment: what is due, who owns it, what stands meanwhile and to whom it goes. Pure:
/// no clock is read and nothing is recorded; who acts upon it records the act.
public struct Escalation: Hashable, Sendable {
    /// The moment.
    public let now: Instant
    /// What waits, the longest overdue first; of what is due at the same moment the more dangerous kind first.
    public let items: [Waiting]

    /// Gathers what waits in a case at a moment.
    public init(
        of state: CaseState, at now: Instant, talk: TalkPolicy = TalkPolicy(), critical: CriticalPolicy = CriticalPolicy()
    ) {
        self.now = now
        var gatherer = WaitingGatherer(state: state, now: now, talk: talk, critical: critical)
        gatherer.gather()
        items = gatherer.all.sorted(by: Self.precedes)
    }

    /// What is due now.
    public var due: [Waiting] { items.filter { $0.isDue(at: now) } }

    /// When the next thing falls due that is not due yet; nil where there is none: whoever watches looks again then.
    public var nextDue: Instant? { items.first { !$0.isDue(at: now) }?.due }

    private static func precedes(_ one: Waiting, _ other: Waiting) -> Bool {
        if one.due != other.due { return one.due < other.due }
        if one.kind != other.kind {
            let order = Waiting.Kind.allCases
            return (order.firstIndex(of: one.kind) ?? 0) < (order.firstIndex(of: other.kind) ?? 0)
        }
        return (one.event, one.conflict, one.to) < (other.event, other.conflict, other.to)
    }

    /// Writes it as one JSON object.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.moment("now", now)
        json.member("due", due.count)
        json.momentIfSaid("nextDue", nextDue)
        json.key("items")
        json.beginArray()
        for item in items {
            json.beginObject()
            json.member("kind", item.kind.rawValue)
            json.member("event", item.event)
            json.memberIfSaid("conflict", item.conflict)
            json.member("what", item.what)
            json.member("owner", item.owner.rawValue)
            json.memberIfSaid("to", item.to)
            json.moment("due", item.due)
            json.member("overdue", item.isDue(at: now))
            json.member("inForce", item.inForce)
            json.member("escalatesTo", item.escalatesTo.rawValue)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}

extension CaseState {
    /// What waits for somebody at a moment, and what of it is due.
    public func escalation(
        at now: Instant, talk: TalkPolicy = TalkPolicy(), critical: CriticalPolicy = CriticalPolicy()
    ) -> Escalation {
        Escalation(of: self, at: now, talk: talk, critical: critical)
    }
}

extension Role {
    /// Who is asked when somebody of this role does not act in time.
    ///
    /// Source: house rule.
    public var escalatesTo: Role {
        switch self {
        case .technologist, .nurse: .radiologist
        case .radiologist, .interventionalRadiologist, .referrer, .radiationOncologist: .lead
        case .therapist: .radiationOncologist
        case .physicist: .safetyOfficer
        case .frontDesk, .safetyOfficer, .lead, .researcher: .siteAdmin
        case .siteAdmin, .hubAdmin, .system: .hubAdmin
        }
    }
}
