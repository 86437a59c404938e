import EventLog
import ImagingCase
import Interop
import SQLiteStore
import Testing

@testable import Outbound

struct SubscriptionTellerTests {
    private func tell(
        _ topic: FHIRSubscriptionTopic, _ facts: [CaseFact], _ told: inout [String: OutboundTold]
    ) -> [String] {
        let telling = SubscriptionTeller(topic: topic).tell(Chronicle.stream, facts, told: told)
        for (subject, memory) in telling.told { told[subject] = memory }
        return telling.drafts.map(\.key)
    }

    @Test func `each topic tells of what it is about, once for each meaning`() throws {
        var chronicle = Chronicle()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        let final = try chronicle.say(Chronicle.final("Normal."), after: [order])
        let addendum = try chronicle.say(
            .addendumSigned(AddendumSigned(addendumTo: final.id, text: "Compared.")), after: [final])
        let raised = try chronicle.say(
            .criticalResultRaised(CriticalResultRaised(category: 1, finding: "Pneumothorax.")), after: [addendum])
        for (topic, counts) in [
            (FHIRSubscriptionTopic.reportFinal, [0, 1, 0, 0]), (.reportAmended, [0, 0, 1, 0]), (.critical, [0, 0, 0, 1]),
            (.studyState, [0, 0, 0, 0]),
        ] {
            var told: [String: OutboundTold] = [:]
            var facts: [CaseFact] = []
            var keys: [String] = []
            for (fact, count) in zip([order, final, addendum, raised], counts) {
                facts.append(fact)
                let new = tell(topic, facts, &told)
                #expect(new.count == count, "\(topic) after \(fact.event.kind): \(new)")
                #expect(tell(topic, facts, &told).isEmpty, "\(topic): the same again is no news")
                keys += new
            }
            #expect(Set(keys).count == keys.count)
        }
    }

    @Test func `what was known is not told, and in doubt nothing of results`() throws {
        var chronicle = Chronicle()
        let order = try chronicle.say(Chronicle.order, role: .frontDesk)
        let final = try chronicle.say(Chronicle.final("Normal."), after: [order])
        var told = ["": OutboundTold(meaning: "", count: 2)]
        #expect(tell(.reportFinal, [order, final], &told).isEmpty && told[""] == nil)
        let doubt = try chronicle.say(
            .identityDisputed(IdentityDisputed(what: "Another name.")), after: [final], role: .technologist)
        let addendum = try chronicle.say(
            .addendumSigned(AddendumSigned(addendumTo: final.id, text: "Compared.")), after: [doubt])
        var amended: [String: OutboundTold] = [:]
        #expect(tell(.reportAmended, [order, final, doubt, addendum], &amended).isEmpty && amended["held"] != nil)
        let cleared = try chronicle.say(
            .identityDisputeCleared(IdentityDisputeCleared(dispute: [doubt.id], outcome: .samePerson, evidence: "Passport.")),
            after: [addendum], role: .frontDesk)
        #expect(tell(.reportAmended, [order, final, doubt, addendum, cleared], &amended).count == 1 && amended["held"] == nil)
    }
}
