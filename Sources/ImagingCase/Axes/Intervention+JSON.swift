import EventLog

extension InterventionAxis {
    /// Writes the state.
    public static func write(_ state: InterventionState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        list("safetyEvents", state.safetyEvents, &json) { event, json in
            json.member("kind", event.kind.rawValue)
            json.member("event", event.event)
            if let against = event.against { json.member("against", against) }
        }
        list("alerts", state.alerts, &json) { alert, json in
            json.member("id", alert.quantity.rawValue)
            number("value", alert.value, &json)
            number("level", alert.level, &json)
            json.member("event", alert.event)
            if let note = alert.acknowledgedBy { json.member("acknowledgedBy", note) }
        }
        if let assessment = state.assessment, let event = state.assessedBy { write(assessment, event, to: &json) }
        if state.consent != .unspecified { json.member("consent", state.consent.word) }
        list("timeOuts", state.timeOuts, &json) { write($0, to: &$1) }
        writeSteps(state, to: &json)
        list("complications", state.complications, &json) { one, json in
            json.member("event", one.event)
            json.member("by", one.by)
            json.member("severity", one.severity)
            json.memberIfSaid("what", one.what)
            json.memberIfSaid("action", one.action)
        }
        if let completion = state.completion { write(completion, to: &json) }
        json.memberIfSaid("abortReason", state.abortReason)
        if let end = state.endedBy { json.member("endedBy", end) }
        list("recovery", state.recovery, &json) { write($0, to: &$1) }
        json.endObject()
    }

    private static func list<T>(
        _ name: StaticString, _ all: [T], _ json: inout JSONWriter, _ write: (T, inout JSONWriter) -> Void
    ) {
        guard !all.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for one in all {
            json.beginObject()
            write(one, &json)
            json.endObject()
        }
        json.endArray()
    }

    private static func number(_ name: StaticString, _ value: Double, _ json: inout JSONWriter) {
        json.key(name)
        json.real(value)
    }

    private static func numberIfSaid(_ name: StaticString, _ value: Double, _ json: inout JSONWriter) {
        if value != 0 { number(name, value, &json) }
    }

    private static func write(_ assessment: IRAssessed, _ event: EventID, to json: inout JSONWriter) {
        json.key("assessment")
        json.beginObject()
        json.member("event", event)
        json.member("fit", assessment.isFit)
        numberIfSaid("internationalNormalizedRatio", assessment.internationalNormalizedRatio, &json)
        numberIfSaid("plateletsPerNanolitre", assessment.plateletsPerNanolitre, &json)
        if assessment.anesthesiaClass != 0 { json.member("anesthesiaClass", assessment.anesthesiaClass) }
        json.memberIfSaid("anticoagulantHold", assessment.anticoagulantHold)
        json.memberIfSaid("accessPlan", assessment.accessPlan)
        json.endObject()
    }

    private static func write(_ timeOut: InterventionTimeOut, to json: inout JSONWriter) {
        json.member("event", timeOut.event)
        json.member("by", timeOut.by)
        json.moment("at", timeOut.at)
        if timeOut.result != .unspecified { json.member("result", timeOut.result.word) }
        list("checks", timeOut.checks, &json) { check, json in
            json.member("kind", check.kind)
            json.memberIfSaid("value", check.value)
            json.memberIfSaid("label", check.label)
        }
        if !timeOut.participants.isEmpty { json.member("participants", texts: timeOut.participants) }
    }

    private static func writeSteps(_ state: InterventionState, to json: inout JSONWriter) {
        guard !state.steps.isEmpty else { return }
        list("steps", state.steps, &json) { step, json in
            json.member("event", step.event)
            json.member("by", step.by)
            json.moment("at", step.at)
            json.memberIfSaid("step", step.said.step)
            json.memberIfSaid("device", step.said.deviceIdentifier)
            json.memberIfSaid("guidance", step.said.guidance)
            json.memberIfSaid("specimen", step.said.specimen)
            numberIfSaid("bloodLossMillilitres", step.said.bloodLossMillilitres, &json)
        }
        if !state.devices.isEmpty { json.member("devices", texts: state.devices) }
        if !state.specimens.isEmpty { json.member("specimens", texts: state.specimens) }
        number("bloodLossMillilitres", state.bloodLossMillilitres, &json)
    }

    private static func write(_ completion: IRCompleted, to json: inout JSONWriter) {
        json.key("completion")
        json.beginObject()
        if completion.outcome != .unspecified { json.member("outcome", completion.outcome.word) }
        if let procedure = completion.procedure { write(procedure, "procedure", to: &json) }
        if let condition = completion.condition { write(condition, "condition", to: &json) }
        numberIfSaid("fluoroscopySeconds", completion.fluoroscopySeconds, &json)
        numberIfSaid("referencePointMilligray", completion.referencePointMilligray, &json)
        json.memberIfSaid("closure", completion.closure)
        json.memberIfSaid("recoveryOrders", completion.recoveryOrders)
        json.endObject()
    }

    private static func write(_ coded: Coded, _ name: StaticString, to json: inout JSONWriter) {
        json.key(name)
        json.beginObject()
        json.memberIfSaid("code", coded.code)
        json.memberIfSaid("scheme", coded.scheme)
        json.memberIfSaid("text", coded.text)
        json.endObject()
    }

    private static func write(_ recovery: InterventionRecovery, to json: inout JSONWriter) {
        json.member("event", recovery.event)
        json.member("by", recovery.by)
        json.moment("at", recovery.at)
        json.member("painScore", recovery.said.painScore)
        json.memberIfSaid("vitals", recovery.said.vitals)
        if let moment = recovery.said.discharged { json.moment("discharged", moment) }
        if let moment = recovery.said.followUp { json.moment("followUp", moment) }
        if recovery.said.isFollowedUp { json.member("followedUp", true) }
        json.memberIfSaid("note", recovery.said.note)
    }
}
