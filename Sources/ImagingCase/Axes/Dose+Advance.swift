import EventLog

extension DoseAxis {
    /// A report of irradiations that nobody told of before adds them; one that tells of a known irradiation, or without a UID, is
    /// weighed with all others.
    public static func advanced(_ state: DoseState, by fact: CaseFact) -> DoseState? {
        guard case .doseRecorded(let report) = fact.event, state.uncounted.isEmpty,
            state.irradiations.first?.uid.isEmpty != true
        else { return nil }
        var state = state
        for value in report.irradiationEvents {
            guard value.isPossible, !value.uid.isEmpty else { return nil }
            let place = place(of: value.uid, in: state.irradiations)
            guard place == state.irradiations.count || state.irradiations[place].uid != value.uid else { return nil }
            state.irradiations.insert(
                Irradiation(
                    uid: value.uid, value: value, source: report.source, events: [fact.id], at: fact.occurredAt.instant),
                at: place)
        }
        state.totals = DoseTotals(of: state.irradiations.lazy.map(\.value))
        state.status = status(of: state)
        return state
    }

    /// Where an irradiation belongs among those in ascending order of UID.
    private static func place(of uid: String, in irradiations: [Irradiation]) -> Int {
        var (low, high) = (0, irradiations.count)
        while low < high {
            let middle = (low + high) / 2
            if irradiations[middle].uid < uid { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
