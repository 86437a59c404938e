import CurlHTTP
import EventLog
import Foundation
import ImagingCase
import StoreContract
import Testing

@testable import Hub

/// The hub links by itself only what is surely one matter, once, and not again after somebody has undone it.
struct ExactLinkTests {
    private static let accession = IssuedIdentifier(issuer: "RIS", value: "A77")
    private static let patient = Patient(issuer: "MPI", id: "7", name: "DEMO^ANN")
    private static let (ordered, made) = (StreamID.sample(1), StreamID.sample(2))

    private static func order(of patient: Patient) -> CaseEvent {
        .orderPlaced(
            OrderPlaced(
                accession: accession, placerOrder: IssuedIdentifier(issuer: "KIS", value: "P1"), patient: patient, modality: "CT")
        )
    }

    /// An examination without an order, of a person who is known by his arrival, under an accession.
    private static func examine(_ author: inout StoreContract.Author) {
        author.say(.patientArrived(PatientArrived(patient: patient)), on: made)
        author.say(
            .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1.2", modality: "CT")), on: made, after: [author.last])
        author.say(
            .studyHandedOver(StudyHandedOver(declaredSeries: 1, declaredInstances: 2, accession: accession)), on: made,
            after: [author.last])
    }

    private static func kinds(_ hub: LiveHub, _ stream: StreamID) async throws -> [String] {
        try await hub.get("/v1/cases/\(stream)/history").list.compactMap { $0["kind"] as? String }
    }

    @Test func `an order that comes after its examination is linked once, and a separation stays`() async throws {
        try await LiveHub.run { hub in
            let (north, south) = (try await hub.joined("northside"), try await hub.joined("southside"))
            var (one, two) = (StoreContract.Author("northside"), StoreContract.Author("southside"))
            Self.examine(&one)
            try #require(try await north.send(north.push(beginning: one.events)).status == 200)
            two.say(Self.order(of: Self.patient), on: Self.ordered, as: .referrer)
            try #require(try await south.send(south.push(beginning: two.events)).status == 200)
            for _ in 0..<400 {
                if try await Self.kinds(hub, Self.made).contains("case.linked") { break }
                try await Task.sleep(for: .milliseconds(25))
            }
            #expect(try await Self.kinds(hub, Self.made).filter { $0 == "case.linked" }.count == 1)
            let history = try await hub.get("/v1/cases/\(Self.made)/history").list
            let actor = history.last?["actor"] as? [String: Any]
            #expect(actor?["role"] as? String == "system" && actor?["person"] as? String == "hub")
            let undone =
                #"{"kind":"case.unlinked","as":"desk","role":"frontDesk","body":{"from":"\#(Self.ordered)","reason":"two"}}"#
            #expect(try await hub.post("/v1/cases/\(Self.made)/events", undone).status == 201)
            let said = #"{"kind":"order.cancelled","as":"dr","role":"referrer","body":{"reason":"wrong"}}"#
            #expect(try await hub.post("/v1/cases/\(Self.ordered)/events", said).status == 201)
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await Self.kinds(hub, Self.made).filter { $0 == "case.linked" }.count == 1)
        }
    }

    @Test func `another person under the same accession is linked by nobody`() async throws {
        try await LiveHub.run { hub in
            let (north, south) = (try await hub.joined("northside"), try await hub.joined("southside"))
            var (one, two) = (StoreContract.Author("northside"), StoreContract.Author("southside"))
            Self.examine(&one)
            two.say(Self.order(of: Patient(issuer: "MPI", id: "8", name: "OTHER^BOB")), on: Self.ordered, as: .referrer)
            try #require(try await south.send(south.push(beginning: two.events)).status == 200)
            try #require(try await north.send(north.push(beginning: one.events)).status == 200)
            let open = try await hub.get("/v1/conflicts").list
            #expect(open.contains { $0["number"] as? Int == 13 })
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await !Self.kinds(hub, Self.made).contains("case.linked"))
        }
    }
}
