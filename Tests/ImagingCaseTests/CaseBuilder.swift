import EventLog
import ImagingCase
import Testing

/// The case that these tests are about.
let someCase = StreamID(kind: .imagingCase, high: 1, low: 2)

/// Midnight before the tests' day: minutes count from here.
let testDay = Instant(milliseconds: 1_750_000_000_000)

/// Records facts at one site on top of chosen facts, as a site's log would: sequences without gaps, true hashes.
struct CaseBuilder {
    let log: LogID
    let stream: StreamID
    private var sequence: UInt64 = 0

    init(_ site: String, incarnation: UInt64 = 1, stream: StreamID = someCase) {
        log = LogID(site: SiteID(site)!, incarnation: Incarnation(bits: incarnation))
        self.stream = stream
    }

    /// Records an event whose author had seen the given facts last.
    ///
    /// - Parameters:
    ///   - unknownRole: the word of a role that this version does not know, in the place of a role.
    ///   - minutes: the asserted time after `testDay`.
    mutating func record(
        _ event: CaseEvent, after seen: [CaseFact] = [], by person: String = "t.lind", role: Role = .technologist,
        unknownRole: String? = nil, minutes: Int64 = 0, source: EventSource = .page, recordedAt: HybridTime = HybridTime(bits: 1)
    ) -> CaseFact {
        sequence += 1
        let parents = seen.sorted { $0.id < $1.id }
        let recorded = Event(
            id: EventID(log: log, sequence: sequence), stream: stream, kind: event.kind, schema: 1, recordedAt: recordedAt,
            occurredAt: OccurredAt(testDay.advanced(byMilliseconds: minutes * 60_000)),
            actor: Actor(person: person, role: unknownRole ?? role.rawValue, site: log.site, assurance: .local), source: source,
            sourceKey: "",
            parents: parents.map(\.id), payload: Self.payload(of: event))
        return CaseFact(
            HashedEvent(event: recorded, hash: CanonicalEvent.hash(recorded, parentHashes: parents.map(\.hash))), event)
    }

    /// The event in words. Fields that bodies got later leave no trace where they are not said, as on the wire: hashes stay.
    private static func payload(of event: CaseEvent) -> [UInt8] {
        let words = "\(event)"
        guard words.contains("IrradiationEvent") else { return Array(words.utf8) }
        return Array(words.replacing(#", projection: nil, modality: "", startedAt: nil"#, with: "").utf8)
    }
}

/// Folds the facts in every order of delivery (every permutation up to six, 200 seeded shuffles beyond, each with some facts
/// delivered twice), expects one digest, and gives the one state.
func foldedInEveryOrder(
    _ facts: [CaseFact], of stream: StreamID = someCase, sourceLocation: SourceLocation = #_sourceLocation
) -> CaseState {
    let state = CaseFold.fold(stream, facts)
    let digest = state.digest()
    let expect = { (order: [CaseFact], seed: UInt64) in
        let other = CaseFold.fold(stream, order)
        #expect(other.digest() == digest, "order \(order.map(\.id)), seed \(seed)", sourceLocation: sourceLocation)
        #expect(other == state, "seed \(seed)", sourceLocation: sourceLocation)
    }
    if facts.count <= 6 {
        for order in permutations(of: facts) { expect(order, 0) }
    } else {
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            let again = facts.filter { _ in random.next() % 4 == 0 }
            expect((facts + again).shuffled(using: &random), seed)
        }
    }
    return state
}

/// Every order of some values.
func permutations<T>(of values: [T]) -> [[T]] {
    guard values.count > 1 else { return [values] }
    return values.indices.flatMap { index in
        var rest = values
        let first = rest.remove(at: index)
        return permutations(of: rest).map { [first] + $0 }
    }
}

/// A small generator with a printed seed.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

extension CaseState {
    /// The conflicts with a number of the catalogue.
    func conflicts(numbered number: Int) -> [Conflict] { conflicts.filter { $0.number == number } }

    /// The state's JSON as text.
    var jsonText: String { String(decoding: json(), as: UTF8.self) }
}

extension Conflict {
    /// Minutes after `testDay` at which it is due.
    var dueMinutes: Int64? { due.map { ($0.milliseconds - testDay.milliseconds) / 60_000 } }
}

/// A person's decision that closes a conflict.
func decision(on conflict: Conflict, choosing fact: CaseFact, because reason: String = "Seen both.") -> CaseEvent {
    .conflictResolved(ConflictResolved(conflict: conflict.id, number: conflict.number, choose: fact.id, reason: reason))
}
