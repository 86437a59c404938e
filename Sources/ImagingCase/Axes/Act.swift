public import EventLog

/// One act on a card of a conversation: who did it, in which role, when, and in which words.
public struct Act: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// The last word of its kind, such as `accepted`.
    public let what: String
    /// Who acted.
    public let by: String
    /// In which role.
    public let role: String
    /// When, as asserted.
    public let at: Instant
    /// What was said; empty where nothing was.
    public let note: String

    /// Says what a fact did.
    init(_ fact: CaseFact, _ what: String, note: String = "") {
        event = fact.id
        self.what = what
        by = fact.actor.person
        role = fact.actor.role
        at = fact.occurredAt.instant
        self.note = note
    }

    /// Writes the act as one JSON object.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", event)
        json.member("what", what)
        json.member("by", by)
        json.member("role", role)
        json.moment("at", at)
        json.memberIfSaid("note", note)
        json.endObject()
    }
}

extension JSONWriter {
    /// Writes an array of acts unless there are none.
    mutating func member(_ name: StaticString, acts: [Act]) {
        guard !acts.isEmpty else { return }
        key(name)
        beginArray()
        for act in acts { act.write(to: &self) }
        endArray()
    }

    /// Writes a moment where there is one.
    mutating func momentIfSaid(_ name: StaticString, _ instant: Instant?) {
        if let instant { moment(name, instant) }
    }

    /// Writes an event's id where there is one.
    mutating func memberIfSaid(_ name: StaticString, _ event: EventID?) {
        if let event { member(name, event) }
    }
}

extension CaseHistory {
    /// Whether the role of a fact's author may record such a fact: what closes a question counts only then.
    func isEntitled(_ position: Int) -> Bool {
        guard let role = facts[position].role else { return false }
        return Authority.mayRecord(facts[position].event, as: role)
    }

    /// The card that an act is about, by its place among the positions that opened cards: the one that it names and whose opening
    /// its author had seen; where it names none, the only open one that he had seen.
    func card(named event: EventID?, at position: Int, among openings: [Int], where isOpen: (Int) -> Bool) -> Int? {
        let seen = openings.indices.filter { precedes(openings[$0], position) }
        if let event { return seen.first { facts[openings[$0]].id == event } }
        let open = seen.filter(isOpen)
        return open.count == 1 ? open[0] : nil
    }
}

extension Authoring {
    /// The card that an act is about: the named one, or the only one that allows the act.
    ///
    /// - Parameter field: the body's field that names the card, and what a card of this kind is called.
    static func card<Card>(
        _ named: EventID?, in cards: [Card], _ event: (Card) -> EventID, _ field: String, to act: String,
        status: (Card) -> String, where allows: (Card) -> Bool
    ) throws(AuthoringRefusal) -> Card {
        if let named {
            guard let card = cards.first(where: { event($0) == named }) else {
                throw AuthoringRefusal(
                    .content, "\(field): there is no \(field) \(named) to \(act).", remedy: "Name the event that opened it.")
            }
            if allows(card) { return card }
            throw AuthoringRefusal(
                .state, "\(field): it is \(status(card)), and cannot be \(act).", remedy: "Add a comment, or open a new \(field)."
            )
        }
        let open = cards.filter(allows)
        if open.count == 1 { return open[0] }
        throw AuthoringRefusal(
            open.isEmpty ? .state : .content,
            open.isEmpty ? "\(field): none is open to be \(act)." : "\(field): several are open to be \(act).",
            remedy: open.isEmpty
                ? "Add a comment, or open a new \(field)."
                : "Name one of: \(open.map { event($0).description }.joined(separator: ", ")).")
    }

    /// Refuses an empty text of a body's field.
    static func require(_ text: String, _ field: String, _ why: String, remedy: String) throws(AuthoringRefusal) {
        guard !text.contains(where: { !$0.isWhitespace }) else { return }
        throw AuthoringRefusal(.content, "\(field): \(why)", remedy: remedy)
    }

    /// Refuses a moment of a body's field that has passed.
    static func requireFuture(_ moment: Instant?, _ field: String, now: Instant) throws(AuthoringRefusal) {
        guard let moment, moment <= now else { return }
        throw AuthoringRefusal(
            .content, "\(field): \(Timestamp.text(of: moment)) has passed.",
            remedy: "Name a time after \(Timestamp.text(of: now)).")
    }
}
