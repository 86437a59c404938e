public import EventLog

/// What is said of the side by whom: ordered, positioned, and what the images' descriptions say.
public struct SideState: Hashable, Sendable {
    /// The steps.
    public enum Status: String, Sendable {
        /// Nobody positioned a side, or nobody ordered one.
        case none
        case agreed
        /// What was ordered and what was positioned differ: nothing is published until technologist and radiologist have confirmed.
        case unconfirmed
        /// They differed, and both have confirmed, or what was wrong was put right before any image.
        case confirmed
    }

    /// One statement.
    public struct Statement: Hashable, Sendable {
        /// The event.
        public let event: EventID
        /// Who said it.
        public let by: String
        /// The side.
        public let side: Laterality
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// What is ordered now.
    public internal(set) var ordered: [Statement] = []
    /// What was positioned last.
    public internal(set) var positioned: [Statement] = []
    /// What the descriptions of series say, word by word.
    public internal(set) var imaged: [Laterality] = []

    /// Nothing said.
    public init() {}
}

/// The facts that say a side, at their positions; lives for one fold.
struct SideFacts {
    private typealias Said = (position: Int, side: Laterality)

    private let history: CaseHistory
    private var orders: [Said] = []
    private var positionings: [Said] = []
    private var images: [Int] = []
    private var exposures: [Int] = []

    static let sideDiffers = ConflictRule(
        number: 71, kind: "sideDiffers", owner: .radiologist, dueMinutes: 30,
        rule: "Where the side ordered and the side positioned differ, technologist and radiologist both confirm the side.",
        inForce: "Side unconfirmed: nothing is published.", told: [.technologist, .radiologist, .referrer])

    init(_ history: CaseHistory) {
        self.history = history
        for position in history.positions(of: HandOverAxis.concern) { take(history.facts[position].event, at: position) }
    }

    /// Takes what says a side.
    private mutating func take(_ event: CaseEvent, at position: Int) {
        switch event {
        case .orderPlaced(let said): take(said.laterality, &orders, at: position)
        case .orderChanged(let said): take(said.laterality, &orders, at: position)
        case .preparation(.preparationRecorded(let said)): take(said.laterality, &positionings, at: position)
        case .procedureStepCompleted, .procedureStepDiscontinued, .studyContentChanged: images.append(position)
        default: break
        }
        if event.exposure == .imaged { exposures.append(position) }
    }

    private func take(_ side: Laterality, _ all: inout [Said], at position: Int) {
        if side != .unspecified { all.append((position, side)) }
    }

    /// The sides that the descriptions of series name; read only where somebody positioned a side.
    private var describedSides: [Laterality] {
        let series = images.flatMap { position -> [Series] in
            switch history.facts[position].event {
            case .procedureStepCompleted(let step): step.series
            case .procedureStepDiscontinued(let step): step.series
            case .studyContentChanged(let content): content.series
            default: []
            }
        }
        return Set(series.compactMap(\.describedSide)).sorted { $0.rawValue < $1.rawValue }
    }

    /// The state, and conflict 71: it does not ask whether the two were said apart, because the wrong side is the wrong side also
    /// where the technologist had seen the order.
    func state(of stream: StreamID, _ conflicts: inout [Conflict]) -> SideState {
        var state = SideState()
        guard !positionings.isEmpty, !orders.isEmpty else { return state }
        state.ordered = statements(orders)
        state.positioned = statements(positionings)
        state.imaged = describedSides
        var found: [Conflict] = []
        for positioned in positionings {
            for ordered in orders where ordered.side != positioned.side && isQuestion(ordered, positioned) {
                found.append(conflict(ordered, positioned, of: stream, state))
            }
        }
        conflicts += found
        state.status = found.contains { $0.state == .open } ? .unconfirmed : found.isEmpty ? .agreed : .confirmed
        return state
    }

    private func statements(_ all: [Said]) -> [SideState.Statement] {
        let latest = history.ancestry.latest(of: all.map(\.position))
        return all.filter { latest.contains($0.position) }.map { said in
            let fact = history.facts[said.position]
            return SideState.Statement(event: fact.id, by: fact.actor.person, side: said.side)
        }
    }

    /// Whether the two stand against each other: neither's author knew that the other was overtaken, and the positioning does not
    /// just say once more what is in question already.
    private func isQuestion(_ ordered: Said, _ positioned: Said) -> Bool {
        let isOvertaken =
            orders.contains {
                history.precedes(ordered.position, $0.position) && history.precedes($0.position, positioned.position)
            }
            || positionings.contains {
                history.precedes(positioned.position, $0.position) && history.precedes($0.position, ordered.position)
            }
        return !isOvertaken && !isRepetition(positioned, of: ordered)
    }

    private func isRepetition(_ positioned: Said, of ordered: Said) -> Bool {
        guard history.precedes(ordered.position, positioned.position) else { return false }
        return positionings.contains { earlier in
            earlier.side == positioned.side && history.precedes(earlier.position, positioned.position)
                && !history.precedes(earlier.position, ordered.position)
                && !positionings.contains {
                    $0.side != positioned.side && history.precedes(earlier.position, $0.position)
                        && history.precedes($0.position, positioned.position)
                }
        }
    }

    private func conflict(_ ordered: Said, _ positioned: Said, of stream: StreamID, _ state: SideState) -> Conflict {
        let pair = [ordered.position, positioned.position]
        let question = Conflict(Self.sideDiffers, between: pair, in: history, of: stream)
        let ruling = question.closedBy.flatMap { history.position(of: $0) }
        let chosen = ruling.flatMap { history.chosenPosition(at: $0) }
        let side = chosen == ordered.position ? ordered.side : chosen == positioned.position ? positioned.side : nil
        let confirmations = positionings.filter { isByPerformer($0.position) && history.follows($0.position, all: pair) }
        var conflict = Conflict(
            Self.sideDiffers, between: pair, in: history, of: stream,
            inForce: words(ordered, positioned, state, ruledBy: ruling, confirmed: confirmations.last?.side))
        // Both confirm the same side, the radiologist by the decision, the technologist by saying the side again.
        if let ruling, let confirming = confirmations.last(where: { $0.side == side }) {
            conflict.closedBy = history[max(ruling, confirming.position)].id
            return conflict
        }
        conflict.state = .open
        conflict.closedBy = nil
        if let fact = correction(of: ordered, positioned) { conflict.supersede(by: history[fact]) }
        return conflict
    }

    private func isByPerformer(_ position: Int) -> Bool {
        history.facts[position].role.map(Authority.performers.contains) ?? false
    }

    /// What put the side right before any image was made: a positioning of the ordered side, or an order of the positioned one.
    private func correction(of ordered: Said, _ positioned: Said) -> Int? {
        guard exposures.isEmpty else { return nil }
        let positioning = positionings.first {
            $0.side == ordered.side && history.precedes(positioned.position, $0.position)
        }
        let order = orders.first { $0.side == positioned.side && history.precedes(ordered.position, $0.position) }
        return positioning?.position ?? order?.position
    }

    private func words(
        _ ordered: Said, _ positioned: Said, _ state: SideState, ruledBy ruling: Int?, confirmed: Laterality?
    ) -> String {
        let images = state.imaged.isEmpty ? "" : ", images say \(state.imaged.map(\.word).joined(separator: " and "))"
        let radiologist = ruling == nil ? "radiologist" : nil
        let technologist = confirmed == nil ? "technologist" : nil
        let waiting = [technologist, radiologist].compactMap(\.self)
        let end = waiting.isEmpty ? "the confirmations differ" : "waits for \(waiting.joined(separator: " and "))"
        return "Side unconfirmed: ordered \(ordered.side.word), positioned \(positioned.side.word)"
            + " by \(history.facts[positioned.position].actor.person)\(images); \(end)."
    }
}

extension Series {
    /// The side that the description names as a whole word, in English; nil where it names none or both.
    ///
    /// Source: DICOM (0008,103E); only a third voice beside order and technologist, because descriptions are free text.
    fileprivate var describedSide: Laterality? {
        let words = description.lowercased().split { !$0.isLetter }
        switch (words.contains("left"), words.contains("right")) {
        case (true, false): return .left
        case (false, true): return .right
        default: return nil
        }
    }
}

extension SideState {
    /// Writes the side as a member of the hand-over, where somebody positioned one.
    func write(to json: inout JSONWriter) {
        guard status != .none else { return }
        json.key("side")
        json.beginObject()
        json.member("state", status.rawValue)
        write(ordered, as: "ordered", to: &json)
        write(positioned, as: "positioned", to: &json)
        if !imaged.isEmpty { json.member("imaged", texts: imaged.map(\.word)) }
        json.endObject()
    }

    private func write(_ statements: [Statement], as name: StaticString, to json: inout JSONWriter) {
        json.key(name)
        json.beginArray()
        for statement in statements {
            json.beginObject()
            json.member("side", statement.side.word)
            json.member("event", statement.event)
            json.member("by", statement.by)
            json.endObject()
        }
        json.endArray()
    }
}
