public import EventLog

/// What a request to cancel is answered: the placer hears it in these words.
///
/// Source: HL7 v2.5.1 table 0119 (ORC-1).
public enum OrderAnswer: String, Sendable {
    /// Cancelled as requested.
    case cancelled = "CR"
    /// Discontinued as requested.
    case discontinued = "DR"
    /// Unable to cancel.
    case unableToCancel = "UC"
    /// Unable to discontinue.
    case unableToDiscontinue = "UD"
}

/// A hold on the order.
public struct OrderHold: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who held it.
    public let by: String
    /// Why.
    public let reason: String
    /// The release by somebody who had seen it; nil while it stands.
    public internal(set) var releasedBy: EventID?
}

/// Another order that stands in place of this one.
public struct OrderReplacement: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who replaced it.
    public let by: String
    /// The number of the order that replaces this one; nil where it was not said.
    public let order: IssuedIdentifier?
    /// The case of that order; empty where it was not said.
    public let inCase: String
    /// Why.
    public let reason: String
    /// Whether the replacing order waits for a radiologist, because this one was performed meanwhile.
    public internal(set) var isHeld = false
}

extension OrderFacts {
    static let replacedWhenPerformed = ConflictRule(
        number: 10, kind: "replacedWhenPerformed", owner: .radiologist, dueMinutes: 60,
        rule:
            "The patient was examined under the old order, so it is performed; the order that replaces it waits for a decision.",
        inForce: "The old order is performed; the replacing order is held until a radiologist says whether more is needed.",
        told: [.radiologist, .referrer])

    /// The holds, each with the release that ended it. A release ends what its author had seen: made apart, the hold stands.
    func judgeHolds(_ history: CaseHistory, _ state: inout OrderState) {
        for position in holds {
            let fact = history[position]
            guard case .ordering(.held(let said)) = fact.event else { continue }
            let release = releases.first { release in
                guard history.isByEntitled(release), case .ordering(.holdReleased(let said)) = history.facts[release].event else {
                    return false
                }
                return history.precedes(position, release) && (said.hold == nil || said.hold == fact.id)
            }
            state.holds.append(
                OrderHold(
                    event: fact.id, by: fact.actor.person, reason: said.reason, releasedBy: release.map { history.facts[$0].id }))
            if exposures.contains(where: { history.precedes($0.position, position) }) {
                flag(position, "Held after the examination had begun: kept, it stops nothing.", history, &state)
            }
        }
        for position in releases {
            guard case .ordering(.holdReleased(let said)) = history.facts[position].event else { continue }
            if !history.isByEntitled(position) {
                flag(position, "Released in a role that may not: the hold stands.", history, &state)
                continue
            }
            let ends = holds.contains { hold in
                history.precedes(hold, position) && (said.hold == nil || said.hold == history.facts[hold].id)
            }
            if !ends { flag(position, "Releases no hold that its author had seen: it changes nothing.", history, &state) }
        }
    }

    /// The replacements, and conflict 10.
    func judgeReplacements(
        _ history: CaseHistory, _ stream: StreamID, _ state: inout OrderState, _ conflicts: inout [Conflict]
    ) {
        for position in replacements {
            let fact = history[position]
            guard case .ordering(.replaced(let said)) = fact.event else { continue }
            var replacement = OrderReplacement(
                event: fact.id, by: fact.actor.person, order: said.by, inCase: said.byCase, reason: said.reason)
            if let conflict = replacedWhenPerformed(position, history, stream) {
                replacement.isHeld = conflict.state == .open
                conflicts.append(conflict)
            }
            state.replacements.append(replacement)
        }
    }

    /// The first thing that happened to the patient apart from the replacement is the other side, a start as well as images.
    private func replacedWhenPerformed(_ position: Int, _ history: CaseHistory, _ stream: StreamID) -> Conflict? {
        let apart = exposures.filter { history.areConcurrent(position, $0.position) }
        guard let made = apart.first(where: { $0.kind != .abandoned })?.position else { return nil }
        var conflict = Conflict(
            Self.replacedWhenPerformed, between: [position, made], in: history, of: stream, settling: reviews)
        if !exposures.contains(where: { $0.kind == .imaged }), !isUnderWay(history),
            let end = exposures.first(where: { $0.kind == .abandoned })
        {
            conflict.supersede(by: history[end.position])
        }
        return conflict
    }

    private func flag(_ position: Int, _ what: String, _ history: CaseHistory, _ state: inout OrderState) {
        state.anomalies.append(Anomaly(event: history.facts[position].id, axis: OrderAxis.label, what: what))
    }

    /// What a request to cancel is answered; nil for a plain cancellation, and while the technologist has still to stop.
    ///
    /// A request for what has not begun is unable as soon as anything has; one to discontinue waits for the step's end.
    func answer(to request: OrderCancelRequested, _ history: CaseHistory) -> OrderAnswer? {
        if exposures.contains(where: { $0.kind == .imaged }) {
            return request.stopsWhenBegun ? .unableToDiscontinue : .unableToCancel
        }
        guard request.stopsWhenBegun else { return exposures.isEmpty ? .cancelled : .unableToCancel }
        return isUnderWay(history) ? nil : .discontinued
    }
}

extension OrderAxis {
    /// Writes holds and replacements, where there are any.
    static func writeOrdering(_ state: OrderState, to json: inout JSONWriter) {
        if !state.holds.isEmpty {
            json.key("holds")
            json.beginArray()
            for hold in state.holds {
                json.beginObject()
                json.member("event", hold.event)
                json.member("by", hold.by)
                json.memberIfSaid("reason", hold.reason)
                if let event = hold.releasedBy { json.member("releasedBy", event) }
                json.endObject()
            }
            json.endArray()
        }
        if !state.replacements.isEmpty {
            json.key("replacements")
            json.beginArray()
            for replacement in state.replacements {
                json.beginObject()
                json.member("event", replacement.event)
                json.member("by", replacement.by)
                replacement.order?.write(to: &json, as: "order")
                json.memberIfSaid("inCase", replacement.inCase)
                json.memberIfSaid("reason", replacement.reason)
                json.member("held", replacement.isHeld)
                json.endObject()
            }
            json.endArray()
        }
    }

    /// Refuses what is illegal beside placing, changing and cancelling.
    static func mayAuthor(_ event: OrderingEvent, _ state: OrderState) throws(AuthoringRefusal) {
        try requireOrder(state)
        switch event {
        case .held(let hold):
            try requireLive(state)
            try requireNotBegun(state, to: "hold", remedy: "Instruct the technologist to stop, or let the study be read.")
            guard hold.reason.contains(where: { !$0.isWhitespace }) else {
                throw AuthoringRefusal(.content, "reason: expected why the order waits, got nothing.", remedy: "Say why.")
            }
        case .holdReleased(let release): try mayRelease(release, state)
        case .cancelRequested(let request):
            try requireLive(state)
            if state.status >= .performed || (state.status == .inProgress && !request.stopsWhenBegun) {
                try requireNotBegun(
                    state, to: "cancel",
                    remedy: state.status == .inProgress ? "Ask with stopsWhenBegun to have it stopped." : "Let the study be read."
                )
            }
        case .replaced(let replacement): try mayReplace(replacement, state)
        }
    }

    private static func requireLive(_ state: OrderState) throws(AuthoringRefusal) {
        guard state.status == .cancelled || state.status == .replaced else { return }
        throw AuthoringRefusal(
            .state, "The order is \(state.status.rawValue) already.",
            remedy: state.status == .replaced ? "Turn to the order that replaces it." : "Place a new order.")
    }

    private static func requireNotBegun(
        _ state: OrderState, to act: String, remedy: String
    ) throws(AuthoringRefusal) {
        guard state.status >= .inProgress else { return }
        let word = state.status == .inProgress ? "The patient is on the table" : "The patient has been examined"
        throw AuthoringRefusal(.state, "\(word): it is too late to \(act) the order.", remedy: remedy)
    }

    private static func mayRelease(_ release: OrderHoldReleased, _ state: OrderState) throws(AuthoringRefusal) {
        let standing = state.holds.filter { $0.releasedBy == nil }
        guard !standing.isEmpty else {
            throw AuthoringRefusal(.state, "No hold stands.", remedy: "Nothing is left to release.")
        }
        guard let named = release.hold, !standing.contains(where: { $0.event == named }) else { return }
        throw AuthoringRefusal(
            .content, "hold: expected a hold that stands, got \(named).",
            remedy: "Name one of: \(standing.map(\.event.description).joined(separator: ", ")); or none, for all of them.")
    }

    private static func mayReplace(_ replacement: OrderReplaced, _ state: OrderState) throws(AuthoringRefusal) {
        try requireLive(state)
        let number = replacement.by.flatMap { $0.value.isEmpty ? nil : $0 }
        if number == nil && replacement.byCase.isEmpty {
            throw AuthoringRefusal(
                .content, "by: expected the number or the case of the replacing order, got nothing.",
                remedy: "Say by.issuer and by.value, or byCase.")
        }
        if let number, number == state.content?.accession || number == state.content?.placerOrder {
            throw AuthoringRefusal(
                .content, "by: expected another order, got this one's own number \(number.value).",
                remedy: "Name the order that replaces it; to change this one, record order.changed.")
        }
        if !replacement.byCase.isEmpty && StreamID(replacement.byCase) == nil {
            throw AuthoringRefusal(
                .content, "byCase: expected the id of a case, got \"\(replacement.byCase)\".",
                remedy: "Give it as the case is listed, or leave it out.")
        }
    }
}
