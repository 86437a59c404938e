import Simulation
import Testing

struct MaskTests {
    @Test func `what is left out is written as ranges and read back`() throws {
        let mask = Mask(without: [.loss, .partition], dropped: [0, 1, 2, 7, 9, 10])
        #expect(mask.withoutText == "F1,F5")
        #expect(mask.droppedText == "0-2,7,9-10")
        #expect(Mask(without: "F1,F5", dropped: "0-2,7,9-10") == mask)
        #expect(Mask(without: "", dropped: "") == Mask())
    }

    @Test(arguments: [("F99", ""), ("", "x"), ("", "5-2"), ("", "1-2-3"), ("", "-"), ("", "99999999")])
    func `a mask that is none is refused`(without: String, dropped: String) {
        #expect(Mask(without: without, dropped: dropped) == nil)
    }
}
