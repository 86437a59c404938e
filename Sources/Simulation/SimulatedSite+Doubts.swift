import EventLog
import Problems
import Replication

/// Comparing own logs with what the hub holds of them, event by event, in the order in which the product's driver makes its calls.
extension SimulatedSite {
    /// The hub refused a push; what comparing cannot explain any more is a refusal like others.
    func refused(_ log: LogID, _ lane: SyncSession.Lane, _ reply: Reply) {
        guard case .differs(let problem, let held)? = reply.failure?.0, !doubts.refused(log, held: held) else {
            return failed(lane, reply)
        }
        note("\(lane) fails: \(problem.code.rawValue)")
        step(.failed(lane, .temporary(problem), retryAfterMilliseconds: reply.failure?.retryAfterMilliseconds))
    }

    /// Looks where the hub holds another event of a log in doubt; nil for one that is not, and where all is the same.
    func compare(_ own: LogState, _ held: HelloRequest.Log, _ then: @escaping (UInt64?) -> Void) {
        guard let first = doubts.next(of: own.log, through: min(own.head, held.head)) else { return then(nil) }
        fetch(own.log, from: first) { [unowned self] theirs in
            attempt(.hello) { () throws(Problem) in
                guard let store else { return }
                let ours = try store.segment(of: own.log, from: first, eventsMax: theirs.events.count, bytesMax: .max)
                if let place = Reunion.difference(theirs, ours) {
                    note("finds another event of \(own.log) at \(place)")
                    return then(place)
                }
                doubts.agrees(own.log, through: first + UInt64(theirs.events.count) - 1)
                compare(own, held, then)
            }
        }
    }

    /// Looks where the hub holds another event of earlier logs in doubt.
    func compare(
        _ earlier: ArraySlice<LogState>, _ answer: HelloAnswer, _ found: [LogID: UInt64],
        _ then: @escaping ([LogID: UInt64]) -> Void
    ) {
        guard let own = earlier.first else { return then(found) }
        guard let held = answer.logs.first(where: { $0.log == own.log }), !answer.quarantined.contains(own.log) else {
            return compare(earlier.dropFirst(), answer, found, then)
        }
        compare(own, held) { [unowned self] place in
            var next = found
            next[own.log] = place
            compare(earlier.dropFirst(), answer, next, then)
        }
    }
}
