public import EventLog

/// The prescription of a course as it stands.
public struct TreatmentPrescription: Hashable, Sendable {
    /// The event that said it.
    public let event: EventID
    /// Who prescribed.
    public let by: String
    /// Total dose in cGy.
    public let totalCentigray: Double
    /// Dose of a fraction in cGy.
    public let fractionCentigray: Double
    /// Number of fractions.
    public let fractions: Int
    /// Why it was amended; empty for the first.
    public let reason: String
}

/// What may keep the next fraction from being delivered.
public struct TreatmentBlock: Hashable, Sendable {
    /// What kind.
    public enum Reason: String, Sendable {
        case held
        /// The plan changed while a fraction was delivered with the old one; physicist and oncologist confirm first.
        case planChanged
        /// Two versions were approved; neither is deliverable.
        case plansCompete
        /// Prescriptions made apart differ.
        case prescriptionsCompete
        /// A new version is wanted before the fraction.
        case adaptationWanted
        case ended
    }

    /// What kind.
    public let reason: Reason
    /// The event that blocks.
    public let event: EventID
    /// In one sentence, with what lifts it.
    public let what: String
}

/// A hold of the course, by itself or as the decision of a review.
public struct TreatmentHold: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who held.
    public let by: String
    /// Why.
    public let reason: String
    /// The event that lifted it; nil while it stands.
    public let liftedBy: EventID?
}

/// A new version of the plan that somebody wants.
public struct TreatmentAdaptation: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who wants it.
    public let by: String
    /// Why.
    public let reason: AdaptationReason
    /// From which fraction on the present version is not to be used; 0 means from the next.
    public let fromFraction: Int
    /// Remark.
    public let note: String
    /// The approval of a version by somebody who had seen the request; nil while one is wanted.
    public let answeredBy: EventID?
}

/// One visit of the radiation oncologist during the course.
public struct TreatmentReview: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who reviewed.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// What follows.
    public let decision: TreatmentDecision
    /// Toxicity with its CTCAE grade.
    public let toxicities: [ScreeningItem]
    /// Weight in kilograms; 0 where it was not said.
    public let weightKilograms: Double
    /// Remark.
    public let note: String
}

/// Dose that was delivered with one plan.
public struct TreatmentPlanDose: Hashable, Sendable {
    /// The plan that was really used.
    public let planUID: String
    /// Fractions delivered in full.
    public let fractions: Int
    /// Dose in cGy, parts of fractions included, to 0.01.
    public let deliveredCentigray: Double
}

/// A fraction that is missing, in whole or in part.
public struct TreatmentCompensation: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// The fraction's number.
    public let fraction: Int
    /// What is missing, in cGy; 0 where it is not known.
    public let missingCentigray: Double
    /// Why.
    public let reason: String
}

/// A delivery that should not have happened as it did: it counts, and somebody must look into it.
public struct TreatmentIncident: Hashable, Sendable {
    /// What kind.
    public enum Kind: String, Sendable {
        case duringHold
        case afterEnd
        case beyondPrescription
        case unapprovedPlan
        case retiredPlan
    }

    /// What kind.
    public let kind: Kind
    /// The delivery's event.
    public let event: EventID
    /// The event that it is against; nil where there is none.
    public let against: EventID?
    /// The incident report that names the delivery; nil while nobody reported it.
    public let reportedBy: EventID?
}

/// What a course of radiotherapy is at.
public struct TreatmentState: Hashable, Sendable {
    /// The steps of the course.
    public enum Status: String, Sendable {
        case none
        case prescribed
        case planned
        case onTreatment
        case held
        case completed
        case discontinued
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// What the first prescription says of the course.
    public internal(set) var course: RTCoursePrescribed?
    /// The prescription in force; of such as compete the one with the least dose.
    public internal(set) var prescription: TreatmentPrescription?
    /// Prescriptions made apart that differ, the one in force included; empty where none compete.
    public internal(set) var competing: [TreatmentPrescription] = []
    /// Whether any prescription says that the region was irradiated before.
    public internal(set) var isReirradiation = false
    /// The versions of the plan, by UID.
    public internal(set) var plans: [TreatmentPlan] = []
    /// What was delivered, each delivery once, in causal order.
    public internal(set) var deliveries: [TreatmentDelivery] = []
    /// Dose by the plan really used, by UID.
    public internal(set) var ledger: [TreatmentPlanDose] = []
    /// All dose delivered, in cGy, to 0.01.
    public internal(set) var deliveredCentigray = 0.0
    /// Fractions delivered in full.
    public internal(set) var deliveredFractions = 0
    /// What is missing and waits to be compensated.
    public internal(set) var compensations: [TreatmentCompensation] = []
    /// Holds, in causal order.
    public internal(set) var holds: [TreatmentHold] = []
    /// Requests for a new version, in causal order.
    public internal(set) var adaptations: [TreatmentAdaptation] = []
    /// Reviews, in causal order.
    public internal(set) var reviews: [TreatmentReview] = []
    /// Deliveries that no review has seen.
    public internal(set) var fractionsSinceReview = 0
    /// When the interval to the next review began, as asserted: the last review, else the first delivery.
    public internal(set) var reviewedAt: Instant?
    /// What keeps the next fraction from being delivered.
    public internal(set) var blocks: [TreatmentBlock] = []
    /// Deliveries that somebody must look into.
    public internal(set) var incidents: [TreatmentIncident] = []
    /// The events that ended the course and stand.
    public internal(set) var ends: [EventID] = []
    /// Whether a fraction was delivered apart from the end and nobody closed the course again.
    public internal(set) var isEndDisputed = false
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// The UIDs of the plans that may be used, at most one for each phase; empty while anything blocks.
    public var deliverable: [String] { blocks.isEmpty ? plans.filter(\.isDeliverable).map(\.uid) : [] }

    /// What is left of the prescribed dose in cGy, 0 or more; nil without a prescription.
    public var remainingCentigray: Double? {
        prescription.map { max(0, TreatmentLedger.rounded($0.totalCentigray - deliveredCentigray)) }
    }

    /// What was delivered beyond the prescribed dose in cGy, 0 or more.
    public var excessCentigray: Double {
        prescription.map { max(0, TreatmentLedger.rounded(deliveredCentigray - $0.totalCentigray)) } ?? 0
    }

    /// Fractions left, 0 or more; nil without a prescription.
    public var remainingFractions: Int? { prescription.map { max(0, $0.fractions - deliveredFractions) } }

    /// The number after the last fraction that was delivered in full, of whichever plan.
    public var nextFraction: Int {
        // A number that a message gives may be the greatest there is.
        min(deliveries.filter { !$0.isInterrupted }.map(\.fraction).max() ?? 0, Int.max - 1) + 1
    }

    /// A plan by its UID.
    public func plan(_ uid: String) -> TreatmentPlan? { plans.first { $0.uid == uid } }
}

/// A course of radiotherapy: a prescription, versions of a plan, fractions as a set. What was delivered counts for the plan that
/// was really used, whatever was decided meanwhile; of what was decided apart the more cautious stands.
///
/// Source: HL7 CodeX RT; DICOM PS3.3 C.8.8; AAPM TG-263 (names), TG-275 (checks); house rule for conflicts 53 to 57.
public enum TreatmentAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "treatment" }

    /// What it looks at: the course, and reports of incidents that name a delivery.
    public static var concern: Concerns { [.treatment, .incident] }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> TreatmentState {
        var state = TreatmentState()
        var facts = TreatmentFacts(history)
        guard !facts.isEmpty else { return state }
        var plans = TreatmentPlans(facts, of: stream, into: &conflicts)
        var ledger = TreatmentLedger(facts, plans, of: stream, into: &conflicts)
        facts.prescribe(&state)
        ledger.count(into: &state)
        var course = TreatmentCourse(facts, plans, ledger)
        course.raiseConflicts(of: stream, into: &conflicts)
        course.judge(into: &state)
        plans.write(into: &state)
        state.oddities = facts.oddities + plans.oddities + ledger.oddities + course.oddities
        return state
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: TreatmentState) -> Bool { state == TreatmentState() }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: TreatmentState) -> [Anomaly] { state.oddities }

    /// Says which events made the state.
    public static func explain(_ state: TreatmentState, _ history: CaseHistory) -> [Explanation] {
        var all: [Explanation] = []
        if let prescription = state.prescription {
            let rule =
                state.competing.isEmpty
                ? "The prescription in force is the latest by a radiation oncologist."
                : "Prescriptions made apart differ: the one with the least dose is shown, and no fraction may be delivered."
            let events = state.competing.isEmpty ? [prescription.event] : state.competing.map(\.event)
            all.append(Explanation(axis: label, state: state.status.rawValue, rule: rule, events: events))
        }
        all += state.plans.map { plan in
            Explanation(axis: label, state: "plan \(plan.uid) \(plan.status.rawValue)", rule: rule(of: plan), events: plan.events)
        }
        if !state.deliveries.isEmpty {
            all.append(
                Explanation(
                    axis: label, state: "\(state.deliveredFractions) fractions",
                    rule: "Each delivery counts once, for the plan that was really used, however often it was recorded.",
                    events: state.deliveries.flatMap(\.events)))
        }
        all += state.blocks.map {
            Explanation(axis: label, state: $0.reason.rawValue, rule: $0.what, events: [$0.event])
        }
        return all
    }

    private static func rule(of plan: TreatmentPlan) -> String {
        switch plan.status {
        case .draft: "No passed physics check of its present content stands."
        case .physicsChecked: "A physicist passed it; no radiation oncologist who had seen that approved it."
        case .approved, .inUse:
            plan.isDeliverable
                ? "Checked, approved and the only approved version of its phase."
                : "Checked and approved, but not the only approved version of its phase."
        case .retired: "Retired, replaced by a version whose approver had seen it approved, or set aside by a decision."
        case .rejected: "A radiation oncologist rejected it: a rejection stands whatever else was said."
        }
    }
}
