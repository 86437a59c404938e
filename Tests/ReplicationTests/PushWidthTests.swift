import Replication
import Testing

struct PushWidthTests {
    @Test func `it begins with one part and widens by one with each quick answer, to three`() {
        var width = PushWidth()
        #expect(width.parts == 1)
        for expected in [2, 3, 3] {
            width.answered(afterMilliseconds: PushWidth.quickMilliseconds)
            #expect(width.parts == expected)
        }
    }

    @Test func `a slow answer and a part that was overtaken lead back to one`() {
        var width = PushWidth()
        for _ in 0..<3 { width.answered(afterMilliseconds: 1) }
        width.answered(afterMilliseconds: PushWidth.quickMilliseconds + 1)
        #expect(width.parts == 1)
        width.answered(afterMilliseconds: 1)
        width.overtaken()
        #expect(width.parts == 1)
    }
}
