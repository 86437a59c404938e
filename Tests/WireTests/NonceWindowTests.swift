import Crypto
import EventLog
import Problems
import Testing

@testable import Wire

/// What was taken once is never taken again, whatever else comes.
struct NonceWindowTests {
    private let start = Instant(milliseconds: 1_760_000_000_000)
    private var second: Int64 { start.milliseconds / 1000 }

    private func after(_ seconds: Int64) -> Instant { start.advanced(byMilliseconds: seconds * 1000) }

    private func take(_ window: inout NonceWindow, _ nonce: String, created: Int64, at now: Int64) -> ProblemCode? {
        do throws(Problem) {
            try window.take(nonce, created: second + created, now: after(now))
            return nil
        } catch { return error.code }
    }

    @Test func `a nonce counts once, for as long as its request could be taken again`() {
        for created in [-60, 0, 60] as [Int64] {
            // The hub has run for an hour: what its window has turned over by then does not matter.
            for phase in 0...240 as ClosedRange<Int64> {
                var window = NonceWindow(opened: start)
                _ = take(&window, "first", created: 3_600, at: 3_600)
                let now = 3_600 + phase
                #expect(take(&window, "captured", created: now + created, at: now) == nil)
                for later in stride(from: now, through: now + created + RequestSignature.windowSeconds, by: 7) {
                    let refused = take(&window, "captured", created: now + created, at: later)
                    #expect(refused == .replayed || refused == .clockImplausible, "\(created) \(phase) \(later - now)")
                }
            }
        }
    }

    @Test func `a flood is refused and lets no captured request in, and the window opens again`() {
        var window = NonceWindow(opened: start, noncesMax: 2_000)
        #expect(take(&window, "captured", created: 10, at: 10) == nil)
        var refused = 0
        for number in 0..<10_000 {
            let code = take(&window, "flood \(number)", created: 10 + Int64(number / 200), at: 10 + Int64(number / 200))
            #expect(code == nil || code == .tooManyRequests)
            refused += code == nil ? 0 : 1
            if number % 500 == 0 { #expect(take(&window, "captured", created: 10, at: 10 + Int64(number / 200)) == .replayed) }
        }
        #expect(refused == 10_000 - 999)
        // The refusal says when it ends, and then it has.
        do throws(Problem) {
            try window.take("later", created: second + 60, now: after(60))
            Issue.record("it was taken")
        } catch {
            let wait = Int64(error.retryAfterSeconds ?? 0)
            #expect(wait > 0 && wait <= 121)
            #expect(take(&window, "later", created: 60 + wait, at: 60 + wait) == nil)
        }
    }

    @Test func `what is dated before the hub started, or before what it forgot, is refused`() {
        var window = NonceWindow(opened: start)
        #expect(take(&window, "before", created: -1, at: 1) == .clockImplausible)
        #expect(take(&window, "with", created: 0, at: 1) == nil)
        #expect(take(&window, "captured", created: 5, at: 5) == nil)
        for minutes in 1...10 as ClosedRange<Int64> {
            #expect(take(&window, "\(minutes)", created: minutes * 60, at: minutes * 60) == nil)
        }
        // The hub's clock is set back: what it forgot of that time does not come in a second time.
        #expect(take(&window, "captured", created: 5, at: 6) == .clockImplausible)
        #expect(take(&window, "new", created: 600, at: 600) == nil)
    }

    @Test func `a site that floods stands in nobody else's way`() throws {
        let key = Curve25519.Signing.PrivateKey()
        func signature(_ site: String, _ nonce: UInt64) throws -> RequestSignature {
            let fields = try RequestSignature.sign(
                method: "GET", path: "/", query: "", body: [], site: try #require(SiteID(site)), key: key, now: start,
                nonce: nonce)
            return try RequestSignature(signatureInput: fields.signatureInput, signature: fields.signature)
        }
        var windows = NonceWindows(opened: start, noncesMax: 20)
        for nonce in 0..<10 as Range<UInt64> { try windows.take(signature("northside", nonce), now: start) }
        #expect(throws: Problem.self) { try windows.take(signature("northside", 10), now: start) }
        try windows.take(signature("lakeview", 0), now: start)
        #expect(throws: Problem.self) { try windows.take(signature("lakeview", 0), now: start) }
    }
}
