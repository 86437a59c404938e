import EventLog
import Foundation
import ImagingCase
import Testing

@Suite struct CaseStateJSONTests {
    private var north = CaseBuilder("northside")
    private var south = CaseBuilder("southside")

    private func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test mutating func `a case is written as published, members in their order`() throws {
        let placed = north.record(
            .orderPlaced(
                OrderPlaced(
                    accession: IssuedIdentifier(issuer: "north", value: "A1"),
                    patient: Patient(issuer: "mpi", id: "7", name: "BERG^ANNA"), modality: "CT", priority: .stat, studyUID: "1.2")
            ))
        let one = north.record(.protocolAssigned(ProtocolAssigned(name: "a")), after: [placed], role: .radiologist, minutes: 1)
        let two = south.record(.protocolAssigned(ProtocolAssigned(name: "b")), after: [placed], role: .radiologist)
        let state = CaseFold.fold(someCase, [placed, one, two])
        let json = try object(state.json())
        #expect(json["case"] as? String == someCase.description)
        #expect(json["digest"] as? String == state.digest().description)
        #expect(json["heads"] as? [String] == [one.id, two.id].sorted().map(\.description))
        #expect(json["events"] as? Int == 3)
        #expect(json["priority"] as? String == "stat")
        #expect(json["patient"] as? [String: String] == ["issuer": "mpi", "id": "7", "name": "BERG^ANNA"])
        let aliases = try #require(json["aliases"] as? [String: Any])
        #expect(aliases["accession"] as? [[String: String]] == [["issuer": "north", "value": "A1"]])
        #expect(aliases["studyUID"] as? [String] == ["1.2"])
        let axes = try #require(json["axes"] as? [String: [String: Any]])
        #expect(
            Set(axes.keys) == [
                "order", "protocol", "safety", "acquisition", "handOver", "reading", "report", "criticalResult", "instruction",
                "dose",
                "identity",
            ])
        #expect(axes.values.allSatisfy { $0["state"] is String })
        let conflict = try #require((json["conflicts"] as? [[String: Any]])?.first)
        #expect(conflict["number"] as? Int == 30 && conflict["kind"] as? String == "competingProtocols")
        #expect(conflict["state"] as? String == "open" && conflict["owner"] as? String == "radiologist")
        #expect(conflict["due"] as? String == Timestamp.text(of: testDay.advanced(byMilliseconds: 16 * 60_000)))
        #expect(conflict["told"] as? [String] == ["radiologist", "technologist"])
        #expect(conflict["closedBy"] == nil)
        let text = state.jsonText
        let order = ["case", "digest", "heads", "events", "headline", "aliases", "patient", "priority", "axes", "conflicts"]
        let places = order.compactMap { text.range(of: "\"\($0)\":")?.lowerBound }
        #expect(places.count == order.count && places == places.sorted())
    }

    @Test func `an empty case is written with every axis`() throws {
        let json = try object(CaseFold.fold(someCase, []).json())
        #expect(json["patient"] is NSNull)
        #expect((json["axes"] as? [String: Any])?.count == 11)
        #expect(json["priority"] as? String == "routine")
        #expect(json["headline"] as? String == "No order")
    }

    @Test mutating func `the digest changes with what is shown and covers everything but itself`() {
        let placed = north.record(.orderPlaced(OrderPlaced(modality: "CT")))
        let more = north.record(.commentAdded(CommentAdded(text: "x")), after: [placed])
        let one = CaseFold.fold(someCase, [placed])
        #expect(one.digest() != CaseFold.fold(someCase, [placed, more]).digest())
        var json = JSONWriter()
        one.write(to: &json, digest: nil)
        #expect(EventHash.sha256(json.bytes) == one.digest())
    }

    @Test mutating func `the row of a worklist says what the case says`() throws {
        let placed = north.record(
            .orderPlaced(
                OrderPlaced(
                    accession: IssuedIdentifier(issuer: "north", value: "A1"),
                    patient: Patient(issuer: "mpi", id: "7", name: "BERG^ANNA"),
                    procedure: Coded(code: "CTH", text: "CT head"), modality: "CT", priority: .urgent)))
        let claimed = north.record(.readingClaimed(ReadingClaimed()), after: [placed], by: "dr.rad", role: .radiologist)
        let state = CaseFold.fold(someCase, [placed, claimed])
        let row = CaseSummary(state)
        #expect(row == CaseSummary(state, digest: state.digest()))
        #expect(
            row.patientName == "BERG^ANNA" && row.accession.value == "A1" && row.procedure == "CT head" && row.reader == "dr.rad")
        var json = JSONWriter()
        row.write(to: &json)
        let written = try object(json.bytes)
        #expect(written["priority"] as? String == "urgent" && written["order"] as? String == "requested")
        #expect(written["headline"] as? String == state.headline && written["digest"] as? String == state.digest().description)
        #expect(written["openConflicts"] as? Int == 0 && written["events"] as? Int == 2)
    }
}
