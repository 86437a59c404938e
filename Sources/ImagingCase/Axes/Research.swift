public import EventLog

/// What left for a study.
public struct ResearchExport: Hashable, Sendable {
    /// Whether the export was covered.
    public enum Standing: String, Sendable {
        /// Its author had seen a consent that stood.
        case covered
        /// Its author had seen no consent, or that it was taken back.
        case uncovered
        /// Consent was taken back apart from it: what left is to be recalled.
        case toRecall
    }

    /// The event.
    public let event: EventID
    /// Who exported.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// De-identification profile.
    public let profile: String
    /// How many events left.
    public let events: Int
    /// Whether it was covered.
    public let standing: Standing
}

/// One study in which the person takes part or did.
public struct ResearchStudy: Hashable, Sendable {
    /// How far it is.
    public enum Status: String, Sendable {
        /// Something left, and nobody consented.
        case none
        case consented
        case withdrawn
    }

    /// The study.
    public let study: String
    /// How far it is: of consent and withdrawal made apart the withdrawal stands.
    public internal(set) var status: Status = .none
    /// What may be used; empty once consent was taken back.
    public internal(set) var scope = ""
    /// Consents and withdrawals, in causal order.
    public internal(set) var events: [EventID] = []
    /// What left, in causal order.
    public internal(set) var exports: [ResearchExport] = []
}

/// Consent to research and what left for it.
public struct ResearchState: Hashable, Sendable {
    /// Each study, by name.
    public internal(set) var studies: [ResearchStudy] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// A study by its name.
    public func study(_ name: String) -> ResearchStudy? { studies.first { $0.study == name } }
}

/// Consent to research and what left for it. A withdrawal stands against a consent made apart from it, and what left cannot be
/// brought back by it: it is to be recalled.
///
/// Source: FHIR R4 ResearchSubject and Consent; DICOM PS3.15 E; house rule for what stands.
public enum ResearchAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "research" }

    /// What it looks at.
    public static var concern: Concerns { .research }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ResearchState {
        var state = ResearchState()
        var words: [(position: Int, said: ResearchConsented)] = []
        var exports: [(position: Int, said: ResearchExported)] = []
        for position in history.positions(of: .research) {
            let fact = history.facts[position]
            let isEntitled = fact.role.map { Authority.mayRecord(fact.event, as: $0) } ?? false
            switch fact.event {
            case .register(.researchConsented(let said)):
                // A withdrawal is the cautious word: it counts whoever says it.
                if isEntitled || said.isWithdrawn { words.append((position, said)) }
                if !isEntitled {
                    let effect = said.isWithdrawn ? "counts all the same" : "changes nothing"
                    flag(fact, "Recorded in the role \(fact.actor.role), which may not: it \(effect).", &state)
                }
            case .register(.researchExported(let said)):
                exports.append((position, said))
                if !isEntitled { flag(fact, "Exported in the role \(fact.actor.role), which may not.", &state) }
            default: continue
            }
        }
        for name in Set(words.map(\.said.study) + exports.map(\.said.study)).sorted() {
            let mine = words.filter { $0.said.study == name }
            var study = ResearchStudy(study: name)
            study.events = mine.map { history.facts[$0.position].id }
            let standing = standing(mine, history)
            study.status = mine.isEmpty ? .none : standing == nil ? .withdrawn : .consented
            study.scope = standing ?? ""
            for export in exports where export.said.study == name {
                study.exports.append(judge(export, mine, history, &state))
            }
            state.studies.append(study)
        }
        return state
    }

    private static func flag(_ fact: CaseFact, _ what: String, _ state: inout ResearchState) {
        state.oddities.append(Anomaly(event: fact.id, axis: label, what: what))
    }

    /// The scope of the consent that stands; nil where none does.
    private static func standing(_ words: [(position: Int, said: ResearchConsented)], _ history: CaseHistory) -> String? {
        let latest = history.ancestry.latest(of: words.map(\.position))
        let last = words.filter { latest.contains($0.position) }.map(\.said)
        return last.contains(where: \.isWithdrawn) ? nil : last.map(\.scope).min()
    }

    private static func judge(
        _ export: (position: Int, said: ResearchExported), _ words: [(position: Int, said: ResearchConsented)],
        _ history: CaseHistory, _ state: inout ResearchState
    ) -> ResearchExport {
        let fact = history.facts[export.position]
        let seen = words.filter { history.precedes($0.position, export.position) }
        let isCovered = standing(seen, history) != nil
        let isTakenBack = words.contains { $0.said.isWithdrawn && history.areConcurrent($0.position, export.position) }
        if !isCovered {
            flag(fact, "Its author had seen no consent to \(export.said.study) that stood: what left is to be recalled.", &state)
        }
        return ResearchExport(
            event: fact.id, by: fact.actor.person, at: fact.occurredAt.instant, profile: export.said.profile,
            events: export.said.events, standing: !isCovered ? .uncovered : isTakenBack ? .toRecall : .covered)
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ResearchState) -> Bool { state.studies.isEmpty }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: ResearchState) -> [Anomaly] { state.oddities }

    /// Writes the state: what to do first about any study.
    public static func write(_ state: ResearchState, to json: inout JSONWriter) {
        let isCovered = state.studies.allSatisfy { $0.exports.allSatisfy { $0.standing == .covered } }
        let hasConsent = state.studies.contains { $0.status == .consented }
        json.beginObject()
        json.member("state", !isCovered ? "recall" : hasConsent ? "consented" : "withdrawn")
        json.key("studies")
        json.beginArray()
        for study in state.studies {
            json.beginObject()
            json.member("study", study.study)
            json.member("state", study.status.rawValue)
            json.memberIfSaid("scope", study.scope)
            json.member("events", events: study.events)
            if !study.exports.isEmpty { write(study.exports, to: &json) }
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private static func write(_ exports: [ResearchExport], to json: inout JSONWriter) {
        json.key("exports")
        json.beginArray()
        for export in exports {
            json.beginObject()
            json.member("event", export.event)
            json.member("standing", export.standing.rawValue)
            json.member("by", export.by)
            json.moment("at", export.at)
            json.memberIfSaid("profile", export.profile)
            json.member("count", export.events)
            json.endObject()
        }
        json.endArray()
    }

    /// Says which events made each study's state.
    public static func explain(_ state: ResearchState, _ history: CaseHistory) -> [Explanation] {
        state.studies.map { study in
            Explanation(
                axis: label, state: "\(study.study) \(study.status.rawValue)",
                rule:
                    "The latest word counts, of such as were made apart a withdrawal; an export is covered by what it saw.",
                events: study.events + study.exports.map(\.event))
        }
    }

    /// Refuses a consent without study or scope, a withdrawal of none, and an export without consent.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ResearchState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .register(.researchConsented(let said)):
            try AuthoringRefusal.requireText("research.study", said.study, expected: "the study")
            let hasConsent = state.study(said.study)?.status == .consented
            if said.isWithdrawn && !hasConsent {
                throw AuthoringRefusal(
                    .state, "No consent to \(said.study) stands.", remedy: "Nothing is left to withdraw; name the study meant.")
            }
            if !said.isWithdrawn {
                try AuthoringRefusal.requireText("research.scope", said.scope, expected: "what may be used")
            }
        case .register(.researchExported(let said)):
            try AuthoringRefusal.requireText("research.study", said.study, expected: "the study")
            try AuthoringRefusal.requireText("research.profile", said.profile, expected: "the de-identification profile")
            if said.events < 1 { throw .misfit("research.events", expected: "1 or more", got: said.events) }
            if state.study(said.study)?.status != .consented {
                throw AuthoringRefusal(
                    .state, "No consent to \(said.study) stands.",
                    remedy: "Have the person's consent recorded before anything leaves.")
            }
        default: return
        }
    }
}
