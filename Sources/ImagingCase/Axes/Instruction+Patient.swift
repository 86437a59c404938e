public import EventLog

extension InstructionKind {
    /// Whether it can be done only while the patient is there; what is not known counts as such.
    var needsPatient: Bool { self != .releasePatient && self != .changeProtocol }
}

extension InstructionLedger {
    /// Conflict 34: one accepts apart from another's refusal. A decision for the refusal closes the instruction by it.
    mutating func raiseRefusals(_ index: Int, of stream: StreamID, into conflicts: inout [Conflict]) {
        guard isAnsweredTwice(index) else { return }
        let answers = answers(of: index)
        let refused = answers.filter { $0.kind == .declined || $0.kind == .impossible }
        for accepted in answers where accepted.kind == .accepted {
            for other in refused where history.areConcurrent(accepted.position, other.position) {
                var conflict = Conflict(
                    InstructionAxis.acceptedWhenDeclined, between: [accepted.position, other.position], in: history, of: stream,
                    settling: answers.filter { $0.kind != .delivered }.map(\.position))
                let ends = answers.filter { $0.kind == .completed || $0.kind == .withdrawn }.map(\.position) + ended(index)
                if let end = ends.min() { conflict.supersede(by: history[end]) }
                if history.chosenPosition(by: conflict) == other.position { choose(other.position, against: index) }
                conflicts.append(conflict)
            }
        }
    }

    /// Conflict 32: the patient left apart from the instruction, and has not come back since.
    func raiseDepartures(_ index: Int, of stream: StreamID, into conflicts: inout [Conflict]) {
        let (issued, kind) = opening(index)
        guard kind.needsPatient else { return }
        let answers = answers(of: index).filter { !$0.kind.leavesOpen }.map(\.position)
        for left in departures where history.areConcurrent(issued, left) {
            var conflict = Conflict(
                InstructionAxis.issuedWhenLeft, between: [issued, left], in: history, of: stream, settling: answers,
                inForce: "\(Self.leaving(history[left])); the instruction is proposed to be impossible, and a recall is offered.")
            let back = presences.first { history.precedes(left, $0) }
            if let end = (answers + ended(index) + (back.map { [$0] } ?? [])).min() { conflict.supersede(by: history[end]) }
            conflicts.append(conflict)
        }
    }

    /// What is proposed for an instruction that is open: impossible, where its author had not known that the patient left.
    func proposal(at issued: Int, _ kind: InstructionKind) -> InstructionProposal? {
        guard kind.needsPatient else { return nil }
        let unknown = departures.filter { left in
            !history.precedes(left, issued) && !presences.contains { history.precedes(left, $0) }
        }
        guard let left = unknown.first else { return nil }
        let fact = history.facts[left]
        return InstructionProposal(event: fact.id, text: "impossible: \(Self.leaving(fact))")
    }

    /// That the patient left, where nothing shows him at the site after it.
    var patientLeft: InstructionProposal? {
        let gone = departures.first { left in !presences.contains { history.precedes(left, $0) } }
        return gone.map { InstructionProposal(event: history.facts[$0].id, text: Self.leaving(history.facts[$0])) }
    }

    /// When somebody left, on the clock of the place where it was seen.
    private static func leaving(_ fact: CaseFact) -> String {
        let local = fact.occurredAt.instant.advanced(byMilliseconds: Int64(fact.occurredAt.zoneMinutes) * 60_000)
        // Asked by every fold of a case whose patient has left: bytes are counted off quicker than characters.
        let clock = Timestamp.text(of: local).utf8.dropFirst(11).prefix(5)
        return "patient left " + String(decoding: clock, as: UTF8.self)
    }
}

extension CaseState {
    /// A draft order to recall the patient for an instruction that came too late; nil where none is proposed to be impossible.
    /// Nothing is ordered by itself.
    public func recallOrder(for instruction: EventID, requester: String = "") -> OrderPlaced? {
        guard let card = self.instruction.cards.first(where: { $0.event == instruction }), let proposal = card.proposal else {
            return nil
        }
        let wanted = card.text.isEmpty ? card.kind.word : "\(card.kind.word): \(card.text)"
        return OrderPlaced(
            patient: patient, procedure: order.content?.procedure, modality: order.content?.modality ?? "",
            bodySite: order.content?.bodySite ?? "", laterality: order.content?.laterality ?? .unspecified,
            reason: "Recall for \(wanted) (\(proposal.text))", priority: card.urgency, requester: requester)
    }
}
