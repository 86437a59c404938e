import EventLog
import ImagingCase

/// What was made and handed over, and with how much radiation.
extension ReferenceFold {
    // MARK: acquisition

    private func step(_ place: Int) -> (uid: String, series: [Series])? {
        switch history.event(place) {
        case .procedureStepStarted(let step): (step.stepUID, [])
        case .procedureStepCompleted(let step): (step.stepUID, step.series)
        case .procedureStepDiscontinued(let step): (step.stepUID, step.series)
        default: nil
        }
    }

    private func report(_ place: Int) -> StudyContentChanged? {
        if case .studyContentChanged(let said) = history.event(place) { said } else { nil }
    }

    private func instances(_ series: [Series]) -> Int { series.reduce(0) { $0 + $1.instances } }

    mutating func foldAcquisition() {
        let told = history.all.filter { step($0) != nil }
        var words: [String: String] = [:]
        for uid in Set(told.compactMap { step($0)?.uid }) { words[uid] = stepWord(told.filter { step($0)?.uid == uid }) }
        say("steps", words.map { "\($0.key) \($0.value)" }.sorted())
        let isHandedOver = !history.of(.studyHandedOver).isEmpty
        let reports = history.of(.studyContentChanged)
        // What goes on comes first, unless the technologist declared the study complete; then the best that a step came to.
        let word =
            words.values.contains("inProgress") && !isHandedOver
            ? "inProgress"
            : words.values.contains("completed")
                ? "completed"
                : words.values.contains("partial")
                    ? "partial"
                    : isHandedOver ? "completed" : !reports.isEmpty ? "inProgress" : words.isEmpty ? "none" : "discontinued"
        say("acquisition", word)
        guard !reports.isEmpty else { return }
        let names = history.latest(reports).compactMap(report).map { (instances($0.series), $0.contentVersion) }
        say("content version", names.max { $0 < $1 }?.1 ?? "")
    }

    /// Who ended a step last says how it ended; ends that were told apart and differ leave it in part, until a person chooses.
    private mutating func stepWord(_ told: [Int]) -> String {
        let starts = told.filter { history.event($0).kind == .procedureStepStarted }
        let ends = told.filter { !starts.contains($0) }
        let isComplete = { [self] (place: Int) in history.event(place).kind == .procedureStepCompleted }
        let hasImages = ends.contains { instances(step($0)?.series ?? []) > 0 } || !history.of(.studyContentChanged).isEmpty
        var last = history.latest(ends)
        for question in history.questions(ends, differ: { isComplete($0) != isComplete($1) }) {
            let conflict = history.conflict(69, "stepEndsDiffer", question, owner: .radiologist)
            if let chosen = conflict.chosen, question.contains(chosen) {
                last.removeAll { question.contains($0) && isComplete($0) != isComplete(chosen) }
            }
            raise(conflict)
        }
        let isBegunAnew = starts.contains { start in last.allSatisfy { history.saw(start, $0) } }
        if last.isEmpty || isBegunAnew { return "inProgress" }
        return last.allSatisfy(isComplete) ? "completed" : hasImages ? "partial" : "discontinued"
    }

    // MARK: hand-over

    /// The latest declaration against what archives hold; of such as were made apart the one with most instances, then the greater
    /// hash.
    mutating func foldHandOver() {
        let said = { [self] (place: Int) -> StudyHandedOver in
            if case .studyHandedOver(let said) = history.event(place) { said } else { StudyHandedOver() }
        }
        let weight = { [self] (place: Int) in (said(place).declaredInstances, history.facts[place].hash) }
        guard let current = history.latest(history.of(.studyHandedOver)).max(by: { weight($0) < weight($1) }) else {
            return say("hand-over", "none")
        }
        let declared = said(current)
        let reports = history.of(.studyContentChanged)
        let beyond = reports.filter { place in
            let series = report(place)?.series ?? []
            let isMore = instances(series) > declared.declaredInstances || series.count > declared.declaredSeries
            return isMore && !history.saw(current, place)
        }
        let isDeclared = declared.declaredSeries > 0 || declared.declaredInstances > 0
        var held: [String: Int] = [:]
        for series in reports.compactMap(report).flatMap(\.series) {
            held[series.uid] = max(held[series.uid] ?? 0, series.instances)
        }
        let lacks = held.count < declared.declaredSeries || held.values.reduce(0, +) < declared.declaredInstances
        say("hand-over by", history.id(current).description)
        say(
            "hand-over",
            isDeclared && !beyond.isEmpty ? "reopened" : !reports.isEmpty && lacks ? "incomplete" : "handedOver")
    }

    // MARK: dose

    private typealias Telling = (place: Int, value: IrradiationEvent, source: String)

    private func same(_ one: IrradiationEvent, _ other: IrradiationEvent) -> Bool {
        one.dlpMilligrayCentimetre == other.dlpMilligrayCentimetre && one.ctdiVolMilligray == other.ctdiVolMilligray
            && kerma(one) == kerma(other)
    }

    private func kerma(_ value: IrradiationEvent) -> Double { value.projection?.referencePointAirKermaGray ?? 0 }

    /// A set of irradiations by UID; of several values the better source counts, then the later, then of such as were told apart the
    /// greater. Values without a UID count only where there are none with one.
    mutating func foldDose() {
        var told: [String: [Telling]] = [:]
        for place in history.of(.doseRecorded) {
            guard case .doseRecorded(let said) = history.event(place) else { continue }
            for (index, value) in said.irradiationEvents.enumerated() {
                let unnamed = "without UID: \(history.id(place)) \(index)"
                told[value.uid.isEmpty ? unnamed : value.uid, default: []].append((place, value, said.source))
            }
        }
        var values = told.mapValues { judge($0) }
        if values.keys.contains(where: { !$0.hasPrefix("without") }) { values = values.filter { !$0.key.hasPrefix("without") } }
        let total = { (quantity: (IrradiationEvent) -> Double) in
            (values.values.reduce(0) { $0 + quantity($1.counted) } * 10_000).rounded() / 10_000
        }
        say("dose total", "\(total(\.dlpMilligrayCentimetre))")
        say("dose beside", values.filter { $0.value.hasOthers }.keys.sorted())
        let height = total(kerma)
        let isNoted = history.of(.doseAlertAcknowledged).contains { note in
            guard case .doseAlert(.acknowledged(let said)) = history.event(note), said.alert == "airKerma",
                history.isReader(note) || [.safetyOfficer, .physicist, .system].contains(history.role(note))
            else { return false }
            // What its author had seen of the dose that counts.
            let seen = values.map { uid, value in
                (told[uid] ?? []).filter { history.saw(note, $0.place) }.map { min(kerma($0.value), kerma(value.counted)) }.max()
                    ?? 0
            }
            return (seen.reduce(0, +) * 10_000).rounded() / 10_000 >= height
        }
        say("dose", history.of(.doseRecorded).isEmpty ? "none" : height < 5 ? "recorded" : isNoted ? "acknowledged" : "alert")
    }

    private mutating func judge(_ told: [Telling]) -> (counted: IrradiationEvent, hasOthers: Bool) {
        let rank = { (source: String) in ["MPPS": 1, "RDSR": 2][source.uppercased()] ?? 0 }
        let best = told.map { rank($0.source) }.max() ?? 0
        var counting = told.filter { rank($0.source) == best }
        let places = counting.map(\.place)
        let value = { (place: Int) in told.first { $0.place == place }?.value ?? IrradiationEvent() }
        for question in history.questions(places, differ: { !same(value($0), value($1)) }) {
            let conflict = history.conflict(49, "doseValuesDiffer", question, owner: .physicist, settling: places)
            if let chosen = conflict.chosen, question.contains(chosen) {
                counting.removeAll { question.contains($0.place) && $0.place != chosen }
            }
            raise(conflict)
        }
        let latest = history.latest(counting.map(\.place)).map(value)
        let weight = { [self] (value: IrradiationEvent) in (value.dlpMilligrayCentimetre, value.ctdiVolMilligray, kerma(value)) }
        let counted = latest.max { weight($0) < weight($1) } ?? IrradiationEvent()
        return (counted, told.contains { !same($0.value, counted) })
    }
}
