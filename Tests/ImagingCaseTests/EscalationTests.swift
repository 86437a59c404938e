import EventLog
import Foundation
import ImagingCase
import Testing

@Suite struct EscalationTests {
    private var hub = CaseBuilder("hub")
    private var site = CaseBuilder("northside")

    private func at(_ minutes: Int64) -> Instant { testDay.advanced(byMilliseconds: minutes * 60_000) }

    /// A case in which something of every kind waits.
    private mutating func everything() -> [CaseFact] {
        var facts: [CaseFact] = []
        func add(_ fact: CaseFact) { facts.append(fact) }
        let reader: (String, Role) = ("dr.ito", .radiologist)
        let read = { (event: CaseEvent, hub: inout CaseBuilder, facts: [CaseFact]) in
            hub.record(event, after: facts.suffix(1), by: reader.0, role: reader.1)
        }
        let first = read(.preliminaryIssued(PreliminaryIssued(impression: "no bleed")), &hub, facts)
        add(first)
        let events: [CaseEvent] = [
            .criticalResultRaised(CriticalResultRaised(category: 1, finding: "bleed", responsible: "dr.ward")),
            .readingTask(.requested(ReadingRequested(kind: .part, group: "nuclear", due: at(30), part: "PT"))),
            .instructionIssued(InstructionIssued(kind: .delayedPhase, text: "late", urgency: .urgent)),
            .dialogue(.asked(QuestionAsked(text: "why?", urgency: .asap))),
            .recommendation(.made(RecommendationMade(action: Coded(text: "follow-up"), modality: "MR", until: at(5000)))),
        ]
        for event in events { add(read(event, &hub, facts)) }
        let final = read(.finalSigned(FinalSigned(impression: "bleed")), &hub, facts)
        add(final)
        add(read(.discrepancy(.recorded(DiscrepancyRecorded(first: first.id, second: final.id, grade: .major))), &hub, facts))
        add(
            hub.record(
                .reportReceipt(.delivered(ReportDelivered(report: first.id, recipient: "dr.ed"))), after: facts.suffix(1),
                by: "if", role: .system))
        add(read(.reportRetracted(ReportRetracted(which: first.id, reason: .premature)), &hub, facts))
        add(
            hub.record(
                .consult(.requested(ConsultRequested(question: "operable?", to: "thoracic"))), after: facts.suffix(1),
                by: "dr.ward", role: .referrer))
        add(hub.record(.protocolAssigned(ProtocolAssigned(name: "a")), after: facts.suffix(1), by: reader.0, role: reader.1))
        var lake = CaseBuilder("lakeview")
        add(lake.record(.protocolAssigned(ProtocolAssigned(name: "b")), by: "dr.mora", role: .radiologist))
        return facts
    }

    @Test mutating func `everything that waits is listed with owner, due, what stands and to whom it goes`() {
        let facts = everything()
        let escalation = foldedInEveryOrder(facts).escalation(at: at(1))
        #expect(Set(escalation.items.map(\.kind)) == Set(Waiting.Kind.allCases))
        for item in escalation.items {
            #expect(!item.what.isEmpty && !item.inForce.isEmpty && item.owner != item.escalatesTo, "\(item)")
            #expect((item.kind == .conflict) == !item.conflict.isEmpty)
        }
        let due = escalation.items.map(\.due)
        #expect(due == due.sorted())
        #expect(escalation.due.isEmpty && escalation.nextDue == at(5))
        let item = { (kind: Waiting.Kind) in escalation.items.first { $0.kind == kind } }
        #expect(item(.criticalResult)?.what == "Tell of the critical result: bleed." && item(.criticalResult)?.to == "dr.ward")
        #expect(item(.reading)?.to == "nuclear" && item(.reading)?.what == "Read the part PT." && item(.reading)?.due == at(30))
        #expect(item(.recall)?.to == "dr.ed" && item(.recall)?.due == at(240))
        #expect(item(.consult)?.to == "thoracic" && item(.consult)?.escalatesTo == .lead)
        #expect(item(.instruction)?.owner == .technologist && item(.instruction)?.due == at(15))
        #expect(item(.question)?.owner == .technologist && item(.question)?.due == at(60))
        #expect(item(.discrepancy)?.what == "Tell the treating clinician of the major discrepancy.")
        #expect(item(.recommendation)?.what == "Answer the recommendation: follow-up, MR.")
    }

    @Test mutating func `what is due depends on the moment that is passed in and on the policy, never on the state`() {
        let state = foldedInEveryOrder(everything())
        let later = state.escalation(at: at(16))
        #expect(later.due.contains { $0.kind == .criticalResult && $0.what.hasPrefix("Escalate the critical result, step 1") })
        #expect(later.due.contains { $0.kind == .instruction } && !later.due.contains { $0.kind == .reading })
        let critical = later.items.first { $0.kind == .criticalResult }
        #expect(critical?.actor(at: at(16)) == .lead && critical?.actor(at: at(1)) == .radiologist)
        var talk = TalkPolicy()
        talk.urgentAnswerMinutes = 2
        var policy = CriticalPolicy()
        policy.minutes = CriticalClocks(firstCallMinutes: 1, escalationMinutes: [], acknowledgeMinutes: 2)
        let strict = state.escalation(at: at(2), talk: talk, critical: policy)
        #expect(Set(strict.due.map(\.kind)) == [.instruction, .criticalResult])
        #expect(state.escalation(at: at(1 << 20)).due.count == state.escalation(at: at(1 << 20)).items.count)
        #expect(state.escalation(at: at(1 << 20)).nextDue == nil)
    }

    @Test mutating func `it is written as one JSON object, the soonest first`() throws {
        let state = foldedInEveryOrder(everything())
        var json = JSONWriter()
        state.escalation(at: at(6)).write(to: &json)
        let read = try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
        let items = try #require(read["items"] as? [[String: Any]])
        #expect(read["now"] as? String == Timestamp.text(of: at(6)) && read["due"] as? Int == 1)
        #expect(items.first?["kind"] as? String == "criticalResult" && items.first?["overdue"] as? Bool == true)
        #expect(items.allSatisfy { $0["owner"] is String && $0["escalatesTo"] is String && $0["due"] is String })
        #expect(items.contains { ($0["conflict"] as? String)?.hasPrefix("k") == true })
        var empty = JSONWriter()
        CaseFold.fold(someCase, []).escalation(at: at(0)).write(to: &empty)
        #expect(empty.text == #"{"now":"\#(Timestamp.text(of: testDay))","due":0,"items":[]}"#)
    }

    @Test mutating func `what has ended waits for nobody, and what changed hands waits for another`() {
        let issued = hub.record(
            .instructionIssued(InstructionIssued(kind: .repeat, validUntil: at(9))), by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([issued]).escalation(at: at(9)).items.isEmpty, "it has expired")
        let gone = site.record(.studyHandedOver(StudyHandedOver(patientState: .left)))
        let recall = foldedInEveryOrder([issued, gone]).escalation(at: at(1)).items.first { $0.kind == .instruction }
        #expect(recall?.what == "Confirm or recall: repeat." && recall?.owner == .radiologist)
        let asked = site.record(.dialogue(.asked(QuestionAsked(text: "contrast?", isBlocking: true))))
        let question = foldedInEveryOrder([asked]).escalation(at: at(0)).items.first
        #expect(question?.owner == .radiologist && question?.inForce == "The examination waits for the answer.")
        let raised = hub.record(
            .criticalResultRaised(CriticalResultRaised(category: 2, finding: "x", responsible: "a")), by: "dr.ito",
            role: .radiologist)
        let told = hub.record(
            .criticalResultCommunicated(CriticalResultCommunicated(raised: raised.id, to: "a")), after: [raised], by: "dr.ito",
            role: .radiologist)
        let waiting = foldedInEveryOrder([raised, told]).escalation(at: at(0)).items.first
        #expect(waiting?.owner == .referrer && waiting?.due == at(180))
        let taken = hub.record(
            .criticalResultWithdrawn(CriticalResultWithdrawn(raised: raised.id, reason: "r")), after: [told], by: "dr.ito",
            role: .radiologist)
        let tell = foldedInEveryOrder([raised, told, taken]).escalation(at: at(0)).items.first
        #expect(tell?.what == "Tell that the critical result was withdrawn: x." && tell?.to == "a")
        let order = site.record(
            .recommendation(.made(RecommendationMade(modality: "CT", until: at(99)))), by: "dr.ito", role: .radiologist)
        let yes = site.record(
            .recommendation(.accepted(RecommendationAccepted())), after: [order], by: "dr.ward", role: .referrer)
        let next = foldedInEveryOrder([order, yes]).escalation(at: at(0)).items.first
        #expect(next?.what == "See to it that it is done: CT." && next?.due == at(99))
        let consult = site.record(.consult(.requested(ConsultRequested(question: "q"))), by: "dr.ward", role: .referrer)
        let takes = site.record(.consult(.taken(ConsultTaken())), after: [consult], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([consult, takes]).escalation(at: at(0)).items.first?.to == "dr.ito")
        let named = site.record(.readingTask(.requested(ReadingRequested(reader: "dr.x"))), by: "l", role: .lead)
        #expect(foldedInEveryOrder([named]).escalation(at: at(0)).items.first?.to == "dr.x")
    }

    @Test func `everybody's ladder ends with the administrators and nobody's runs in a circle`() {
        for role in Role.allCases {
            var (step, seen) = (role, [role])
            while step.escalatesTo != step, seen.count < 20 {
                step = step.escalatesTo
                seen.append(step)
            }
            #expect(step == .hubAdmin && Set(seen).count == seen.count, "\(role)")
        }
    }
}
