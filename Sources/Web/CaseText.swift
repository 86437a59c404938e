import EventLog
import ImagingCase

/// A case as lines for people.
struct CaseText {
    let state: CaseState
    let history: CaseHistory
    /// What may be shown; nil for what anybody may see.
    var access: ReviewAccess?

    /// Who, what, how urgent; what needs somebody first; then each axis that says something; then the open questions.
    var lines: [String] {
        var lines = [title, state.headline, ""]
        lines.append(TextTable.aligned(axes, indent: "  "))
        for conflict in state.openConflicts {
            lines.append("")
            lines += Self.lines(of: conflict, in: [history], within: access ?? .ofNobody(to: state.stream))
        }
        let closed = state.conflicts.count - state.openConflicts.count
        if closed > 0 { lines += ["", "\(closed) conflict\(closed == 1 ? "" : "s") settled"] }
        for anomaly in state.anomalies { lines.append("note: \(Self.short(anomaly.event)) \(anomaly.what)") }
        if !state.newer.isEmpty {
            lines.append("note: newer information that this version cannot read: \(state.newer.map(\.text))")
        }
        lines.append("\(state.events) event\(state.events == 1 ? "" : "s"), state \(state.digest().description.prefix(12))")
        return lines
    }

    private var title: String {
        var parts = [state.stream.description]
        let order = state.order.content
        parts.append(
            Self.exam(
                order?.modality ?? state.acquisition.modalities.joined(separator: " "), order?.procedure.map(Self.words) ?? ""))
        if let side = order?.laterality, side != .unspecified { parts.append(side.word) }
        if state.priority != .unspecified, state.priority != .routine { parts.append(state.priority.word.uppercased()) }
        if let patient = state.patient {
            let sex = patient.sex == .unspecified ? "" : patient.sex.word
            let born = [sex, patient.birthDate].filter { !$0.isEmpty }.joined(separator: " ")
            parts.append("\(patient.name) [\(patient.id)]" + (born.isEmpty ? "" : " (\(born))"))
        }
        parts += state.aliases.accession.map { "acc \($0.value)" }
        return parts.filter { !$0.isEmpty }.map(TextTable.plain).joined(separator: "  ")
    }

    /// Modality and procedure, the modality once.
    static func exam(_ modality: String, _ procedure: String) -> String {
        procedure.hasPrefix(modality) ? procedure : procedure.isEmpty ? modality : "\(modality) \(procedure)"
    }

    private static func words(_ coded: Coded) -> String { coded.text.isEmpty ? coded.code : coded.text }

    private var axes: [[String]] {
        var rows: [[String]] = []
        if state.stream.kind == .imagingCase {
            rows.append(["order", state.order.status.rawValue, state.order.content?.reason ?? ""])
        }
        if !state.protocoling.versions.isEmpty {
            rows.append(["protocol", state.protocoling.status.rawValue, state.protocoling.plan?.name ?? ""])
        }
        if state.safety.word != "unscreened" { rows.append(["safety", state.safety.word, gates]) }
        if state.acquisition.status != .none {
            let images =
                state.acquisition.instances > 0
                ? "\(state.acquisition.series.count) series, \(state.acquisition.instances) images" : ""
            rows.append(["acquisition", state.acquisition.status.rawValue, images])
        }
        if let handOver = state.handOver.current {
            rows.append([
                "hand-over", state.handOver.status.rawValue, "\(handOver.by) \(TextTable.cut(handOver.said.note, to: 60))",
            ])
        }
        if state.reading.status != .none {
            rows.append([
                "reading", state.reading.status.rawValue,
                state.reading.claims.filter(\.isActive).map(\.by).joined(separator: ", "),
            ])
        }
        rows += reports
        for card in state.criticalResult.cards {
            rows.append(["critical", card.status.rawValue, "category \(card.category): \(TextTable.cut(card.finding, to: 60))"])
        }
        for card in state.instruction.cards {
            rows.append([
                "instruction", card.status.rawValue, "\(card.kind.word) by \(card.by): \(TextTable.cut(card.text, to: 60))",
            ])
        }
        if state.dose.status != .none {
            rows.append(["dose", state.dose.status.rawValue, "DLP \(state.dose.dlpMilligrayCentimetre) mGy.cm"])
        }
        if state.identity.status != .unverified { rows.append(["identity", state.identity.status.rawValue, ""]) }
        rows += state.spokenRareAxes.map { [$0.axis, $0.state, ""] }
        rows += state.comments.map { ["comment", $0.by, TextTable.cut($0.text, to: 60)] }
        return rows
    }

    private var gates: String {
        ScreenKind.allCases.filter { state.safety[$0].level != .unscreened }.map { "\($0.rawValue) \(state.safety[$0].word)" }
            .joined(separator: ", ")
    }

    private var reports: [[String]] {
        guard state.report.status != .none else { return [] }
        return [["report", state.report.status.rawValue, ""]]
            + state.report.versions.map { version in
                let text = [version.impression, version.findings, version.text].first { !$0.isEmpty } ?? ""
                return [
                    "", "\(version.stands ? "*" : " ") \(version.status.rawValue)",
                    "\(Self.short(version.event)) \(version.by): \(TextTable.cut(text, to: 60))",
                ]
            }
    }

    /// A conflict: what it is, what stands meanwhile, and each side in its own words.
    static func lines(of conflict: Conflict, in histories: [CaseHistory], within access: ReviewAccess) -> [String] {
        let due = conflict.due.map { ", due \(Self.clock(OccurredAt($0, zoneMinutes: LocalZone.minutes(at: $0))))" } ?? ""
        var lines = [
            "\(conflict.state == .open ? "! CONFLICT" : "conflict") \(conflict.id)  \(conflict.number) \(conflict.kind)  "
                + "\(conflict.state.rawValue), for \(conflict.owner.rawValue)\(due)",
            "  in force: \(conflict.inForce)",
        ]
        let sides = conflict.events.map { event in
            let held = histories.lazy.compactMap { history in history.position(of: event).map { history[$0] } }.first
            guard let fact = held else { return ["[\(Self.short(event))]", "not here yet"] }
            return [
                "[\(Self.short(event))]", Self.clock(fact.occurredAt), fact.event.kind.text, fact.actor.person,
                Self.body(fact, within: access, width: 200),
            ]
        }
        lines.append(TextTable.aligned(sides, indent: "  "))
        if let closing = conflict.closedBy { lines.append("  closed by \(Self.short(closing))") }
        return lines
    }
}
