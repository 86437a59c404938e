public import EventLog

/// One row of a worklist: what is derived from a case's state, kept small.
public struct CaseSummary: Hashable, Sendable {
    /// The case.
    public let stream: StreamID
    /// The person's name as shown first; empty where none is known.
    public let patientName: String
    /// The person's id as shown first, with its issuer.
    public let patientID: IssuedIdentifier
    /// The first accession; empty where none is known.
    public let accession: IssuedIdentifier
    /// The StudyInstanceUID; empty where none is known.
    public let studyUID: String
    /// The modality ordered, else those acquired.
    public let modality: String
    /// What was ordered, in words, else its code.
    public let procedure: String
    /// How soon.
    public let priority: Urgency
    /// The order's state.
    public let order: OrderState.Status
    /// The acquisition's state.
    public let acquisition: AcquisitionState.Status
    /// The reading's state.
    public let reading: ReadingState.Status
    /// Who reads; empty where nobody does.
    public let reader: String
    /// The report's state.
    public let report: ReportState.Status
    /// What needs somebody first.
    public let headline: String
    /// How many conflicts wait for a person.
    public let openConflicts: Int
    /// When the first of them escalates; nil where none is open.
    public let nextDue: Instant?
    /// The site that examines, else that ordered; nil where neither is known.
    public let site: SiteID?
    /// What the case waits for, by role.
    public let work: [WorkItem]
    /// How many events are folded.
    public let events: Int
    /// The state's digest.
    public let digest: EventHash

    /// Derives the row; a digest that was computed before is taken as given.
    public init(_ state: CaseState, digest: EventHash? = nil) {
        stream = state.stream
        patientName = state.patient?.name ?? ""
        patientID = IssuedIdentifier(issuer: state.patient?.issuer ?? "", value: state.patient?.id ?? "")
        let number = state.aliases.accession.first
        accession = IssuedIdentifier(issuer: number?.issuer ?? "", value: number?.value ?? "")
        let held = state.acquisition.studyUID
        studyUID = held.isEmpty ? state.aliases.studyUID.first?.value ?? "" : held
        let ordered = state.order.content?.modality ?? ""
        modality = ordered.isEmpty ? state.acquisition.modalities.joined(separator: " ") : ordered
        let coded = state.order.content?.procedure
        procedure = coded.map { $0.text.isEmpty ? $0.code : $0.text } ?? ""
        priority = state.priority
        order = state.order.status
        acquisition = state.acquisition.status
        reading = state.reading.status
        reader = state.reading.claims.first(where: \.isActive)?.by ?? ""
        report = state.report.status
        headline = state.headline
        let open = state.openConflicts
        openConflicts = open.count
        nextDue = open.compactMap(\.due).min()
        site = state.site
        work = state.work()
        events = state.events
        self.digest = digest ?? state.digest()
    }

    /// Writes the row as one JSON object.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("case", stream.description)
        json.member("headline", headline)
        json.member("priority", priority.spoken)
        json.key("patient")
        json.beginObject()
        json.member("issuer", patientID.issuer)
        json.member("id", patientID.value)
        json.member("name", patientName)
        json.endObject()
        accession.write(to: &json, as: "accession")
        json.member("studyUID", studyUID)
        json.member("modality", modality)
        json.member("procedure", procedure)
        json.member("order", order.rawValue)
        json.member("acquisition", acquisition.rawValue)
        json.member("reading", reading.rawValue)
        json.memberIfSaid("reader", reader)
        json.member("report", report.rawValue)
        json.member("openConflicts", openConflicts)
        if let nextDue { json.moment("nextDue", nextDue) }
        if let site { json.member("site", site.text) }
        if !work.isEmpty {
            json.key("work")
            json.beginArray()
            for item in work {
                json.beginObject()
                json.member("role", item.role.rawValue)
                json.member("what", item.what)
                if let due = item.due { json.moment("due", due) }
                json.endObject()
            }
            json.endArray()
        }
        json.member("events", events)
        json.member("digest", digest.description)
        json.endObject()
    }
}
