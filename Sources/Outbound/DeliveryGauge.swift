import EventLog
import ImagingCase
import SQLiteStore
import Synchronization
import Web

/// How the way to one target is: shared by whoever delivers and whoever is asked.
final class DeliveryGauge: Sendable {
    struct State: Sendable {
        var taken = 0
        var last: Instant?
        /// Since when nothing can be delivered, and why; nil while it can.
        var outage: (since: Instant, why: String)?
    }

    private let held = Mutex(State())

    var current: State { held.withLock { $0 } }

    /// A message was taken; gives since when nothing could be delivered, where that ends by it.
    func took(at now: Instant) -> Instant? {
        held.withLock { state in
            state.taken += 1
            state.last = now
            defer { state.outage = nil }
            return state.outage?.since
        }
    }

    /// The other side answered, whatever it said; gives since when it did not, where that ends by it.
    func answered() -> Instant? {
        held.withLock { state in
            defer { state.outage = nil }
            return state.outage?.since
        }
    }

    /// The other side is not there; gives whether that is new.
    func lost(_ why: String, at now: Instant) -> Bool {
        held.withLock { state in
            defer { state.outage = (state.outage?.since ?? now, why) }
            return state.outage == nil
        }
    }
}
