public import EventLog

extension MedicationAxis {
    /// The most that one administration of contrast medium or bowel preparation has, in millilitres.
    static let millilitresMax = 3000.0
    /// The most that one administration has, in MBq: beyond any therapy.
    static let megabecquerelsMax = 40_000.0
    /// Clocks may differ by so much before a time lies in the future.
    private static let futureMilliseconds: Int64 = 10 * 60_000
    private static let pastMilliseconds: Int64 = 30 * 24 * 3_600_000

    /// Refuses amounts and times that cannot be. That something was given may always be said: it is a fact, even where it was
    /// forbidden.
    public static func mayAuthor(
        _ event: CaseEvent, in state: MedicationState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .preparation(.medicationAdministered(let said)): try check(said, now)
        case .preparation(.adverseReactionRecorded(let said)): try check(said, state)
        default: return
        }
    }

    private static func check(_ said: MedicationAdministered, _ now: Instant) throws(AuthoringRefusal) {
        guard let agent = said.agent, !agent.code.isEmpty || !agent.text.isEmpty else {
            throw AuthoringRefusal(
                .content, "agent: expected what was given, got nothing.",
                remedy: "Say agent.text, or agent.code and agent.scheme.")
        }
        try check(said.millilitres, "millilitres", millilitresMax)
        try check(said.megabecquerels, "megabecquerels", megabecquerelsMax)
        guard let given = said.given else { return }
        if given > now.advanced(byMilliseconds: futureMilliseconds) || given < now.advanced(byMilliseconds: -pastMilliseconds) {
            throw AuthoringRefusal(
                .content, "given: expected within the last 30 days, got \(Timestamp.text(of: given)).",
                remedy: "Say when it was given; what will be given is part of the protocol.")
        }
    }

    private static func check(_ amount: Double, _ field: String, _ most: Double) throws(AuthoringRefusal) {
        guard !(0...most).contains(amount) else { return }
        throw AuthoringRefusal(
            .content, "\(field): expected 0 to \(Int(most)), got \(amount).", remedy: "Give the amount, or leave it out.")
    }

    private static func check(_ said: AdverseReactionRecorded, _ state: MedicationState) throws(AuthoringRefusal) {
        if said.kind == .unspecified {
            throw AuthoringRefusal(
                .content, "kind: expected what happened, got nothing.",
                remedy: "Say allergic, extravasation, burn, vasovagal or other.")
        }
        if said.severity == .unspecified {
            throw AuthoringRefusal(
                .content, "severity: expected how severe, got nothing.", remedy: "Say mild, moderate or severe.")
        }
        let known = state.given.flatMap { [$0.event] + $0.witnesses }
        guard let named = said.medication, !known.contains(named) else { return }
        throw AuthoringRefusal(
            .content, "medication: expected an administration of this case, got \(named).",
            remedy: known.isEmpty
                ? "Leave it out: nothing was recorded as given."
                : "Name one of: \(known.map(\.description).joined(separator: ", ")); or leave it out.")
    }
}
