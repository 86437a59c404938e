import EventLog
import Problems
import Testing
import Wire

struct SigningClockTests {
    private let now = Instant(milliseconds: 1_760_000_000_000)

    @Test func `the machine's clock is believed until a hub contradicts it`() {
        #expect(SigningClock().reading(at: now) == now)
    }

    @Test(arguments: [315_360_000, -315_360_000, 61, -61])
    func `a request that a hub found too far off is dated by the hub's clock next time`(seconds: Int64) {
        var clock = SigningClock()
        let problem = Problem(.clockImplausible, "x", facts: [.init("offsetSeconds", "\(seconds)")])
        let hasLearnt = clock.learn(from: problem)
        #expect(hasLearnt)
        #expect(clock.reading(at: now) == now.advanced(byMilliseconds: -seconds * 1000))
        // What is still off then is off the corrected time.
        clock.learn(from: Problem(.clockImplausible, "x", facts: [.init("offsetSeconds", "70")]))
        #expect(clock.reading(at: now) == now.advanced(byMilliseconds: -(seconds + 70) * 1000))
    }

    @Test(arguments: ["0", "soon", "9223372036854775807", ""])
    func `an offset that is none changes nothing`(text: String) {
        var clock = SigningClock()
        let hasLearnt = clock.learn(from: Problem(.clockImplausible, "x", facts: [.init("offsetSeconds", text)]))
        let hasLearntOther = clock.learn(from: Problem(.badSignature, "x", facts: [.init("offsetSeconds", "5")]))
        #expect(!hasLearnt && !hasLearntOther)
        #expect(clock == SigningClock())
    }
}
