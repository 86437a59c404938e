public import EventLog

/// The one, conflict-resolved state of a case that every site and the hub derive alike from the same events.
public struct CaseState: Hashable, Sendable {
    /// The case.
    public let stream: StreamID
    /// How many events are folded.
    public let events: Int
    /// The events that no other names as parent, ascending.
    public let heads: [EventID]
    /// Events whose past is not here yet, ascending; they are not folded.
    public let waiting: [EventID]
    /// The outside identifiers under which the case is known.
    public let aliases: Aliases
    /// The person as shown first; nil where no source named one.
    public let patient: Patient?
    /// How soon.
    public let priority: Urgency
    /// The order.
    public let order: OrderState
    /// The protocol to run.
    public let protocoling: ProtocolState
    /// The safety screens and gates.
    public let safety: SafetyState
    /// The procedure steps and the study's content.
    public let acquisition: AcquisitionState
    /// The technologist's hand-over.
    public let handOver: HandOverState
    /// Who reads.
    public let reading: ReadingState
    /// The reports.
    public let report: ReportState
    /// Critical results.
    public let criticalResult: CriticalResultState
    /// Instructions to the technologist.
    public let instruction: InstructionState
    /// Radiation dose.
    public let dose: DoseState
    /// The person's identity.
    public let identity: IdentityState
    /// The axes in which most cases say nothing.
    public internal(set) var rare: RareAxes
    /// Remarks, in causal order.
    public internal(set) var comments: [Comment]
    /// Sites that the case is routed to, ascending.
    public let routedTo: [SiteID]
    /// The site that examines, else that ordered; nil where neither is known.
    public let site: SiteID?
    /// Kinds that this version cannot read, ascending: newer information is there.
    public let newer: [EventKind]
    /// Events that are kept although they were illegal.
    public internal(set) var anomalies: [Anomaly]
    /// Every conflict, closed ones included, by number and id.
    public internal(set) var conflicts: [Conflict]

    /// The conflicts that wait for a person.
    public var openConflicts: [Conflict] { conflicts.filter { $0.state == .open } }

    /// Gathers the parts of one fold.
    init(
        stream: StreamID, _ history: CaseHistory, _ general: General, priority: Urgency, order: OrderState,
        protocoling: ProtocolState, safety: SafetyState, acquisition: AcquisitionState, handOver: HandOverState,
        reading: ReadingState, report: ReportState, criticalResult: CriticalResultState, instruction: InstructionState,
        dose: DoseState, identity: IdentityState, rare: RareAxes, conflicts: [Conflict]
    ) {
        self.stream = stream
        events = history.facts.count
        heads = history.heads
        waiting = history.waiting
        aliases = general.aliases
        patient = identity.shown
        self.priority = priority
        self.order = order
        self.protocoling = protocoling
        self.safety = safety
        self.acquisition = acquisition
        self.handOver = handOver
        self.reading = reading
        self.report = report
        self.criticalResult = criticalResult
        self.instruction = instruction
        self.dose = dose
        self.identity = identity
        self.rare = rare
        comments = general.comments
        routedTo = general.routedTo
        site = general.site
        newer = general.newer
        self.conflicts = conflicts
        anomalies = []
    }

    /// The events of a history that are kept although they were illegal, by event.
    ///
    /// Asked of the finished state: collecting them while it is made would copy all of it.
    func findAnomalies(in history: CaseHistory) -> [Anomaly] {
        var collector = AnomalyCollector()
        visitAxes(&collector)
        var doubts = Authority.folded(history, of: stream)
        guard !collector.all.isEmpty || !doubts.isEmpty else { return [] }
        // What an axis says of an event itself is not said again by the table.
        let told = Set(collector.all.map(\.event))
        doubts.removeAll { told.contains($0.event) }
        return (collector.all + doubts).sorted {
            ($0.event, $0.axis, $0.what) < ($1.event, $1.axis, $1.what)
        }
    }
}
