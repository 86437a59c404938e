import EventLog
import ImagingCase
import Testing

@Suite struct InstructionDialogueTests {
    private var site = CaseBuilder("northside")
    private var other = CaseBuilder("lakeview")
    private var hub = CaseBuilder("hub")

    private mutating func issue(
        _ kind: InstructionKind = .delayedPhase, urgency: Urgency = .unspecified, until: Instant? = nil,
        after seen: [CaseFact] = []
    ) -> CaseFact {
        hub.record(
            .instructionIssued(InstructionIssued(kind: kind, text: "portal venous", urgency: urgency, validUntil: until)),
            after: seen, by: "dr.ito", role: .radiologist, minutes: 3)
    }

    private mutating func answer(_ event: DialogueEvent, after seen: [CaseFact], by person: String = "t.lind") -> CaseFact {
        site.record(.dialogue(event), after: seen, by: person, minutes: 5)
    }

    private func at(_ minutes: Int64) -> Instant { testDay.advanced(byMilliseconds: minutes * 60_000) }

    @Test mutating func `an instruction is delivered, accepted and completed, each step shown as itself`() {
        let issued = issue()
        let shown = answer(.delivered(InstructionDelivered(device: "CT 1")), after: [issued])
        let delivered = foldedInEveryOrder([issued, shown]).instruction
        #expect(delivered.status == .delivered && delivered.open.count == 1)
        let accepted = answer(.accepted(InstructionAccepted()), after: [shown])
        let state = foldedInEveryOrder([issued, shown, accepted])
        #expect(state.instruction.status == .accepted)
        #expect(state.instruction.cards[0].answers.map(\.kind) == [.delivered, .accepted])
        #expect(state.instruction.cards[0].answers.map(\.note) == ["CT 1", ""])
        #expect(state.jsonText.contains(#""kind":"delivered","by":"t.lind""#))
        let done = site.record(.instructionCompleted(InstructionCompleted()), after: [accepted])
        #expect(foldedInEveryOrder([issued, shown, accepted, done]).instruction.status == .completed)
        let failed = answer(.impossible(InstructionImpossible(reason: "vein lost")), after: [accepted])
        let ended = foldedInEveryOrder([issued, shown, accepted, failed])
        #expect(ended.instruction.status == .impossible && ended.instruction.open.isEmpty && ended.conflicts.isEmpty)
        #expect(ended.instruction.cards[0].answers.last?.note == "vein lost")
        for facts in [[issued, shown], [issued, shown, accepted], [issued, shown, accepted, failed]] {
            let rules = CaseFold.explain(someCase, CaseHistory(facts)).filter { $0.axis == "instruction" }
            #expect(rules.count == 1 && rules[0].events == facts.map(\.id))
        }
    }

    @Test mutating func `an instruction expires by its own time, which the state does not know`() {
        let issued = issue(urgency: .stat, until: at(6))
        let card = foldedInEveryOrder([issued]).instruction.cards[0]
        #expect(card.isOpen && !card.isExpired(at: at(5)) && card.isExpired(at: at(6)))
        #expect(card.due() == at(6), "an answer is due before it expires")
        #expect(foldedInEveryOrder([issue(urgency: .stat)]).instruction.cards[0].due() == at(8))
        #expect(foldedInEveryOrder([issue()]).instruction.cards[0].due() == at(63))
        let expired = refusalOf(
            .dialogue(.accepted(InstructionAccepted(instruction: issued.id))), [issued], .technologist, minutes: 7)
        #expect(expired?.reason == "The instruction is expired.")
        #expect(refusalOf(.dialogue(.accepted(InstructionAccepted())), [issued], .technologist, minutes: 4) == nil)
    }

    @Test mutating func `conflict 34: accepted by one and declined by another it stays open and shows the reason`() throws {
        for refusal in [
            CaseEvent.instructionDeclined(InstructionDeclined(reason: "no room")),
            .dialogue(.impossible(InstructionImpossible(reason: "no room"))),
        ] {
            var (hub, site, other) = (self.hub, self.site, self.other)
            let issued = hub.record(
                .instructionIssued(InstructionIssued(kind: .repeat)), by: "dr.ito", role: .radiologist, minutes: 3)
            let accepted = site.record(
                .dialogue(.accepted(InstructionAccepted())), after: [issued], by: "t.lind", minutes: 5)
            let declined = other.record(refusal, after: [issued], by: "t.berg", minutes: 6)
            let state = foldedInEveryOrder([issued, accepted, declined])
            #expect(state.instruction.status == .accepted)
            #expect(state.instruction.cards[0].answers.contains { $0.note == "no room" && $0.by == "t.berg" })
            let conflict = try #require(state.conflicts(numbered: 34).first)
            #expect(state.conflicts.count == 1 && conflict.state == .open && conflict.owner == .radiologist)
            #expect(conflict.told == [.radiologist, .technologist] && conflict.dueMinutes == 36)
            #expect(conflict.events == [accepted.id, declined.id].sorted())
        }
    }

    private mutating func refused() -> [CaseFact] {
        let issued = issue()
        let accepted = answer(.accepted(InstructionAccepted()), after: [issued])
        let declined = other.record(
            .instructionDeclined(InstructionDeclined(reason: "no room")), after: [issued], by: "t.berg", minutes: 6)
        return [issued, accepted, declined]
    }

    @Test mutating func `conflict 34: a decision for the refusal closes the instruction, until somebody accepts it again`() {
        let facts = refused()
        let conflict = CaseFold.fold(someCase, facts).conflicts[0]
        let against = hub.record(decision(on: conflict, choosing: facts[2]), after: facts, by: "dr.ito", role: .radiologist)
        let closed = foldedInEveryOrder(facts + [against])
        #expect(closed.instruction.status == .declined && closed.conflicts.map(\.closedBy) == [against.id])
        let again = answer(.accepted(InstructionAccepted(instruction: facts[0].id)), after: [against])
        #expect(foldedInEveryOrder(facts + [against, again]).instruction.status == .accepted)
        var hub = CaseBuilder("hub", incarnation: 2)
        let inFavour = hub.record(decision(on: conflict, choosing: facts[1]), after: facts, by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder(facts + [inFavour]).instruction.status == .accepted)
    }

    @Test mutating func `conflict 34: closed by an answer that knows of both, moot once it was done, none in sequence`() {
        let facts = refused()
        let done = finish(facts[0], after: facts)
        #expect(foldedInEveryOrder(facts + [done]).conflicts(numbered: 34).map(\.state) == [.resolved])
        let blind = finish(facts[0], after: [facts[1]])
        #expect(foldedInEveryOrder(facts + [blind]).conflicts(numbered: 34).map(\.state) == [.superseded])
        let sequel = answer(.accepted(InstructionAccepted(instruction: facts[0].id)), after: [facts[2]])
        let calm = foldedInEveryOrder([facts[0], facts[2], sequel])
        #expect(calm.conflicts.isEmpty && calm.instruction.status == .accepted)
    }

    private mutating func finish(_ issued: CaseFact, after seen: [CaseFact]) -> CaseFact {
        site.record(.instructionCompleted(InstructionCompleted(instruction: issued.id)), after: seen)
    }

    private mutating func left(after seen: [CaseFact] = [], _ state: PatientState = .left) -> CaseFact {
        site.record(.studyHandedOver(StudyHandedOver(patientState: state)), after: seen, minutes: 41)
    }

    @Test mutating func `conflict 32: an instruction that came when the patient had left is proposed to be impossible`() throws {
        let placed = site.record(
            .orderPlaced(OrderPlaced(procedure: Coded(code: "CTABD"), modality: "CT", bodySite: "abdomen")), role: .referrer)
        let issued = issue(after: [placed])
        let gone = left(after: [placed])
        let state = foldedInEveryOrder([placed, issued, gone])
        let clock = Timestamp.text(of: at(41)).dropFirst(11).prefix(5)
        let card = state.instruction.cards[0]
        #expect(card.isOpen && card.proposal?.text == "impossible: patient left \(clock)" && card.proposal?.event == gone.id)
        #expect(state.jsonText.contains(#""proposal":"impossible: patient left \#(clock)""#))
        let conflict = try #require(state.conflicts(numbered: 32).first)
        #expect(state.conflicts.count == 1 && conflict.state == .open && conflict.owner == .radiologist)
        #expect(conflict.told == [.radiologist, .technologist] && conflict.dueMinutes == 101)
        #expect(conflict.inForce.hasPrefix("patient left \(clock)"))
        let recall = try #require(state.recallOrder(for: issued.id, requester: "dr.ito"))
        #expect(recall.reason == "Recall for delayedPhase: portal venous (impossible: patient left \(clock))")
        #expect(recall.modality == "CT" && recall.bodySite == "abdomen" && recall.procedure?.code == "CTABD")
        #expect(state.recallOrder(for: gone.id) == nil)
    }

    @Test mutating func `conflict 32: the time is the one on the wall of the place`() {
        let issued = issue()
        let utc = left()
        let local = CaseFact(
            id: utc.id, hash: utc.hash, parents: utc.parents, recordedAt: utc.recordedAt,
            occurredAt: OccurredAt(utc.occurredAt.instant, zoneMinutes: 120), actor: utc.actor, source: utc.source,
            event: utc.event)
        let clock = Timestamp.text(of: at(161)).dropFirst(11).prefix(5)
        #expect(CaseFold.fold(someCase, [issued, local]).instruction.cards[0].proposal?.text.hasSuffix(String(clock)) == true)
    }

    @Test mutating func `conflict 32: closed when the technologist says so or by decision, moot when the patient comes back`() {
        let (issued, gone) = (issue(), left())
        let facts = [issued, gone]
        let said = answer(.impossible(InstructionImpossible(instruction: issued.id, reason: "left")), after: facts)
        let closed = foldedInEveryOrder(facts + [said])
        #expect(closed.conflicts.map(\.closedBy) == [said.id] && closed.instruction.status == .impossible)
        #expect(closed.instruction.cards[0].proposal == nil)
        let conflict = CaseFold.fold(someCase, facts).conflicts[0]
        let decided = hub.record(decision(on: conflict, choosing: gone), after: facts, by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder(facts + [decided]).conflicts.map(\.closedBy) == [decided.id])
        let back = site.record(.patientArrived(PatientArrived(visit: "V2")), after: [gone])
        let returned = foldedInEveryOrder(facts + [back])
        #expect(returned.conflicts.map(\.state) == [.superseded] && returned.instruction.cards[0].proposal == nil)
        let done = site.record(.instructionCompleted(InstructionCompleted(instruction: issued.id)), after: [issued])
        #expect(foldedInEveryOrder(facts + [done]).conflicts(numbered: 32).map(\.state) == [.superseded])
    }

    @Test mutating func `conflict 32: none where the author knew, where the patient waits or where nobody is needed`() {
        let gone = left()
        let knowing = issue(.other, after: [gone])
        let state = foldedInEveryOrder([gone, knowing])
        #expect(state.conflicts.isEmpty && state.instruction.cards[0].proposal == nil)
        #expect(foldedInEveryOrder([issue(), left(.waiting)]).conflicts.isEmpty)
        #expect(foldedInEveryOrder([issue(.releasePatient), left()]).conflicts.isEmpty)
        // The technologist knew of it and let the patient go: proposed, and nothing was made apart.
        let issued = issue()
        let after = left(after: [issued])
        let calm = foldedInEveryOrder([issued, after])
        #expect(calm.conflicts.isEmpty && calm.instruction.cards[0].proposal != nil)
    }

    @Test mutating func `what needs the patient is refused once he is known to have left, until he is back`() {
        let gone = left()
        let wanted = { (kind: InstructionKind) in CaseEvent.instructionIssued(InstructionIssued(kind: kind, text: "x")) }
        let refused = refusalOf(wanted(.repeat), [gone])
        #expect(refused?.ground == .state && refused?.reason.contains("patient left") == true)
        #expect(refused?.remedy.contains("recall") == true)
        #expect(refusalOf(wanted(.other), [gone]) == nil && refusalOf(wanted(.changeProtocol), [gone]) == nil)
        let back = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "2")), after: [gone])
        #expect(refusalOf(wanted(.repeat), [gone, back]) == nil)
        let past = refusalOf(.instructionIssued(InstructionIssued(kind: .repeat, validUntil: testDay)), [])
        #expect(past?.reason.hasPrefix("instruction.validUntil: ") == true)
    }

    @Test mutating func `answers to nothing and by roles that may not are refused, and inert where they arrive`() {
        let issued = issue()
        let nurse = site.record(
            .dialogue(.impossible(InstructionImpossible(instruction: issued.id, reason: "x"))), after: [issued], by: "n",
            role: .nurse)
        let state = foldedInEveryOrder([issued, nurse])
        #expect(state.instruction.status == .issued && state.anomalies.map(\.event) == [nurse.id])
        let stray = answer(.accepted(InstructionAccepted(instruction: issued.id)), after: [])
        #expect(foldedInEveryOrder([issued, stray]).anomalies.map(\.event) == [stray.id])
        let check = { (event: DialogueEvent, facts: [CaseFact]) in refusalOf(.dialogue(event), facts, .technologist)?.reason }
        #expect(check(.accepted(InstructionAccepted()), []) == "No instruction is open to accept.")
        #expect(check(.delivered(InstructionDelivered()), []) == "No instruction is open to deliver.")
        #expect(
            check(.impossible(InstructionImpossible()), [issued]) == "instruction.reason: it is not said why it is impossible.")
        let filled = { (event: DialogueEvent) in Authoring.completed(.dialogue(event), in: CaseFold.fold(someCase, [issued])) }
        #expect(filled(.accepted(InstructionAccepted())) == .dialogue(.accepted(InstructionAccepted(instruction: issued.id))))
        #expect(filled(.delivered(InstructionDelivered())) == .dialogue(.delivered(InstructionDelivered(instruction: issued.id))))
        #expect(
            filled(.impossible(InstructionImpossible())) == .dialogue(.impossible(InstructionImpossible(instruction: issued.id))))
        #expect(filled(.asked(QuestionAsked(text: "x"))) == .dialogue(.asked(QuestionAsked(text: "x"))))
    }
}
