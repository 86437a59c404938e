import EventLog

/// When an archive is asked again: often while it answers, ever less while it does not, and everything from time to time. Pure.
struct OrthancPace: Sendable {
    /// Between two looks at the feed, in milliseconds.
    static let roundMilliseconds: Int64 = 500
    /// The longest wait while nothing answers, in milliseconds.
    static let waitMilliseconds: Int64 = 60_000
    /// The most attempts at one study in a row that stops the round: then the others go on.
    static let attemptsMax = 3

    /// Seconds between two looks at everything.
    let sweepSeconds: Int64
    /// Whether the archive said who it is since it was last out of reach.
    var isGreeted = false
    private var failures = 0
    private var swept: Instant?
    private var wantsSweep = true
    private var attempts: [String: Int] = [:]

    init(sweepSeconds: Int64) { self.sweepSeconds = sweepSeconds }

    /// How long to wait before the next round.
    var wait: Duration {
        guard failures > 0 else { return .milliseconds(Self.roundMilliseconds) }
        return .milliseconds(min(Self.waitMilliseconds, Self.roundMilliseconds << min(failures, 7)))
    }

    /// A round ended well.
    mutating func succeeded() { failures = 0 }

    /// A round was stopped; the archive has to say again who it is.
    mutating func failed() {
        failures += 1
        isGreeted = false
        wantsSweep = true
    }

    /// Something in the feed is odd: look at everything soon.
    mutating func suspects() { wantsSweep = true }

    /// Whether everything is to be looked at now. What is odd all the time makes it no more than ten times as often.
    func isSweepDue(_ now: Instant) -> Bool {
        guard let swept else { return true }
        let passed = now.milliseconds - swept.milliseconds
        return passed < 0 || passed >= sweepSeconds * 1000 || (wantsSweep && passed >= max(1000, sweepSeconds * 100))
    }

    /// Everything was looked at.
    mutating func swept(_ now: Instant) {
        swept = now
        wantsSweep = false
        attempts = [:]
    }

    /// Counts an attempt at a study that stopped the round; true when it has been tried often enough.
    mutating func gaveUp(on id: String) -> Bool {
        if attempts.count > 1000 { attempts = [:] }
        attempts[id, default: 0] += 1
        return attempts[id, default: 0] >= Self.attemptsMax
    }
}
