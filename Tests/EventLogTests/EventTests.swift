import EventLog
import Testing

struct EventTests {
    @Test func `kinds are ordered by their text`() {
        #expect(EventKind("order.placed") < EventKind("report.finalSigned"))
        #expect(EventKind("order.placed").description == "order.placed")
        #expect(!(EventKind("a") < EventKind("a")))
    }

    @Test func `kinds whose letters look alike but differ in bytes are two, in an order`() {
        let composed = EventKind("r\u{e9}ponse.sent")
        let decomposed = EventKind("re\u{301}ponse.sent")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, composed]).count == 2)
        #expect(decomposed < composed && !(composed < decomposed))
    }

    @Test func `texts of one length that only look alike are two kinds, whatever their length`() {
        // Of two marks in another order both texts have the same letters and length.
        let (one, other) = ("e\u{301}\u{323}", "e\u{323}\u{301}")
        #expect(one == other && one.utf8.count == other.utf8.count)
        for padding in 0...17 {
            let text = String(repeating: "x", count: padding)
            #expect(EventKind(text + one) != EventKind(text + other))
            #expect(EventKind(one + text) != EventKind(other + text))
            #expect(EventKind(one + text) == EventKind(one + text))
        }
    }

    @Test func `a hashed event goes by its event's id`() {
        let event = Sample().event
        #expect(HashedEvent(event: event, hash: .zero).id == event.id)
    }

    @Test func `an event holds what it was built from`() {
        let event = Sample().event
        #expect(event.id == Sample.id("northside", 0x3f2a_9c01_d4e5_f607, 42))
        #expect(event.kind.text == "report.finalSigned")
        #expect(event.parents == Sample().parents)
        #expect(event.payload == Sample().payload)
        #expect(event.actor == Sample().actor)
    }
}
