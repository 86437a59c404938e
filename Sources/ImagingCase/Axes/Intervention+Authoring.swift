public import EventLog

extension InterventionAxis {
    /// The checks without which a time-out confirms nothing.
    ///
    /// Source: WHO Surgical Safety Checklist 2009, time out; Joint Commission UP.01.03.01.
    static let requiredChecks = ["patient", "procedure", "side", "consent"]

    /// What a step was guided by.
    static func guidance(_ step: IRStepRecorded) -> (isMRI: Bool, isIonising: Bool) {
        let word = step.guidance.uppercased()
        return (
            word == "MR" || word.contains("MRI"), word.contains("FLUORO") || word.contains("CT") || word == "XA" || word == "RF"
        )
    }

    /// Nobody begins or goes on without a time-out that confirms; a procedure that has ended waits for none.
    public static func holdUps(_ state: InterventionState) -> [GoAhead.Reason] {
        guard !isSilent(state), state.endedBy == nil, !state.isConfirmed else { return [] }
        let team = Authority.row(for: .irTimeOutDone)?.roles ?? []
        let remedy = "stop and confirm patient, procedure, side and consent"
        guard let last = state.timeOuts.last(where: { $0.result != .confirmed }) else {
            let events = state.assessedBy.map { [$0] } ?? state.steps.prefix(1).map(\.event)
            return [GoAhead.Reason(.notYet, .person, label, "no time-out recorded", events, by: team, remedy)]
        }
        return [GoAhead.Reason(.no, .person, label, "the time-out found a mismatch", [last.event], by: team, remedy)]
    }

    /// Refuses what is illegal in the state of the intervention. What a device reports has happened and passes, if its
    /// numbers are any.
    public static func mayAuthor(
        _ event: CaseEvent, in state: InterventionState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .intervention(let event) = event else { return }
        let isDevice = author.role == .system
        switch event {
        case .assessed(let said):
            try check(said)
            try requireRunning(state, to: "assess")
        case .timeOutDone(let said):
            try check(said)
            try requireRunning(state, to: "take a time-out for")
        case .stepRecorded(let said):
            try check(said)
            if !isDevice { try mayStep(said, in: state) }
        case .complicationRecorded(let said):
            try AuthoringRefusal.requireCount("irComplication.severity", said.severity, in: 1...5)
            try AuthoringRefusal.requireText("irComplication.what", said.what, expected: "what happened")
            if !state.hasBegun {
                throw AuthoringRefusal(.state, "No procedure has begun.", remedy: "Record the step first, or report an incident.")
            }
        case .completed(let said):
            try check(said)
            if !isDevice { try mayEnd(state) }
        case .aborted(let said):
            try AuthoringRefusal.requireText("irAborted.reason", said.reason, expected: "why it was broken off")
            if !isDevice { try requireRunning(state, to: "break off") }
        case .recoveryRecorded(let said): try check(said, in: state)
        }
    }

    private static func requireRunning(_ state: InterventionState, to act: String) throws(AuthoringRefusal) {
        guard let end = state.endedBy else { return }
        throw AuthoringRefusal(
            .state, "The procedure has ended (\(end)); there is none to \(act).",
            remedy: "Record recovery or a complication, or order another procedure.")
    }

    // MARK: before

    private static func check(_ said: IRAssessed) throws(AuthoringRefusal) {
        try AuthoringRefusal.requireNumber(
            "irAssessed.internationalNormalizedRatio", said.internationalNormalizedRatio, in: 0...20, unit: "(INR)")
        try AuthoringRefusal.requireNumber(
            "irAssessed.plateletsPerNanolitre", said.plateletsPerNanolitre, in: 0...3000, unit: "x 10^9/L")
        try AuthoringRefusal.requireCount("irAssessed.anesthesiaClass", said.anesthesiaClass, in: 0...6)
    }

    private static func check(_ said: IRTimeOutDone) throws(AuthoringRefusal) {
        if said.result == .unspecified { throw .misfit("irTimeOut.result", expected: "confirmed or mismatch", got: "") }
        if said.participants.isEmpty {
            throw .misfit("irTimeOut.participants", expected: "who took part", got: "")
        }
        guard said.result == .confirmed else { return }
        for wanted in requiredChecks where !said.checks.contains(where: { $0.kind == wanted }) {
            throw .misfit("irTimeOut.checks", expected: requiredChecks.joined(separator: ", "), got: "none of \(wanted)")
        }
        for (index, check) in said.checks.enumerated() where check.value.isEmpty || check.value.lowercased() == "no" {
            throw AuthoringRefusal(
                .content, "irTimeOut.checks[\(index)]: \(check.kind) is \(check.value.isEmpty ? "not answered" : "no").",
                remedy: "Clear it first, or record the time-out as mismatch.")
        }
    }

    // MARK: during

    private static func check(_ said: IRStepRecorded) throws(AuthoringRefusal) {
        try AuthoringRefusal.requireText("irStep.step", said.step, expected: "what was done")
        try AuthoringRefusal.requireNumber(
            "irStep.bloodLossMillilitres", said.bloodLossMillilitres, in: 0...20_000, unit: "mL")
    }

    private static func mayStep(_ said: IRStepRecorded, in state: InterventionState) throws(AuthoringRefusal) {
        try requireRunning(state, to: "go on with")
        if state.consent == .refused || state.consent == .withdrawn {
            throw AuthoringRefusal(
                .state, "Consent to the procedure is \(state.consent.word).",
                remedy: "Stop and talk with the person; record the consent that is given.")
        }
        guard state.isConfirmed else {
            throw AuthoringRefusal(
                .state, state.timeOuts.isEmpty ? "No time-out is recorded." : "The time-out found a mismatch.",
                remedy: "Stop, and record a time-out that confirms patient, procedure, side and consent.")
        }
        let guidance = guidance(said)
        if guidance.isMRI && (state.isMRIBlocked || state.mri == .unscreened) {
            throw AuthoringRefusal(
                .state, "The MRI screen stands at \(state.mri.rawValue).",
                remedy: "Screen for MRI, or have a radiologist accept the risk by naming the screen.")
        }
        if guidance.isIonising && state.isPregnancyBlocked {
            throw AuthoringRefusal(
                .state, "The pregnancy screen bars radiation.",
                remedy: "Have a radiologist accept the risk by naming the screen, or screen again.")
        }
    }

    // MARK: after

    private static func check(_ said: IRCompleted) throws(AuthoringRefusal) {
        if said.outcome == .unspecified {
            throw .misfit("irCompleted.outcome", expected: "success, partialSuccess or failure", got: "")
        }
        try AuthoringRefusal.requireNumber(
            "irCompleted.fluoroscopySeconds", said.fluoroscopySeconds, in: 0...86_400, unit: "s")
        try AuthoringRefusal.requireNumber(
            "irCompleted.referencePointMilligray", said.referencePointMilligray, in: 0...100_000, unit: "mGy")
    }

    private static func mayEnd(_ state: InterventionState) throws(AuthoringRefusal) {
        try requireRunning(state, to: "complete")
        if state.steps.isEmpty {
            throw AuthoringRefusal(
                .state, "No step is recorded.", remedy: "Record what was done, or that the procedure was broken off.")
        }
    }

    private static func check(_ said: IRRecoveryRecorded, in state: InterventionState) throws(AuthoringRefusal) {
        try AuthoringRefusal.requireCount("irRecovery.painScore", said.painScore, in: 0...10)
        guard state.endedBy != nil else {
            throw AuthoringRefusal(
                .state, "The procedure has not ended.", remedy: "Record that it was completed or broken off first.")
        }
        let discharged = said.discharged ?? state.discharged
        if let followUp = said.followUp, let discharged, followUp < discharged {
            throw .misfit(
                "irRecovery.followUp", expected: "a moment after the discharge at \(Timestamp.text(of: discharged))",
                got: Timestamp.text(of: followUp))
        }
        if said.isFollowedUp && discharged == nil {
            throw AuthoringRefusal(.state, "The person was not discharged.", remedy: "Record the discharge first.")
        }
    }
}
