import EventLog
import ImagingCase

/// The product's state under the names of the reference's answers.
enum ReferenceAnswers {
    /// The conflicts that are compared. 50 raises none: it is the doses that are shown beside those that count.
    static let numbers = [
        1, 5, 6, 7, 8, 13, 16, 17, 23, 24, 25, 26, 27, 29, 30, 31, 33, 34, 35, 38, 39, 40, 41, 42, 43, 44, 45, 47, 48, 49, 53, 54,
        57,
        69,
    ]

    static func answers(of state: CaseState, _ facts: [CaseFact]) -> [String: [String]] {
        var answers: [String: [String]] = [:]
        let words = words(of: state)
        for (name, word) in words { answers[name] = [word] }
        answers["waiting"] = state.waiting.map(\.description)
        answers["heads"] = state.heads.map(\.description)
        answers.merge(sets(of: state)) { $1 }
        answers.merge(optional(of: state)) { $1 }
        for number in numbers {
            let lines = state.conflicts(numbered: number).map { line($0, facts) }
            if !lines.isEmpty { answers["conflict \(number)"] = lines.sorted() }
        }
        return answers
    }

    /// The words of the axes, and what else is one word.
    static func words(of state: CaseState) -> [String: String] {
        [
            "priority": state.priority.word, "order": state.order.status.rawValue,
            "protocol": state.protocoling.status.rawValue, "safety": state.safety.word,
            "safety blocked": state.safety.isBlocked ? "yes" : "no", "acquisition": state.acquisition.status.rawValue,
            "hand-over": state.handOver.status.rawValue, "reading": state.reading.status.rawValue,
            "report": state.report.status.rawValue, "critical": state.criticalResult.status.rawValue,
            "instruction": state.instruction.status.rawValue, "dose": state.dose.status.rawValue,
            "dose total": "\(state.dose.dlpMilligrayCentimetre)", "identity": state.identity.status.rawValue,
            "frozen": state.identity.isFrozen ? "yes" : "no",
        ]
    }

    private static func sets(of state: CaseState) -> [String: [String]] {
        var sets = [
            "steps": state.acquisition.steps.map { "\($0.uid) \($0.status.rawValue)" }.sorted(),
            "dose beside": state.dose.mismatches.map(\.uid),
            "reports": state.report.versions.map { "\($0.event) \($0.status.rawValue)\($0.stands ? " stands" : "")" }.sorted(),
            "unseen": state.reading.unseen.map { "\($0.uid) \($0.instances)" }.sorted(),
            "readings wanted": state.reading.tasks.filter(\.isOpen).map(\.status.rawValue).sorted(),
            "findings": state.criticalResult.cards.map { "\($0.event) \($0.status.rawValue)" },
            "instructions": state.instruction.cards.map { "\($0.event) \($0.status.rawValue)" }.sorted(),
        ]
        for kind in ScreenKind.allCases where !state.safety[kind].screens.isEmpty {
            sets["gate \(kind.rawValue)"] = [state.safety[kind].word, state.safety[kind].isBlocked ? "blocked" : "free"]
        }
        return sets
    }

    /// What is said only where there is something to say it of.
    private static func optional(of state: CaseState) -> [String: [String]] {
        var said: [String: [String]] = [:]
        if !state.protocoling.versions.isEmpty {
            let used = state.protocoling.versions.first { $0.event == state.protocoling.used }
            said["protocol used"] = [used?.event.description ?? "none"]
            if state.protocoling.status != .competing {
                said["protocol current"] = [state.protocoling.current?.description ?? "none"]
            }
        }
        if state.acquisition.contentVersions.contains(where: { $0.event != nil }) {
            said["content version"] = [state.acquisition.contentVersion]
        }
        if let current = state.handOver.current { said["hand-over by"] = [current.event.description] }
        if let current = state.report.current, !["preliminary", "retracted", "none"].contains(state.report.status.rawValue) {
            said["report current"] = [current.description]
        }
        return said
    }

    private static func line(_ conflict: Conflict, _ facts: [CaseFact]) -> String {
        let events = conflict.events.map(\.description).joined(separator: " ")
        let closing = facts.first { $0.id == conflict.closedBy }
        let isByPerson = [EventKind.conflictResolved, .reportReconciled].contains(closing?.event.kind)
        let by = conflict.state == .resolved && conflict.number != 53 && isByPerson ? closing.map { " by \($0.id)" } : nil
        return "\(conflict.kind) \(events): \(conflict.state.rawValue)\(by ?? "")"
    }
}
