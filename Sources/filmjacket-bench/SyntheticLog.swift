import EventLog
import ImagingCase
import Replication
import Wire

/// Turns the mix into the events of one site's log, parents and hashes included.
struct SyntheticLog {
    let log: LogID
    private var mix: Mix
    private var clock = HybridClock()
    private var heads: [StreamID: (id: EventID, hash: EventHash)] = [:]
    private(set) var sequence: UInt64 = 0

    init(seed: UInt64, log: LogID) {
        self.log = log
        mix = Mix(seed: seed)
    }

    /// The next events.
    mutating func events(_ count: Int) throws -> [HashedEvent] {
        var events: [HashedEvent] = []
        events.reserveCapacity(count)
        for _ in 0..<count {
            let (stream, said, person, role, at) = mix.next()
            sequence += 1
            let actor = Actor(person: person, role: role.rawValue, site: log.site, assurance: .local)
            let draft = EventDraft(
                stream: stream, kind: said.kind, occurredAt: OccurredAt(at), actor: actor, source: .page,
                payload: PayloadCoding.payload(of: said))
            let id = EventID(log: log, sequence: sequence)
            let event = try draft.event(id: id, recordedAt: clock.reading(at: at), heads: heads[stream].map { [$0] } ?? [])
            heads[stream] = (id, event.hash)
            mix.told(id)
            events.append(event)
        }
        return events
    }
}
