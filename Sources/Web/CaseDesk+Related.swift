import EventLog
import ImagingCase
import Problems

extension CaseDesk {
    /// How many cases of one person are looked at together.
    private static let relatedMax = 100

    /// What a case shares with others: the person's other cases, questions and suggestions between them, and what the register of
    /// credentials says of its signatures.
    func related(_ id: String) throws(Problem) -> DeskAnswer {
        let (stream, history) = try history(of: id, knownTo: nil, at: nil)
        let folded = FoldedCase(stream, history)
        let between = try between(folded)
        // Where nobody's licence is recorded the register is not in use, and judges nobody.
        let judgement = try register(for: history)?.judge(folded) ?? CaseJudgement()
        let conflicts = (between.clusters.conflicts + between.conflicts()).filter { conflict in
            conflict.state == .open || conflict.events.contains { history.position(of: $0) != nil }
        }
        let suggestions = between.suggestions().filter { $0.stream == stream || $0.other == stream }
        var json = JSONWriter()
        json.beginObject()
        json.member("case", stream.description)
        json.member("cases", texts: between.cases.map(\.state.stream.description).filter { $0 != stream.description })
        json.key("conflicts")
        json.beginArray()
        for conflict in conflicts { conflict.write(to: &json) }
        json.endArray()
        json.key("suggestions")
        json.beginArray()
        for suggestion in suggestions { suggestion.write(to: &json) }
        json.endArray()
        json.key("signatures")
        judgement.write(to: &json)
        json.endObject()
        return DeskAnswer(
            json: json.text, text: Self.lines(between, conflicts, suggestions, judgement, stream).joined(separator: "\n"))
    }

    private static func lines(
        _ between: BetweenCases, _ conflicts: [Conflict], _ suggestions: [Suggestion], _ judgement: CaseJudgement,
        _ stream: StreamID
    ) -> [String] {
        var lines: [String] = []
        for other in between.cases where other.state.stream != stream {
            lines.append("\(CaseText.short(other.state.stream))  same person: \(other.state.headline)")
        }
        for conflict in conflicts + judgement.conflicts {
            lines.append(
                "! \(conflict.number) \(conflict.kind) \(conflict.state.rawValue), for \(conflict.owner.rawValue): \(conflict.inForce)"
            )
        }
        for suggestion in suggestions {
            let other = suggestion.stream == stream ? suggestion.other : suggestion.stream
            lines.append(
                "? \(suggestion.number) \(suggestion.kind) with \(CaseText.short(other)): \(suggestion.basis.joined(separator: ", "))"
            )
        }
        for entry in judgement.judgements where entry.standing != .asSigned {
            lines.append("\(CaseText.short(entry.event)) signed by \(entry.person) counts as \(entry.standing.rawValue)")
        }
        return lines.isEmpty ? ["nothing is shared with another case, and every signature stands"] : lines
    }

    /// The person's cases, with which identifiers are one person.
    private func between(_ folded: FoldedCase) throws(Problem) -> BetweenCases {
        var persons: [StreamID: FoldedCase] = [:]
        var cases: [StreamID: FoldedCase] = [folded.state.stream: folded]
        var asked: Set<IssuedIdentifier> = []
        var open: [IssuedIdentifier] = []
        if let patient = folded.state.patient { open.append(IssuedIdentifier(issuer: patient.issuer, value: patient.id)) }
        while let id = open.popLast(), cases.count < Self.relatedMax {
            guard id.isWhole, asked.insert(id).inserted else { continue }
            for stream in try library.cases(ofPatient: id.value, issuer: id.issuer) {
                guard cases[stream] == nil, persons[stream] == nil else { continue }
                let found = FoldedCase(stream, try library.facts(of: stream))
                if stream.kind == .person {
                    persons[stream] = found
                    open += PersonClusters([found]).persons.flatMap(\.members)
                } else if stream.kind == .imagingCase {
                    cases[stream] = found
                }
            }
        }
        return BetweenCases(Array(cases.values), clusters: PersonClusters(Array(persons.values)))
    }

    /// What is known of the licences of those who acted.
    private func register(for history: CaseHistory) throws(Problem) -> CredentialRegister? {
        var histories: [FoldedCase] = []
        for person in Set(history.facts.map(\.actor.person)).sorted() {
            guard let stream = StreamID.credential(of: person) else { continue }
            let facts = try library.facts(of: stream)
            if !facts.isEmpty { histories.append(FoldedCase(stream, facts)) }
        }
        return histories.isEmpty ? nil : CredentialRegister(histories)
    }
}
