import EventLog

/// The messages of a case and the receipts for them; lives for one fold.
struct ReceiptLedger {
    private let history: CaseHistory
    private(set) var state = ReceiptState()
    /// The positions of the messages, in the order of the items.
    private var openings: [Int] = []

    init(_ history: CaseHistory) {
        self.history = history
        for position in history.positions(of: .receipt) { take(history.facts[position], at: position) }
        for index in state.items.indices {
            state.items[index].ladders.sort { $0.recipient < $1.recipient }
        }
        for index in state.items.indices where state.items[index].kind == .retraction { recall(index) }
    }

    private mutating func take(_ fact: CaseFact, at position: Int) {
        switch fact.event {
        case .preliminaryIssued, .finalSigned, .addendumSigned, .reportCorrected: open(.report, at: position)
        case .reportRetracted: open(.retraction, at: position)
        case .criticalResultRaised: open(.criticalResult, at: position)
        case .criticalResultWithdrawn: open(.withdrawal, at: position)
        case .instructionIssued: open(.instruction, at: position)
        case .criticalResultCommunicated(let said):
            step(.delivered, said.raised, .criticalResult, to: said.to, by: said.medium, at: position)
        case .criticalResultAcknowledged(let said):
            let level: ReceiptLevel = CriticalLedger.isLicensed(fact.role) ? .acknowledged : .delivered
            let named: [EventID?] = said.raised.isEmpty ? [nil] : said.raised
            for event in named { step(level, event, .criticalResult, to: fact.actor.person, at: position) }
        case .instructionAcknowledged(let said): answer(said.instruction, at: position)
        case .instructionCompleted(let said): answer(said.instruction, at: position)
        case .instructionDeclined(let said): answer(said.instruction, at: position)
        case .dialogue(let event): take(event, at: position)
        case .reportReceipt(let event): take(event, at: position)
        case .register(.notificationSeen(let said)): report(.seen, said.item, to: fact.actor.person, at: position)
        default: return
        }
    }

    private mutating func take(_ event: DialogueEvent, at position: Int) {
        switch event {
        case .delivered(let said):
            state.isTold = true
            step(.delivered, said.instruction, .instruction, to: said.device, at: position)
        case .accepted(let said): answer(said.instruction, at: position)
        case .impossible(let said): answer(said.instruction, at: position)
        case .asked, .answered: return
        }
    }

    private mutating func take(_ event: ReportReceiptEvent, at position: Int) {
        switch event {
        case .draftNoted: return
        case .delivered(let said):
            report(.delivered, said.report, to: said.recipient, by: said.channel, receipt: said.receipt, at: position)
        case .viewed(let said): report(.seen, said.report, to: history.facts[position].actor.person, at: position)
        }
    }

    private mutating func open(_ kind: ReceiptItem.Kind, at position: Int) {
        let fact = history.facts[position]
        openings.append(position)
        state.items.append(
            ReceiptItem(event: fact.id, kind: kind, by: fact.actor.person, at: fact.occurredAt.instant))
    }

    private mutating func answer(_ named: EventID?, at position: Int) {
        step(.acknowledged, named, .instruction, to: history.facts[position].actor.person, at: position)
    }

    /// A receipt as such: one for nothing is flagged, because somebody believes that a message arrived.
    private mutating func report(
        _ level: ReceiptLevel, _ named: EventID?, to recipient: String, by channel: String = "", receipt: String = "",
        at position: Int
    ) {
        state.isTold = true
        let isKnown = named.flatMap { history.position(of: $0) }.map { history.precedes($0, position) } ?? false
        if let named, let index = openings.indices.first(where: { history.facts[openings[$0]].id == named }), isKnown {
            add(level, index, to: recipient, by: channel, receipt: receipt, at: position)
        } else if !isKnown || level == .delivered {
            state.oddities.append(
                Anomaly(
                    event: history.facts[position].id, axis: ReceiptAxis.label,
                    what: "It is a receipt for no message that its author had seen: nothing counts as received by it."))
        }
    }

    /// A step that another axis' fact is at the same time; what it is about is judged there, and here where it is certain.
    private mutating func step(
        _ level: ReceiptLevel, _ named: EventID?, _ kind: ReceiptItem.Kind, to recipient: String, by channel: String = "",
        at position: Int
    ) {
        let places = openings.indices.filter { state.items[$0].kind == kind && history.precedes(openings[$0], position) }
        let found = named.map { event in places.filter { state.items[$0].event == event } } ?? places
        if found.count == 1 { add(level, found[0], to: recipient, by: channel, receipt: "", at: position) }
    }

    private mutating func add(
        _ level: ReceiptLevel, _ index: Int, to recipient: String, by channel: String, receipt: String, at position: Int
    ) {
        let fact = history.facts[position]
        let step = Receipt(event: fact.id, level: level, at: fact.occurredAt.instant, channel: channel, receipt: receipt)
        if let place = state.items[index].ladders.firstIndex(where: { $0.recipient == recipient }) {
            state.items[index].ladders[place].steps.append(step)
        } else {
            state.items[index].ladders.append(ReceiptLadder(recipient: recipient, steps: [step]))
        }
    }

    /// Everybody who received the withdrawn version, or an addendum to it, and has not seen the retraction. A system, which opens
    /// nothing, is done with when it acknowledged the delivery of the retraction.
    private mutating func recall(_ index: Int) {
        let retraction = state.items[index]
        for target in targets(of: openings[index]) {
            for ladder in state.items[target].ladders where ladder.level > .recorded {
                let reached = retraction.ladders.first { $0.recipient == ladder.recipient }
                let level = reached?.level ?? .recorded
                let isSystem = ladder.level == .delivered && (reached?.steps.contains { !$0.receipt.isEmpty } ?? false)
                guard level < .seen, !isSystem, ladder.recipient != retraction.by else { continue }
                guard !state.items[index].recall.contains(where: { $0.recipient == ladder.recipient }) else { continue }
                state.items[index].recall.append(
                    Recall(
                        recipient: ladder.recipient, report: state.items[target].event, received: ladder.level, retraction: level)
                )
            }
        }
        state.items[index].recall.sort { $0.recipient < $1.recipient }
    }

    /// The items that a retraction withdraws: the version that it names and its addenda; where it names none, every text that its
    /// author had seen.
    private func targets(of position: Int) -> [Int] {
        guard case .reportRetracted(let said) = history.facts[position].event else { return [] }
        let reports = openings.indices.filter { state.items[$0].kind == .report }
        guard let which = said.which else { return reports.filter { history.precedes(openings[$0], position) } }
        return reports.filter { index in
            if state.items[index].event == which { return true }
            if case .addendumSigned(let addendum) = history.facts[openings[index]].event { return addendum.addendumTo == which }
            return false
        }
    }
}
