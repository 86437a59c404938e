import EventLog
import ImagingCase
import Problems
import Wire

extension CaseDesk {
    /// A case's events in causal order, each with what it says and what was recorded apart from it.
    func history(_ id: String, knownTo: String?, at: String?, for asker: Asker) throws(Problem) -> DeskAnswer {
        let look = try look(at: id, knownTo: knownTo, at: at, for: asker)
        let history = look.history
        let bodies = try bodies(of: look.stream, within: look.access)
        var json = JSONWriter()
        json.beginArray()
        for position in history.positions { write(history, position, bodies, to: &json) }
        json.endArray()
        let rows = history.positions.map { position in
            let fact = history[position]
            let apart = history.positions.contains { history.areConcurrent($0, position) }
            return [
                CaseText.short(fact.id), CaseText.clock(fact.occurredAt), fact.event.kind.text,
                "\(fact.actor.person) (\(fact.actor.role))", CaseText.body(fact, within: look.access), apart ? "apart" : "",
            ]
        }
        let waiting = history.waiting.isEmpty ? "" : "\(history.waiting.count) events wait for their past to arrive"
        return DeskAnswer(json: json.text, text: TextTable.aligned(rows), remark: waiting)
    }

    /// Which events and rules made each axis' state.
    func explain(_ id: String, knownTo: String?, at: String?, for asker: Asker) throws(Problem) -> DeskAnswer {
        let look = try look(at: id, knownTo: knownTo, at: at, for: asker)
        let explanations = CaseFold.explain(look.state, look.history)
        var json = JSONWriter()
        json.beginObject()
        json.member("case", look.stream.description)
        json.key("axes")
        json.beginArray()
        for explanation in explanations {
            json.beginObject()
            json.member("axis", explanation.axis)
            json.member("state", explanation.state)
            json.member("rule", explanation.rule)
            json.member("events", texts: explanation.events.map(\.description))
            json.endObject()
        }
        json.endArray()
        json.endObject()
        let rows = explanations.filter { !$0.events.isEmpty }.map {
            [$0.axis, $0.state, $0.events.map(CaseText.short).joined(separator: " "), $0.rule]
        }
        return DeskAnswer(json: json.text, text: rows.isEmpty ? "nothing is recorded" : TextTable.aligned(rows))
    }

    /// The JSON of each event's body that may be shown to somebody who did not say who he is.
    func bodies(of stream: StreamID) throws(Problem) -> [EventID: String] {
        try bodies(of: stream, within: .ofNobody(to: stream))
    }

    /// The JSON of each event's body; none for a kind that this version cannot read, and none for what may not be shown.
    private func bodies(of stream: StreamID, within access: ReviewAccess) throws(Problem) -> [EventID: String] {
        var bodies: [EventID: String] = [:]
        for event in try library.events(of: stream) {
            let (kind, payload) = (event.event.kind, event.event.payload)
            let said = PayloadCoding.event(of: kind, schema: event.event.schema, payload: payload)
            guard access.shows(CaseFact(event, said)) else { continue }
            bodies[event.id] = PayloadCoding.json(of: kind, payload: payload)
        }
        return bodies
    }

    /// Writes one event as people and programs see it.
    func write(_ history: CaseHistory, _ position: Int, _ bodies: [EventID: String], to json: inout JSONWriter) {
        let fact = history[position]
        json.beginObject()
        json.member("id", fact.id.description)
        json.member("hash", fact.hash.description)
        json.member("kind", fact.event.kind.text)
        json.member("recordedAt", Timestamp.text(of: fact.recordedAt.instant))
        json.member("occurredAt", Timestamp.text(of: fact.occurredAt.instant))
        json.member("zoneMinutes", fact.occurredAt.zoneMinutes)
        json.key("actor")
        json.beginObject()
        json.member("person", fact.actor.person)
        json.member("role", fact.actor.role)
        json.member("site", fact.actor.site.text)
        json.member("assurance", fact.actor.assurance.name)
        json.endObject()
        json.member("source", fact.source.name)
        json.member("parents", texts: fact.parents.map(\.description))
        json.key("body")
        if let body = bodies[fact.id] {
            json.raw(body.utf8)
        } else {
            json.null()
            // What can be read and is not given may not be shown.
            if case .unknown = fact.event {} else { json.member("withheld", "privileged") }
        }
        let apart = history.positions.filter { history.areConcurrent($0, position) }
        if !apart.isEmpty { json.member("concurrentWith", texts: apart.map { history[$0].id.description }.sorted()) }
        json.endObject()
    }
}
