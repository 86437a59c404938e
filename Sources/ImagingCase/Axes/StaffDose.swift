public import EventLog

/// What one badge said of one period.
public struct StaffBadge: Hashable, Sendable {
    /// The event whose value counts.
    public let event: EventID
    /// All events that said something of this period, in causal order.
    public let events: [EventID]
    /// Who wore it.
    public let person: String
    /// From when, inclusive.
    public let start: Instant
    /// Until when, exclusive.
    public let end: Instant
    /// Dose in mSv: of readings made apart the greatest.
    public let millisieverts: Double
    /// Other periods of the person that this one overlaps, by their event: both count.
    public let overlaps: [EventID]
}

/// One person's dose in one calendar year.
public struct StaffYear: Hashable, Sendable {
    /// How the dose lies.
    public enum Level: String, Sendable {
        case below
        /// Somebody should look why.
        case investigate
        /// Above the limit.
        case over
    }

    /// Who.
    public let person: String
    /// The calendar year in UTC in which the periods end.
    public let year: Int
    /// Dose in mSv, to 0.001.
    public let millisieverts: Double
    /// Whether periods overlap, so that the sum may be too great.
    public let hasOverlaps: Bool

    /// How the dose lies to a limit and to the level from which somebody should look, both in mSv.
    public func level(
        limitMillisieverts: Double = StaffDoseAxis.limitMillisieverts,
        investigateMillisieverts: Double = StaffDoseAxis.investigateMillisieverts
    ) -> Level {
        if millisieverts > limitMillisieverts { return .over }
        return millisieverts >= investigateMillisieverts ? .investigate : .below
    }
}

/// Dose of the staff.
public struct StaffDoseState: Hashable, Sendable {
    /// Badges by person and period.
    public internal(set) var badges: [StaffBadge] = []
    /// Sums by person and year.
    public internal(set) var years: [StaffYear] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// The years in which a person is above a limit in mSv.
    public func warnings(limitMillisieverts: Double = StaffDoseAxis.limitMillisieverts) -> [StaffYear] {
        years.filter { $0.level(limitMillisieverts: limitMillisieverts) == .over }
    }
}

/// Dose of the staff: a set of badge periods, summed by person and calendar year. A reading that is sent again counts once.
///
/// Source: Council Directive 2013/59/Euratom articles 9 and 40; ICRP 103.
public enum StaffDoseAxis: Axis {
    /// The most that a person may get in a year, in mSv.
    ///
    /// Source: Council Directive 2013/59/Euratom article 9.
    public static let limitMillisieverts = 20.0
    /// From how much on somebody should look why, in mSv in a year.
    ///
    /// Source: Council Directive 2013/59/Euratom article 40 (category A above 6 mSv).
    public static let investigateMillisieverts = 6.0

    /// The JSON key.
    public static var name: StaticString { "staffDose" }

    /// What it looks at.
    public static var concern: Concerns { .staffDose }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> StaffDoseState {
        var state = StaffDoseState()
        let readings = history.positions(of: .staffDose).compactMap { reading($0, history, &state) }
        var periods: [[Reading]] = []
        for reading in readings.sorted(by: {
            ($0.person, $0.start, $0.end, $0.position) < ($1.person, $1.start, $1.end, $1.position)
        }) {
            if let last = periods.last?.first, last.isSamePeriod(as: reading) {
                periods[periods.count - 1].append(reading)
            } else {
                periods.append([reading])
            }
        }
        let counted = periods.map { standing(of: $0, history) }
        for (index, one) in counted.enumerated() {
            let overlaps = counted.filter { $0.position != one.position && $0.overlaps(one) }
            state.badges.append(
                StaffBadge(
                    event: history.facts[one.position].id, events: periods[index].map { history.facts[$0.position].id },
                    person: one.person, start: one.start, end: one.end, millisieverts: one.millisieverts,
                    overlaps: overlaps.map { history.facts[$0.position].id }))
            if !overlaps.isEmpty {
                state.oddities.append(
                    Anomaly(
                        event: history.facts[one.position].id, axis: label,
                        what: "The period overlaps another of the person: both count until one is corrected."))
            }
        }
        sum(&state)
        return state
    }

    /// One reading of one badge.
    private struct Reading {
        let position: Int
        let person: String
        let start: Instant
        let end: Instant
        let millisieverts: Double

        func isSamePeriod(as other: Reading) -> Bool { person == other.person && start == other.start && end == other.end }
        func overlaps(_ other: Reading) -> Bool { person == other.person && start < other.end && other.start < end }
    }

    private static func reading(_ position: Int, _ history: CaseHistory, _ state: inout StaffDoseState) -> Reading? {
        let fact = history.facts[position]
        guard case .register(.staffDoseRecorded(let said)) = fact.event else { return nil }
        var what = ""
        if !(fact.role.map { Authority.mayRecord(fact.event, as: $0) } ?? false) {
            what = "Recorded in the role \(fact.actor.role), which may not: it does not count."
        } else if !(said.millisieverts.isFinite && said.millisieverts >= 0) {
            what = "The dose is negative or no number: it does not count."
        } else if let start = said.periodStart, let end = said.periodEnd, start < end {
            return Reading(
                position: position, person: said.person, start: start, end: end, millisieverts: said.millisieverts)
        } else {
            what = "The period has no beginning before its end: it does not count."
        }
        state.oddities.append(Anomaly(event: fact.id, axis: label, what: what))
        return nil
    }

    /// The latest reading of a period counts, of such as were made apart the greatest.
    private static func standing(of readings: [Reading], _ history: CaseHistory) -> Reading {
        let latest = history.ancestry.latest(of: readings.map(\.position))
        let last = readings.filter { latest.contains($0.position) }
        return last.max { ($0.millisieverts, $1.position) < ($1.millisieverts, $0.position) } ?? readings[0]
    }

    /// The calendar year in which a period ends; one that ends with the year belongs to it.
    static func year(of end: Instant) -> Int {
        Int(Timestamp.text(of: end.advanced(byMilliseconds: -1)).prefix(4)) ?? 0
    }

    private static func sum(_ state: inout StaffDoseState) {
        for person in Set(state.badges.map(\.person)).sorted() {
            let mine = state.badges.filter { $0.person == person }
            for year in Set(mine.map { self.year(of: $0.end) }).sorted() {
                let badges = mine.filter { self.year(of: $0.end) == year }
                let total = badges.reduce(0) { $0 + $1.millisieverts }
                state.years.append(
                    StaffYear(
                        person: person, year: year, millisieverts: (total * 1000).rounded() / 1000,
                        hasOverlaps: badges.contains { !$0.overlaps.isEmpty }))
            }
        }
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: StaffDoseState) -> Bool { state.badges.isEmpty }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: StaffDoseState) -> [Anomaly] { state.oddities }

    /// Writes the state: the worst level of any person and year.
    public static func write(_ state: StaffDoseState, to json: inout JSONWriter) {
        let levels = state.years.map { $0.level() }
        json.beginObject()
        json.member("state", levels.contains(.over) ? "over" : levels.contains(.investigate) ? "investigate" : "below")
        json.key("years")
        json.beginArray()
        for year in state.years {
            json.beginObject()
            json.member("person", year.person)
            json.member("year", year.year)
            json.key("millisieverts")
            json.real(year.millisieverts)
            json.member("level", year.level().rawValue)
            if year.hasOverlaps { json.member("overlaps", true) }
            json.endObject()
        }
        json.endArray()
        json.key("badges")
        json.beginArray()
        for badge in state.badges {
            json.beginObject()
            json.member("event", badge.event)
            if badge.events.count > 1 { json.member("events", events: badge.events) }
            json.member("person", badge.person)
            json.moment("from", badge.start)
            json.moment("until", badge.end)
            json.key("millisieverts")
            json.real(badge.millisieverts)
            if !badge.overlaps.isEmpty { json.member("overlaps", events: badge.overlaps) }
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    /// Says which badges made each sum.
    public static func explain(_ state: StaffDoseState, _ history: CaseHistory) -> [Explanation] {
        state.years.map { year in
            Explanation(
                axis: label, state: "\(year.person) \(year.year) \(year.level().rawValue)",
                rule: "The periods that end in the year, each once; of readings made apart the greatest.",
                events: state.badges.filter { $0.person == year.person && self.year(of: $0.end) == year.year }.map(\.event))
        }
    }

    /// Refuses a reading without a person, a period or a dose that can be.
    public static func mayAuthor(
        _ event: CaseEvent, in state: StaffDoseState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .register(.staffDoseRecorded(let said)) = event else { return }
        try AuthoringRefusal.requireText("staffDose.person", said.person, expected: "who wore the badge")
        try AuthoringRefusal.requireNumber("staffDose.millisieverts", said.millisieverts, in: 0...1000, unit: "mSv")
        guard let start = said.periodStart, let end = said.periodEnd else {
            throw .misfit("staffDose.period", expected: "periodStart and periodEnd", got: "")
        }
        if start >= end {
            throw .misfit(
                "staffDose.periodEnd", expected: "a moment after \(Timestamp.text(of: start))", got: Timestamp.text(of: end))
        }
        if end > now {
            throw .misfit(
                "staffDose.periodEnd", expected: "a moment that has passed", got: Timestamp.text(of: end))
        }
    }
}
