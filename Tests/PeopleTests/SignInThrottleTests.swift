import EventLog
import People
import Problems
import Testing

struct SignInThrottleTests {
    private let clock = HandClock()

    private func wait(_ throttle: SignInThrottle, _ name: String, _ address: String = "a") -> Int? {
        do throws(Problem) {
            try throttle.take(name: name, address: address, now: clock.now)
            return nil
        } catch { return error.code == .tooManyRequests ? error.retryAfterSeconds : -1 }
    }

    @Test func `a name has five tries at once and one more each three minutes`() {
        let throttle = SignInThrottle()
        for _ in 0..<5 { #expect(wait(throttle, "ito") == nil) }
        #expect(wait(throttle, "ito") == 180)
        #expect(wait(throttle, "lee") == nil, "another name is not delayed")
        clock.advance(seconds: 179)
        #expect(wait(throttle, "ito") == 1)
        clock.advance(seconds: 1)
        #expect(wait(throttle, "ito") == nil)
        #expect(wait(throttle, "ito") == 180)
        clock.advance(minutes: 15)
        for _ in 0..<5 { #expect(wait(throttle, "ito") == nil) }
    }

    @Test func `the right password takes no try of the name, however often it is given`() {
        let throttle = SignInThrottle()
        for number in 0..<100 {
            #expect(wait(throttle, "ito", "\(number / 50)") == nil)
            throttle.succeeded(name: "ito", now: clock.now)
        }
    }

    /// B32.
    @Test func `of 101 tries from one address in an hour 50 are taken`() {
        let throttle = SignInThrottle()
        let waits = (0..<101).map { wait(throttle, "n\($0)") }
        #expect(waits.prefix(50).allSatisfy { $0 == nil } && waits.dropFirst(50).allSatisfy { $0 == 72 })
        #expect(wait(throttle, "n0", "another") == nil)
    }

    @Test func `a try that was refused costs nothing`() {
        let throttle = SignInThrottle()
        for _ in 0..<5 { _ = wait(throttle, "ito", "b") }
        for _ in 0..<100 { _ = wait(throttle, "ito", "a") }
        #expect(wait(throttle, "lee", "a") == nil)
    }

    @Test func `made-up names free no name from its delay`() {
        let throttle = SignInThrottle(address: .init(burst: 1_000_000, periodMilliseconds: 1_000_000), keysMax: 8)
        for _ in 0..<6 { _ = wait(throttle, "ito") }
        for number in 0..<1000 { #expect(wait(throttle, "n\(number)") == nil) }
        #expect(wait(throttle, "ito") == 180)
    }
}
