import EventLog
import ImagingCase
import Replication
import StoreContract
import Testing
import Wire

@testable import SQLiteStore

/// The SQLite stores and the reference stores in memory do the same.
struct ContractTests {
    /// Which store is held to the contract.
    enum Kind: CaseIterable {
        case memory
        case sqlite
    }

    @Test(arguments: SiteStoreContract.clauses, Kind.allCases)
    func `a site's store keeps the contract`(clause: Clause<SiteStoreContract>, kind: Kind) throws {
        let place = try Place()
        let memory = MemorySiteStore(site: Author("northside").site, incarnation: Incarnation(bits: 1), isUrgent: Self.isUrgent)
        try clause.hold(
            SiteStoreContract { () throws -> any SiteStore in
                if kind == .memory { return memory }
                return try place.site()
            })
    }

    @Test(arguments: HubStoreContract.clauses, Kind.allCases)
    func `a hub's store keeps the contract`(clause: Clause<HubStoreContract>, kind: Kind) throws {
        let place = try Place()
        let memory = MemoryHubStore(
            generation: Generation(bits: 1), routes: Self.routes, persons: Self.persons, isUrgent: Self.isUrgent)
        let contract = HubStoreContract { feeds in
            if kind == .memory {
                for site in feeds { memory.open(feedOf: site) }
                return memory
            }
            let hub = try place.hub()
            for site in feeds { try hub.open(feedOf: site) }
            return hub
        } evidence: { store in
            if let hub = store as? SQLiteHubStore { return try hub.rows(of: "evidence") }
            return memory.evidence.count
        }
        try clause.hold(contract)
    }

    /// What the fold says of routing, for the store that is blind to meaning.
    private static func routes(_ event: HashedEvent) -> [SiteID] {
        guard case .caseRouted(let routed) = body(of: event), let site = SiteID(routed.site) else { return [] }
        return [site]
    }

    /// What the fold says of the persons that an event names.
    private static func persons(_ event: HashedEvent) -> [String] {
        CaseIdentity.persons(in: body(of: event), of: event.event.stream.kind).filter(\.isWhole).map {
            "\($0.issuer.utf8.count):\($0.issuer):\($0.value)"
        }
    }

    /// What the fold says of urgency.
    private static func isUrgent(_ stream: StreamID, _ events: [HashedEvent]) -> Bool {
        CaseFold.fold(stream, events.map { CaseFact($0, body(of: $0)) }).isUrgent
    }

    private static func body(of event: HashedEvent) -> CaseEvent {
        PayloadCoding.event(of: event.event.kind, schema: event.event.schema, payload: event.event.payload)
    }
}

extension SQLiteHubStore {
    func rows(of table: String) throws -> Int {
        try file.database.read { db in
            let count = try RawStatement(db, "SELECT count(*) FROM \(table)")
            guard try count.step() else { return 0 }
            return Int(count.integer(0))
        }
    }
}
