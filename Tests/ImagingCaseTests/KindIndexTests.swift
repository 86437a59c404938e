import EventLog
import ImagingCase
import Testing

struct KindIndexTests {
    private let index = KindIndex(EventKind.known)

    @Test func `each kind of the catalogue is found at its place`() {
        for (place, kind) in EventKind.known.enumerated() { #expect(index[kind] == place) }
        #expect(EventKind.known.count > 100)
    }

    @Test(arguments: [
        "", "x", "order", "order.place", "order.placedd", "Order.placed", "order.plac\u{e9}d", "final.signe", "\u{0}",
    ])
    func `a name of no kind is found nowhere`(name: String) { #expect(index[EventKind(name)] == nil) }

    @Test func `short and alike names keep their places`() {
        let kinds = ["a", "b", "ab", "ba", "aaaaaaaa", "aaaaaaab", "baaaaaaa", "aaaaaaaaa", "aaaaaaaaaaaaaaaa"].map {
            EventKind($0)
        }
        let index = KindIndex(kinds)
        for (place, kind) in kinds.enumerated() { #expect(index[kind] == place) }
        #expect(index[EventKind("aa")] == nil)
    }
}
