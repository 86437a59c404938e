import EventLog
import ImagingCase

/// Facts as sites record them, for what is told of them.
struct Chronicle {
    static let own = "northside"
    static let stream = StreamID(kind: .imagingCase, high: 1, low: 2)
    static let day = Instant(milliseconds: 1_750_000_000_000)

    private var sequences: [String: UInt64] = [:]

    /// Records what somebody says who had seen the facts named.
    mutating func say(
        _ event: CaseEvent, after seen: [CaseFact] = [], at site: String = Chronicle.own, by person: String = "dr.weber",
        role: Role = .radiologist, source: EventSource = .page, minutes: Int64 = 0
    ) throws -> CaseFact {
        let sequence = (sequences[site] ?? 0) + 1
        sequences[site] = sequence
        guard let id = SiteID(site) else { throw NoSite() }
        let event = event
        return CaseFact(
            id: EventID(log: LogID(site: id, incarnation: Incarnation(bits: 1)), sequence: sequence),
            hash: EventHash.sha256(Array("\(site) \(sequence) \(event)".utf8)), parents: seen.map(\.id),
            recordedAt: HybridTime(bits: sequence),
            occurredAt: OccurredAt(Self.day.advanced(byMilliseconds: minutes * 60_000)),
            actor: Actor(person: person, role: role.rawValue, site: id, assurance: .local), source: source, event: event)
    }

    private struct NoSite: Error {}

    static let patient = Patient(issuer: "1.2.276.0.1", id: "P|1", name: "Müller^Änne^^Dr", birthDate: "1970-02-03", sex: .female)

    static let order = CaseEvent.orderPlaced(
        OrderPlaced(
            accession: IssuedIdentifier(issuer: "RIS", value: "A1"), placerOrder: IssuedIdentifier(issuer: "CPOE", value: "K1"),
            patient: patient, procedure: Coded(code: "CTHD", scheme: "L", text: "CT head"), modality: "CT"))

    static func final(_ findings: String, _ impression: String = "No bleed.", supersedes: [EventID] = []) -> CaseEvent {
        .finalSigned(FinalSigned(findings: findings, impression: impression, supersedes: supersedes))
    }
}
