public import EventLog

/// What the rules between histories look at in one of them, as far as it can open a question that was not there.
///
/// While it stays the same and the neighbourhood is quiet, a new fact has no say in anything shared: the neighbours need not be looked
/// at again, however many they are. What changes at a neighbour is judged from there.
public struct SharedMatter: Hashable, Sendable {
    private let patient: Patient?
    private let aliases: Aliases
    private let content: OrderPlaced?
    private let isOrderClosed: Bool
    private let order: EventID?
    private let exposure: EventID?
    private let naming: EventID?

    /// Takes it from a folded history.
    public init(_ folded: FoldedCase) {
        patient = folded.state.patient
        aliases = folded.state.aliases
        content = folded.state.order.content
        isOrderClosed = folded.isOrderClosed
        order = folded.orderPosition.map { folded.history[$0].id }
        exposure = folded.exposurePosition.map { folded.history[$0].id }
        naming = folded.namingPosition.map { folded.history[$0].id }
    }

    /// Whether a new fact asks for another look at the neighbours, whatever else stays the same: it names somebody by whom histories are
    /// found, links or moves the case, or is signed.
    public static func isReopened(by fact: CaseFact, in kind: StreamKind) -> Bool {
        !fact.concerns.isDisjoint(with: .linkage) || !CaseIdentity.persons(in: fact.event, of: kind).isEmpty
            || CredentialRegister.isSigned(fact)
    }
}

extension Neighbourhood {
    /// Whether nothing lies between the history and those near it, and nothing but a change of somebody's `SharedMatter` can bring
    /// anything: no question, closed ones included; no link between cases or identifiers; nothing that waits for its own past; nobody
    /// named by whom others would not find the history.
    public func isQuiet(with questions: [SharedConflict], _ links: [Suggestion]) -> Bool {
        guard questions.isEmpty, links.isEmpty, !hasPersons, centre.history.waiting.isEmpty,
            between.cases.allSatisfy({ $0.state.rare.linkage.links.isEmpty })
        else { return false }
        guard let shown = centre.state.patient?.identifier else { return true }
        return centre.history.facts.contains { CaseIdentity.persons(in: $0.event, of: centre.state.stream.kind).contains(shown) }
    }
}
