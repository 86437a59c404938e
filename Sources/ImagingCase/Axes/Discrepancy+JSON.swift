import EventLog

extension DiscrepancyAxis {
    /// Writes the state.
    public static func write(_ state: DiscrepancyState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if !state.suggestions.isEmpty {
            json.key("suggestions")
            json.beginArray()
            for pair in state.suggestions {
                json.beginObject()
                json.member("ground", pair.ground.rawValue)
                json.member("first", pair.first)
                json.member("firstText", pair.firstText)
                json.member("second", pair.second)
                json.member("secondText", pair.secondText)
                json.member("conflict", pair.conflict)
                json.endObject()
            }
            json.endArray()
        }
        if !state.cards.isEmpty {
            json.key("discrepancies")
            json.beginArray()
            for card in state.cards { write(card, to: &json) }
            json.endArray()
        }
        json.endObject()
    }

    private static func write(_ card: DiscrepancyCard, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", card.event)
        json.member("state", card.status.rawValue)
        json.memberIfSaid("first", card.first)
        json.memberIfSaid("second", card.second)
        json.member("grade", card.grade.word)
        if card.grade != card.recordedGrade { json.member("recordedGrade", card.recordedGrade.word) }
        json.memberIfSaid("impact", card.impact)
        json.member("by", card.by)
        json.moment("at", card.at)
        json.member("communications", acts: card.communications)
        json.member("resolutions", acts: card.resolutions)
        json.endObject()
    }
}
