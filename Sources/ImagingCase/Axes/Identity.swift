public import EventLog

/// One field of the person with everything that is said of it and not taken back.
public struct DemographicField: Hashable, Sendable {
    /// Which fields of the person are compared.
    public enum Name: String, CaseIterable, Sendable {
        case identifier
        case name
        case birthDate
        case sex
    }

    /// One value and who says it.
    public struct Value: Hashable, Sendable {
        /// The value as text; an identifier is issuer and id with a space between.
        public let text: String
        /// The events that say it.
        public internal(set) var events: [EventID]
    }

    /// Which field.
    public let name: Name
    /// The values, the one shown first at the front; more than one means that sources disagree.
    public internal(set) var values: [Value]
}

/// Something that does not fit the person.
public struct IdentityDispute: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who raised it.
    public let by: String
    /// What does not fit.
    public let what: String
    /// The event that cleared it; nil while it is open.
    public internal(set) var clearedBy: EventID?
    /// How it ended.
    public internal(set) var outcome: DisputeClearance = .unspecified
}

/// What the person's identity is at.
public struct IdentityState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case unverified
        case verified
        case disputed
        case cleared
    }

    /// Where it is.
    public internal(set) var status: Status = .unverified
    /// Whether publication is frozen: a dispute is open, sources disagree, or the case holds facts of two persons.
    public internal(set) var isFrozen = false
    /// The person as shown first; nil where no source named one.
    public internal(set) var shown: Patient?
    /// The fields on which something is said.
    public internal(set) var fields: [DemographicField] = []
    /// All disputes, in causal order.
    public internal(set) var disputes: [IdentityDispute] = []
    /// The checks of two identifiers that matched and that no later visit has ended, in causal order.
    public internal(set) var verifiedBy: [EventID] = []
    /// The checks that matched and the clearances of earlier visits, in causal order: at each visit the person is asked again.
    public internal(set) var expired: [EventID] = []
    /// The arrivals, in causal order.
    public internal(set) var arrivals: [EventID] = []
    /// The visit number that was said last.
    public internal(set) var visit = ""
    /// Signed texts under a temporary name of the person, who was identified later.
    public internal(set) var identifiedLater: [IdentifiedText] = []

    /// Nothing is known of the person.
    public init() {}

    /// What does not fit, where a dispute is open.
    public var openDispute: IdentityDispute? { disputes.first { $0.clearedBy == nil } }
}

/// Identity: doubt freezes publication, not work. Persons are never merged and text is never rewritten by a rule. Who the person is is
/// checked at each visit: after an arrival for another one, checks and clearances of the visit before verify nobody.
///
/// Source: HL7 v2.5.1 3.3 (ADT), DICOM PS3.3 C.7.1.1; Joint Commission NPSG.01.01.01; house rule for conflicts 13, 16 and 17.
public enum IdentityAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "identity" }
    /// What it looks at: what is said of the person, and the texts that were signed meanwhile.
    public static var concern: Concerns { [.identity, .report] }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> IdentityState {
        var facts = IdentityFacts()
        facts.gather(history)
        var state = IdentityState()
        guard !facts.isEmpty else { return state }
        facts.judgePersons(history, &state)
        facts.judgeDisputes(history, &state)
        facts.judgeChecks(history, &state)
        let first = conflicts.count
        facts.findConflicts(history, stream, &conflicts)
        facts.findIdentified(history, stream, &state, &conflicts)
        // Who is identified later is not in doubt: that freezes nothing.
        let open = conflicts[first...].filter { $0.state == .open && $0.number != IdentityFacts.identifiedLater.number }
        let isSplit = facts.isOfTwoPersons(history)
        if state.openDispute != nil || open.contains(where: { $0.number == IdentityFacts.personsDiffer.number }) {
            state.status = .disputed
        } else if state.status != .verified {
            let isCleared = state.disputes.contains { $0.clearedBy.map { !state.expired.contains($0) } ?? false }
            if isCleared { state.status = .cleared }
        }
        state.isFrozen = state.status == .disputed || isSplit || !open.isEmpty
        return state
    }

    /// Writes the state.
    public static func write(_ state: IdentityState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.member("frozen", state.isFrozen)
        json.member("arrived", !state.arrivals.isEmpty)
        json.memberIfSaid("visit", state.visit)
        if !state.verifiedBy.isEmpty { json.member("verifiedBy", events: state.verifiedBy) }
        if !state.expired.isEmpty { json.member("expired", events: state.expired) }
        if state.fields.contains(where: { $0.values.count > 1 }) { writeFields(state.fields, to: &json) }
        if !state.identifiedLater.isEmpty { writeIdentified(state.identifiedLater, to: &json) }
        if !state.disputes.isEmpty {
            json.key("disputes")
            json.beginArray()
            for dispute in state.disputes {
                json.beginObject()
                json.member("event", dispute.event)
                json.member("by", dispute.by)
                json.member("what", dispute.what)
                if let cleared = dispute.clearedBy {
                    json.member("clearedBy", cleared)
                    if dispute.outcome != .unspecified { json.member("outcome", dispute.outcome.word) }
                }
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    private static func writeIdentified(_ texts: [IdentifiedText], to json: inout JSONWriter) {
        json.key("identifiedLater")
        json.beginArray()
        for text in texts {
            json.beginObject()
            json.member("event", text.event)
            json.key("original")
            text.original.write(to: &json)
            json.member("identifiedBy", text.identifiedBy)
            json.endObject()
        }
        json.endArray()
    }

    private static func writeFields(_ fields: [DemographicField], to json: inout JSONWriter) {
        json.key("fields")
        json.beginObject()
        for field in fields where field.values.count > 1 {
            json.key(field.name.rawValue)
            json.beginArray()
            for value in field.values {
                json.beginObject()
                json.member("value", value.text)
                json.member("events", events: value.events)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    /// Explains the state and each disputed field.
    public static func explain(_ state: IdentityState, _ history: CaseHistory) -> [Explanation] {
        var all: [Explanation] = []
        let rule: String
        let events: [EventID]
        switch state.status {
        case .unverified where !state.expired.isEmpty:
            (rule, events) = ("Checked at an earlier visit only: the person is asked again at each visit.", state.expired)
        case .unverified: (rule, events) = ("Nobody has checked two identifiers with the person.", [])
        case .verified: (rule, events) = ("Two identifiers were checked with the person and matched.", state.verifiedBy)
        case .disputed:
            rule = "A dispute is open or sources name different persons; nothing is published until it is cleared."
            events = state.disputes.filter { $0.clearedBy == nil }.map(\.event)
        case .cleared: (rule, events) = ("Every dispute was cleared with evidence.", state.disputes.compactMap(\.clearedBy))
        }
        all.append(Explanation(axis: label, state: state.status.rawValue, rule: rule, events: events))
        for field in state.fields where field.values.count > 1 {
            all.append(
                Explanation(
                    axis: label, state: "\(field.name.rawValue) \(field.values.map(\.text).joined(separator: " | "))",
                    rule:
                        "Values said apart stay beside each other; a correction is shown before a registration, that before an order.",
                    events: field.values.flatMap(\.events)))
        }
        for text in state.identifiedLater {
            all.append(
                Explanation(
                    axis: label, state: "identified later: signed for \(text.original.name)",
                    rule: "The header follows the identification; a signed text keeps the name under which it was signed.",
                    events: [text.event, text.identifiedBy]))
        }
        return all
    }

    /// Refuses what is illegal in the state of identity.
    public static func mayAuthor(
        _ event: CaseEvent, in state: IdentityState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .identityVerified(let check) where check.match:
            if check.checked.count < 2 {
                throw AuthoringRefusal(
                    .content, "Fewer than two identifiers were checked.", remedy: "Check two identifiers with the person.")
            }
        case .identityDisputed(let dispute):
            if dispute.what.isEmpty {
                throw AuthoringRefusal(.content, "It is not said what does not fit.", remedy: "Say what does not fit.")
            }
        case .identityDisputeCleared(let clearance):
            if state.status != .disputed && !state.isFrozen {
                throw AuthoringRefusal(
                    .state, "No dispute is open in this case.",
                    remedy: "Nothing is left to clear here; answer what is asked of two cases by filmjacket conflict resolve.")
            }
            if clearance.evidence.isEmpty || clearance.outcome == .unspecified {
                throw AuthoringRefusal(
                    .content, "The clearance lacks its outcome or evidence.",
                    remedy: "Say samePerson or differentPersons, and why.")
            }
        case .demographicsCorrected(let correction):
            if correction.patient == nil {
                throw AuthoringRefusal(.content, "No field is corrected.", remedy: "Say the corrected fields of the person.")
            }
        default: return
        }
    }
}
