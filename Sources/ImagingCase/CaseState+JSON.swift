public import EventLog

extension CaseState {
    /// SHA-256 of the state's canonical JSON without the digest itself: equal at two nodes exactly when they show the same.
    public func digest() -> EventHash {
        var json = JSONWriter()
        write(to: &json, digest: nil)
        return .sha256(json.bytes)
    }

    /// The state's JSON with its digest: the published form of a case.
    public func json() -> [UInt8] {
        var json = JSONWriter()
        write(to: &json, digest: digest())
        return json.bytes
    }

    /// Writes the state as one JSON object, with a digest that was computed before or without one.
    public func write(to json: inout JSONWriter, digest: EventHash?) {
        json.beginObject()
        json.member("case", stream.description)
        if let digest { json.member("digest", digest.description) }
        json.member("heads", events: heads)
        json.member("events", events)
        json.member("headline", headline)
        json.key("aliases")
        aliases.write(to: &json)
        json.key("patient")
        if let patient { patient.write(to: &json) } else { json.null() }
        json.member("priority", priority.spoken)
        writeAxes(to: &json)
        json.key("conflicts")
        json.beginArray()
        for conflict in conflicts { conflict.write(to: &json) }
        json.endArray()
        writeRest(to: &json)
        json.endObject()
    }

    private func writeAxes(to json: inout JSONWriter) {
        json.key("axes")
        json.beginObject()
        var writer = AxisWriter(json: json)
        // One owner at a time: the bytes are appended to, not copied.
        json = JSONWriter(lent: ())
        visitAxes(&writer)
        json = writer.json
        json.endObject()
    }

    /// What few cases have comes last and only where there is any.
    private func writeRest(to json: inout JSONWriter) {
        if !comments.isEmpty {
            json.key("comments")
            json.beginArray()
            for comment in comments { comment.write(to: &json) }
            json.endArray()
        }
        if !routedTo.isEmpty { json.member("routedTo", texts: routedTo.map(\.text)) }
        if !newer.isEmpty { json.member("newer", texts: newer.map(\.text)) }
        if !waiting.isEmpty { json.member("waiting", events: waiting) }
        if !anomalies.isEmpty {
            json.key("anomalies")
            json.beginArray()
            for anomaly in anomalies {
                json.beginObject()
                json.member("event", anomaly.event)
                json.member("axis", anomaly.axis)
                json.member("what", anomaly.what)
                json.endObject()
            }
            json.endArray()
        }
    }
}

extension Conflict {
    /// Writes the conflict as one JSON object.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("number", number)
        json.member("kind", kind)
        json.member("state", state.rawValue)
        json.member("owner", owner.rawValue)
        if let due { json.moment("due", due) }
        json.member("events", events: events)
        json.member("inForce", inForce)
        json.member("rule", rule)
        json.member("told", texts: told.map(\.rawValue))
        if let closedBy { json.member("closedBy", closedBy) }
        json.endObject()
    }
}

extension Comment {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", event)
        json.member("by", by)
        json.member("role", role)
        json.moment("at", at)
        json.member("text", text)
        json.endObject()
    }
}

extension Aliases {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        write(accession, as: "accession", to: &json)
        json.member("studyUID", texts: studyUID.map(\.value))
        if !placerOrder.isEmpty { write(placerOrder, as: "placerOrder", to: &json) }
        json.endObject()
    }

    private func write(_ aliases: [Alias], as name: StaticString, to json: inout JSONWriter) {
        json.key(name)
        json.beginArray()
        for alias in aliases {
            json.beginObject()
            json.member("issuer", alias.issuer)
            json.member("value", alias.value)
            json.endObject()
        }
        json.endArray()
    }
}

extension Patient {
    /// Writes the person as one JSON object, under the names of the published body.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("issuer", issuer)
        json.member("id", id)
        json.member("name", name)
        json.memberIfSaid("birthDate", birthDate)
        if sex != .unspecified { json.member("sex", sex.word) }
        json.endObject()
    }
}

extension Urgency {
    /// The word in JSON; what nobody said is routine.
    ///
    /// Source: HL7 table 0027, default R.
    public var spoken: String { self == .unspecified ? Urgency.routine.word : word }
}
