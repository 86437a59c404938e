public import EventLog

/// A text that was signed while the person had a temporary name, and what identified him afterwards.
public struct IdentifiedText: Hashable, Sendable {
    /// The text's event.
    public let event: EventID
    /// The person as the author knew him: shown beside the text for ever.
    public let original: Patient
    /// The correction that identified the person.
    public let identifiedBy: EventID
}

extension Patient {
    /// Whether the person is under a temporary name or number, as registries give to who cannot be asked.
    ///
    /// Source: house rule; the words are those of common registration practice.
    public var isTemporary: Bool {
        if let sealed = SealedText(name), sealed.isTemporary { return true }
        if let sealed = SealedText(id) { return sealed.isTemporary }
        // Asked of every statement in every fold: most names begin otherwise than any of these words.
        if !Self.initials.contains((name.utf8.first ?? 0) & 0xdf), (id.utf8.first ?? 0) & 0xdf != Self.initialOfID {
            return false
        }
        let parts = name.uppercased().split(separator: "^", omittingEmptySubsequences: false).map(String.init)
        let family = parts.first ?? ""
        let given = parts.count > 1 ? parts[1] : ""
        if ["UNKNOWN", "UNBEKANNT", "INCONNU", "UNIDENTIFIED", "TEMPORARY"].contains(family) { return true }
        if family == "DOE" && (given == "JOHN" || given == "JANE") { return true }
        return id.uppercased().hasPrefix("TEMP")
    }

    private static let initials = Set("UITD".utf8)
    private static let initialOfID = UInt8(ascii: "T")
}

extension IdentityFacts {
    static let identifiedLater = ConflictRule(
        number: 16, kind: "identifiedLater", owner: .radiologist, dueMinutes: 24 * 60,
        rule:
            "A person imaged under a temporary name and identified apart from the report: the header follows, the text does not.",
        inForce: "The header shows the identified person; the signed text keeps the name under which it was signed.",
        told: [.radiologist, .referrer])

    /// Whether a correction identifies a person who had a temporary name: what was expected, and no other person.
    func isIdentification(_ one: Statement, _ other: Statement) -> Bool {
        let (first, second) = one.patient.isTemporary ? (one, other) : (other, one)
        return first.patient.isTemporary && !second.patient.isTemporary && second.rank >= 2
    }

    /// Conflict 16: signed texts whose authors had not seen by what the person was identified.
    func findIdentified(_ history: CaseHistory, _ stream: StreamID, _ state: inout IdentityState, _ conflicts: inout [Conflict]) {
        let temporary = statements.filter(\.patient.isTemporary)
        let naming = statements.filter { !$0.patient.isTemporary && $0.rank >= 2 }
        guard !temporary.isEmpty, let first = naming.first else { return }
        for text in texts {
            guard let label = temporary.last(where: { history.precedes($0.position, text) }),
                !statements.contains(where: { !$0.patient.isTemporary && history.precedes($0.position, text) })
            else { continue }
            let identification = naming.first { history.precedes(label.position, $0.position) } ?? first
            state.identifiedLater.append(
                IdentifiedText(
                    event: history[text].id, original: label.patient, identifiedBy: history[identification.position].id))
            conflicts.append(
                Conflict(
                    Self.identifiedLater, between: [text, identification.position], in: history, of: stream,
                    settling: texts.filter { $0 != text }))
        }
    }
}
