extension MedicationAxis {
    /// Writes the state.
    public static func write(_ state: MedicationState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if state.megabecquerels > 0 {
            json.key("megabecquerels")
            json.real(state.megabecquerels)
        }
        if !state.given.isEmpty {
            json.key("given")
            json.beginArray()
            for entry in state.given { write(entry, to: &json) }
            json.endArray()
        }
        if !state.reactions.isEmpty {
            json.member("severity", state.worst.word)
            json.key("reactions")
            json.beginArray()
            for reaction in state.reactions { write(reaction, to: &json) }
            json.endArray()
        }
        if !state.flags.isEmpty {
            json.key("flags")
            json.beginArray()
            for flag in state.flags {
                json.beginObject()
                json.member("event", flag.event)
                json.member("kind", flag.kind.rawValue)
                if let screen = flag.screen { json.member("screen", screen) }
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    private static func write(_ entry: Administration, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", entry.event)
        if !entry.witnesses.isEmpty { json.member("witnesses", events: entry.witnesses) }
        json.member("by", entry.by)
        json.moment("at", entry.at)
        if let agent = entry.said.agent {
            json.key("agent")
            json.beginObject()
            json.member("code", agent.code)
            json.member("scheme", agent.scheme)
            json.member("text", agent.text)
            json.endObject()
        }
        json.member("contrast", entry.said.isContrast)
        json.memberIfSaid("lot", entry.said.lot)
        json.memberIfSaid("route", entry.said.route)
        if entry.said.millilitres != 0 {
            json.key("millilitres")
            json.real(entry.said.millilitres)
        }
        if entry.said.megabecquerels != 0 {
            json.key("megabecquerels")
            json.real(entry.said.megabecquerels)
        }
        json.endObject()
    }

    private static func write(_ reaction: AdverseReaction, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", reaction.event)
        json.member("by", reaction.by)
        json.moment("at", reaction.at)
        json.member("kind", reaction.said.kind.word)
        json.member("severity", reaction.said.severity.word)
        if let medication = reaction.said.medication { json.member("medication", medication) }
        json.memberIfSaid("treatment", reaction.said.treatment)
        json.memberIfSaid("note", reaction.said.note)
        json.endObject()
    }
}
