import EventLog

extension ProtocolFacts {
    /// Where the technologist departed from the protocol. One that names no assignment of the case is kept and flagged.
    func judgeDeviations(_ history: CaseHistory, _ state: inout ProtocolState) {
        for position in deviations {
            let fact = history[position]
            guard case .deviation(.protocolDeviated(let said)) = fact.event else { continue }
            state.deviations.append(ProtocolDeviation(event: fact.id, by: fact.actor.person, said: said))
            if let named = said.assigned, !assigned.contains(where: { history.facts[$0].id == named }) {
                state.anomalies.append(
                    Anomaly(
                        event: fact.id, axis: ProtocolAxis.label,
                        what:
                            "The deviation names \(named), which is no assignment of this case: the reader sees it all the same."
                    ))
            }
        }
    }
}

extension ProtocolAxis {
    /// Writes the deviations.
    static func writeDeviations(_ deviations: [ProtocolDeviation], to json: inout JSONWriter) {
        json.key("deviations")
        json.beginArray()
        for deviation in deviations {
            json.beginObject()
            json.member("event", deviation.event)
            json.member("by", deviation.by)
            if let assigned = deviation.said.assigned { json.member("assigned", assigned) }
            json.member("what", deviation.said.what)
            json.memberIfSaid("reason", deviation.said.reason)
            json.memberIfSaid("approvedBy", deviation.said.approvedBy)
            json.endObject()
        }
        json.endArray()
    }

    /// Refuses a deviation that a reader could make nothing of.
    static func mayDeviate(_ said: ProtocolDeviated, _ state: ProtocolState) throws(AuthoringRefusal) {
        if !said.what.contains(where: { !$0.isWhitespace }) {
            throw AuthoringRefusal(.content, "what: expected what differed, got nothing.", remedy: "Say what was run instead.")
        }
        if !said.reason.contains(where: { !$0.isWhitespace }) {
            throw AuthoringRefusal(.content, "reason: expected why, got nothing.", remedy: "Say why it was run instead.")
        }
        guard let named = said.assigned, !state.versions.contains(where: { $0.event == named }) else { return }
        let known = state.versions.map(\.event.description).joined(separator: ", ")
        throw AuthoringRefusal(
            .content, "assigned: expected an assignment of this case, got \(named).",
            remedy: known.isEmpty ? "Leave it out: no protocol was assigned." : "Name one of: \(known); or leave it out.")
    }
}

extension CaseState {
    /// The protocol that was assigned apart from the scan and so asks the technologist for something while the person is there:
    /// conflict 29's other half. Nil once a radiologist has decided, the person has left, or it was run as well.
    public var protocolAsInstruction: ProtocolVersion? {
        guard protocoling.usedIsOutdated, let current = protocoling.current, current != protocoling.used,
            handOver.current?.said.patientState != .left,
            openConflicts.contains(where: {
                $0.number == ProtocolFacts.changedWhenScanned.number && $0.events.contains(current)
            })
        else { return nil }
        return protocoling.versions.first { $0.event == current }
    }
}
