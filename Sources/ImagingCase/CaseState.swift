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
    /// Remarks, in causal order.
    public let comments: [Comment]
    /// Sites that the case is routed to, ascending.
    public let routedTo: [SiteID]
    /// Kinds that this version cannot read, ascending: newer information is there.
    public let newer: [EventKind]
    /// Events that are kept although they were illegal.
    public internal(set) var anomalies: [Anomaly]
    /// Every conflict, closed ones included, by number and id.
    public let conflicts: [Conflict]

    /// The conflicts that wait for a person.
    public var openConflicts: [Conflict] { conflicts.filter { $0.state == .open } }

    /// What the axes flag, by event and axis.
    func collectedAnomalies() -> [Anomaly] {
        var all = OrderAxis.anomalies(order)
        all += ProtocolAxis.anomalies(protocoling)
        all += SafetyAxis.anomalies(safety)
        all += AcquisitionAxis.anomalies(acquisition)
        all += HandOverAxis.anomalies(handOver)
        all += ReadingAxis.anomalies(reading)
        all += ReportAxis.anomalies(report)
        all += CriticalResultAxis.anomalies(criticalResult)
        all += InstructionAxis.anomalies(instruction)
        all += DoseAxis.anomalies(dose)
        all += IdentityAxis.anomalies(identity)
        if all.count > 1 { all.sort { ($0.event, $0.axis, $0.what) < ($1.event, $1.axis, $1.what) } }
        return all
    }
}
