import EventLog

/// The facts that concern an intervention, at their positions, and conflict 52; lives for one fold.
struct InterventionFacts {
    static let timeOutApart = ConflictRule(
        number: 52, kind: "timeOutApart", owner: .interventionalRadiologist, dueMinutes: 24 * 60,
        rule: "What was begun stands; a time-out that those who began had not seen is no proof that it was before.",
        inForce: "The procedure stands, and the gap is a safety event.", told: [.interventionalRadiologist, .lead])

    private let history: CaseHistory
    private var assessments: [Int] = []
    private var timeOuts: [Int] = []
    private var steps: [Int] = []
    private var complications: [Int] = []
    private var ends: [Int] = []
    private var recoveries: [Int] = []
    private var consents: [Int] = []
    private var screens: [Int] = []
    private var acceptances: [Int] = []
    private var notes: [Int] = []
    private(set) var oddities: [Anomaly] = []

    /// Whether nothing that counts was said.
    private var isSilent: Bool { [assessments, timeOuts, steps, complications, ends, recoveries].allSatisfy(\.isEmpty) }

    var isEmpty: Bool { isSilent && oddities.isEmpty }

    init(_ history: CaseHistory) {
        self.history = history
        for position in history.positions(of: InterventionAxis.concern) {
            switch history.facts[position].event {
            case .intervention(let event): take(event, at: position)
            case .preparation(.consentRecorded(let said)):
                if said.kind == .procedure { consents.append(position) }
            case .mriScreened: screens.append(position)
            case .riskAccepted: acceptances.append(position)
            case .doseAlert: notes.append(position)
            default: continue
            }
        }
    }

    /// What was done counts whoever says it; what is judged counts from those who may judge.
    private mutating func take(_ event: InterventionEvent, at position: Int) {
        let fact = history.facts[position]
        let isEntitled = fact.role.map { Authority.mayRecord(fact.event, as: $0) } ?? false
        let counts: Bool =
            switch event {
            case .assessed, .timeOutDone: isEntitled
            default: true
            }
        if !isEntitled {
            let effect = counts ? "counts all the same" : "changes nothing"
            flag(position, "Recorded in the role \(fact.actor.role), which may not: it \(effect).")
        }
        guard counts else { return }
        switch event {
        case .assessed: assessments.append(position)
        case .timeOutDone: timeOuts.append(position)
        case .stepRecorded: steps.append(position)
        case .complicationRecorded: complications.append(position)
        case .completed, .aborted: ends.append(position)
        case .recoveryRecorded: recoveries.append(position)
        }
    }

    private mutating func flag(_ position: Int, _ what: String) {
        oddities.append(Anomaly(event: history.facts[position].id, axis: InterventionAxis.label, what: what))
    }

    private func said(_ position: Int) -> InterventionEvent? {
        guard case .intervention(let event) = history.facts[position].event else { return nil }
        return event
    }

    // MARK: what is listed

    /// Lists what was said, in causal order.
    mutating func list(_ state: inout InterventionState) {
        listBefore(&state)
        for position in steps {
            guard case .stepRecorded(let said) = said(position) else { continue }
            let fact = history.facts[position]
            state.steps.append(
                InterventionStep(event: fact.id, by: fact.actor.person, at: fact.occurredAt.instant, said: said))
            if said.bloodLossMillilitres.isFinite && said.bloodLossMillilitres >= 0 {
                state.bloodLossMillilitres += said.bloodLossMillilitres
            } else {
                flag(position, "The blood loss is negative or no number: it is not added.")
            }
            if ends.contains(where: { history.precedes($0, position) }) {
                flag(position, "A step after the end that its author had seen: it counts.")
            }
        }
        state.bloodLossMillilitres = (state.bloodLossMillilitres * 10).rounded() / 10
        for position in complications {
            guard case .complicationRecorded(let said) = said(position) else { continue }
            let fact = history.facts[position]
            state.complications.append(
                InterventionComplication(
                    event: fact.id, by: fact.actor.person, severity: said.severity, what: said.what, action: said.action))
            if !(1...5).contains(said.severity) { flag(position, "The severity is no SIR class from 1 to 5: it is not ranked.") }
        }
        listEnd(&state)
        for position in recoveries {
            guard case .recoveryRecorded(let said) = said(position) else { continue }
            let fact = history.facts[position]
            state.recovery.append(
                InterventionRecovery(event: fact.id, by: fact.actor.person, at: fact.occurredAt.instant, said: said))
        }
    }

    private func listBefore(_ state: inout InterventionState) {
        let latest = history.ancestry.latest(of: assessments)
        let found = latest.compactMap { position -> (Int, IRAssessed)? in
            guard case .assessed(let said) = said(position) else { return nil }
            return (position, said)
        }
        if let standing = found.first(where: { !$0.1.isFit }) ?? found.first {
            state.assessment = standing.1
            state.assessedBy = history.facts[standing.0].id
        }
        // Of consents made apart one that is refused or withdrawn stands.
        let words = history.ancestry.latest(of: consents).compactMap { position -> ConsentDecision? in
            guard case .preparation(.consentRecorded(let said)) = history.facts[position].event else { return nil }
            return said.state
        }
        state.consent = words.first { $0 == .withdrawn } ?? words.first { $0 == .refused } ?? words.first ?? .unspecified
        for position in timeOuts {
            guard case .timeOutDone(let said) = said(position) else { continue }
            let fact = history.facts[position]
            state.timeOuts.append(
                InterventionTimeOut(
                    event: fact.id, by: fact.actor.person, at: fact.occurredAt.instant, result: said.result,
                    checks: said.checks, participants: said.participants))
        }
        state.isConfirmed =
            !timeOuts.isEmpty && history.ancestry.latest(of: timeOuts).allSatisfy { result($0) == .confirmed }
    }

    /// Of ends made apart that it was broken off stands: what follows from it is the more cautious.
    private mutating func listEnd(_ state: inout InterventionState) {
        let latest = history.ancestry.latest(of: ends)
        let broken = latest.first { if case .aborted = said($0) { true } else { false } }
        guard let end = broken ?? latest.first else { return }
        state.endedBy = history.facts[end].id
        switch said(end) {
        case .completed(let said): state.completion = said
        case .aborted(let said): state.abortReason = said.reason
        default: break
        }
        if broken != nil && latest.count > 1 {
            for position in latest where position != end {
                flag(position, "It was ended otherwise apart from this: that it was broken off stands.")
            }
        }
    }

    private func result(_ position: Int) -> TimeOutResult {
        guard case .timeOutDone(let said) = said(position) else { return .unspecified }
        return said.result
    }

    // MARK: safety

    /// Time-out, consent and MRI, each against what was begun.
    func judgeSafety(of stream: StreamID, _ state: inout InterventionState, _ conflicts: inout [Conflict]) {
        // Conflicts between screens are the safety axis' to raise.
        var others: [Conflict] = []
        let gates = SafetyAxis.fold(history, of: stream, conflicts: &others)
        state.mri = gates.mri.level
        state.isMRIBlocked = gates.mri.isBlocked
        state.isPregnancyBlocked = gates.pregnancy.isBlocked
        let begun = (steps + ends.filter { if case .completed = said($0) { true } else { false } }).sorted()
        for start in begun where !begun.contains(where: { history.precedes($0, start) }) {
            judgeTimeOut(start, of: stream, &state, &conflicts)
            judgeConsent(start, &state)
        }
        for step in steps where Self.usesMRI(said(step)) { judgeMRI(step, &state) }
    }

    private func add(
        _ kind: InterventionSafetyEvent.Kind, _ position: Int, against other: Int?, to state: inout InterventionState
    ) {
        state.safetyEvents.append(
            InterventionSafetyEvent(
                kind: kind, event: history.facts[position].id, against: other.map { history.facts[$0].id }))
    }

    /// Conflict 52. A time-out that whoever began had seen is proof; one apart from the start is not, one after it neither.
    private func judgeTimeOut(
        _ start: Int, of stream: StreamID, _ state: inout InterventionState, _ conflicts: inout [Conflict]
    ) {
        let before = history.ancestry.latest(of: timeOuts.filter { history.precedes($0, start) })
        let mismatch = before.first { result($0) != .confirmed }
        if let mismatch { add(.timeOutMismatch, start, against: mismatch, to: &state) }
        let isProven = !before.isEmpty && mismatch == nil
        let apart = timeOuts.filter { history.areConcurrent($0, start) && !(isProven && result($0) == .confirmed) }
        for other in apart {
            add(.timeOutApart, start, against: other, to: &state)
            conflicts.append(Conflict(Self.timeOutApart, between: [other, start], in: history, of: stream))
        }
        guard before.isEmpty && apart.isEmpty else { return }
        let late = timeOuts.first { history.precedes(start, $0) }
        add(late == nil ? .noTimeOut : .timeOutAfterStart, start, against: late, to: &state)
    }

    /// What was begun in sight of a refusal. Apart from it is the consent axis' to judge.
    private func judgeConsent(_ start: Int, _ state: inout InterventionState) {
        let seen = history.ancestry.latest(of: consents.filter { history.precedes($0, start) })
        let against = seen.first { position in
            guard case .preparation(.consentRecorded(let said)) = history.facts[position].event else { return false }
            return said.state == .refused || said.state == .withdrawn
        }
        if let against { add(.withoutConsent, start, against: against, to: &state) }
    }

    static func usesMRI(_ event: InterventionEvent?) -> Bool {
        guard case .stepRecorded(let said) = event else { return false }
        return InterventionAxis.guidance(said).isMRI
    }

    private func judgeMRI(_ step: Int, _ state: inout InterventionState) {
        let seen = history.ancestry.latest(of: screens.filter { history.precedes($0, step) })
        let apart = screens.filter { history.areConcurrent($0, step) }
        let covered = acceptances.filter { history.precedes($0, step) && history.facts[$0].role?.readsImages == true }
        let against = (seen + apart).first { screen in
            guard case .mriScreened(let said) = history.facts[screen].event, ScreenLevel(said.result) >= .unable else {
                return false
            }
            return !covered.contains { position in
                guard case .riskAccepted(let accepted) = history.facts[position].event else { return false }
                return accepted.covers.contains(history.facts[screen].id)
            }
        }
        if let against {
            add(.mriContraindicated, step, against: against, to: &state)
        } else if seen.isEmpty {
            add(.mriUnscreened, step, against: nil, to: &state)
        }
    }

    // MARK: dose and status

    /// The greatest dose that was said, and whether somebody who had seen it took note.
    mutating func judgeDose(_ state: inout InterventionState) {
        var kerma: (value: Double, position: Int)?
        var time: (value: Double, position: Int)?
        for position in ends {
            guard case .completed(let said) = said(position) else { continue }
            for value in [said.referencePointMilligray, said.fluoroscopySeconds] where !(value.isFinite && value >= 0) {
                flag(position, "A dose is negative or no number: it does not count.")
            }
            take(said.referencePointMilligray, position, into: &kerma)
            take(said.fluoroscopySeconds, position, into: &time)
        }
        state.referencePointMilligray = kerma?.value ?? 0
        state.fluoroscopySeconds = time?.value ?? 0
        if let kerma { alert(.airKerma, kerma.value / 1000, kerma.position, &state) }
        if let time { alert(.fluoroscopy, time.value / 60, time.position, &state) }
    }

    private func take(_ value: Double, _ position: Int, into greatest: inout (value: Double, position: Int)?) {
        guard value.isFinite, value > 0, value > greatest?.value ?? 0 else { return }
        greatest = (value, position)
    }

    /// The levels are those of every dose: an intervention has none of its own.
    private func alert(_ quantity: DoseQuantity, _ value: Double, _ position: Int, _ state: inout InterventionState) {
        let level = DoseLevels.standard[quantity]
        guard value >= level else { return }
        let note = notes.first { note in
            let fact = history.facts[note]
            guard case .doseAlert(.acknowledged(let said)) = fact.event, history.precedes(position, note) else { return false }
            return said.alert == quantity.rawValue && fact.role.map { Authority.mayRecord(fact.event, as: $0) } ?? false
        }
        state.alerts.append(
            InterventionAlert(
                quantity: quantity, value: value, level: level, event: history.facts[position].id,
                acknowledgedBy: note.map { history.facts[$0].id }))
    }

    /// What happened last in the world, not what was recorded last.
    func status(_ state: InterventionState) -> InterventionState.Status {
        if state.recovery.contains(where: \.said.isFollowedUp) { return .followedUp }
        if state.discharged != nil { return .discharged }
        if !state.recovery.isEmpty { return .recovery }
        if state.endedBy != nil { return state.completion == nil ? .aborted : .completed }
        if !state.steps.isEmpty { return .inProgress }
        if state.isConfirmed { return .timedOut }
        let isFit = state.assessment?.isFit ?? false
        if isFit { return state.consent == .given ? .consented : .assessed }
        return isSilent ? .none : .requested
    }
}
