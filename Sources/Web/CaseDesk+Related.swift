import EventLog
import ImagingCase
import Problems

extension CaseDesk {
    /// What a case shares with others: the person's other cases, questions and suggestions between them, and what the register of
    /// credentials says of its signatures.
    func related(_ id: String) throws(Problem) -> DeskAnswer {
        let (stream, history) = try history(of: id, knownTo: nil, at: nil)
        let near = try nearShown(stream, history)
        let (others, judgement) = (near.named, near.judgement)
        let conflicts = near.conflicts.map(\.conflict)
        let suggestions = near.suggestions
        var json = JSONWriter()
        json.beginObject()
        json.member("case", stream.description)
        json.member("cases", texts: others.map(\.state.stream.description))
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
            json: json.text, text: Self.lines(others, conflicts, suggestions, judgement, stream).joined(separator: "\n"))
    }

    private static func lines(
        _ others: [FoldedCase], _ conflicts: [Conflict], _ suggestions: [Suggestion], _ judgement: CaseJudgement,
        _ stream: StreamID
    ) -> [String] {
        var lines: [String] = []
        for other in others {
            lines.append("\(CaseText.short(other.state.stream))  same person: \(other.state.headline)")
        }
        for conflict in conflicts {
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
}
