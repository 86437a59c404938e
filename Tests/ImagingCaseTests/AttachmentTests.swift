import EventLog
import ImagingCase
import Testing

@Suite struct AttachmentTests {
    private var north = CaseBuilder("northside")
    private var lake = CaseBuilder("lakeview")
    private let one = String(repeating: "a", count: 64)
    private let other = String(repeating: "b", count: 64)

    private func added(_ name: String, _ digest: String, bytes: Int = 9) -> CaseEvent {
        .attachment(.added(AttachmentAdded(name: name, mediaType: "application/pdf", bytes: bytes, digest: digest)))
    }

    private func withdrawn(_ fact: CaseFact?) -> CaseEvent {
        .attachment(.withdrawn(AttachmentWithdrawn(attachment: fact?.id, reason: "wrong file")))
    }

    @Test mutating func `conflict 67: one name with different bytes is two documents and both are kept`() throws {
        let here = north.record(added("worksheet.pdf", one))
        let there = lake.record(added("worksheet.pdf", other))
        let state = foldedInEveryOrder([here, there])
        #expect(state.rare.attachment.inUse.map(\.digest).sorted() == [one, other])
        #expect(Set(state.rare.attachment.all.map(\.sharesNameWith)) == [[other], [one]])
        #expect(state.conflicts.isEmpty, "nobody has to decide anything")
        #expect(
            state.jsonText.contains(#""sharesNameWith":["\#(one)"]"#) && state.jsonText.contains(#""names":["worksheet.pdf"]"#))
        let rules = CaseFold.explain(someCase, CaseHistory([here, there])).filter { $0.axis == "attachment" }.map(\.rule)
        #expect(rules.allSatisfy { $0.contains("both are kept") } && rules.count == 2)
        let gone = north.record(withdrawn(here), after: [here])
        let left = foldedInEveryOrder([here, there, gone]).rare.attachment
        #expect(left.all.count == 2 && left.inUse.map(\.digest) == [other] && left.inUse[0].sharesNameWith.isEmpty)
    }

    @Test mutating func `equal bytes are one document, however often and under which names they come`() {
        let here = north.record(added("a.pdf", one))
        let there = lake.record(added("b.pdf", one.uppercased()))
        let state = foldedInEveryOrder([here, there]).rare.attachment
        #expect(state.all.count == 1 && state.all[0].additions.count == 2 && Set(state.all[0].names) == ["a.pdf", "b.pdf"])
        #expect(state.all[0].mediaType == "application/pdf" && state.all[0].bytes == 9)
    }

    @Test mutating func `a withdrawal takes back what its author had seen and no more`() {
        let here = north.record(added("a.pdf", one))
        let gone = north.record(withdrawn(here), after: [here])
        let state = foldedInEveryOrder([here, gone])
        #expect(state.rare.attachment.inUse.isEmpty && state.rare.attachment.all[0].additions[0].withdrawnBy == gone.id)
        #expect(
            state.jsonText.contains(#""attachment":{"state":"withdrawn""#) && state.jsonText.contains(#""reason":"wrong file""#))
        let apart = lake.record(added("a.pdf", one))
        #expect(foldedInEveryOrder([here, gone, apart]).rare.attachment.all[0].isInUse, "who added it apart vouches for it")
        let again = north.record(added("a.pdf", one), after: [gone])
        #expect(foldedInEveryOrder([here, gone, again]).rare.attachment.all[0].isInUse)
        let both = lake.record(withdrawn(here), after: [again, apart])
        #expect(foldedInEveryOrder([here, gone, apart, again, both]).rare.attachment.inUse.isEmpty)
    }

    @Test mutating func `what is illegal is kept, changes nothing and is flagged`() {
        let here = north.record(added("a.pdf", one))
        let blind = lake.record(withdrawn(here))
        let bare = north.record(added("x", ""), after: [here])
        let second = north.record(added("x", ""), after: [bare])
        let denied = lake.record(added("c.pdf", other), after: [here], by: "dr.study", role: .researcher)
        let state = foldedInEveryOrder([here, blind, bare, second, denied])
        #expect(state.rare.attachment.inUse.count == 3, "without a digest nothing is known to be equal")
        #expect(Set(state.anomalies.map(\.event)) == [blind.id, bare.id, second.id, denied.id])
    }

    @Test mutating func `bad input is refused with its field and what would be right`() {
        let here = north.record(added("a.pdf", one))
        let gone = north.record(withdrawn(here), after: [here])
        let (state, empty) = (CaseFold.fold(someCase, [here]), CaseFold.fold(someCase, []))
        let closed = CaseFold.fold(someCase, [here, gone])
        var mute = AttachmentWithdrawn(attachment: here.id)
        mute.reason = ""
        var odd = AttachmentAdded(name: "a", mediaType: "pdf", bytes: 1, digest: one)
        let cases: [(CaseEvent, CaseState, String)] = [
            (added("", one), empty, "name: expected a value, got nothing."),
            (added("a", "ab"), empty, #"digest: expected 64 hexadecimal digits, got "ab"."#),
            (added("a", String(repeating: "g", count: 64)), empty, "digest: expected 64"),
            (added("a", one, bytes: -3), empty, "bytes: expected 1 or more, got -3."),
            (.attachment(.added(odd)), empty, #"mediaType: expected a type and a subtype, got "pdf"."#),
            (withdrawn(nil), state, "attachment: expected a value, got nothing."),
            (withdrawn(here), empty, "attachment: there is no document \(here.id) in this case."),
            (withdrawn(here), closed, "The document is withdrawn already."),
            (.attachment(.withdrawn(mute)), state, "reason: expected a value, got nothing."),
        ]
        for (event, state, reason) in cases {
            do {
                try Authoring.check(event, in: state, by: Author(person: "t", role: .technologist), now: testDay)
                Issue.record("\(reason)")
            } catch {
                #expect(error.reason.hasPrefix(reason) && !error.remedy.isEmpty, "\(error.reason)")
            }
        }
        odd.mediaType = ""
        for (event, state) in [(added("a.pdf", one), empty), (withdrawn(here), state), (.attachment(.added(odd)), empty)] {
            #expect(throws: Never.self) {
                try Authoring.check(event, in: state, by: Author(person: "t", role: .technologist), now: testDay)
            }
        }
    }
}
