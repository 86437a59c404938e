public import EventLog

/// What somebody said of the order: placed, or changed; a change says only what it changes.
public struct OrderVersion: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Further events that said exactly the same: one order witnessed several times.
    public internal(set) var witnesses: [EventID] = []
    /// Who said it.
    public let by: String
    /// What was said; empty fields were not.
    public let said: OrderPlaced
    /// Whether it is still part of the order: false where a person chose another version against it.
    public internal(set) var stands = true
}

/// A cancellation, or a request for one, and what became of it.
public struct OrderCancellation: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who asked.
    public let by: String
    /// Why.
    public let reason: String
    /// Whether it took effect; an examination that was made cannot be cancelled.
    public internal(set) var effective = true
    /// Whether it only asks, so that it is answered; false for a cancellation by whoever fills the order.
    public internal(set) var isRequest = false
    /// What the request is answered; nil for a plain cancellation, and while the technologist has still to stop.
    public internal(set) var answer: OrderAnswer?
}

/// What the order is at.
public struct OrderState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, CaseIterable, Comparable, Sendable {
        /// No order is known; the case may be imaged all the same.
        case none
        case requested
        /// Held: nobody proceeds until it is released.
        case onHold
        case accepted
        case rejected
        case cancelled
        /// Another order stands in its place.
        case replaced
        case inProgress
        case performed
        /// Performed, and a final report stands.
        case reported

        /// By how far the order has come.
        public static func < (left: Status, right: Status) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// The order as it stands.
    public internal(set) var content: OrderPlaced?
    /// All that was said, in causal order.
    public internal(set) var versions: [OrderVersion] = []
    /// The version that the technologist had seen when the examination was made.
    public internal(set) var boundTo: EventID?
    /// All requests to cancel, in causal order.
    public internal(set) var cancellations: [OrderCancellation] = []
    /// All holds, in causal order.
    public internal(set) var holds: [OrderHold] = []
    /// All replacements by another order, in causal order.
    public internal(set) var replacements: [OrderReplacement] = []
    /// The justification that covers the order as it stands.
    public internal(set) var reviewedBy: EventID?
    /// Events that arrived although they were illegal.
    var anomalies: [Anomaly] = []

    /// Nothing is known of an order.
    public init() {}

    /// Whether a request to cancel was answered "unable".
    public var cancelRefused: Bool { cancellations.contains { !$0.effective } }

    /// Takes note of the report: an order is reported when one signed report stands.
    mutating func conclude(with report: ReportState) {
        guard status == .performed else { return }
        switch report.status {
        case .final, .addended, .corrected, .reconciled: status = .reported
        case .none, .preliminary, .competing, .retracted: return
        }
    }
}

/// The order: requested, reviewed, performed or cancelled. A world fact beats an intention: what was imaged stays performed.
///
/// Source: HL7 v2.5.1 4.5.1 (ORC), table 0119; house rule for conflicts 5, 6, 7, 8 and 10.
public enum OrderAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "order" }
    /// What it looks at.
    public static var concern: Concerns { .order }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> OrderState {
        var facts = OrderFacts()
        facts.gather(history)
        guard !facts.isEmpty else { return OrderState() }
        var state = OrderState()
        state.versions = facts.versions.map(\.version)
        facts.findContentConflicts(history, stream, &state, &conflicts)
        state.content = facts.content(in: state) { _ in true }
        if let made = facts.exposures.first(where: { $0.kind != .abandoned }) {
            state.boundTo = facts.versions.last { $0.isSeen(at: made.position, history) }?.version.event
        }
        facts.findExposureConflicts(history, stream, state, &conflicts)
        facts.judgeCancellations(history, stream, &state, &conflicts)
        facts.judgeHolds(history, &state)
        facts.judgeReplacements(history, stream, &state, &conflicts)
        let review = facts.coveringReview(history)
        state.reviewedBy = review.map { history[$0].id }
        state.status = facts.status(history, state, review: review)
        return state
    }

    /// Writes the state.
    public static func write(_ state: OrderState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if let content = state.content {
            content.write(to: &json)
            if let bound = state.boundTo { json.member("performedUnder", bound) }
            if state.versions.count > 1 { writeVersions(state.versions, to: &json) }
        }
        if !state.cancellations.isEmpty {
            json.member("cancelRefused", state.cancelRefused)
            json.key("cancellations")
            json.beginArray()
            for request in state.cancellations {
                json.beginObject()
                json.member("event", request.event)
                json.member("by", request.by)
                json.member("reason", request.reason)
                json.member("effective", request.effective)
                if request.isRequest { json.member("answer", request.answer?.rawValue ?? "pending") }
                json.endObject()
            }
            json.endArray()
        }
        writeOrdering(state, to: &json)
        if let review = state.reviewedBy { json.member("reviewedBy", review) }
        json.endObject()
    }

    private static func writeVersions(_ versions: [OrderVersion], to json: inout JSONWriter) {
        json.key("versions")
        json.beginArray()
        for version in versions {
            json.beginObject()
            json.member("event", version.event)
            json.member("by", version.by)
            json.member("stands", version.stands)
            if !version.witnesses.isEmpty { json.member("witnesses", events: version.witnesses) }
            version.said.write(to: &json)
            json.endObject()
        }
        json.endArray()
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: OrderState) -> [Anomaly] { state.anomalies }

    /// Explains the state.
    public static func explain(_ state: OrderState, _ history: CaseHistory) -> [Explanation] {
        let exposed = history.facts.filter { $0.event.exposure != nil }.map(\.id)
        let rule: String
        let events: [EventID]
        switch state.status {
        case .none: (rule, events) = ("No order is known.", [])
        case .requested: (rule, events) = ("Ordered, and no review covers the order as it stands.", state.versions.map(\.event))
        case .accepted, .rejected:
            (rule, events) = ("The latest review covers every version.", state.reviewedBy.map { [$0] } ?? [])
        case .onHold:
            rule = "Held, and no release came from somebody who had seen the hold; made apart, the hold stands."
            events = state.holds.filter { $0.releasedBy == nil }.map(\.event)
        case .replaced:
            (rule, events) = ("Another order stands in its place, and nothing had happened.", state.replacements.map(\.event))
        case .cancelled: (rule, events) = ("Cancelled while nothing had happened.", state.cancellations.map(\.event))
        case .inProgress: (rule, events) = ("A step has begun and has not ended.", exposed)
        case .performed where state.cancelRefused:
            (rule, events) = (
                "The patient was examined; a cancellation cannot undo it.", exposed + state.cancellations.map(\.event)
            )
        case .performed: (rule, events) = ("The patient was examined.", exposed)
        case .reported: (rule, events) = ("The patient was examined and one final report stands.", exposed)
        }
        return [Explanation(axis: label, state: state.status.rawValue, rule: rule, events: events)]
    }

    /// Refuses what is illegal in the order's state. Interfaces may report anything: what they say has happened elsewhere.
    public static func mayAuthor(
        _ event: CaseEvent, in state: OrderState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard author.role != .system else { return }
        switch event {
        case .orderPlaced(let order): try mayPlace(order)
        case .orderChanged(let change):
            try requireOrder(state)
            if state.status == .cancelled {
                throw AuthoringRefusal(.state, "The order is cancelled.", remedy: "Place a new order.")
            }
            if state.status == .replaced {
                throw AuthoringRefusal(.state, "The order is replaced.", remedy: "Change the order that replaces it.")
            }
            if state.status >= .performed && OrderPlaced(change).wantsExamination {
                throw AuthoringRefusal(
                    .state, "The examination has been made under the present version.",
                    remedy: "Place an order for a further one.")
            }
        case .orderCancelled:
            try requireOrder(state)
            if state.status == .cancelled {
                throw AuthoringRefusal(.state, "The order is cancelled already.", remedy: "Nothing is left to do.")
            }
            if state.status >= .performed {
                throw AuthoringRefusal(
                    .state, "The patient has been examined; that cannot be undone.", remedy: "Let the study be read.")
            }
        case .orderReviewed(let review): try mayReview(review, state)
        case .ordering(let event): try mayAuthor(event, state)
        case .procedureStepStarted:
            if state.status == .onHold {
                throw AuthoringRefusal(.state, "The order is held.", remedy: "Have the hold released by whoever ordered.")
            }
            if [.cancelled, .rejected, .replaced].contains(state.status) {
                throw AuthoringRefusal(
                    .state, "The order is \(state.status.rawValue).",
                    remedy: "Place a new order, or have the order reviewed again.")
            }
        default: return
        }
    }

    static func requireOrder(_ state: OrderState) throws(AuthoringRefusal) {
        guard state.status == .none else { return }
        throw AuthoringRefusal(.state, "No order is known.", remedy: "Place the order first.")
    }

    private static func mayPlace(_ order: OrderPlaced) throws(AuthoringRefusal) {
        guard order.patient == nil && !order.wantsExamination && order.accession == nil && order.placerOrder == nil else {
            return
        }
        throw AuthoringRefusal(
            .content, "The order names neither a person nor an examination nor a number.",
            remedy: "Say the patient and the procedure.")
    }

    private static func mayReview(_ review: OrderReviewed, _ state: OrderState) throws(AuthoringRefusal) {
        try requireOrder(state)
        if review.decision == .unspecified {
            throw AuthoringRefusal(
                .content, "The review says no decision.", remedy: "Say accepted, acceptedModified or rejected.")
        }
        if state.status == .cancelled || state.status == .replaced {
            throw AuthoringRefusal(.state, "The order is \(state.status.rawValue).", remedy: "Review the order that replaces it.")
        }
        if review.decision == .rejected && state.status >= .inProgress {
            throw AuthoringRefusal(
                .state, "The examination has begun.", remedy: "Instruct the technologist to stop, or let the study be read.")
        }
    }
}
