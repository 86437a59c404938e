import EventLog
import ImagingCase
import Interop
import SQLiteStore
import Web

/// Tells a placer's system of orders and results.
struct HL7Teller: Teller {
    let target: String
    let outbound: HL7Outbound
    /// The site: what came to it by HL7 came from its own systems, and is not told back to them.
    let own: SiteID
    let now: @Sendable () -> Instant

    func tell(_ stream: StreamID, _ facts: [CaseFact], told: [String: OutboundTold]) -> Telling {
        guard stream.kind == .imagingCase, !facts.isEmpty else { return Telling() }
        var telling = Telling()
        var told = told
        remember(stream, facts, &told, &telling)
        let state = CaseFold.fold(stream, facts)
        var isHeld = false
        for statement in HL7Statement.all(of: state) where told[statement.subject.word]?.meaning != statement.meaning {
            if statement.isResult, state.identity.isFrozen {
                isHeld = true
                continue
            }
            tell(statement, state, facts, told, &telling)
        }
        if isHeld != (told[Memory.held] != nil) {
            telling.told[Memory.held] = isHeld ? OutboundTold(meaning: Memory.doubt, count: 0) : .some(nil)
        }
        return telling
    }

    private func tell(
        _ statement: HL7Statement, _ state: CaseState, _ facts: [CaseFact], _ told: [String: OutboundTold],
        _ telling: inout Telling
    ) {
        let word = statement.subject.word
        let before = told[word]
        let number = (before?.count ?? 0) + 1
        telling.told[word] = OutboundTold(meaning: statement.meaning, count: number)
        let wasFinal = told[Memory.final] != nil
        if statement.subject == .report, statement.isFinal { telling.told[Memory.final] = OutboundTold(meaning: "", count: 0) }
        guard !isEcho(statement, facts) else { return }
        let key = "\(state.stream) \(word) \(number)"
        let moment = now()
        let time = OccurredAt(moment, zoneMinutes: LocalZone.minutes(at: moment))
        let text = outbound.message(
            statement, of: state, controlID: controlID(key, statement.meaning), at: time, before: before?.meaning,
            wasFinal: wasFinal)
        guard let text else { return }
        let subject = statement.subject == .report ? "report \(statement.events.last.map(\.description) ?? "")" : word
        telling.drafts.append(OutboundDraft(subject: subject, key: key, body: Array(text.utf8)))
    }

    /// What was here when the target was added counts as told, whoever told it.
    private func remember(
        _ stream: StreamID, _ facts: [CaseFact], _ told: inout [String: OutboundTold], _ telling: inout Telling
    ) {
        guard let known = told[Memory.known] else { return }
        telling.told[Memory.known] = .some(nil)
        let state = CaseFold.fold(stream, Array(facts.prefix(known.count)))
        for statement in HL7Statement.all(of: state) {
            let memory = OutboundTold(meaning: statement.meaning, count: 0)
            told[statement.subject.word] = memory
            telling.told[statement.subject.word] = memory
            guard statement.subject == .report, statement.meaning.first != "P" else { continue }
            told[Memory.final] = memory
            telling.told[Memory.final] = OutboundTold(meaning: "", count: 0)
        }
    }

    /// Whether everything that it rests on came from the site's own systems by HL7.
    private func isEcho(_ statement: HL7Statement, _ facts: [CaseFact]) -> Bool {
        let events = Set(statement.events)
        guard !events.isEmpty else { return false }
        return facts.allSatisfy { fact in
            !events.contains(fact.id) || (fact.id.log.site == own && fact.source == .hl7)
        }
    }

    /// At most 20 characters; the same for the same message, at every try and after every restore.
    private func controlID(_ key: String, _ meaning: String) -> String {
        "FJ" + EventHash.sha256(Array("\(target)\n\(key)\n\(meaning)".utf8)).description.prefix(16)
    }
}

extension HL7Statement {
    /// Whether it tells a signed report that stands alone.
    fileprivate var isFinal: Bool { meaning.hasPrefix("F ") || meaning.hasPrefix("R ") }
}
