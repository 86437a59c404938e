import EventLog
import ImagingCase

@testable import Interop

/// A case that is told event by event, and the workitems that come of it.
struct WorkitemStory {
    static let stream = StreamID(kind: .imagingCase, high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
    static let start = Instant(milliseconds: 1_750_000_000_000)

    private(set) var facts: [CaseFact] = []
    private var counts: [String: UInt64] = [:]

    /// A study that was ordered and handed over.
    init(handedOver: Bool = true) {
        let order = OrderPlaced(
            accession: IssuedIdentifier(issuer: "NORTH", value: "ACC9"),
            placerOrder: IssuedIdentifier(issuer: "NORTH", value: "P100"),
            patient: Patient(issuer: "NORTH", id: "P1", name: "DOE^JANE", birthDate: "1979-03-28", sex: .female),
            procedure: Coded(code: "CTHEAD", scheme: "LOCAL", text: "CT Head"), modality: "CT", reason: "fall",
            priority: .stat, requester: "HODA^ADAM", studyUID: "1.2.840.1.2")
        add(.orderPlaced(order), "Dr Hoda", 0, .referrer)
        if handedOver { add(.studyHandedOver(StudyHandedOver(declaredSeries: 1)), "lee", 5, .technologist) }
    }

    static func at(_ minutes: Int64) -> Instant { start.advanced(byMilliseconds: minutes * 60_000) }

    /// Records an event on top of all that there is, or of some of it.
    @discardableResult
    mutating func add(
        _ event: CaseEvent, _ person: String, _ minutes: Int64, _ role: Role = .radiologist, site: String = "lakeview",
        after seen: [CaseFact]? = nil
    ) -> CaseFact {
        let parents = (seen ?? facts.last.map { [$0] } ?? []).sorted { $0.id < $1.id }
        let log = LogID(site: SiteID(site)!, incarnation: Incarnation(bits: 1))
        counts[site, default: 0] += 1
        let recorded = Event(
            id: EventID(log: log, sequence: counts[site] ?? 0), stream: Self.stream, kind: event.kind, schema: 1,
            recordedAt: HybridTime(startOf: Self.at(minutes)), occurredAt: OccurredAt(Self.at(minutes)),
            actor: Actor(person: person, role: role.rawValue, site: log.site, assurance: .local), source: .page, sourceKey: "",
            parents: parents.map(\.id), payload: Array("\(event)".utf8))
        let fact = CaseFact(
            HashedEvent(event: recorded, hash: CanonicalEvent.hash(recorded, parentHashes: parents.map(\.hash))), event)
        facts.append(fact)
        return fact
    }

    @discardableResult
    mutating func claim(
        _ person: String, _ minutes: Int64, lease: Int64 = 120, site: String = "lakeview", after: [CaseFact]? = nil
    )
        -> CaseFact
    {
        add(
            .readingClaimed(ReadingClaimed(mode: .exclusive, leaseUntil: Self.at(minutes + lease))), person, minutes, site: site,
            after: after)
    }

    @discardableResult
    mutating func sign(_ person: String, _ minutes: Int64, site: String = "lakeview", after: [CaseFact]? = nil) -> CaseFact {
        add(.finalSigned(FinalSigned(impression: "no bleed")), person, minutes, site: site, after: after)
    }

    var history: CaseHistory { CaseHistory(facts) }
    var state: CaseState { CaseFold.fold(Self.stream, facts) }

    /// The workitems at a moment; the same from every order in which the facts may come.
    func workitems(_ minutes: Int64) -> [Workitem] {
        WorkitemSeries.workitems(of: state, history, at: Self.at(minutes))
    }
}
