import EventLog

extension TreatmentAxis {
    /// Writes the state.
    public static func write(_ state: TreatmentState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if let course = state.course { write(course, state, to: &json) }
        if let prescription = state.prescription {
            json.key("prescription")
            write(prescription, to: &json)
        }
        list("competing", state.competing, &json) { write($0, to: &$1) }
        json.member("deliverable", texts: state.deliverable)
        list("blocked", state.blocks, &json) { block, json in
            json.beginObject()
            json.member("reason", block.reason.rawValue)
            json.member("event", block.event)
            json.member("what", block.what)
            json.endObject()
        }
        list("plans", state.plans, &json) { write($0, to: &$1) }
        writeDose(state, to: &json)
        writeCourse(state, to: &json)
        json.endObject()
    }

    private static func list<T>(
        _ name: StaticString, _ all: [T], _ json: inout JSONWriter, _ write: (T, inout JSONWriter) -> Void
    ) {
        guard !all.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for one in all { write(one, &json) }
        json.endArray()
    }

    private static func number(_ name: StaticString, _ value: Double, _ json: inout JSONWriter) {
        json.key(name)
        json.real(value)
    }

    private static func write(_ coded: Coded?, as name: StaticString, to json: inout JSONWriter) {
        guard let coded else { return }
        json.key(name)
        json.beginObject()
        json.memberIfSaid("code", coded.code)
        json.memberIfSaid("scheme", coded.scheme)
        json.memberIfSaid("text", coded.text)
        json.endObject()
    }

    private static func write(_ course: RTCoursePrescribed, _ state: TreatmentState, to json: inout JSONWriter) {
        json.memberIfSaid("course", course.course)
        write(course.site, as: "site", to: &json)
        if course.intent != .unspecified { json.member("intent", course.intent.word) }
        json.memberIfSaid("technique", course.technique)
        if !course.limits.isEmpty { json.member("limits", texts: course.limits) }
        write(course.condition, as: "condition", to: &json)
        if state.isReirradiation { json.member("reirradiation", true) }
    }

    private static func write(_ prescription: TreatmentPrescription, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", prescription.event)
        json.member("by", prescription.by)
        number("totalCentigray", prescription.totalCentigray, &json)
        number("fractionCentigray", prescription.fractionCentigray, &json)
        json.member("fractions", prescription.fractions)
        json.memberIfSaid("reason", prescription.reason)
        json.endObject()
    }

    private static func write(_ plan: TreatmentPlan, to json: inout JSONWriter) {
        json.beginObject()
        json.member("uid", plan.uid)
        json.member("state", plan.status.rawValue)
        json.member("deliverable", plan.isDeliverable)
        json.memberIfSaid("label", plan.content.label)
        json.memberIfSaid("phase", plan.content.phase)
        if plan.isKnown {
            json.member("fractions", plan.content.fractions)
            number("fractionCentigray", plan.content.fractionCentigray, &json)
        }
        json.memberIfSaid("replaces", plan.content.replaces)
        json.memberIfSaid("reason", plan.content.reason)
        json.memberIfSaid("by", plan.by)
        if plan.isAmbiguous { json.member("ambiguous", true) }
        if let hasPassed = plan.hasPassed { json.member("passed", hasPassed) }
        if let approval = plan.approval { json.member("approval", approval) }
        if let end = plan.endedBy { json.member("endedBy", end) }
        if !plan.competes.isEmpty { json.member("competes", texts: plan.competes) }
        json.member("events", events: plan.events)
        json.endObject()
    }

    private static func writeDose(_ state: TreatmentState, to json: inout JSONWriter) {
        number("deliveredCentigray", state.deliveredCentigray, &json)
        json.member("deliveredFractions", state.deliveredFractions)
        if let left = state.remainingCentigray { number("remainingCentigray", left, &json) }
        if let left = state.remainingFractions { json.member("remainingFractions", left) }
        if state.excessCentigray > 0 { number("excessCentigray", state.excessCentigray, &json) }
        list("doseByPlan", state.ledger, &json) { dose, json in
            json.beginObject()
            json.member("planUID", dose.planUID)
            json.member("fractions", dose.fractions)
            number("deliveredCentigray", dose.deliveredCentigray, &json)
            json.endObject()
        }
        list("deliveries", state.deliveries, &json) { write($0, to: &$1) }
        list("compensate", state.compensations, &json) { missing, json in
            json.beginObject()
            json.member("event", missing.event)
            json.member("fraction", missing.fraction)
            number("missingCentigray", missing.missingCentigray, &json)
            json.memberIfSaid("reason", missing.reason)
            json.endObject()
        }
    }

    private static func write(_ delivery: TreatmentDelivery, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", delivery.event)
        if delivery.events.count > 1 { json.member("events", events: delivery.events) }
        json.member("planUID", delivery.planUID)
        json.member("fraction", delivery.fraction)
        json.memberIfSaid("recordUID", delivery.recordUID)
        json.memberIfSaid("machine", delivery.machine)
        json.memberIfSaid("treatmentDate", delivery.treatmentDate)
        number("deliveredCentigray", delivery.deliveredCentigray, &json)
        if delivery.isAssumed { json.member("assumed", true) }
        if delivery.monitorUnits != 0 { number("monitorUnits", delivery.monitorUnits, &json) }
        if delivery.isInterrupted { json.member("interrupted", true) }
        if delivery.termination != .unspecified { json.member("termination", delivery.termination.word) }
        json.memberIfSaid("shifts", delivery.shifts)
        json.memberIfSaid("reason", delivery.reason)
        if delivery.isSuspectedDuplicate { json.member("suspectedDuplicate", true) }
        json.endObject()
    }

    private static func writeCourse(_ state: TreatmentState, to json: inout JSONWriter) {
        list("holds", state.holds, &json) { hold, json in
            json.beginObject()
            json.member("event", hold.event)
            json.member("by", hold.by)
            json.memberIfSaid("reason", hold.reason)
            if let end = hold.liftedBy { json.member("liftedBy", end) }
            json.endObject()
        }
        list("adaptations", state.adaptations, &json) { wanted, json in
            json.beginObject()
            json.member("event", wanted.event)
            json.member("by", wanted.by)
            if wanted.reason != .unspecified { json.member("reason", wanted.reason.word) }
            if wanted.fromFraction > 0 { json.member("fromFraction", wanted.fromFraction) }
            json.memberIfSaid("note", wanted.note)
            if let answer = wanted.answeredBy { json.member("answeredBy", answer) }
            json.endObject()
        }
        list("reviews", state.reviews, &json) { write($0, to: &$1) }
        if !state.deliveries.isEmpty { json.member("fractionsSinceReview", state.fractionsSinceReview) }
        list("incidents", state.incidents, &json) { incident, json in
            json.beginObject()
            json.member("kind", incident.kind.rawValue)
            json.member("event", incident.event)
            if let against = incident.against { json.member("against", against) }
            if let report = incident.reportedBy { json.member("reportedBy", report) }
            json.endObject()
        }
        if !state.ends.isEmpty { json.member("endedBy", events: state.ends) }
    }

    private static func write(_ review: TreatmentReview, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", review.event)
        json.member("by", review.by)
        json.moment("at", review.at)
        if review.decision != .unspecified { json.member("decision", review.decision.word) }
        list("toxicities", review.toxicities, &json) { item, json in
            json.beginObject()
            json.member("kind", item.kind)
            json.memberIfSaid("value", item.value)
            json.memberIfSaid("label", item.label)
            json.endObject()
        }
        if review.weightKilograms != 0 { number("weightKilograms", review.weightKilograms, &json) }
        json.memberIfSaid("note", review.note)
        json.endObject()
    }
}
