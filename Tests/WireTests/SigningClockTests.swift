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

    @Test(arguments: [30_000, -30_000, 3_000])
    func `a greeting tells the hub's time, as closely as the way allows`(offset: Int64) {
        var clock = SigningClock()
        clock.learn(hubTime: now.advanced(byMilliseconds: offset + 100), sent: now, received: now.advanced(byMilliseconds: 200))
        #expect(clock.offsetMilliseconds == offset)
        let learnt = clock
        // What the way alone may have made of it changes nothing, and neither does an answer from before the request.
        clock.learn(hubTime: now.advanced(byMilliseconds: offset), sent: now, received: now.advanced(byMilliseconds: 900))
        clock.learn(hubTime: now, sent: now, received: now.advanced(byMilliseconds: -1))
        clock.learn(hubTime: now, sent: now, received: now.advanced(byMilliseconds: 90_000))
        #expect(clock == learnt)
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
