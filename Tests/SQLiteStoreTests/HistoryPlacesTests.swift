import EventLog
import ImagingCase
import Replication
import StoreContract
import Testing

@testable import SQLiteStore

/// Histories in the order in which a store met them, and what leads to them from outside.
struct HistoryPlacesTests {
    private static func order(_ number: UInt64, issuer: String = "RIS") -> CaseEvent {
        .orderPlaced(OrderPlaced(accession: IssuedIdentifier(issuer: issuer, value: "A\(number)"), modality: "CT"))
    }

    @Test func `stretches lead through all histories once, the newest first`() throws {
        let place = try Place()
        let store = try place.hub()
        var north = StoreContract.Author("northside")
        for number in 1...7 as ClosedRange<UInt64> { north.say(Self.order(number), on: .sample(number), as: .referrer) }
        _ = try store.accept(try north.run(1...7))
        var found: [StreamID] = []
        var below: Int64?
        while true {
            let stretch = try store.file.places(below: below, max: 3)
            #expect(stretch.count <= 3)
            guard let last = stretch.last else { break }
            #expect(try stretch.allSatisfy { try store.file.place(of: $0.stream) == $0.place })
            found += stretch.map(\.stream)
            below = last.place
        }
        #expect(found == (1...7).reversed().map { StreamID.sample($0) })
        #expect(try store.file.place(of: .sample(8)) == nil)
    }

    @Test func `the value of an identifier leads to every case under it, whoever issued it`() throws {
        let place = try Place()
        let store = try place.hub()
        var north = StoreContract.Author("northside")
        north.say(Self.order(1), on: .sample(1), as: .referrer)
        north.say(Self.order(1, issuer: "PACS"), on: .sample(2), as: .referrer)
        north.say(Self.order(2), on: .sample(3), as: .referrer)
        _ = try store.accept(try north.run(1...3))
        #expect(Set(try store.file.streams(knownAs: "A1", max: 10)) == [.sample(1), .sample(2)])
        #expect(try store.file.streams(knownAs: "A1", max: 1).count == 1)
        #expect(try store.file.streams(knownAs: "A", max: 10).isEmpty, "no beginnings")
    }

    @Test func `the newest checkpoint of a log is given as its site signed it`() throws {
        let place = try Place()
        let store = try place.hub()
        var north = StoreContract.Author("northside")
        for number in 1...3 as ClosedRange<UInt64> { north.say(Self.order(number), on: .sample(number), as: .referrer) }
        #expect(try store.file.checkpoint(of: north.log) == nil)
        _ = try store.accept(try north.run(1...2))
        let run = try north.run(3...3)
        _ = try store.accept(run)
        #expect(try store.file.checkpoint(of: north.log) == run.checkpoint.note)
    }
}
