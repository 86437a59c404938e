public import EventLog

/// One delivery to the patient, however often it was recorded.
public struct TreatmentDelivery: Hashable, Sendable {
    /// The event whose values count.
    public let event: EventID
    /// All events that recorded it, in causal order.
    public let events: [EventID]
    /// The plan that was really used.
    public let planUID: String
    /// The fraction's number.
    public let fraction: Int
    /// SOP Instance UID of the treatment record; empty where it was entered by hand.
    public let recordUID: String
    /// Treatment machine.
    public let machine: String
    /// The day, where it was said.
    public let treatmentDate: String
    /// Dose in cGy.
    public let deliveredCentigray: Double
    /// Whether nobody said the dose and that of the plan counts.
    public let isAssumed: Bool
    /// Monitor units.
    public let monitorUnits: Double
    /// Whether it was broken off.
    public let isInterrupted: Bool
    /// How it ended, in the record's word.
    public let termination: FractionEnd
    /// Shifts of the table after imaging.
    public let shifts: String
    /// Why it was broken off.
    public let reason: String
    /// Whether somebody must say if two records are one delivery; it counts once meanwhile.
    public let isSuspectedDuplicate: Bool
}

/// What was delivered as a set, the dose by plan, and conflict 57; lives for one fold.
struct TreatmentLedger {
    /// One record of a delivery.
    struct Witness {
        let position: Int
        let planUID: String
        let fraction: Int
        let recordUID: String
        let machine: String
        let treatmentDate: String
        let centigray: Double
        let monitorUnits: Double
        let isInterrupted: Bool
        let termination: FractionEnd
        let shifts: String
        let reason: String
        let isSeparate: Bool
        let isByDevice: Bool

        /// Whether two records could be of one delivery by what they name; what is not said fits everything.
        func fits(_ other: Witness) -> Bool {
            planUID == other.planUID && fraction == other.fraction && Self.fits(machine, other.machine)
                && Self.fits(treatmentDate, other.treatmentDate)
        }

        /// Whether two records of one UID say the same.
        func says(_ other: Witness) -> Bool {
            planUID == other.planUID && fraction == other.fraction && centigray == other.centigray
                && isInterrupted == other.isInterrupted
        }

        private static func fits(_ one: String, _ other: String) -> Bool { one.isEmpty || other.isEmpty || one == other }
    }

    /// The records of one delivery.
    struct Group {
        var members: [Witness]
        /// Whose values count.
        var counted: Witness
        var isSuspected = false

        var positions: [Int] { members.map(\.position).sorted() }
    }

    static let recordedTwice = ConflictRule(
        number: 57, kind: "fractionRecordedTwice", owner: .physicist, dueMinutes: 24 * 60,
        rule: "A fraction recorded by the machine and by hand, or twice by hand, counts once until a physicist says otherwise.",
        inForce: "It counts once, with the values of the treatment record.", told: [.physicist])

    private let facts: TreatmentFacts
    private let plans: TreatmentPlans
    private var history: CaseHistory { facts.history }
    private(set) var groups: [Group] = []
    private(set) var oddities: [Anomaly] = []

    /// Centigray to a hundredth: nobody measures below this, and decimal fractions do not add up in binary.
    static func rounded(_ centigray: Double) -> Double { (centigray * 100).rounded() / 100 }

    init(_ facts: TreatmentFacts, _ plans: TreatmentPlans, of stream: StreamID, into conflicts: inout [Conflict]) {
        self.facts = facts
        self.plans = plans
        let witnesses = facts.deliveries.compactMap(witness)
        for witness in witnesses where !witness.recordUID.isEmpty { join(record: witness) }
        for witness in witnesses where witness.recordUID.isEmpty { join(byHand: witness) }
        for index in groups.indices { judge(index, of: stream, into: &conflicts) }
        groups.sort { $0.positions[0] < $1.positions[0] }
    }

    private mutating func flag(_ position: Int, _ what: String) {
        oddities.append(Anomaly(event: history.facts[position].id, axis: TreatmentAxis.label, what: what))
    }

    private func witness(_ position: Int) -> Witness? {
        let isByDevice = history.facts[position].role == .system
        switch facts.said(position) {
        case .fractionDelivered(let said):
            return Witness(
                position: position, planUID: said.planUID, fraction: said.fraction, recordUID: said.recordUID,
                machine: said.machine, treatmentDate: said.treatmentDate, centigray: said.deliveredCentigray,
                monitorUnits: said.monitorUnits, isInterrupted: false, termination: said.termination, shifts: said.shifts,
                reason: "", isSeparate: said.isSeparate, isByDevice: isByDevice)
        case .fractionInterrupted(let said):
            return Witness(
                position: position, planUID: said.planUID, fraction: said.fraction, recordUID: said.recordUID, machine: "",
                treatmentDate: "", centigray: said.deliveredCentigray, monitorUnits: 0, isInterrupted: true,
                termination: .unspecified, shifts: "", reason: said.reason, isSeparate: false, isByDevice: isByDevice)
        default: return nil
        }
    }

    // MARK: which records are one delivery

    /// Records of one UID are one delivery; of different UIDs two, whatever their number.
    private mutating func join(record witness: Witness) {
        if let known = groups.firstIndex(where: { $0.members[0].recordUID == witness.recordUID }) {
            groups[known].members.append(witness)
        } else {
            groups.append(Group(members: [witness], counted: witness))
        }
    }

    /// What was entered by hand joins the first delivery that it could be, such with a record first; so two records never become
    /// one through it.
    private mutating func join(byHand witness: Witness) {
        let found = groups.indices.filter { index in groups[index].members.contains { isOne($0, witness) } }
        let best = found.first { groups[$0].members[0].isInterrupted == witness.isInterrupted } ?? found.first
        if let best {
            groups[best].members.append(witness)
        } else {
            groups.append(Group(members: [witness], counted: witness))
        }
    }

    /// A part and the rest of a fraction by somebody who had seen the part are two deliveries, and so is what he says is one
    /// besides.
    private func isOne(_ one: Witness, _ other: Witness) -> Bool {
        guard one.fits(other) else { return false }
        if history.areConcurrent(one.position, other.position) { return true }
        let later = one.position < other.position ? other : one
        return !later.isSeparate && one.isInterrupted == other.isInterrupted
    }

    // MARK: which values count

    private mutating func judge(_ index: Int, of stream: StreamID, into conflicts: inout [Conflict]) {
        let members = groups[index].members.sorted { $0.position < $1.position }
        var suspected: [Int] = []
        for (place, later) in members.enumerated() {
            for earlier in members[..<place] {
                let isResent = !later.recordUID.isEmpty && later.recordUID == earlier.recordUID
                if isResent && later.says(earlier) { continue }
                // A device has seen nothing of what people entered, whatever its site held.
                if later.isByDevice || history.areConcurrent(earlier.position, later.position) {
                    suspected += [earlier.position, later.position]
                } else {
                    flag(later.position, "The fraction was recorded before, and its author had seen that: it counts once.")
                }
            }
        }
        var candidates = members
        if !suspected.isEmpty {
            let positions = Set(suspected).sorted()
            let conflict = Conflict(Self.recordedTwice, between: positions, in: history, of: stream)
            conflicts.append(conflict)
            groups[index].isSuspected = conflict.state == .open
            if let chosen = history.chosenPosition(by: conflict), let said = members.first(where: { $0.position == chosen }) {
                candidates = [said]
            }
        }
        let records = candidates.filter { !$0.recordUID.isEmpty }
        if !records.isEmpty { candidates = records }
        let latest = history.ancestry.latest(of: candidates.map(\.position))
        candidates.removeAll { !latest.contains($0.position) }
        groups[index].counted =
            candidates.max { ($0.centigray, $1.position) < ($1.centigray, $0.position) } ?? groups[index].counted
        groups[index].members = members
    }

    /// The dose of a delivery in cGy, and whether it is the plan's for want of another.
    private mutating func dose(_ witness: Witness) -> (centigray: Double, isAssumed: Bool) {
        if witness.centigray.isFinite && witness.centigray > 0 { return (witness.centigray, false) }
        if witness.centigray != 0 { flag(witness.position, "The dose is negative or no number: that of the plan counts.") }
        if witness.isInterrupted { return (0, false) }
        let planned = plans[witness.planUID]?.card.content.fractionCentigray ?? 0
        return (planned.isFinite ? max(0, planned) : 0, true)
    }

    // MARK: the sums

    /// Counts deliveries, dose by plan and what is missing.
    mutating func count(into state: inout TreatmentState) {
        for group in groups {
            let counted = group.counted
            let (centigray, isAssumed) = dose(counted)
            state.deliveries.append(
                TreatmentDelivery(
                    event: history.facts[counted.position].id, events: group.positions.map { history.facts[$0].id },
                    planUID: counted.planUID, fraction: counted.fraction, recordUID: counted.recordUID, machine: counted.machine,
                    treatmentDate: counted.treatmentDate, deliveredCentigray: centigray, isAssumed: isAssumed,
                    monitorUnits: counted.monitorUnits, isInterrupted: counted.isInterrupted, termination: counted.termination,
                    shifts: counted.shifts, reason: counted.reason, isSuspectedDuplicate: group.isSuspected))
        }
        for uid in Set(state.deliveries.map(\.planUID)).sorted() {
            let mine = state.deliveries.filter { $0.planUID == uid }
            state.ledger.append(
                TreatmentPlanDose(
                    planUID: uid, fractions: mine.count { !$0.isInterrupted },
                    deliveredCentigray: Self.rounded(mine.reduce(0) { $0 + $1.deliveredCentigray })))
        }
        state.deliveredCentigray = Self.rounded(state.ledger.reduce(0) { $0 + $1.deliveredCentigray })
        state.deliveredFractions = state.ledger.reduce(0) { $0 + $1.fractions }
        findMissing(&state)
        findRepeated()
    }

    /// What was broken off or missed is to be compensated until the fraction was delivered.
    private func findMissing(_ state: inout TreatmentState) {
        func isWhole(_ fraction: Int, _ planUID: String?) -> Bool {
            state.deliveries.contains { !$0.isInterrupted && $0.fraction == fraction && $0.planUID == planUID ?? $0.planUID }
        }
        for part in state.deliveries where part.isInterrupted && !isWhole(part.fraction, part.planUID) {
            let planned = plans[part.planUID]?.card.content.fractionCentigray ?? 0
            state.compensations.append(
                TreatmentCompensation(
                    event: part.event, fraction: part.fraction,
                    missingCentigray: max(0, Self.rounded(planned - part.deliveredCentigray)), reason: part.reason))
        }
        for position in facts.missed {
            guard case .fractionMissed(let said) = facts.said(position), !isWhole(said.fraction, nil) else { continue }
            state.compensations.append(
                TreatmentCompensation(
                    event: history.facts[position].id, fraction: said.fraction,
                    missingCentigray: state.prescription?.fractionCentigray ?? 0, reason: said.reason))
        }
    }

    /// Two whole deliveries of one number: both count, and somebody should know.
    private mutating func findRepeated() {
        let whole = groups.filter { !$0.counted.isInterrupted }
        for (place, later) in whole.enumerated() {
            let isRepeat = whole[..<place].contains {
                $0.counted.planUID == later.counted.planUID && $0.counted.fraction == later.counted.fraction
            }
            if isRepeat {
                flag(
                    later.counted.position,
                    "Fraction \(later.counted.fraction) of the plan was delivered before under another record: both count.")
            }
        }
    }
}
