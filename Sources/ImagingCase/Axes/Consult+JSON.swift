public import EventLog

extension ConsultAxis {
    /// Writes the state.
    public static func write(_ state: ConsultState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if !state.cards.isEmpty {
            json.key("consults")
            json.beginArray()
            for card in state.cards { write(card, to: &json) }
            json.endArray()
        }
        if !state.conferences.isEmpty {
            json.key("conferences")
            json.beginArray()
            for conference in state.conferences {
                json.beginObject()
                json.member("event", conference.act.event)
                json.member("by", conference.act.by)
                json.moment("at", conference.act.at)
                json.member("attendees", texts: conference.attendees)
                json.member("conclusion", conference.act.note)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    private static func write(_ card: ConsultCard, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", card.event)
        json.member("state", card.status.rawValue)
        json.member("question", card.question)
        json.memberIfSaid("to", card.to)
        if card.isFormal { json.member("formal", true) }
        json.momentIfSaid("due", card.wanted)
        json.member("by", card.by)
        json.member("role", card.role)
        json.moment("at", card.at)
        json.member("takers", acts: card.takers)
        if !card.answers.isEmpty {
            json.key("answers")
            json.beginArray()
            for answer in card.answers {
                json.beginObject()
                json.member("event", answer.act.event)
                json.member("by", answer.act.by)
                json.member("role", answer.act.role)
                json.moment("at", answer.act.at)
                json.member("answer", answer.act.note)
                if !answer.options.isEmpty { json.member("options", texts: answer.options) }
                json.memberIfSaid("contradictsReport", answer.contradictsReport)
                json.endObject()
            }
            json.endArray()
        }
        json.member("closings", acts: card.closings)
        json.endObject()
    }

    /// Refuses a request without a question, and acts on a request that is not there or has ended.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ConsultState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .consult(let consult) = event else { return }
        switch consult {
        case .requested(let said):
            try Authoring.require(said.question, "consult.question", "nothing is asked.", remedy: "Say what you want to know.")
            try Authoring.requireFuture(said.due, "consult.due", now: now)
        case .taken(let said):
            try require(said.consult, in: state, to: "taken") { $0.status == .requested || $0.status == .taken }
        case .answered(let said):
            try require(said.consult, in: state, to: "answered") { card in
                card.status != .closed && (said.consult != nil || card.status != .answered)
            }
            try Authoring.require(said.answer, "consult.answer", "nothing is advised.", remedy: "Say the advice.")
        case .closed(let said): try require(said.consult, in: state, to: "closed") { $0.status != .closed }
        case .conferenceRecorded(let said):
            try Authoring.require(
                said.conclusion, "conference.conclusion", "the conference concluded nothing.", remedy: "Say what was concluded.")
            guard said.attendees.allSatisfy(\.isEmpty) else { return }
            throw AuthoringRefusal(
                .content, "conference.attendees: nobody took part.", remedy: "Name who took part.")
        }
    }

    private static func require(
        _ named: EventID?, in state: ConsultState, to act: String, where allows: (ConsultCard) -> Bool
    ) throws(AuthoringRefusal) {
        _ = try Authoring.card(
            named, in: state.cards, \.event, "consult", to: act, status: \.status.rawValue, where: allows)
    }
}
