import EventLog
import ImagingCase
import Replication
import Wire

/// What a node shows of what its store holds: the events in the order in which they came, by history, folded when somebody looks.
struct Mirror {
    private(set) var marks: [EventMark] = []
    private var places: [EventID: Int] = [:]
    private var facts: [StreamID: [CaseFact]] = [:]
    private let bug: PlantedBug?

    init(bug: PlantedBug?) { self.bug = bug }

    /// Reads a store anew: in the order of its logs, which is another than that of arrival.
    init(of store: any EventStore, bug: PlantedBug?) throws {
        self.init(bug: bug)
        for state in try store.logs() {
            var next: UInt64 = 1
            while next <= state.highest {
                let part = try store.segment(of: state.log, from: next, eventsMax: 8192, bytesMax: 1 << 20)
                guard let last = part.events.last else { break }
                add(part.events, of: part)
                next = last.id.sequence + 1
            }
        }
        judgeWholeness()
    }

    func holds(_ id: EventID) -> Bool { places[id] != nil }

    /// Takes what is new of some events; gives their marks.
    ///
    /// - Parameter segment: what they came in, for parents that are named with a hash of their own.
    @discardableResult
    mutating func add(_ events: some Sequence<HashedEvent>, of segment: Segment? = nil) -> [EventMark] {
        var fresh: [EventMark] = []
        for event in events where places[event.id] == nil {
            disputed[event.id] = segment?.disputed[event.id]
            let said = PayloadCoding.event(of: event.event.kind, schema: event.event.schema, payload: event.event.payload)
            var routedTo: SiteID?
            if case .caseRouted(let routing) = said { routedTo = SiteID(routing.site) }
            places[event.id] = marks.count
            let mark = EventMark(
                id: event.id, hash: event.hash, stream: event.event.stream, parents: required(by: event),
                key: event.event.sourceKey, routedTo: routedTo, isWhole: isWhole(event))
            marks.append(mark)
            fresh.append(mark)
            facts[event.event.stream, default: []].append(CaseFact(event, said))
            held.append(event)
        }
        return fresh
    }

    private var held: [HashedEvent] = []
    private var disputed: [EventID: [EventID: EventHash]] = [:]

    /// The parents without which an event must not be held: nobody can have those of another history than the one that is given on.
    private func required(by event: HashedEvent) -> [EventID] {
        event.event.parents.filter { disputed[event.id]?[$0] == nil }
    }

    private func hash(of parent: EventID, namedBy child: EventID) -> EventHash? {
        disputed[child]?[parent] ?? places[parent].map { marks[$0].hash }
    }

    /// What events say, without parents of another history, unless the very event is held that their authors saw.
    private func counted(_ facts: [CaseFact]) -> [CaseFact] {
        guard !disputed.isEmpty else { return facts }
        return facts.map { fact in
            guard let named = disputed[fact.id], let place = places[fact.id] else { return fact }
            let event = held[place]
            let said = PayloadCoding.event(of: event.event.kind, schema: event.event.schema, payload: event.event.payload)
            let parents = event.event.parents.filter { parent in
                guard let hash = named[parent] else { return true }
                return places[parent].map { marks[$0].hash == hash } ?? false
            }
            return CaseFact(event, said, parents: parents)
        }
    }

    /// Whether an event's bytes still give its hash, as far as its parents are held.
    private func isWhole(_ event: HashedEvent) -> Bool {
        let parents = event.event.parents.compactMap { hash(of: $0, namedBy: event.id) }
        guard parents.count == event.event.parents.count else { return true }
        return CanonicalEvent.hash(event.event, parentHashes: parents) == event.hash
    }

    /// Looks again at all whose parents came later.
    private mutating func judgeWholeness() {
        for (place, mark) in marks.enumerated() where !held[place].event.parents.isEmpty && !isWhole(held[place]) {
            marks[place] = EventMark(
                id: mark.id, hash: mark.hash, stream: mark.stream, parents: mark.parents, key: mark.key, routedTo: mark.routedTo,
                isWhole: false)
        }
    }

    /// The state of a history as an author here sees it.
    func state(of stream: StreamID) -> CaseState { CaseFold.fold(stream, bent(counted(facts[stream] ?? []))) }

    /// The heads that an author here has seen, with their hashes.
    func heads(of state: CaseState) -> [(id: EventID, hash: EventHash)] {
        state.heads.compactMap { id in places[id].map { (id, marks[$0].hash) } }
    }

    /// What is shown of every history.
    func digests() -> [StreamID: EventHash] {
        var digests: [StreamID: EventHash] = [:]
        for stream in facts.keys.sorted() {
            let digest = state(of: stream).digest()
            digests[stream] =
                bug == .foldsInOrderOfArrival ? digest.chained(with: (facts[stream] ?? []).map(\.hash)) : digest
        }
        return digests
    }

    var streams: [StreamID] { facts.keys.sorted() }

    /// What planted bugs of the fold leave of the facts.
    private func bent(_ facts: [CaseFact]) -> [CaseFact] {
        switch bug {
        case .lastWriterWins:
            guard let newest = facts.max(by: { ($0.recordedAt, $0.hash) < ($1.recordedAt, $1.hash) }) else { return facts }
            let parents = Set(facts.flatMap(\.parents))
            return facts.filter { parents.contains($0.id) || $0.id == newest.id }
        case .draftBeatsFinal:
            let draft = facts.lastIndex { if case .preliminaryIssued = $0.event { true } else { false } }
            guard let draft else { return facts }
            return facts.enumerated().filter { place, fact in
                if case .finalSigned = fact.event { place > draft } else { true }
            }.map(\.element)
        case .dropsShorterBranch:
            let parents = Set(facts.flatMap(\.parents))
            let heads = facts.filter { !parents.contains($0.id) }
            guard heads.count > 1, let least = heads.min(by: { $0.hash < $1.hash }) else { return facts }
            return facts.filter { $0.id != least.id }
        default: return facts
        }
    }
}
