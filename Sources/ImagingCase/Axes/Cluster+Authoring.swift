public import EventLog

extension ClusterAxis {
    /// Refuses identifiers without issuer or value, an identifier linked with itself, a link that closes a circle, one that exists
    /// already, and a person's claim without evidence.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ClusterState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .person(let said) = event else { return }
        switch said {
        case .merged(let merge):
            try require(merge.survivor, "survivor")
            try require(merge.retired, "retired")
            try requireEvidence(merge.evidence, by: author)
        case .identifierChanged(let change):
            try require(change.from, "from")
            try require(change.to, "to")
        case .unmerged(let separation):
            try require(separation.first, "first")
            try require(separation.second, "second")
            try requireEvidence(separation.evidence, by: author)
        }
        guard let pair = said.pair, let goesOn = said.said.one, let ends = said.said.other else {
            throw AuthoringRefusal(
                .content, "An identifier cannot be linked with or separated from itself.", remedy: "Name two identifiers.")
        }
        if case .unmerged = said {
            try requireNoSeparation(of: pair, in: state)
        } else {
            try requireNoCircle(to: goesOn, from: ends, in: state)
        }
    }

    private static func require(_ id: IssuedIdentifier?, _ field: String) throws(AuthoringRefusal) {
        if (id?.value ?? "").isEmpty {
            throw AuthoringRefusal(.content, "The field '\(field).value' is empty.", remedy: "Say the identifier.")
        }
        if (id?.issuer ?? "").isEmpty {
            throw AuthoringRefusal(
                .content, "The field '\(field).issuer' is empty: a value without its issuer names many persons.",
                remedy: "Say who issued the identifier.")
        }
    }

    /// The master index answers for itself; a person says why.
    private static func requireEvidence(_ evidence: String, by author: Author) throws(AuthoringRefusal) {
        guard author.role != .system, !evidence.contains(where: { !$0.isWhitespace }) else { return }
        throw AuthoringRefusal(.content, "The field 'evidence' is empty.", remedy: "Say what it rests on.")
    }

    private static func requireNoSeparation(of pair: PersonPair, in state: ClusterState) throws(AuthoringRefusal) {
        let known = state.claims.first {
            $0.stands && !$0.isLink && PersonPair($0.survivor, $0.retired) == pair
        }
        guard let known else { return }
        throw AuthoringRefusal(
            .state, "\(pair.low.words) and \(pair.high.words) are separate by \(known.event) already.",
            remedy: "Nothing is left to do.")
    }

    private static func requireNoCircle(
        to goesOn: IssuedIdentifier, from ends: IssuedIdentifier, in state: ClusterState
    ) throws(AuthoringRefusal) {
        let standing = state.claims.filter { $0.stands && $0.isLink }
        if let known = standing.first(where: { $0.survivor == goesOn && $0.retired == ends }) {
            throw AuthoringRefusal(
                .state, "\(ends.words) is linked to \(goesOn.words) by \(known.event) already.",
                remedy: "Nothing is left to do.")
        }
        var way = [goesOn]
        var place = 0
        while place < way.count {
            if way[place] == ends {
                throw AuthoringRefusal(
                    .state, "\(goesOn.words) was itself retired to \(ends.words): the link would lead in a circle.",
                    remedy: "Separate the two first, or keep \(ends.words) as the one that goes on.")
            }
            way += standing.filter { $0.retired == way[place] && !way.contains($0.survivor) }.map(\.survivor)
            place += 1
        }
    }
}
