import EventLog

extension CriticalResultAxis {
    /// Writes the state.
    public static func write(_ state: CriticalResultState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if !state.cards.isEmpty {
            json.key("results")
            json.beginArray()
            for card in state.cards { write(card, to: &json) }
            json.endArray()
        }
        json.endObject()
    }

    private static func write(_ card: CriticalCard, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", card.event)
        json.member("state", card.status.rawValue)
        if card.group != card.event { json.member("group", card.group) }
        json.member("category", card.category)
        json.member("finding", card.finding)
        if let report = card.report { json.member("report", report) }
        if card.isReportRetracted { json.member("reportRetracted", true) }
        json.memberIfSaid("responsible", card.responsible)
        if !card.alsoResponsible.isEmpty { json.member("alsoResponsible", texts: card.alsoResponsible) }
        json.member("by", card.by)
        json.moment("at", card.at)
        json.moment("firstCallDue", card.firstCallDue)
        json.member("escalationsDue", texts: card.escalationsDue.map(Timestamp.text))
        json.moment("acknowledgeDue", card.acknowledgeDue)
        write("attempts", card.attempts, to: &json)
        write("communications", card.communications, to: &json)
        write("escalations", card.escalations, to: &json)
        write("acknowledgements", card.acknowledgements, to: &json)
        write("withdrawals", card.withdrawals, to: &json)
        if !card.unaware.isEmpty { json.member("unaware", texts: card.unaware) }
        if !card.untold.isEmpty { json.member("untold", events: card.untold) }
        json.endObject()
    }

    private static func write(_ name: StaticString, _ steps: [CriticalStep], to json: inout JSONWriter) {
        guard !steps.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for step in steps {
            json.beginObject()
            json.member("event", step.event)
            json.member("by", step.by)
            json.member("role", step.role)
            json.moment("at", step.at)
            json.memberIfSaid("to", step.to)
            json.memberIfSaid("medium", step.medium)
            if step.outcome != .unspecified { json.member("outcome", step.outcome.word) }
            if step.readBack { json.member("readBack", true) }
            if step.step > 0 { json.member("step", step.step) }
            json.memberIfSaid("note", step.note)
            json.endObject()
        }
        json.endArray()
    }
}
