import EventLog
import ImagingCase
import Testing

@Suite struct ReceiptTests {
    private var hub = CaseBuilder("hub")
    private var clinic = CaseBuilder("clinic")

    private mutating func sign(_ impression: String = "x", after seen: [CaseFact] = []) -> CaseFact {
        hub.record(.finalSigned(FinalSigned(impression: impression)), after: seen, by: "dr.ito", role: .radiologist)
    }

    private mutating func deliver(
        _ message: CaseFact?, to recipient: String, receipt: String = "", after seen: [CaseFact]
    ) -> CaseFact {
        hub.record(
            .reportReceipt(
                .delivered(ReportDelivered(report: message?.id, recipient: recipient, channel: "hl7", receipt: receipt))),
            after: seen, by: "interface", role: .system, minutes: 2)
    }

    private mutating func view(_ message: CaseFact?, by person: String, after seen: [CaseFact]) -> CaseFact {
        clinic.record(.reportReceipt(.viewed(ReportViewed(report: message?.id))), after: seen, by: person, role: .referrer)
    }

    @Test mutating func `a report is recorded, delivered and seen, each by a fact of its own`() {
        let signed = sign()
        #expect(ReceiptAxis.isSilent(foldedInEveryOrder([signed]).rare.receipt))
        let delivered = deliver(signed, to: "dr.ward", after: [signed])
        let sent = foldedInEveryOrder([signed, delivered]).rare.receipt
        #expect(sent.level == .delivered && sent.item(signed.id)?.level(for: "dr.ward") == .delivered)
        #expect(sent.item(signed.id)?.level(for: "dr.two") == .recorded)
        let seen = view(signed, by: "dr.ward", after: [delivered])
        let state = foldedInEveryOrder([signed, delivered, seen])
        #expect(state.rare.receipt.level == .seen)
        #expect(state.jsonText.contains(#""receipt":{"state":"seen","messages":[{"event":"#))
        #expect(state.jsonText.contains(#""channel":"hl7""#))
        // What one has seen the other has not: the message has come as far as it has for all.
        let other = deliver(signed, to: "dr.two", after: [seen])
        #expect(foldedInEveryOrder([signed, delivered, seen, other]).rare.receipt.item(signed.id)?.level == .delivered)
        let rules = CaseFold.explain(someCase, CaseHistory([signed, delivered])).filter { $0.axis == "receipt" }
        #expect(rules.map(\.state) == ["delivered"] && rules[0].events == [signed.id, delivered.id])
    }

    @Test
    mutating func `a critical result is acknowledged by the licensed one, delivered to whoever was told or is not licensed`() {
        let raised = hub.record(
            .criticalResultRaised(CriticalResultRaised(category: 1, finding: "bleed")), by: "dr.ito", role: .radiologist)
        let told = hub.record(
            .criticalResultCommunicated(CriticalResultCommunicated(raised: raised.id, to: "ward", medium: "phone")),
            after: [raised], by: "dr.ito", role: .radiologist)
        let clerk = clinic.record(
            .criticalResultAcknowledged(CriticalResultAcknowledged(raised: [raised.id])), after: [told], by: "clerk",
            role: .frontDesk)
        let noted = clinic.record(
            .criticalResultAcknowledged(CriticalResultAcknowledged()), after: [told], by: "dr.ward", role: .referrer)
        let seen = clinic.record(
            .register(.notificationSeen(NotificationSeen(item: raised.id))), after: [noted], by: "nurse", role: .nurse)
        let item = foldedInEveryOrder([raised, told, clerk, noted, seen]).rare.receipt.item(raised.id)
        #expect(item?.level(for: "ward") == .delivered && item?.level(for: "clerk") == .delivered)
        #expect(item?.level(for: "dr.ward") == .acknowledged && item?.level(for: "nurse") == .seen)
        #expect(item?.ladders.map(\.recipient) == ["clerk", "dr.ward", "nurse", "ward"])
    }

    @Test mutating func `an instruction is delivered to a screen and acknowledged by a person`() {
        let issued = hub.record(.instructionIssued(InstructionIssued(kind: .repeat)), by: "dr.ito", role: .radiologist)
        let shown = clinic.record(
            .dialogue(.delivered(InstructionDelivered(instruction: issued.id, device: "CT console"))), after: [issued],
            by: "agent", role: .system)
        #expect(foldedInEveryOrder([issued, shown]).rare.receipt.level == .delivered)
        for event in [
            CaseEvent.instructionAcknowledged(InstructionAcknowledged(instruction: issued.id)),
            .instructionCompleted(InstructionCompleted(instruction: issued.id)),
            .instructionDeclined(InstructionDeclined(instruction: issued.id)),
            .dialogue(.accepted(InstructionAccepted(instruction: issued.id))),
            .dialogue(.impossible(InstructionImpossible(instruction: issued.id, reason: "r"))),
        ] {
            var clinic = self.clinic
            let answered = clinic.record(event, after: [shown], by: "t.lind")
            let item = foldedInEveryOrder([issued, shown, answered]).rare.receipt.item(issued.id)
            #expect(item?.level(for: "t.lind") == .acknowledged && item?.level(for: "CT console") == .delivered, "\(event.kind)")
        }
    }

    @Test mutating func `a retraction chases everybody who received what it withdraws until he has seen it`() throws {
        let signed = sign()
        let added = hub.record(
            .addendumSigned(AddendumSigned(addendumTo: signed.id, text: "t")), after: [signed], by: "dr.ito", role: .radiologist)
        let first = deliver(signed, to: "dr.ward", after: [added])
        let second = view(added, by: "dr.two", after: [first])
        let third = deliver(signed, to: "PACS", after: [second])
        let own = view(signed, by: "dr.ito", after: [third])
        let withdrawn = hub.record(
            .reportRetracted(ReportRetracted(which: signed.id, reason: .wrongPatient)), after: [own], by: "dr.ito",
            role: .radiologist)
        let facts = [signed, added, first, second, third, own, withdrawn]
        let state = foldedInEveryOrder(facts)
        #expect(state.rare.receipt.recall.map(\.recipient) == ["PACS", "dr.two", "dr.ward"])
        #expect(state.rare.receipt.recall.map(\.received) == [.delivered, .seen, .delivered])
        #expect(state.jsonText.contains(#""recall":[{"recipient":"PACS""#))
        let rule = try #require(CaseFold.explain(someCase, CaseHistory(facts)).first { $0.rule.hasPrefix("Not everybody") })
        #expect(rule.rule.hasSuffix("PACS, dr.two, dr.ward."))
        // Delivered is not seen; a system is done with by its acknowledgement; a person by looking.
        let sent = deliver(withdrawn, to: "dr.ward", receipt: "", after: [withdrawn])
        let system = deliver(withdrawn, to: "PACS", receipt: "MSA-1", after: [sent])
        let looked = clinic.record(
            .register(.notificationSeen(NotificationSeen(item: withdrawn.id))), after: [system], by: "dr.two", role: .referrer)
        let later = foldedInEveryOrder(facts + [sent, system, looked]).rare.receipt.recall
        #expect(later.map(\.recipient) == ["dr.ward"] && later[0].retraction == .delivered)
        let seen = view(withdrawn, by: "dr.ward", after: [looked])
        #expect(foldedInEveryOrder(facts + [sent, system, looked, seen]).rare.receipt.recall.isEmpty)
    }

    @Test
    mutating func `a report that reaches somebody apart from its retraction is recalled too, and one without a name recalls all`()
    {
        let signed = sign()
        let late = deliver(signed, to: "dr.ward", after: [signed])
        let withdrawn = clinic.record(.reportRetracted(ReportRetracted()), after: [signed], by: "dr.lead", role: .lead)
        let state = foldedInEveryOrder([signed, late, withdrawn])
        #expect(state.rare.receipt.recall.map(\.recipient) == ["dr.ward"])
    }

    @Test mutating func `a receipt for what its author had not seen counts for nothing and is flagged`() {
        let signed = sign()
        let blind = clinic.record(
            .reportReceipt(.viewed(ReportViewed(report: signed.id))), by: "dr.ward", role: .referrer)
        let empty = deliver(nil, to: "dr.ward", after: [signed])
        let wrong = deliver(blind, to: "dr.ward", after: [signed, blind])
        let state = foldedInEveryOrder([signed, blind, empty, wrong])
        #expect(state.rare.receipt.item(signed.id)?.level == .recorded)
        #expect(Set(state.anomalies.map(\.event)) == Set([blind.id, empty.id, wrong.id]))
        // A notification may be about anything in the case.
        let other = clinic.record(
            .register(.notificationSeen(NotificationSeen(item: empty.id))), after: [empty], by: "x", role: .nurse)
        #expect(!foldedInEveryOrder([signed, empty, other]).anomalies.contains { $0.event == other.id })
    }

    @Test mutating func `refusals name the field and what would be legal`() {
        let signed = sign()
        let none = refusalOf(.register(.notificationSeen(NotificationSeen())), [signed])
        #expect(none?.reason == "notification.item: nothing is named that was seen.")
        let unnamed = refusalOf(.reportReceipt(.viewed(ReportViewed())), [signed])
        #expect(unnamed?.reason == "report.report: no report is named.")
        let unknown = refusalOf(.reportReceipt(.viewed(ReportViewed(report: signed.id))), [])
        #expect(unknown?.remedy == "Name a version of this case's report.")
        let nobody = refusalOf(.reportReceipt(.delivered(ReportDelivered(report: signed.id))), [signed], .frontDesk)
        #expect(nobody?.reason == "report.recipient: nobody is named.")
        let legal = ReportDelivered(report: signed.id, recipient: "dr.ward")
        #expect(refusalOf(.reportReceipt(.delivered(legal)), [signed], .frontDesk) == nil)
        let state = CaseFold.fold(someCase, [signed])
        #expect(
            Authoring.completed(.reportReceipt(.viewed(ReportViewed())), in: state)
                == .reportReceipt(.viewed(ReportViewed(report: signed.id))))
        #expect(
            Authoring.completed(.reportReceipt(.delivered(ReportDelivered(recipient: "x"))), in: state)
                == .reportReceipt(.delivered(ReportDelivered(report: signed.id, recipient: "x"))))
    }
}
