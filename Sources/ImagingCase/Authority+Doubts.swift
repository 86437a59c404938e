public import EventLog

/// Authority judged again at the merge: what came from somebody who may not is kept and shown. Doubt downgrades, it never deletes.
extension Authority {
    /// The axis under which doubts are listed among a case's anomalies.
    static let label = "authority"

    /// Everything in a history that its author should not have recorded, by the table: by role, by site, and by what a line of
    /// reports says of who took it over.
    ///
    /// The published state lists the doubts of role and of place by itself; this function lists those of site and of report lines as
    /// well, which somebody may have reason for.
    public static func doubts(in history: CaseHistory, of stream: StreamID) -> [Anomaly] {
        var found: [Anomaly] = []
        for position in history.positions {
            found += doubts(at: position, in: history)
            found += misplacement(at: position, in: history, of: stream)
        }
        return found.sorted { ($0.event, $0.axis, $0.what) < ($1.event, $1.axis, $1.what) }
    }

    /// For each kind of the table a bit for each role that may record it: every fact is asked, so one look has to do.
    private static let entitled: [UInt32] = table.map { row in
        words.filter { row.admits($0.role) }.reduce(0) { $0 | $1.bit }
    }
    private static let words: [(word: String, role: Role, bit: UInt32)] = Role.allCases.enumerated().map {
        ($0.element.rawValue, $0.element, 1 << $0.offset)
    }

    /// The role of a word with its bit; nil for a word that this version does not know. Asked of every fact: few short words are
    /// compared one after another quicker than looked up.
    static func entry(of word: String) -> (role: Role, bit: UInt32)? {
        words.first { $0.word == word }.map { ($0.role, $0.bit) }
    }

    /// Whether an event was recorded in a role that may not, by the role's bit; 0 for a word that is no role here. The unknown is not
    /// judged.
    static func isDoubtful(_ event: CaseEvent, as bit: UInt32) -> Bool {
        if case .unknown = event { return false }
        return places[event.kind].map { entitled[$0] & bit == 0 } ?? true
    }

    /// What the fold lists by itself: roles that may not, and kinds in a history where nobody looks for them. Every kind of the first
    /// catalogue belongs in a case, so that only other kinds are looked at there.
    static func folded(_ history: CaseHistory, of stream: StreamID) -> [Anomaly] {
        let isCase = stream.kind == .imagingCase
        var found: [Anomaly] = []
        for position in history.positions(of: isCase ? [.doubt, .rare] : .everything) {
            if history.isDoubtful(at: position), let doubt = roleDoubt(of: history[position]) { found.append(doubt) }
            found += misplacement(at: position, in: history, of: stream)
        }
        return found
    }

    private static func doubts(at position: Int, in history: CaseHistory) -> [Anomaly] {
        let fact = history[position]
        var found: [Anomaly] = []
        if let doubt = roleDoubt(of: fact) { found.append(doubt) }
        if fact.actor.site != fact.id.log.site {
            found.append(
                Anomaly(
                    event: fact.id, axis: label,
                    what: "Recorded at \(fact.id.log.site) in the name of somebody at \(fact.actor.site)."))
        }
        if let doubt = lineDoubt(at: position, in: history) { found.append(doubt) }
        return found
    }

    /// A role that may not, or a word that this version does not know as a role.
    private static func roleDoubt(of fact: CaseFact) -> Anomaly? {
        guard fact.concerns.contains(.doubt) else { return nil }
        let what = "Recorded in the role \(fact.actor.role), which may not record \(fact.event.kind)"
        return Anomaly(event: fact.id, axis: label, what: "\(what): kept, unverified.")
    }

    /// A kind in a history where nobody would look for it.
    private static func misplacement(at position: Int, in history: CaseHistory, of stream: StreamID) -> [Anomaly] {
        let fact = history[position]
        guard !fact.event.kind.belongs(in: stream.kind) else { return [] }
        let homes = fact.event.kind.streamKinds.map(\.words).joined(separator: " or ")
        return [
            Anomaly(
                event: fact.id, axis: "stream",
                what: "\(fact.event.kind) in the history of \(stream.kind.words); it belongs in that of \(homes).")
        ]
    }

    /// An addendum, correction or withdrawal by somebody who neither wrote the version nor took the reading over, and is no lead.
    private static func lineDoubt(at position: Int, in history: CaseHistory) -> Anomaly? {
        let fact = history[position]
        let named: EventID?
        switch fact.event {
        case .addendumSigned(let said): named = said.addendumTo
        case .reportCorrected(let said): named = said.replaces
        case .reportRetracted(let said): named = said.which
        default: return nil
        }
        guard fact.role != .lead, fact.role != .system, let version = named.flatMap({ history.position(of: $0) }),
            history[version].actor.person != fact.actor.person, !hasTakenOver(fact.actor.person, before: position, in: history)
        else { return nil }
        return Anomaly(
            event: fact.id, axis: label,
            what: "\(fact.event.kind) by \(fact.actor.person), who neither wrote the version nor took the reading over.")
    }

    private static func hasTakenOver(_ person: String, before position: Int, in history: CaseHistory) -> Bool {
        for other in history.positions(of: .reading) where history.precedes(other, position) {
            guard history[other].actor.person == person else { continue }
            switch history[other].event {
            case .readingClaimed, .readingTask(.transferAccepted): return true
            default: continue
            }
        }
        return false
    }
}
