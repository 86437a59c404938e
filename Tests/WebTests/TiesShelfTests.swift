import EventLog
import ImagingCase
import Problems
import StoreContract
import Testing

@testable import Web

struct TiesShelfTests {
    private func ties(_ person: String) -> CaseTies { CaseTies(kind: .imagingCase, sites: [], people: [person]) }

    @Test func `ties are gathered once for each version of a row`() throws {
        let shelf = TiesShelf()
        var gathered = 0
        func ask(_ version: String, _ person: String, of stream: StreamID = .sample(1)) throws -> Set<String> {
            try shelf.ties(of: stream, version: CaseVersion(events: version.count, digest: version)) {
                gathered += 1
                return ties(person)
            }.people
        }
        #expect(try ask("1 a", "lee") == ["lee"] && ask("1 a", "nobody") == ["lee"] && gathered == 1)
        #expect(try ask("2 b", "mae") == ["mae"] && ask("2 b", "nobody") == ["mae"] && gathered == 2)
        #expect(try ask("2 b", "ito", of: .sample(2)) == ["ito"] && gathered == 3, "another history's are its own")
    }

    @Test func `it holds a bounded number, and gathers anew what it let go of`() throws {
        let shelf = TiesShelf()
        var gathered = 0
        func ask(_ number: Int) throws {
            _ = try shelf.ties(
                of: StreamID(kind: .imagingCase, derivedFrom: "\(number)"), version: CaseVersion(events: 1, digest: "a")
            ) {
                gathered += 1
                return ties("lee")
            }
        }
        for number in 0..<TiesShelf.entriesMax { try ask(number) }
        try ask(0)
        #expect(gathered == TiesShelf.entriesMax, "within the bound all are held")
        try ask(-1)
        try ask(0)
        #expect(gathered == TiesShelf.entriesMax + 2)
    }

    @Test func `what could not be gathered is asked for again`() throws {
        let shelf = TiesShelf()
        let failure = Problem(.ioFailed, "x")
        #expect(throws: failure) {
            try shelf.ties(of: .sample(1), version: CaseVersion(events: 1, digest: "a")) { () throws(Problem) -> CaseTies in
                throw failure
            }
        }
        #expect(try shelf.ties(of: .sample(1), version: CaseVersion(events: 1, digest: "a")) { ties("lee") }.people == ["lee"])
    }
}
