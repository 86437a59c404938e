public import EventLog

/// The door in front of the log: refuses what is illegal when it is authored, and fills in what a body may leave out. What
/// arrives from elsewhere has happened and never passes here.
public enum Authoring {
    /// Judges whether an author may record an event in the present state of a case.
    ///
    /// - Parameter around: what else is known: credentials, and questions that the case shares with others.
    /// - Throws: `AuthoringRefusal` with the reason and what would be legal; nothing has been recorded then.
    public static func check(
        _ event: CaseEvent, in state: CaseState, by author: Author, now: Instant, around: Surroundings = .none
    ) throws(AuthoringRefusal) {
        if case .unknown(let kind) = event {
            throw AuthoringRefusal(
                .content, "\(kind) is no kind that can be recorded here.", remedy: "Use a kind of the catalogue.")
        }
        guard Authority.mayRecord(event, as: author.role) else { throw refusal(of: event, to: author.role) }
        try checkStream(event, in: state.stream)
        try checkCredential(event, in: state, by: author, now: now, around)
        var axes = GuardVisitor(event: event, author: author, now: now)
        try state.visitAxes(&axes)
        // A case that says nothing in them yet skips them elsewhere; the first word about them is judged all the same.
        if state.rare === RareAxes.none { try state.rare.visit(&axes) }
        try checkGeneral(event, among: state.conflicts + around.conflicts, by: author)
        try checkParts(event)
    }

    private static func refusal(of event: CaseEvent, to role: Role) -> AuthoringRefusal {
        let entitled = Authority.roles(for: event).map(\.rawValue).joined(separator: ", ")
        return AuthoringRefusal(
            .role, "The role \(role.rawValue) may not record \(event.kind).", remedy: "Have it recorded by one of: \(entitled).")
    }

    private static func checkGeneral(
        _ event: CaseEvent, among conflicts: [Conflict], by author: Author
    ) throws(AuthoringRefusal) {
        switch event {
        case .conflictResolved(let decision): try checkDecision(decision, among: conflicts, by: author)
        case .commentAdded(let comment):
            if comment.text.isEmpty { throw AuthoringRefusal(.content, "The comment is empty.", remedy: "Say something.") }
        case .caseRouted(let routing): try requireSite(routing.site)
        case .caseWithdrawn(let routing): try requireSite(routing.site)
        default: return
        }
    }

    private static func requireSite(_ site: String) throws(AuthoringRefusal) {
        guard SiteID(site) == nil else { return }
        throw AuthoringRefusal(
            .content, "\"\(site)\" is no site id.", remedy: "Name a site: a lower-case letter, then letters, digits or -.")
    }

    private static func checkDecision(
        _ decision: ConflictResolved, among conflicts: [Conflict], by author: Author
    ) throws(AuthoringRefusal) {
        let asked = conflicts.filter {
            decision.conflict.isEmpty ? $0.number == decision.number : $0.id == decision.conflict
        }
        guard let conflict = asked.first(where: { $0.state == .open }) ?? asked.first else {
            throw AuthoringRefusal(.state, "The case has no such conflict.", remedy: "Name a conflict of this case by its id.")
        }
        guard conflict.state == .open else {
            let closing = conflict.closedBy.map { " by \($0)" } ?? ""
            throw AuthoringRefusal(
                .state, "The conflict is \(conflict.state.rawValue) already\(closing).", remedy: "Nothing is left to decide.")
        }
        guard Authority.mayResolve(author.role, number: conflict.number, ownedBy: conflict.owner) else {
            let standsIn =
                conflict.owner != .lead
                && Authority.mayResolve(.lead, number: conflict.number, ownedBy: conflict.owner)
            throw AuthoringRefusal(
                .role, "Conflict \(conflict.number) is closed by the role \(conflict.owner.rawValue).",
                remedy: "Have it closed by the role \(conflict.owner.rawValue)\(standsIn ? " or lead" : "").")
        }
        guard let choice = decision.choose, conflict.events.contains(choice) else {
            throw AuthoringRefusal(
                .content, "The decision chooses none of the conflict's events.",
                remedy: "Choose one of: \(conflict.events.map(\.description).joined(separator: ", ")).")
        }
        if !decision.reason.contains(where: { !$0.isWhitespace }) {
            throw AuthoringRefusal(.content, "No reason is given.", remedy: "Say why.")
        }
    }
}
