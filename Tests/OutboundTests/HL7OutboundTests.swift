import EventLog
import ImagingCase
import Interop
import Testing

@testable import Outbound

/// Messages as another system reads them: by a lexer and mappings that know nothing of who wrote them.
struct HL7OutboundTests {
    private func message(_ subject: HL7Statement.Subject, of facts: [CaseFact], wasFinal: Bool = false) throws -> HL7Message {
        let state = CaseFold.fold(Chronicle.stream, facts)
        let statement = try #require(HL7Statement.all(of: state).first { $0.subject == subject })
        let text = try #require(
            HL7Outbound(facility: "northside", receivingApplication: "RIS", receivingFacility: "HOSPITAL").message(
                statement, of: state, controlID: "FJ1", at: OccurredAt(Chronicle.day, zoneMinutes: 60), before: nil,
                wasFinal: wasFinal))
        return try #require(HL7Lexer().read(Array(text.utf8)).first).outcome.get()
    }

    private func mapped(_ message: HL7Message) throws -> [HL7Intent] {
        try HL7Mapping.map(message, site: HL7Site { _ in 0 }).intents
    }

    @Test func `a report is read back as it was written, whatever stands in it`() throws {
        var chronicle = Chronicle()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        let findings = "A|B ^ C~D & E\\F\nOBX|9|FT|X||forged\nÄnne 頭部"
        let final = try chronicle.say(Chronicle.final(findings, "No \\X0D\\ bleed."), after: [order])
        let message = try message(.report, of: [order, final])
        #expect(message.segments.map(\.name) == ["MSH", "PID", "ORC", "OBR", "OBX", "OBX"])
        #expect(message.header.controlID == "FJ1" && message.header.type == "ORU" && message.header.processing == "P")
        let intents = try mapped(message)
        #expect(intents.count == 1)
        guard case .finalSigned(let said)? = intents.first?.event else { Issue.record("\(intents)"); return }
        #expect(said.findings == findings && said.impression == "No \\X0D\\ bleed.")
        let aliases = try #require(intents.first?.aliases)
        #expect(aliases.placerOrder == IssuedIdentifier(issuer: "CPOE", value: "K1"))
        #expect(aliases.patient == Chronicle.patient)
        #expect(intents.first?.person == "dr.weber" && intents.first?.role == .radiologist)
    }

    @Test func `a long text goes in several observations and is whole`() throws {
        var chronicle = Chronicle()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        let long = (1...9000).map { "ü\($0)" }.joined(separator: " ")
        let final = try chronicle.say(Chronicle.final(long, ""), after: [order])
        let message = try message(.report, of: [order, final])
        let parts = message.segments.filter { $0.name == "OBX" }.map { $0[5].first.freeText }
        #expect(parts.count == 2 && parts.joined() == long)
        #expect(parts.allSatisfy { $0.utf8.count <= 32_000 })
    }

    @Test func `a protocol is read back as the acceptance and the protocol`() throws {
        var chronicle = Chronicle()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        let accepted = try chronicle.say(.orderReviewed(OrderReviewed(decision: .accepted)), after: [order])
        let plan = try chronicle.say(
            .protocolAssigned(ProtocolAssigned(name: "CT head plain", contrast: "none", instructions: "Thin slices.")),
            after: [accepted])
        let message = try message(.review, of: [order, accepted, plan])
        #expect(message.first("ORC")?[1].text() == "OK")
        let events = try mapped(message).map(\.event)
        guard case .orderReviewed(let review)? = events.first, case .protocolAssigned(let assigned)? = events.last else {
            Issue.record("\(events)")
            return
        }
        #expect(review.decision == .accepted && assigned.name == "CT head plain")
        #expect(assigned.instructions == "CT head plain\nnone\nThin slices.")
    }

    @Test func `how far the examination is goes out as order status`() throws {
        var chronicle = Chronicle()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        let begun = try chronicle.say(
            .procedureStepStarted(ProcedureStepStarted(stepUID: "1.2.3", studyUID: "1.2.3.4", modality: "CT")), after: [order],
            role: .technologist)
        let started = try message(.status, of: [order, begun])
        #expect(started.first("ORC")?[1].text() == "SC" && started.first("ORC")?[5].text() == "IP")
        #expect(started.first("OBR")?[25].text() == "I" && started.first("OBR")?[24].text() == "CT")
        let ended = try chronicle.say(
            .procedureStepCompleted(
                ProcedureStepCompleted(
                    stepUID: "1.2.3", studyUID: "1.2.3.4", modality: "CT",
                    series: [Series(uid: "1.2.3.4.1", modality: "CT", description: "", instances: 3)])),
            after: [begun], role: .technologist)
        #expect(try message(.status, of: [order, begun, ended]).first("ORC")?[5].text() == "CM")
        let asked = try chronicle.say(
            .ordering(.cancelRequested(OrderCancelRequested(reason: "Twice."))), after: [ended], role: .referrer)
        let answer = try message(.answer(asked.id), of: [order, begun, ended, asked])
        #expect(answer.first("ORC")?[1].text() == "UC" && answer.first("ORC")?[5].text() == "CM")
    }

    @Test(arguments: [(1, "RID49480"), (2, "RID49481"), (3, "RID49482")])
    func `a critical result is flagged, with its category`(_ category: Int, _ code: String) throws {
        var chronicle = Chronicle()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        let raised = try chronicle.say(
            .criticalResultRaised(CriticalResultRaised(category: category, finding: "Pneumothorax | left.")), after: [order])
        let message = try message(.critical(raised.id), of: [order, raised])
        let observation = try #require(message.first("OBX"))
        #expect(observation[8].text() == "AA" && observation[17].text() == code)
        let critical = try mapped(message).compactMap { intent in
            if case .criticalResultRaised(let said) = intent.event { said } else { nil }
        }
        #expect(critical.first?.category == category && critical.first?.finding == "Pneumothorax | left.")
    }

    @Test func `a withdrawn finding that nobody was told of is not taken back`() throws {
        var chronicle = Chronicle()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        let raised = try chronicle.say(
            .criticalResultRaised(CriticalResultRaised(category: 1, finding: "Pneumothorax.")), after: [order])
        let gone = try chronicle.say(
            .criticalResultWithdrawn(CriticalResultWithdrawn(raised: raised.id, reason: "Artefact.")), after: [raised])
        let state = CaseFold.fold(Chronicle.stream, [order, raised, gone])
        let statement = try #require(HL7Statement.all(of: state).first { $0.subject == .critical(raised.id) })
        #expect(statement.meaning == "withdrawn")
        let outbound = HL7Outbound(facility: "northside")
        let time = OccurredAt(Chronicle.day)
        #expect(outbound.message(statement, of: state, controlID: "1", at: time, before: nil, wasFinal: false) == nil)
        let told = outbound.message(statement, of: state, controlID: "1", at: time, before: "raised", wasFinal: false)
        #expect(told?.contains("|W|") == true)
    }
}
