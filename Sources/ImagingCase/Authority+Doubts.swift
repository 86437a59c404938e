public import EventLog

/// Authority judged again at the merge: what came from somebody who may not is kept and shown. Doubt downgrades, it never deletes.
extension Authority {
    /// The axis under which doubts are listed among a case's anomalies.
    static let label = "authority"

    /// Everything in a history that its author should not have recorded, by the table: by role, by site, and by what a line of
    /// reports says of who took it over.
    ///
    /// The published state lists those of kinds beside the first catalogue by itself; of the first catalogue it lists what an axis
    /// made inert, and this function lists the rest as well.
    public static func doubts(in history: CaseHistory, of stream: StreamID) -> [Anomaly] {
        var found: [Anomaly] = []
        for position in history.positions {
            found += doubts(at: position, in: history)
            found += misplacement(at: position, in: history, of: stream)
        }
        return found.sorted { ($0.event, $0.axis, $0.what) < ($1.event, $1.axis, $1.what) }
    }

    /// What the fold lists by itself. Of a case without anything unusual there is nothing to look at.
    static func folded(_ history: CaseHistory, of stream: StreamID) -> [Anomaly] {
        let isCase = stream.kind == .imagingCase
        guard !isCase || history.concernsAnything(of: .rare) else { return [] }
        var found: [Anomaly] = []
        for position in history.positions(of: isCase ? .rare : .everything) {
            if history.concernsRare(at: position), let doubt = roleDoubt(of: history[position]) { found.append(doubt) }
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
        if case .unknown = fact.event { return nil }
        guard !isEntitled(fact) else { return nil }
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
