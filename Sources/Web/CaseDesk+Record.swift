import EventLog
import ImagingCase
import Problems
import Wire

extension CaseDesk {
    /// What somebody says, as texts.
    struct Said {
        let kind: String
        let person: String
        let role: String
        let at: String?
        let body: String
    }

    /// Records an event on the case that a text names; without one on the case that its identifiers name, which is opened if need be.
    ///
    /// - Throws: what is wrong with the text of it, `UNKNOWN_CASE`, or what the door in front of the log says; nothing was recorded then.
    func record(
        _ said: Said, on id: String?, expecting heads: [String]?, source: EventSource, key: String?
    ) async throws(Problem) -> Receipt {
        AuditTrail.current?.asks(said.person, said.role)
        let plain = try Self.event(said)
        let author = try Self.author(said.person, said.role)
        let occurredAt = try said.at.map(past) ?? present
        let stream = try id.map { (id) throws(Problem) in try resolveWritten(id) }
        if let stream { AuditTrail.current?.finds(stream) }
        try Self.requireSession(for: plain.kind)
        let event = try sealed(plain, on: stream)
        if stream == nil {
            try Self.requireOpening(event)
            try requireOwnIdentity(of: event)
        }
        var expected: [EventID]?
        if let heads {
            expected = []
            for text in heads {
                guard let head = EventID(text) else { throw Problem(.badInput, "'\(text)' is no event's id.") }
                expected?.append(head)
            }
        }
        let recorded = try await record(
            RecordIntent(
                event: event, stream: stream, author: author, assurance: Caller.current?.assurance ?? .operator,
                occurredAt: occurredAt, source: source, sourceKey: key ?? "",
                expectedHeads: expected))
        if recorded.isRepeat { try requireSame(event.kind, by: author, recorded) }
        return try receipt(recorded, what: said.kind)
    }

    /// What is said, as a typed event.
    ///
    /// - Throws: what is wrong with the kind or the body, to the field.
    private static func event(_ said: Said) throws(Problem) -> CaseEvent {
        let kind = EventKind(said.kind)
        let event: CaseEvent
        do throws(Problem) { event = try PayloadCoding.event(of: kind, json: said.body) } catch {
            throw BodyMistake.located(error, kind: kind, body: said.body)
        }
        if !said.body.isEmpty { _ = try JSONGuard.names(in: Array(said.body.utf8), textBytesMax: JSONGuard.textBytesMax) }
        return event
    }

    /// A moment at which something can have happened.
    ///
    /// - Throws: `BAD_INPUT` for a text that is no moment, `RANGE` for one that lies ahead by more than clocks differ.
    private func past(_ text: String) throws(Problem) -> OccurredAt {
        let moment = try Self.moment(text)
        guard moment.instant.milliseconds <= now().milliseconds + Self.clockToleranceMilliseconds else {
            throw Problem(
                .outOfRange, "'\(text)' lies ahead: an event is recorded when it has happened.",
                remedy: "Give the moment at which it happened, or leave it out for now.")
        }
        return moment
    }

    /// How far the clocks of a modality and of this machine may differ.
    private static let clockToleranceMilliseconds: Int64 = 15 * 60 * 1000

    /// Now, in the zone of this machine.
    var present: OccurredAt {
        let now = now()
        return OccurredAt(now, zoneMinutes: LocalZone.minutes(at: now))
    }

    /// Reads who acts.
    static func author(_ person: String, _ role: String) throws(Problem) -> Author {
        let said = try Caller.said(person, role)
        let (person, role) = (said.person ?? "", said.role ?? "")
        guard !person.isEmpty else {
            throw Problem(.badInput, "Nobody is named as the one who acts.", remedy: "Say who: --as PERSON.")
        }
        return Author(person: person, role: try RoleWord.role(role))
    }

    /// What the session answers for besides the relation to the case: that a text is signed by whoever gave his password a moment ago.
    /// Without sessions nobody answers for it.
    ///
    /// - Throws: `CONFIRM_SIGN_IN`.
    private static func requireSession(for kind: EventKind) throws(Problem) {
        guard Caller.signedIn != nil, let conditions = Authority.row(for: kind)?.conditions else { return }
        if conditions.contains(.reauthenticated), Caller.current?.isConfirmed != true {
            throw Problem(.confirmSignIn, "\(kind) is signed, so the password has to be given once more.")
        }
    }

    /// Only what names an examination may go without a case: anything else would open a case that nobody could find.
    private static func requireOpening(_ event: CaseEvent) throws(Problem) {
        switch event {
        case .orderPlaced, .treatment(.coursePrescribed), .review(.assigned): return
        case .register where event.kind.streamKinds.first == .site: return
        default: break
        }
        guard CaseIdentity.aliases(in: event).isEmpty, CaseIdentity.derive(event) == nil else { return }
        throw Problem(
            .usage, "\(event.kind) names no examination, so the case has to be named.",
            remedy: "Add --case ID: a case id, an accession or a StudyInstanceUID.")
    }

    /// A key that comes again stands for the same event; for another kind it was used twice by mistake. What somebody else recorded
    /// under it is nothing to whoever signed in.
    func requireSame(_ kind: EventKind, by author: Author, _ recorded: Recorded) throws(Problem) {
        guard let held = try library.facts(of: recorded.stream).first(where: { $0.id == recorded.id }) else { return }
        if Caller.signedIn != nil, held.actor.person != author.person {
            throw Problem(.badInput, "The key was used before.", remedy: "Use a new key for every event.")
        }
        guard held.event.kind != kind else { return }
        throw Problem(
            .badInput, "The key was used before for \(held.event.kind).", remedy: "Use a new key for every event.",
            facts: [.init("event", recorded.id.description)])
    }

    /// What was recorded, and how that is said.
    struct Receipt {
        let recorded: Recorded
        let answer: DeskAnswer
    }

    func receipt(_ recorded: Recorded, what kind: String, conflict: String? = nil) throws(Problem) -> Receipt {
        AuditTrail.current?.records(recorded)
        var json = JSONWriter()
        json.beginObject()
        json.member("event", recorded.id.description)
        json.member("case", recorded.stream.description)
        json.member("repeat", recorded.isRepeat)
        if let conflict { json.member("conflict", conflict) }
        json.endObject()
        var hint = ""
        // Whoever may say something of a case that does not open to him, as that something went wrong, learns nothing of it by that.
        if try isListed(recorded.stream), try library.hasOpenConflict(recorded.stream) {
            let near = try nearShown(recorded.stream, CaseHistory(try library.facts(of: recorded.stream)))
            hint = Self.hint(near.centre.state, near: near)
        }
        let verb = recorded.isRepeat ? "known already" : "recorded"
        let text = "\(verb): \(kind) as \(recorded.id) on \(recorded.stream)"
        return Receipt(recorded: recorded, answer: DeskAnswer(json: json.text, text: text, remark: hint))
    }
}
