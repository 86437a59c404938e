import EventLog
import ImagingCase
import SQLiteStore

/// Tells people by mail that something waits for them: critical results and questions that opened. Counts and ids, nothing of a patient.
struct AlarmTeller: Teller {
    let node: SiteID
    let now: @Sendable () -> Instant

    func tell(_ stream: StreamID, _ facts: [CaseFact], told: [String: OutboundTold]) -> Telling {
        guard stream.kind == .imagingCase || stream.kind == .course, !facts.isEmpty else { return Telling() }
        var telling = Telling()
        let alarms = Self.alarms(CaseFold.fold(stream, facts))
        var known = Set(told.keys)
        if let before = told[Memory.known] {
            telling.told[Memory.known] = .some(nil)
            for alarm in Self.alarms(CaseFold.fold(stream, Array(facts.prefix(before.count)))) {
                known.insert(alarm.subject)
                telling.told[alarm.subject] = OutboundTold(meaning: "", count: 0)
            }
        }
        for alarm in alarms where !known.contains(alarm.subject) {
            telling.told[alarm.subject] = OutboundTold(meaning: "", count: 1)
            telling.drafts.append(
                OutboundDraft(subject: alarm.subject, key: "\(stream) \(alarm.subject)", body: Array(alarm.text.utf8)))
        }
        return telling
    }

    /// What somebody has to know of: each once, for as long as it is open.
    private static func alarms(_ state: CaseState) -> [(subject: String, text: String)] {
        let critical = state.criticalResult.live.map { card in
            ("critical \(card.event)", "A critical result of category \(card.category) waits in case \(state.stream).")
        }
        let conflicts = state.openConflicts.map { conflict in
            (
                "conflict \(conflict.id)",
                "Question \(conflict.number) (\(conflict.kind)) waits for \(conflict.owner.rawValue) in case \(state.stream)."
            )
        }
        return critical + conflicts
    }
}
