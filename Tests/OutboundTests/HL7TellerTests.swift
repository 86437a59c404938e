import EventLog
import ImagingCase
import Interop
import SQLiteStore
import Testing

@testable import Outbound

struct HL7TellerTests {
    /// A target's memory and what it was sent, as the store keeps both.
    private struct Receiver {
        var told: [String: OutboundTold] = [:]
        var messages: [(key: String, message: HL7Message)] = []

        mutating func hear(_ facts: [CaseFact]) throws {
            let outbound = HL7Outbound(facility: Chronicle.own, receivingApplication: "RIS")
            let teller = HL7Teller(
                target: "ris", outbound: outbound, own: try #require(SiteID(Chronicle.own)), now: { Chronicle.day })
            let telling = teller.tell(Chronicle.stream, facts, told: told)
            for (subject, memory) in telling.told { told[subject] = memory }
            for draft in telling.drafts {
                let reading = try #require(HL7Lexer().read(draft.body).first)
                messages.append((draft.key, try reading.outcome.get()))
            }
        }

        var statuses: [String] { messages.map { $0.message.first("OBR")?[25].text() ?? "" } }
        var reports: [HL7Message] { messages.map(\.message).filter { $0.first("ORC")?[1].text() == "RE" } }
    }

    @Test func `a final goes out once, and what follows it is a correction`() throws {
        var chronicle = Chronicle()
        var receiver = Receiver()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        try receiver.hear([order])
        #expect(receiver.messages.isEmpty, "an order is no news to whoever placed it")
        let final = try chronicle.say(Chronicle.final("Normal."), after: [order])
        try receiver.hear([order, final])
        try receiver.hear([order, final])
        #expect(receiver.statuses == ["F"])
        let addendum = try chronicle.say(
            .addendumSigned(AddendumSigned(addendumTo: final.id, text: "Compared with 2024.")), after: [final])
        try receiver.hear([order, final, addendum])
        let corrected = try chronicle.say(
            .reportCorrected(
                ReportCorrected(
                    replaces: final.id, findings: "Fracture.", impression: "Fracture.", reason: "Overlooked.")),
            after: [addendum])
        try receiver.hear([order, final, addendum, corrected])
        #expect(receiver.statuses == ["F", "C", "C"])
        let remark = try chronicle.say(.commentAdded(CommentAdded(text: "Called.")), after: [corrected])
        try receiver.hear([order, final, addendum, corrected, remark])
        #expect(receiver.messages.count == 3)
        #expect(Set(receiver.messages.map(\.key)).count == 3)
        #expect(Set(receiver.messages.map { $0.message.header.controlID }).count == 3)
    }

    @Test func `in every order of arrival no second F goes out, and the last word is the one that was chosen`() throws {
        var chronicle = Chronicle()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        let preliminary = try chronicle.say(
            .preliminaryIssued(PreliminaryIssued(findings: "Draft.", impression: "Draft.")), after: [order])
        let one = try chronicle.say(Chronicle.final("Normal.", "No bleed."), after: [preliminary], by: "dr.weber")
        let other = try chronicle.say(
            Chronicle.final("Bleed.", "Bleed left."), after: [preliminary], at: "harbour", by: "dr.sato")
        let chosen = try chronicle.say(
            .reportReconciled(ReportReconciled(competing: [one.id, other.id], chosen: other.id, rationale: "Seen both.")),
            after: [one, other], at: "harbour", by: "dr.lead", role: .lead)
        let facts = [order, preliminary, one, other, chosen]
        for arrival in Self.permutations(facts) {
            var receiver = Receiver()
            for count in 1...arrival.count { try receiver.hear(Array(arrival.prefix(count))) }
            let reports = receiver.reports
            #expect(receiver.statuses.count { $0 == "F" } <= 1, "\(receiver.statuses)")
            let last = try #require(reports.last)
            let texts = last.segments.filter { $0.name == "OBX" }.map { $0[5].first.freeText }
            #expect(texts.contains("Bleed left.") && !texts.contains("No bleed."), "\(texts)")
            let competing = reports.filter { report in
                report.segments.contains { $0[3].text(1) == "BANNER" && $0[5].first.freeText.contains("reconciliation pending") }
            }
            for report in competing {
                let said = report.segments.filter { $0.name == "OBX" }.map { $0[5].first.freeText }
                #expect(said.contains("No bleed.") && said.contains("Bleed left."), "\(said)")
            }
            let firstFinal = receiver.statuses.firstIndex(of: "F") ?? receiver.statuses.endIndex
            #expect(!receiver.statuses[..<firstFinal].contains("C"), "a correction of nothing: \(receiver.statuses)")
        }
    }

    @Test func `while it is in doubt whose examination it is no result goes out, and all of it when that is cleared`() throws {
        var chronicle = Chronicle()
        var receiver = Receiver()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        let doubt = try chronicle.say(
            .identityDisputed(IdentityDisputed(what: "The wristband says another name.")), after: [order], role: .technologist)
        let begun = try chronicle.say(
            .procedureStepStarted(ProcedureStepStarted(stepUID: "1.2.3", modality: "CT")), after: [doubt], role: .technologist)
        let final = try chronicle.say(Chronicle.final("Normal."), after: [begun])
        let raised = try chronicle.say(
            .criticalResultRaised(CriticalResultRaised(category: 1, finding: "Pneumothorax.")), after: [final])
        try receiver.hear([order, doubt, begun, final, raised])
        #expect(receiver.reports.isEmpty && receiver.told["held"] != nil)
        #expect(receiver.messages.count == 1, "that the examination goes on is no result")
        let cleared = try chronicle.say(
            .identityDisputeCleared(IdentityDisputeCleared(dispute: [doubt.id], outcome: .samePerson, evidence: "Married name.")),
            after: [raised], role: .frontDesk)
        try receiver.hear([order, doubt, begun, final, raised, cleared])
        #expect(receiver.told["held"] == nil)
        #expect(receiver.reports.count == 2 && receiver.statuses.contains("F"))
    }

    @Test func `what came from the site's own systems is not told back to them, and what others do to it is`() throws {
        var chronicle = Chronicle()
        var receiver = Receiver()
        let order = try chronicle.say(Chronicle.order, role: .system, source: .hl7)
        let begun = try chronicle.say(
            .procedureStepStarted(ProcedureStepStarted(modality: "CT")), after: [order], role: .system, source: .hl7)
        let final = try chronicle.say(Chronicle.final("Normal."), after: [begun], source: .hl7)
        try receiver.hear([order, begun, final])
        #expect(receiver.messages.isEmpty)
        let corrected = try chronicle.say(
            .reportCorrected(ReportCorrected(replaces: final.id, findings: "Fracture.", impression: "", reason: "Overlooked.")),
            after: [final], at: "harbour")
        try receiver.hear([order, begun, final, corrected])
        #expect(receiver.statuses == ["C"])
    }

    @Test func `what was here when a target was added counts as told`() throws {
        var chronicle = Chronicle()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        let final = try chronicle.say(Chronicle.final("Normal."), after: [order])
        var receiver = Receiver(told: ["": OutboundTold(meaning: "", count: 2)])
        let addendum = try chronicle.say(
            .addendumSigned(AddendumSigned(addendumTo: final.id, text: "Compared.")), after: [final])
        try receiver.hear([order, final, addendum])
        #expect(receiver.statuses == ["C"])
        #expect(receiver.told[""] == nil)
    }

    @Test func `a report that is withdrawn is withdrawn where it was told, and nowhere else`() throws {
        var chronicle = Chronicle()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        let final = try chronicle.say(Chronicle.final("Normal."), after: [order])
        let gone = try chronicle.say(
            .reportRetracted(ReportRetracted(which: final.id, reason: .wrongPatient, note: "Other person.")), after: [final])
        var receiver = Receiver()
        try receiver.hear([order, final])
        try receiver.hear([order, final, gone])
        #expect(receiver.statuses == ["F", "X"])
        let withdrawn = try #require(receiver.reports.last)
        #expect(withdrawn.segments.filter { $0.name == "OBX" }.allSatisfy { $0[11].text() == "W" })
        var later = Receiver()
        try later.hear([order, final, gone])
        #expect(later.messages.isEmpty)
    }

    private static func permutations<T>(_ values: [T]) -> [[T]] {
        guard values.count > 1 else { return [values] }
        return values.indices.flatMap { index in
            var rest = values
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }
}
