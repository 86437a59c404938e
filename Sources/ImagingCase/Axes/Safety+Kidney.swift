public import EventLog

/// How well the kidneys filter, as one contrast screen gave it.
///
/// Source: ACR Manual on Contrast Media, chapter on nephrotoxicity: the level that asks for caution is 30 mL/min/1.73 m2.
public struct KidneyFunction: Hashable, Sendable {
    /// Below this the contrast gate asks for a person: 30 mL/min/1.73 m2.
    public static let lowBelow = 30.0
    /// What a laboratory can report, in mL/min/1.73 m2.
    public static let range = 0.0...200.0
    /// The names of the two points of a screen's list, in lower case.
    static let valueKind = "egfr"
    static let specimenKind = "egfr specimen"

    /// The screen.
    public let event: EventID
    /// Estimated glomerular filtration rate in mL/min/1.73 m2.
    public let eGFR: Double
    /// When the specimen was taken; nil where it was not said.
    public let specimenTaken: Instant?
    /// Whether it counts: false where a person confirmed a newer specimen against it, or the screen was made again.
    public internal(set) var counts = true

    /// Whether it asks for caution.
    public var isLow: Bool { eGFR < Self.lowBelow }

    /// Reads the lowest value of a screen's list; nil where the list has none.
    init?(_ items: [ScreeningItem], event: EventID) {
        let values = items.filter { $0.kind.lowercased() == Self.valueKind }.compactMap { Double($0.value) }
        guard let lowest = values.filter(Self.range.contains).min() else { return nil }
        self.event = event
        eGFR = lowest
        let specimen = items.first { $0.kind.lowercased() == Self.specimenKind }
        specimenTaken = specimen.flatMap { Timestamp.parse($0.value) }?.instant
    }

    /// Whether an item belongs to what is read here.
    static func reads(_ item: ScreeningItem) -> Bool { [valueKind, specimenKind].contains(item.kind.lowercased()) }

    /// The value for people.
    var text: String {
        let taken = specimenTaken.map { " of \(Timestamp.text(of: $0))" } ?? " without specimen time"
        return "eGFR \(eGFR)\(taken)"
    }
}

extension SafetyFacts {
    static let kidneyDiffers = ConflictRule(
        number: 27, kind: "kidneyFunctionDiffers", owner: .radiologist, dueMinutes: 15,
        rule: "Of two eGFR values on either side of 30 the lower one counts until a person confirms the newer specimen.",
        inForce: "The lower eGFR gates the contrast medium.", told: [.radiologist, .technologist])

    /// The kidney functions that the contrast screens at some positions give.
    func kidneyFunctions(at positions: [Int], _ history: CaseHistory) -> [(position: Int, value: KidneyFunction)] {
        positions.compactMap { position in
            guard case .contrastScreened(let said) = history.facts[position].event else { return nil }
            return KidneyFunction(said.items, event: history.facts[position].id).map { (position, $0) }
        }
    }

    /// Conflict 27. Gives the positions of screens whose value a person found to be overtaken by a newer specimen.
    func findKidneyConflicts(
        _ values: [(position: Int, value: KidneyFunction)], _ screens: [Int], _ history: CaseHistory, _ stream: StreamID,
        _ conflicts: inout [Conflict]
    ) -> [Int] {
        guard values.count > 1 else { return [] }
        func value(_ position: Int) -> KidneyFunction? { values.first { $0.position == position }?.value }
        func isLow(_ position: Int) -> Bool { value(position)?.isLow ?? false }
        var overtaken: [Int] = []
        for group in history.standoffs(among: values.map(\.position), where: { isLow($0) != isLow($1) }) {
            let low = group.filter(isLow).map { history.facts[$0].id }
            let accepting = acceptances.filter { position in
                guard case .riskAccepted(let said) = history.facts[position].event else { return false }
                return history.facts[position].role?.readsImages == true && low.allSatisfy(said.covers.contains)
            }
            let texts = group.compactMap { value($0)?.text }.joined(separator: " against ")
            let conflict = Conflict(
                Self.kidneyDiffers, between: group, in: history, of: stream, settling: (screens + accepting).sorted(),
                inForce: "The lower eGFR gates the contrast medium: \(texts).")
            conflicts.append(conflict)
            guard let chosen = history.chosenPosition(by: conflict), let newest = value(chosen), group.contains(chosen) else {
                continue
            }
            overtaken += group.filter { $0 != chosen && !Self.isNewer(value($0), than: newest) }
        }
        return overtaken
    }

    /// Whether a specimen was taken after another; unknown times are no evidence against what a person confirmed.
    private static func isNewer(_ one: KidneyFunction?, than other: KidneyFunction) -> Bool {
        guard let mine = one?.specimenTaken, let theirs = other.specimenTaken else { return false }
        return mine > theirs
    }
}

extension SafetyAxis {
    /// Refuses an eGFR that no laboratory reports and a specimen of no moment or of the future.
    static func checkKidney(_ items: [ScreeningItem], now: Instant) throws(AuthoringRefusal) {
        for (index, item) in items.enumerated() where KidneyFunction.reads(item) {
            let field = "items[\(index)].value"
            if item.kind.lowercased() == KidneyFunction.valueKind {
                guard let value = Double(item.value), KidneyFunction.range.contains(value) else {
                    throw AuthoringRefusal(
                        .content, "\(field): expected an eGFR of 0 to 200 mL/min/1.73 m2, got \"\(item.value)\".",
                        remedy: "Give the number alone, such as 54.")
                }
            } else {
                guard let taken = Timestamp.parse(item.value)?.instant, taken <= now else {
                    throw AuthoringRefusal(
                        .content, "\(field): expected when the specimen was taken, got \"\(item.value)\".",
                        remedy: "Give a past time such as 2026-11-24T09:30:00Z.")
                }
            }
        }
    }
}
