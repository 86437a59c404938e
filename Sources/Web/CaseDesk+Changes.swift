import EventLog
import ImagingCase
import Problems

extension CaseDesk {
    /// What changed in a case since an event, since a moment, or since a person last acted on it.
    ///
    /// - Throws: `USAGE` where neither is said, `UNKNOWN_CASE`, `AMBIGUOUS`, `NOT_FOUND` for the event, `BAD_INPUT` for what is
    ///   neither an event nor a moment, `NOT_PERMITTED` for a file of peer review that does not open to the asker.
    func changes(_ id: String, since: String?, for asker: Asker) throws(Problem) -> DeskAnswer {
        let look = try look(at: id, knownTo: nil, at: nil, for: asker)
        let (stream, history) = (look.stream, look.history)
        let (seen, phrase) = try seen(of: history, in: stream, since: since, person: asker.person)
        let changes = CaseChanges(from: seen, to: history, of: stream, shown: look.access.shown)
        var json = JSONWriter()
        var plain = JSONWriter()
        changes.write(to: &plain)
        json.raw(Array("{\"case\":\"\(stream)\",".utf8) + plain.bytes.dropFirst())
        return DeskAnswer(
            json: json.text, text: Self.lines(changes, look, phrase).joined(separator: "\n"), remark: Self.hint(look.state))
    }

    private func seen(
        of history: CaseHistory, in stream: StreamID, since: String?, person: String?
    ) throws(Problem) -> (CaseHistory, String) {
        if let since {
            if let moment = Timestamp.parse(since) { return (history.recorded(until: moment.instant), "since \(since)") }
            let event: EventID
            do throws(Problem) { event = try library.event(named: since, in: stream) } catch {
                guard error.code == .notFound else { throw error }
                throw Problem(
                    .notFound, "'\(since)' is no event of the case and no moment.",
                    remedy: "Name an event, as case history prints it, or a moment as 2026-11-24T09:30:00Z.")
            }
            guard let known = history.known(to: event) else {
                throw Problem(.notFound, "The case has no event '\(since)'.", remedy: "See: filmjacket case history \(stream).")
            }
            return (known, "since \(CaseText.short(event))")
        }
        guard let person, !person.isEmpty else {
            throw Problem(
                .usage, "Since when is not said.",
                remedy: "Add --since EVENT, --since TIME, or --as PERSON for what you saw last.")
        }
        let known = history.seen(by: person)
        return (known, known.facts.isEmpty ? "since the beginning (\(person) never acted on it)" : "since \(person) last acted")
    }

    private static func lines(_ changes: CaseChanges, _ look: Look, _ phrase: String) -> [String] {
        guard !changes.isEmpty else { return ["nothing changed \(phrase)"] }
        let count = changes.events.count
        var lines = ["\(count) event\(count == 1 ? "" : "s") \(phrase)"]
        if changes.headline != changes.headlineBefore {
            lines += ["  was: \(changes.headlineBefore)", "  now: \(changes.headline)"]
        }
        let axes = changes.axes.map { change in
            let step =
                change.before == change.after ? change.after : "\(change.before.isEmpty ? "-" : change.before) -> \(change.after)"
            return [change.axis, step]
        }
        if !axes.isEmpty { lines.append(TextTable.aligned(axes, indent: "  ")) }
        for conflict in changes.opened { lines.append("  ! opened  \(conflict.number) \(conflict.kind): \(conflict.inForce)") }
        for conflict in changes.closed {
            lines.append("  closed  \(conflict.number) \(conflict.kind): \(conflict.state.rawValue)")
        }
        let rows = changes.events.compactMap { look.history.position(of: $0) }.map { position in
            let fact = look.history[position]
            return [
                CaseText.short(fact.id), CaseText.clock(fact.occurredAt), fact.event.kind.text,
                "\(fact.actor.person) (\(fact.actor.role))", CaseText.body(fact, within: look.access),
            ]
        }
        return lines + [TextTable.aligned(rows, indent: "  ")]
    }
}
