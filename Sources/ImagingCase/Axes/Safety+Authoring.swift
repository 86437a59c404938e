public import EventLog

extension SafetyAxis {
    /// Refuses what is illegal in the state of safety. What a device reports has happened and passes.
    public static func mayAuthor(
        _ event: CaseEvent, in state: SafetyState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .mriScreened(let screen): try requireResult(screen.result != .unspecified)
        case .contrastScreened(let screen):
            try requireResult(screen.result != .unspecified)
            try checkKidney(screen.items, now: now)
        case .pregnancyScreened(let screen): try requireResult(screen.result != .unspecified)
        case .preparation(.otherScreened(let screen)):
            try requireResult(screen.result != .unspecified)
            if screen.kind == .unspecified {
                throw AuthoringRefusal(
                    .content, "kind: expected what was screened for, got nothing.",
                    remedy: "Say sedation, anticoagulation, infection, device or fall.")
            }
        case .riskAccepted(let acceptance): try mayAccept(acceptance, in: state)
        case .procedureStepStarted(let step) where author.role != .system: try mayStart(step.modality, in: state)
        default: return
        }
    }

    private static func requireResult(_ isSaid: Bool) throws(AuthoringRefusal) {
        guard !isSaid else { return }
        throw AuthoringRefusal(
            .content, "The screen says no result.", remedy: "Say clear, conditional, contraindicated or unable.")
    }

    private static func mayAccept(_ acceptance: RiskAccepted, in state: SafetyState) throws(AuthoringRefusal) {
        if acceptance.covers.isEmpty {
            throw AuthoringRefusal(.content, "No screen is named.", remedy: "Name every screen whose risk is accepted.")
        }
        if acceptance.justification.isEmpty {
            throw AuthoringRefusal(.content, "No justification is given.", remedy: "Say why the benefit outweighs the risk.")
        }
        let screens = state.kinds.flatMap { state[$0].screens.map(\.event) }
        for covered in acceptance.covers where !screens.contains(covered) {
            throw AuthoringRefusal(.state, "\(covered) is no screen of this case.", remedy: "Name screens of this case.")
        }
    }

    /// MRI findings bar magnets, pregnancy bars ionising radiation; an unsaid modality is barred by either.
    private static func mayStart(_ modality: String, in state: SafetyState) throws(AuthoringRefusal) {
        let word = modality.uppercased()
        if state.mri.isBlocked && (word.isEmpty || word == "MR") { try refuse(.mri, state.mri) }
        if state.pregnancy.isBlocked && (word.isEmpty || isIonising(word)) { try refuse(.pregnancy, state.pregnancy) }
        for kind in state.kinds.dropFirst(ScreenKind.usual.count) where state[kind].isBlocked { try refuse(kind, state[kind]) }
    }

    private static func refuse(_ kind: ScreenKind, _ gate: SafetyGate) throws(AuthoringRefusal) {
        throw AuthoringRefusal(
            .state, "The \(kind.rawValue) screen stands at \(gate.level.rawValue).",
            remedy: "Have a radiologist accept the risk by naming the screen, or screen again.")
    }

    /// Whether a DICOM modality irradiates the patient.
    ///
    /// Source: DICOM PS3.3 C.7.3.1.1.1.
    static func isIonising(_ modality: String) -> Bool {
        switch modality.uppercased() {
        case "CT", "CR", "DX", "MG", "XA", "RF", "NM", "PT", "IO", "PX", "BMD", "RG": true
        default: false
        }
    }
}
