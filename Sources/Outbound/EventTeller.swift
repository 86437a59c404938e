import EventLog
import ImagingCase
import SQLiteStore

/// Tells a program of every event and of every question that opens or closes: ids only, nothing of a patient.
///
/// Source: CloudEvents 1.0, JSON event format; `id` and `source` name an event for ever, so that whoever gets it twice knows.
struct EventTeller: Teller {
    /// The node that tells.
    let node: SiteID

    func tell(_ stream: StreamID, _ facts: [CaseFact], told: [String: OutboundTold]) -> Telling {
        // Who reviews whom is privileged, and so is what is in a file of peer review.
        guard stream.kind == .imagingCase || stream.kind == .course else { return Telling() }
        var telling = Telling()
        let start = Self.start(facts, told)
        for fact in facts.dropFirst(start) {
            let event = CloudEvent(
                id: fact.id.description, type: fact.event.kind.text, node: node, stream: stream,
                moment: fact.recordedAt.instant)
            telling.drafts.append(
                OutboundDraft(subject: fact.event.kind.text, key: "event \(fact.id)", body: Array(event.json.utf8)))
        }
        if let last = facts.last { telling.told[Self.events] = OutboundTold(meaning: last.id.description, count: facts.count) }
        telling.told[Memory.known] = .some(nil)
        Conflicts(stream: stream, node: node, told: told, known: facts.prefix(start)).tell(facts, &telling)
        return telling
    }

    private static let events = "events"

    /// How many events were told: they arrive in an order of their own, and the last one that was told is found again in it.
    private static func start(_ facts: [CaseFact], _ told: [String: OutboundTold]) -> Int {
        if let memory = told[events] {
            if let last = facts.lastIndex(where: { $0.id.description == memory.meaning }) { return last + 1 }
            // One that was told was taken out meanwhile: what is told again has its key, and is kept once.
            return max(0, min(memory.count, facts.count) - 64)
        }
        return min(told[Memory.known]?.count ?? 0, facts.count)
    }

    /// Questions of a case as pairs of opened and closed.
    private struct Conflicts {
        let stream: StreamID
        let node: SiteID
        let told: [String: OutboundTold]
        let known: ArraySlice<CaseFact>

        func tell(_ facts: [CaseFact], _ telling: inout Telling) {
            let state = CaseFold.fold(stream, facts)
            guard !state.conflicts.isEmpty else { return }
            let before = told["events"] == nil && !known.isEmpty ? CaseFold.fold(stream, Array(known)).conflicts : []
            for conflict in state.conflicts {
                let subject = "conflict \(conflict.id)"
                let word = conflict.state == .open ? "opened" : "closed"
                let memory =
                    told[subject]
                    ?? before.first { $0.id == conflict.id }.map {
                        OutboundTold(meaning: $0.state == .open ? "opened" : "closed", count: 0)
                    }
                guard memory?.meaning != word, memory != nil || word == "opened" else { continue }
                let number = (memory?.count ?? 0) + 1
                telling.told[subject] = OutboundTold(meaning: word, count: number)
                let event = CloudEvent(
                    id: "\(conflict.id) \(number)", type: "conflict.\(word)", node: node, stream: stream, moment: nil,
                    conflict: conflict)
                telling.drafts.append(
                    OutboundDraft(subject: "conflict.\(word)", key: "\(subject) \(number)", body: Array(event.json.utf8)))
            }
        }
    }
}

/// One CloudEvent.
///
/// Source: CloudEvents 1.0 sections 3 and JSON event format 3.
struct CloudEvent {
    let id: String
    let type: String
    let node: SiteID
    let stream: StreamID
    let moment: Instant?
    var conflict: Conflict?

    var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.member("specversion", "1.0")
        json.member("id", id)
        json.member("source", "/filmjacket/sites/\(node)")
        json.member("type", "org.filmjacket.\(type).v1")
        json.member("subject", stream.description)
        if let moment { json.moment("time", moment) }
        json.member("datacontenttype", "application/json")
        json.key("data")
        json.beginObject()
        json.member("case", stream.description)
        if let conflict {
            json.member("conflict", conflict.id)
            json.member("number", conflict.number)
            json.member("kind", conflict.kind)
            json.member("owner", conflict.owner.rawValue)
        } else {
            json.member("event", id)
        }
        json.endObject()
        json.endObject()
        return json.text
    }
}
