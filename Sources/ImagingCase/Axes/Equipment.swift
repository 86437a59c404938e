public import EventLog

/// One station as its quality controls leave it.
public struct EquipmentStation: Hashable, Sendable {
    /// One quality control.
    public struct Check: Hashable, Sendable {
        /// The event.
        public let event: EventID
        /// Who checked.
        public let by: String
        /// When, as asserted.
        public let at: Instant
        /// What it came to.
        public let result: QualityResult
        /// Remark.
        public let note: String
    }

    /// Station AE title.
    public let station: String
    /// What stands: of controls made apart the worst.
    public internal(set) var result: QualityResult = .unspecified
    /// The controls that stand.
    public internal(set) var standing: [EventID] = []
    /// All controls, in causal order.
    public internal(set) var checks: [Check] = []

    /// Whether it may be used: a failed control bars it until somebody who saw that records a better one.
    public var isUsable: Bool { result != .failed }
}

/// Quality control of machines.
public struct EquipmentState: Hashable, Sendable {
    /// Each station that was checked, by AE title.
    public internal(set) var stations: [EquipmentStation] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// Stations that may not be used.
    public var failed: [EquipmentStation] { stations.filter { !$0.isUsable } }

    /// Whether a station may be used; one of which nothing is known may.
    public func isUsable(_ station: String) -> Bool { !failed.contains { $0.station == station } }
}

/// Quality control of machines: the latest control stands, of such as were made apart the worst.
///
/// Source: IEC 61223, AAPM TG-142; house rule for what stands.
public enum EquipmentAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "equipment" }

    /// What it looks at.
    public static var concern: Concerns { .equipment }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> EquipmentState {
        var state = EquipmentState()
        var told: [String: [(position: Int, said: EquipmentQCRecorded)]] = [:]
        for position in history.positions(of: .equipment) {
            let fact = history.facts[position]
            guard case .register(.equipmentChecked(let said)) = fact.event else { continue }
            let isEntitled = fact.role.map { Authority.mayRecord(fact.event, as: $0) } ?? false
            if !isEntitled {
                let effect = said.result == .failed ? "bars the station all the same" : "changes nothing"
                state.oddities.append(
                    Anomaly(
                        event: fact.id, axis: label, what: "Checked in the role \(fact.actor.role), which may not: it \(effect).")
                )
            }
            if isEntitled || said.result == .failed { told[said.station, default: []].append((position, said)) }
        }
        for station in told.keys.sorted() { state.stations.append(judge(station, told[station] ?? [], history)) }
        return state
    }

    private static func judge(
        _ name: String, _ told: [(position: Int, said: EquipmentQCRecorded)], _ history: CaseHistory
    ) -> EquipmentStation {
        var station = EquipmentStation(station: name)
        let latest = history.ancestry.latest(of: told.map(\.position))
        for (position, said) in told {
            let fact = history.facts[position]
            station.checks.append(
                EquipmentStation.Check(
                    event: fact.id, by: fact.actor.person, at: fact.occurredAt.instant, result: said.result, note: said.note))
            guard latest.contains(position) else { continue }
            station.standing.append(fact.id)
            if said.result.rawValue > station.result.rawValue { station.result = said.result }
        }
        return station
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: EquipmentState) -> Bool { state.stations.isEmpty }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: EquipmentState) -> [Anomaly] { state.oddities }

    /// Writes the state: failed where any station may not be used.
    public static func write(_ state: EquipmentState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.failed.isEmpty ? "usable" : "failed")
        json.key("stations")
        json.beginArray()
        for station in state.stations {
            json.beginObject()
            json.member("station", station.station)
            json.member("result", station.result.word)
            json.member("usable", station.isUsable)
            json.key("checks")
            json.beginArray()
            for check in station.checks {
                json.beginObject()
                json.member("event", check.event)
                json.member("by", check.by)
                json.moment("at", check.at)
                json.member("result", check.result.word)
                json.memberIfSaid("note", check.note)
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    /// Says which controls made each station's state.
    public static func explain(_ state: EquipmentState, _ history: CaseHistory) -> [Explanation] {
        state.stations.map { station in
            Explanation(
                axis: label, state: "\(station.station) \(station.result.word)",
                rule: "The latest quality control stands, of such as were made apart the worst; failed bars the station.",
                events: station.standing)
        }
    }

    /// Refuses a control without a station or a result, and a bad result without a remark.
    public static func mayAuthor(
        _ event: CaseEvent, in state: EquipmentState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .register(.equipmentChecked(let said)) = event else { return }
        // DICOM PS3.5 6.2, value representation AE: at most 16 characters, no backslash, no spaces alone.
        let isTitle = said.station.utf8.count <= 16 && said.station.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != 0x5c }
        if !isTitle || !said.station.contains(where: { !$0.isWhitespace }) {
            throw .misfit("equipmentQc.station", expected: "an AE title of at most 16 characters", got: said.station)
        }
        if said.result == .unspecified {
            throw .misfit("equipmentQc.result", expected: "passed, restricted or failed", got: "")
        }
        if said.result != .passed {
            try AuthoringRefusal.requireText("equipmentQc.note", said.note, expected: "what was found")
        }
    }
}
