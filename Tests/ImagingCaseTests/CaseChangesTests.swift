import EventLog
import Foundation
import ImagingCase
import Testing

@Suite struct CaseChangesTests {
    var north = CaseBuilder("northside")
    var lake = CaseBuilder("lakeview")

    private func signed(_ text: String) -> CaseEvent { .finalSigned(FinalSigned(impression: text, contentVersion: "v1")) }

    @Test mutating func `what changed since a person acted is what came apart from or after it`() {
        let order = north.record(.orderPlaced(OrderPlaced(modality: "CT")), by: "dr.reyes", role: .referrer)
        let mine = lake.record(signed("No finding."), after: [order], by: "dr.osei", role: .radiologist)
        let other = north.record(signed("Infarct."), after: [order], by: "dr.lund", role: .radiologist)
        let history = CaseHistory([order, mine, other])
        let changes = CaseChanges(from: history.seen(by: "dr.osei"), to: history, of: someCase)
        #expect(changes.events == [other.id])
        #expect(changes.axes.contains { $0.axis == "report" && $0.before == "final" && $0.after == "competing" })
        #expect(!changes.axes.contains { $0.axis == "protocol" || $0.axis == "dose" })
        #expect(changes.opened.map(\.number) == [38] && changes.closed.isEmpty)
        #expect(changes.headlineBefore == "Final report" && changes.headline.hasPrefix("Conflict: "))
    }

    @Test mutating func `a conflict that was closed since is named, with the events that came`() {
        let one = lake.record(signed("No finding."), by: "dr.osei", role: .radiologist)
        let other = north.record(signed("Infarct."), by: "dr.lund", role: .radiologist)
        let open = CaseFold.fold(someCase, [one, other]).conflicts[0]
        let closing = north.record(decision(on: open, choosing: other), after: [one, other], by: "dr.lead", role: .lead)
        let history = CaseHistory([one, other, closing])
        let changes = CaseChanges(from: CaseHistory([one, other]), to: history, of: someCase)
        #expect(changes.events == [closing.id] && changes.closed.map(\.id) == [open.id] && changes.opened.isEmpty)
        #expect(changes.axes.map(\.axis) == ["report"])
    }

    @Test mutating func `who never acted has seen nothing, and who acted last sees no change`() {
        let order = north.record(.orderPlaced(OrderPlaced(modality: "CT")), by: "dr.reyes", role: .referrer)
        let note = north.record(.commentAdded(CommentAdded(text: "calm")), after: [order], by: "t.lind")
        let history = CaseHistory([order, note])
        #expect(CaseChanges(from: history.seen(by: "dr.osei"), to: history, of: someCase).events == [order.id, note.id])
        #expect(CaseChanges(from: history.seen(by: "t.lind"), to: history, of: someCase).isEmpty)
    }

    @Test mutating func `what was recorded until a moment brings its past along, whatever the other site's clock said`() {
        let late = HybridTime(bits: UInt64(testDay.milliseconds + 9_000_000) << 16)
        let early = HybridTime(bits: UInt64(testDay.milliseconds) << 16)
        let order = north.record(.orderPlaced(OrderPlaced(modality: "CT")), recordedAt: late)
        let note = lake.record(.commentAdded(CommentAdded(text: "calm")), after: [order], recordedAt: early)
        let after = lake.record(.commentAdded(CommentAdded(text: "later")), after: [note], recordedAt: late)
        let seen = CaseHistory([order, note, after]).recorded(until: early.instant)
        #expect(Set(seen.facts.map(\.id)) == [order.id, note.id])
    }

    @Test mutating func `the changes are one JSON object`() throws {
        let one = lake.record(signed("No \"finding\"."), by: "dr.osei", role: .radiologist)
        let other = north.record(signed("Infarct."), by: "dr.lund", role: .radiologist)
        var json = JSONWriter()
        CaseChanges(from: CaseHistory([one]), to: CaseHistory([one, other]), of: someCase).write(to: &json)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
        #expect(object["events"] as? [String] == [other.id.description])
        let axes = try #require(object["axes"] as? [[String: String]])
        #expect(axes.contains(["axis": "report", "before": "final", "after": "competing"]))
        #expect((object["conflictsOpened"] as? [Any])?.count == 1 && (object["conflictsClosed"] as? [Any])?.isEmpty == true)
    }
}
