public import EventLog

extension CaseState {
    /// SHA-256 of the state's canonical JSON without the digest itself: equal at two nodes exactly when they show the same.
    public func digest() -> EventHash {
        var json = JSONWriter()
        write(to: &json, digest: nil)
        return .sha256(json.bytes)
    }

    /// The state's JSON with its digest.
    public func json() -> [UInt8] {
        var json = JSONWriter()
        write(to: &json, digest: digest())
        return json.bytes
    }

    /// Writes the state as one JSON object.
    func write(to json: inout JSONWriter, digest: EventHash?) {
        json.beginObject()
        json.member("case", stream.description)
        if let digest { json.member("digest", digest.description) }
        json.member("heads", texts: heads.map(\.description))
        json.member("events", events)
        json.endObject()
    }
}
