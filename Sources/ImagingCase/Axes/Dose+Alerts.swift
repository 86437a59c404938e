public import EventLog

/// A dose at whose height somebody must look.
public struct DoseAlert: Hashable, Sendable {
    /// What is high; its word is the alert's id.
    public let quantity: DoseQuantity
    /// How high, in the quantity's unit.
    public let value: Double
    /// From which height somebody must look.
    public let level: Double
    /// Who took note of it at this height, and what follows; nil while nobody has.
    public let acknowledgement: DoseAcknowledgement?

    /// The id by which it is acknowledged.
    public var id: String { quantity.rawValue }
    /// Whether somebody must still look.
    public var isOpen: Bool { acknowledgement == nil }
}

/// Somebody took note of a high dose.
public struct DoseAcknowledgement: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// The alert's id.
    public let alert: String
    /// What follows.
    public let action: String
    /// Who took note.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// The dose that its author had seen: a note does not cover what came later or beside it.
    public let seen: DoseTotals
}

extension DoseState {
    /// The alerts by some levels, in the order of the quantities.
    public func alerts(by levels: DoseLevels = .standard) -> [DoseAlert] {
        levels.reached(by: totals).map { quantity in
            DoseAlert(
                quantity: quantity, value: totals[quantity], level: levels[quantity],
                acknowledgement: acknowledgements.last { $0.alert == quantity.rawValue && $0.seen[quantity] >= totals[quantity] })
        }
    }

    /// Irradiations of which reports say different doses: the physicist is told, and the better source counts.
    public var mismatches: [Irradiation] { irradiations.filter { !$0.others.isEmpty } }
}

extension DoseAxis {
    /// The notes that were taken of alerts, each with the dose that its author had seen.
    static func noteAlerts(
        _ notes: [Int], _ counted: [DoseEntry], _ history: CaseHistory, _ state: inout DoseState
    ) {
        for position in notes {
            guard case .doseAlert(.acknowledged(let said)) = history.facts[position].event else { continue }
            let fact = history.facts[position]
            let isEntitled = fact.role.map { Authority.mayRecord(fact.event, as: $0) } ?? false
            guard isEntitled, let quantity = DoseQuantity(rawValue: said.alert) else {
                let what =
                    isEntitled
                    ? "It takes note of no alert that there is: it closes nothing."
                    : "Its author's role may not take note of dose alerts: it is kept and closes nothing."
                state.oddities.append(Anomaly(event: fact.id, axis: label, what: what))
                continue
            }
            let seen = DoseTotals(
                of: zip(counted, state.irradiations).map { told($0, $1.value, at: position, history) })
            if seen[quantity] <= 0 {
                state.oddities.append(
                    Anomaly(event: fact.id, axis: label, what: "Its author had seen no such dose: it closes nothing."))
            }
            state.acknowledgements.append(
                DoseAcknowledgement(
                    event: fact.id, alert: said.alert, action: said.action, by: fact.actor.person, at: fact.occurredAt.instant,
                    seen: seen))
        }
    }

    /// As much of an irradiation as its reports had said to somebody: never more than what counts.
    private static func told(
        _ entry: DoseEntry, _ value: IrradiationEvent, at position: Int, _ history: CaseHistory
    ) -> IrradiationEvent {
        let values = entry.reported.filter { history.precedes($0.position, position) }.map(\.value)
        func least(_ quantity: (IrradiationEvent) -> Double) -> Double {
            values.reduce(0) { max($0, min(quantity($1), quantity(value))) }
        }
        return IrradiationEvent(
            ctdiVolMilligray: least(\.ctdiVolMilligray), dlpMilligrayCentimetre: least(\.dlpMilligrayCentimetre),
            projection: ProjectionDose(
                referencePointAirKermaGray: least { $0.projection?.referencePointAirKermaGray ?? 0 },
                kermaAreaProductGraySquareCentimetre: least { $0.projection?.kermaAreaProductGraySquareCentimetre ?? 0 },
                fluoroscopySeconds: least { $0.projection?.fluoroscopySeconds ?? 0 },
                skinDoseGray: least { $0.projection?.skinDoseGray ?? 0 }))
    }

    /// Writes the alerts, where there are any.
    static func write(alertsOf state: DoseState, to json: inout JSONWriter) {
        let alerts = state.alerts()
        guard !alerts.isEmpty else { return }
        json.key("alerts")
        json.beginArray()
        for alert in alerts {
            json.beginObject()
            json.member("id", alert.id)
            json.member("state", alert.isOpen ? "open" : "acknowledged")
            json.key("value")
            json.real(alert.value)
            json.key("level")
            json.real(alert.level)
            json.member("unit", alert.quantity.unit)
            if let note = alert.acknowledgement {
                json.member("event", note.event)
                json.member("by", note.by)
                json.moment("at", note.at)
                json.member("action", note.action)
            }
            json.endObject()
        }
        json.endArray()
    }
}
