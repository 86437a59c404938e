public import EventLog

extension LinkageAxis {
    /// Refuses a link to what is no case, without a reason or a basis, or that exists already, and a move to nobody.
    public static func mayAuthor(
        _ event: CaseEvent, in state: LinkageState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .linkage(let said) = event else { return }
        switch said {
        case .linked(let link):
            let other = try requireCase(link.to, "to")
            try requireBasis(link.basis, by: author)
            try requireReason(link.reason, by: author)
            guard !state.linkedTo.contains(other) else {
                throw AuthoringRefusal(.state, "The cases are linked already.", remedy: "Nothing is left to do.")
            }
        case .unlinked(let separation):
            let other = try requireCase(separation.from, "from")
            try requireReason(separation.reason, by: author)
            guard !state.isSeparate(from: other) else {
                throw AuthoringRefusal(.state, "The cases are separate already.", remedy: "Nothing is left to do.")
            }
        case .moved(let move): try mayMove(move, in: state, by: author)
        }
    }

    private static func requireCase(_ text: String, _ field: String) throws(AuthoringRefusal) -> StreamID {
        guard let id = StreamID(text), id.kind == .imagingCase || id.kind == .course else {
            throw AuthoringRefusal(
                .content, "The field '\(field)' is no case id: \"\(text)\".", remedy: "Name the other case, such as c-… .")
        }
        return id
    }

    /// A program links by exact identifiers only; a person's own judgement is said to be one.
    private static func requireBasis(_ basis: LinkBasis, by author: Author) throws(AuthoringRefusal) {
        if author.role == .system && basis != .exactIdentifiers {
            throw AuthoringRefusal(
                .content, "The field 'basis' is \(basis.word): a program links by exact identifiers only.",
                remedy: "Suggest the link to a person.")
        }
        guard basis == .unspecified else { return }
        throw AuthoringRefusal(
            .content, "The field 'basis' is not said.", remedy: "Say exactIdentifiers, or human for your own judgement.")
    }

    private static func requireReason(_ reason: String, by author: Author) throws(AuthoringRefusal) {
        guard author.role != .system, !reason.contains(where: { !$0.isWhitespace }) else { return }
        throw AuthoringRefusal(.content, "The field 'reason' is empty.", remedy: "Say why.")
    }

    private static func mayMove(
        _ move: CaseMoved, in state: LinkageState, by author: Author
    ) throws(AuthoringRefusal) {
        guard let patient = move.patient, !patient.id.isEmpty else {
            throw AuthoringRefusal(
                .content, "The field 'patient.id' is empty.", remedy: "Name the person that the examination belongs to.")
        }
        guard !patient.issuer.isEmpty else {
            throw AuthoringRefusal(
                .content, "The field 'patient.issuer' is empty: a value without its issuer names many persons.",
                remedy: "Say who issued the identifier.")
        }
        try requireReason(move.reason, by: author)
        guard let last = state.moves.last, !last.patient.isOtherPerson(than: patient) else { return }
        throw AuthoringRefusal(
            .state, "The case was moved to \(patient.id) by \(last.event) already.", remedy: "Nothing is left to do.")
    }
}
