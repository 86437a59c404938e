import EventLog
import ImagingCase
import Problems

extension CaseDesk {
    /// Who looks, as texts; both are left out by somebody who does not say who he is.
    struct Asker {
        let person: String?
        let role: String?

        static let nobody = Asker(person: nil, role: nil)

        /// Who looks by what he says; whoever signed in is that one.
        ///
        /// - Throws: `NOT_PERMITTED` where he says to be somebody else.
        static func said(_ person: String?, _ role: String?) throws(Problem) -> Asker {
            let said = try Caller.said(person, role)
            return Asker(person: said.person, role: said.role)
        }

        /// The person in his role; nil where not both are said.
        ///
        /// - Throws: `BAD_INPUT` for a role that is none.
        func author() throws(Problem) -> Author? {
            let role = try role.map { (word) throws(Problem) in try RoleWord.role(word) }
            guard let person, !person.isEmpty, let role else { return nil }
            return Author(person: person, role: role)
        }
    }

    /// A history that somebody looks at, with how much of it he may see.
    struct Look {
        let stream: StreamID
        let history: CaseHistory
        let access: ReviewAccess

        /// The state as far as it may be shown.
        var state: CaseState { access.shown(CaseFold.fold(stream, history)) }
    }

    /// A case's history, whole, or as the author of an event knew it, or as far as it was recorded at a moment.
    ///
    /// - Throws: `UNKNOWN_CASE`, `AMBIGUOUS`, `NOT_FOUND` for the event, `BAD_INPUT` for a moment that is none, `NOT_PERMITTED` for a
    ///   file of peer review that does not open to the asker, who is told so as long as nobody has to sign in.
    func look(at id: String, knownTo: String?, at moment: String?, for asker: Asker) throws(Problem) -> Look {
        AuditTrail.current?.asks(asker.person, asker.role)
        let author = try asker.author()
        let stream = try resolveShown(id)
        AuditTrail.current?.finds(stream)
        var facts = try library.facts(of: stream)
        let access = ReviewAccess(to: stream, CaseHistory(facts), for: author)
        guard access.isOpen else { throw Caller.signedIn == nil ? Self.refusal(of: stream) : Self.hidden(id) }
        if let moment {
            let until = try Self.moment(moment).instant
            facts.removeAll { $0.recordedAt.instant > until }
            guard !facts.isEmpty else {
                throw Problem(
                    .notFound, "Nothing was recorded on the case before \(moment).", facts: [.init("case", stream.description)])
            }
        }
        let history = CaseHistory(facts)
        guard let knownTo else { return Look(stream: stream, history: history, access: access) }
        let event = try library.event(named: knownTo, in: stream)
        guard let known = history.known(to: event) else {
            throw Problem(.notFound, "The case has no event '\(knownTo)'.", remedy: "See: filmjacket case history \(stream).")
        }
        return Look(stream: stream, history: known, access: access)
    }

    /// The history for a question that is not asked by anybody by name.
    func history(of id: String, knownTo: String?, at: String?) throws(Problem) -> (stream: StreamID, history: CaseHistory) {
        let look = try look(at: id, knownTo: knownTo, at: at, for: .nobody)
        return (look.stream, look.history)
    }

    private static func refusal(of stream: StreamID) -> Problem {
        Problem(
            .notPermitted, ReviewAccess.rule,
            remedy: "Say who looks: filmjacket case show \(stream) --as PERSON --role ROLE; over HTTP ?as=PERSON&role=ROLE.")
    }
}
