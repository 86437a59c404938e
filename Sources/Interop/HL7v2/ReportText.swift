/// The text of a report, put together from its observations in their order.
struct ReportText {
    private(set) var findings = ""
    private(set) var impression = ""

    /// Both sections empty.
    var isEmpty: Bool { findings.isEmpty && impression.isEmpty }
    /// Both sections as one text.
    var whole: String { [findings, impression].filter { !$0.isEmpty }.joined(separator: "\n\n") }

    /// Puts the text together. An observation without a section goes to the findings; one that is no prose under its name; one that
    /// is withdrawn is left out.
    init(_ observations: [Observation]) {
        for observation in observations where observation.code != "113014" && !observation.isWithdrawn {
            let value = observation.value
            let notes = observation.notes.map { Observation.text(ofNote: $0) }.filter { !$0.isEmpty }
            let text = ((value.isEmpty ? [] : [value]) + notes).joined(separator: "\n")
            guard !text.isEmpty else { continue }
            switch ReportSection(of: observation) {
            case .findings: Self.append(text, to: &findings)
            case .impression: Self.append(text, to: &impression)
            case .recommendation: Self.append("Recommendation: \(text)", to: &impression)
            case .named(let name): Self.append("\(name): \(text)", to: &findings)
            case nil: Self.append(observation.isText || value.isEmpty ? text : observation.sentence, to: &findings)
            }
        }
    }

    private static func append(_ text: String, to section: inout String) {
        section += section.isEmpty ? text : "\n\(text)"
    }
}
