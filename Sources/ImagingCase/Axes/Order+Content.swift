import EventLog

extension OrderPlaced {
    /// What a change says, as a partial order.
    init(_ change: OrderChanged) {
        self.init(
            procedure: change.procedure, modality: change.modality, bodySite: change.bodySite, laterality: change.laterality,
            reason: change.reason, priority: change.priority, requester: change.requester)
    }

    /// This order with everything that a later version says laid over it.
    func overlaid(by later: OrderPlaced) -> OrderPlaced {
        var result = self
        if let said = later.accession { result.accession = said }
        if let said = later.placerOrder { result.placerOrder = said }
        if let said = later.patient { result.patient = said }
        if let said = later.procedure { result.procedure = said }
        if !later.modality.isEmpty { result.modality = later.modality }
        if !later.bodySite.isEmpty { result.bodySite = later.bodySite }
        if later.laterality != .unspecified { result.laterality = later.laterality }
        if !later.reason.isEmpty { result.reason = later.reason }
        if later.priority != .unspecified { result.priority = later.priority }
        if !later.requester.isEmpty { result.requester = later.requester }
        if !later.studyUID.isEmpty { result.studyUID = later.studyUID }
        if !later.history.isEmpty { result.history = later.history }
        return result
    }

    /// Whether it says which examination is wanted, so that a review of the time before no longer covers it.
    var wantsExamination: Bool {
        procedure != nil || !modality.isEmpty || !bodySite.isEmpty || laterality != .unspecified
    }

    /// Whether both say which examination is wanted and differ in what, where or which side.
    func contradicts(_ other: OrderPlaced) -> Bool {
        if let mine = procedure, let theirs = other.procedure, mine != theirs { return true }
        return Self.differ(modality, other.modality) || Self.differ(bodySite, other.bodySite)
            || (laterality != .unspecified && other.laterality != .unspecified && laterality != other.laterality)
    }

    private static func differ(_ one: String, _ other: String) -> Bool { !one.isEmpty && !other.isEmpty && one != other }

    /// Writes what is said, under the names of the published body.
    func write(to json: inout JSONWriter) {
        placerOrder?.write(to: &json, as: "placerOrder")
        accession?.write(to: &json, as: "accession")
        if let procedure {
            json.key("procedure")
            json.beginObject()
            json.member("code", procedure.code)
            json.member("scheme", procedure.scheme)
            json.member("text", procedure.text)
            json.endObject()
        }
        json.memberIfSaid("modality", modality)
        json.memberIfSaid("bodySite", bodySite)
        if laterality != .unspecified { json.member("laterality", laterality.word) }
        json.memberIfSaid("reason", reason)
        if priority != .unspecified { json.member("priority", priority.word) }
        json.memberIfSaid("requester", requester)
        if !history.isEmpty { json.member("history", texts: history) }
    }
}

extension IssuedIdentifier {
    /// Writes it as a member that is an object of issuer and value.
    func write(to json: inout JSONWriter, as name: StaticString) {
        json.key(name)
        json.beginObject()
        json.member("issuer", issuer)
        json.member("value", value)
        json.endObject()
    }
}
