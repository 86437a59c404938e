public import EventLog

/// What a person has received over several examinations: each irradiation once, however many cases or reports tell of it.
///
/// A record for those who decide on the next examination; it is no limit, because exposures of patients have none.
///
/// Source: DICOM PS3.16 TID 10011 (irradiation event UID), IHE RAD TF REM; house rule.
public struct CumulativeDose: Hashable, Sendable {
    /// What one modality gave.
    public struct Row: Hashable, Sendable {
        /// The modality; empty where nobody said it.
        public let modality: String
        /// How many irradiations.
        public let irradiations: Int
        /// What they gave together.
        public let totals: DoseTotals
        /// When the first was.
        public let first: Instant
        /// When the last was.
        public let last: Instant
        /// The cases that tell of them, ascending.
        public let cases: [StreamID]
    }

    /// One row a modality, ascending.
    public let rows: [Row]

    /// Unites the doses of some cases of one person. Of an irradiation that several cases tell of the better source counts, then the
    /// greater dose; irradiations without a UID are told apart by their case.
    public init(of cases: [(stream: StreamID, dose: DoseState)]) {
        var groups: [(irradiation: Irradiation, cases: [StreamID])] = []
        var known: [String: Int] = [:]
        var previous: StreamID?
        for (stream, dose) in cases.sorted(by: Self.comesBefore) where stream != previous {
            previous = stream
            for irradiation in dose.irradiations {
                guard !irradiation.uid.isEmpty, let index = known[irradiation.uid] else {
                    if !irradiation.uid.isEmpty { known[irradiation.uid] = groups.count }
                    groups.append((irradiation, [stream]))
                    continue
                }
                if DoseAxis.outweighs(irradiation, groups[index].irradiation) { groups[index].irradiation = irradiation }
                groups[index].cases.append(stream)
            }
        }
        let names = Set(groups.map { Self.modality(of: $0.irradiation) }).sorted()
        rows = names.map { name in Self.row(name, groups.filter { Self.modality(of: $0.irradiation) == name }) }
    }

    /// By case; of two states of one case the fuller comes first and counts.
    private static func comesBefore(
        _ left: (stream: StreamID, dose: DoseState), _ right: (stream: StreamID, dose: DoseState)
    ) -> Bool {
        left.stream == right.stream
            ? left.dose.irradiations.count > right.dose.irradiations.count : left.stream < right.stream
    }

    private static func row(_ modality: String, _ groups: [(irradiation: Irradiation, cases: [StreamID])]) -> Row {
        let moments = groups.map { $0.irradiation.value.startedAt ?? $0.irradiation.at }
        return Row(
            modality: modality, irradiations: groups.count, totals: DoseTotals(of: groups.map(\.irradiation.value)),
            first: moments.min() ?? Instant(milliseconds: 0), last: moments.max() ?? Instant(milliseconds: 0),
            cases: Set(groups.flatMap(\.cases)).sorted())
    }

    /// As it was said; only CT has a dose length product.
    private static func modality(of irradiation: Irradiation) -> String {
        if !irradiation.value.modality.isEmpty { return irradiation.value.modality }
        return irradiation.value.dlpMilligrayCentimetre > 0 || irradiation.value.ctdiVolMilligray > 0 ? "CT" : ""
    }

    /// Writes one JSON object.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("modalities")
        json.beginArray()
        for row in rows {
            json.beginObject()
            json.member("modality", row.modality)
            json.member("irradiations", row.irradiations)
            if row.totals.dlpMilligrayCentimetre > 0 {
                json.key("dlpMilligrayCentimetre")
                json.real(row.totals.dlpMilligrayCentimetre)
            }
            row.totals.write(to: &json)
            json.moment("first", row.first)
            json.moment("last", row.last)
            json.member("cases", texts: row.cases.map(\.description))
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}
