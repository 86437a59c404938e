import EventLog
import ImagingCase

/// One report through all its versions: preliminary, final, corrected, with addenda.
struct ReportLine {
    /// Earliest first.
    var versions: [ReportVersion]
    var addenda: [ReportVersion] = []

    var current: ReportVersion { versions[versions.count - 1] }
}

/// DiagnosticReport: each report by itself. Two finals that compete are two, each marked; nothing chooses between them but a person.
extension FHIRCase {
    func diagnosticReports() -> [FHIRResource] {
        let lines = reportLines()
        guard lines.isEmpty else { return lines.map(diagnosticReport) }
        let claims = state.reading.claims.filter(\.isActive)
        guard let first = claims.first else { return [] }
        let base = order.map { [$0] } ?? []
        return [
            FHIRResource(
                .diagnosticReport, own, status: "registered", identifiers: accessions, references: base,
                events: claims.map(\.event)
            ) { json in
                writeHead(to: &json)
                json.when("issued", first.at)
                json.references("resultsInterpreter", claims.map { .person($0.by) })
            }
        ]
    }

    /// The reports of the case. A version goes on with the one that it replaces; what lost to another that was made apart ends there.
    func reportLines() -> [ReportLine] {
        var lines: [ReportLine] = []
        let versions = state.report.versions
        for version in versions where version.kind != .addendum {
            let before = versions.filter { $0.supersededBy == version.event && isBefore($0, version) }.map(\.event)
            if let index = lines.firstIndex(where: { line in line.versions.contains { before.contains($0.event) } }) {
                lines[index].versions.append(version)
            } else {
                lines.append(ReportLine(versions: [version]))
            }
        }
        for addendum in versions where addendum.kind == .addendum {
            let index = lines.firstIndex { line in line.versions.contains { $0.event == addendum.addendumTo } }
            if let index { lines[index].addenda.append(addendum) } else { lines.append(ReportLine(versions: [addendum])) }
        }
        return lines
    }

    private func isBefore(_ one: ReportVersion, _ other: ReportVersion) -> Bool {
        guard let first = history.position(of: one.event), let second = history.position(of: other.event) else { return false }
        return history.precedes(first, second)
    }

    /// The report that an event is part of.
    func report(_ event: EventID) -> FHIRReference? {
        let line = reportLines().first { line in (line.versions + line.addenda).contains { $0.event == event } }
        return line.map { .to(.diagnosticReport, id($0.versions[0].event).description) }
    }

    private func diagnosticReport(_ line: ReportLine) -> FHIRResource {
        let current = line.current
        let addenda = line.addenda.filter(\.stands)
        let base = order.map { [$0] } ?? []
        let all = line.versions + line.addenda
        let events = all.map(\.event) + all.compactMap(\.retractedBy)
        return FHIRResource(
            .diagnosticReport, id(line.versions[0].event), status: Self.status(line, addenda), identifiers: accessions,
            references: base, events: events, tags: Self.tags(current)
        ) { json in
            writeHead(to: &json)
            json.when("effectiveDateTime", state.acquisition.steps.compactMap(\.endedAt).max())
            json.when("issued", max(current.at, addenda.map(\.at).max() ?? current.at))
            json.references("performer", [.words(current.site.text)])
            json.references("resultsInterpreter", [.person(current.by)])
            json.references("imagingStudy", study.map { [$0] } ?? [])
            let conclusion = [current.impression] + addenda.map(\.text)
            json.said("conclusion", conclusion.filter { !$0.isEmpty }.map(opened).joined(separator: "\n"))
            writeForm(current, addenda, to: &json)
        }
    }

    private func writeHead(to json: inout JSONWriter) {
        json.references("basedOn", order.map { [$0] } ?? [])
        json.concepts("category", [FHIRConcept(.hl7("v2-0074", "RAD", "Radiology"))])
        var code = examination
        code.codings.append(.loinc("18748-4", "Diagnostic imaging study"))
        json.concept("code", code)
        json.reference("subject", subject)
    }

    /// The whole text, because `conclusion` is only a part of it.
    private func writeForm(_ current: ReportVersion, _ addenda: [ReportVersion], to json: inout JSONWriter) {
        let sections =
            [("FINDINGS", current.findings), ("IMPRESSION", current.impression), ("", current.text)]
            + addenda.map { ("ADDENDUM", $0.text) }
        let text = sections.filter { !$0.1.isEmpty }.map { $0.0.isEmpty ? opened($0.1) : "\($0.0)\n\(opened($0.1))" }
        guard !text.isEmpty else { return }
        json.list("presentedForm", [text.joined(separator: "\n\n")]) { text, json in
            json.member("contentType", "text/plain; charset=utf-8")
            json.member("data", Base64.text(of: Array(text.utf8)))
        }
    }

    /// Source: FHIR R4 diagnostic-report-status.
    private static func status(_ line: ReportLine, _ addenda: [ReportVersion]) -> String {
        let wasFinal = line.versions.dropLast().contains { $0.kind != .preliminary }
        return switch line.current.status {
        case .preliminary: "preliminary"
        case .final: addenda.isEmpty ? wasFinal ? "amended" : "final" : "appended"
        case .corrected: "corrected"
        case .addendum: "appended"
        case .retracted: "entered-in-error"
        case .superseded, .commentAfterFinal: "cancelled"
        case .quarantined, .unprivileged: "unknown"
        }
    }

    private static func tags(_ version: ReportVersion) -> [FHIRCoding] {
        (version.competesWith.isEmpty ? [] : [.own("report", "competing")])
            + (version.stands || version.status == .preliminary ? [] : [.own("report", version.status.rawValue)])
            + version.marks.map { .own("report", $0.rawValue) }
    }
}
