import EventLog
import ImagingCase
import Replication
import StoreContract
import Synchronization
import Testing

@testable import SQLiteStore

/// A history that has nothing to do with any other is left alone until what the rules between histories look at changes.
struct QuietHistoryTests {
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `leaving quiet histories alone asks the same questions and offers the same links as looking each time`(
        seed: UInt64
    ) throws {
        let place = try Place()
        let (short, whole) = try (place.hub(), place.hub(in: place.folder + "-whole"))
        try whole.file.write { $0.skipsQuiet = false }
        let offered = Mutex<[String]>([])
        let expected = Mutex<[String]>([])
        short.file.observeCommits { note in offered.withLock { $0 += note.links.map(\.key) } }
        whole.file.observeCommits { note in expected.withLock { $0 += note.links.map(\.key) } }
        var drawn = DrawnNeighbours(seed: seed)
        for step in 0..<70 {
            let run = try drawn.next(asking: try short.file.conflicts(openOnly: true).filter(\.isShared))
            _ = try short.accept(run)
            _ = try whole.accept(run)
            let questions = try whole.file.conflicts(openOnly: false)
            #expect(try short.file.conflicts(openOnly: false) == questions, "after \(step): \(drawn.last)")
        }
        // The watcher is told after the answer, and before the next commit begins.
        let looked = try (short.file.write(\.lookedAround), whole.file.write(\.lookedAround))
        #expect(offered.withLock { $0 } == expected.withLock { $0 })
        #expect(looked.0 < looked.1, "some of them were left alone: \(looked)")
    }

    @Test func `whoever is named in many cases does not make each remark on one of them dear`() throws {
        let place = try Place()
        let store = try place.hub()
        var north = Author("northside")
        for number in 1...40 as ClosedRange<UInt64> {
            north.say(DrawnNeighbours.order(of: "1", "A\(number)", code: "C\(number)"), on: .sample(number), as: .referrer)
        }
        _ = try store.accept(try north.run(1...40))
        let before = try store.file.write(\.lookedAround)
        let placed = north.events[6]
        for _ in 0..<20 { north.comment(on: .sample(7), after: [placed]) }
        _ = try store.accept(try north.run(41...60))
        #expect(try store.file.write(\.lookedAround) == before)
        // A second order of the same thing does have a say.
        north.say(DrawnNeighbours.order(of: "1", "B1", code: "C7"), on: .sample(50), as: .referrer)
        north.comment(on: .sample(7), after: [placed])
        _ = try store.accept(try north.run(61...62))
        #expect(try store.file.conflicts(openOnly: true).filter(\.isShared).map(\.number) == [9])
        #expect(try store.file.write(\.lookedAround) == before + 2, "the new one, and the one that it has to do with")
    }
}

/// Draws what two sites record of few persons in few cases, so that they meet, and in which order a hub hears of it.
private struct DrawnNeighbours {
    private var random: SplitMix64
    private var sites = [Author("northside"), Author("southside")]
    private var heard = [0, 0]
    /// The event that the hub heard of last.
    private(set) var last = ""

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// What the hub hears of next: one event, of either site.
    mutating func next(asking open: [ConflictPlace]) throws -> PushedRun {
        while true {
            let site = pick(2)
            if heard[site] == sites[site].events.count || pick(3) == 0 { record(at: site, open) }
            guard heard[site] < sites[site].events.count, pick(4) > 0 else { continue }
            heard[site] += 1
            let event = sites[site].events[heard[site] - 1]
            last = "\(event.id) \(event.event.kind) on \(event.event.stream)"
            return try sites[site].run(UInt64(heard[site])...UInt64(heard[site]))
        }
    }

    private mutating func record(at site: Int, _ open: [ConflictPlace]) {
        let (event, stream, role) = draw(open)
        let all = (sites[0].events + sites[1].events).filter { $0.event.stream == stream }
        let own = sites[site].events.last { $0.event.stream == stream }
        // Mostly who had seen everything, now and then who had seen his own site's alone.
        let named = Set(all.flatMap(\.event.parents))
        let heads = all.filter { !named.contains($0.id) }
        sites[site].say(
            event, on: stream, after: pick(5) > 0 ? heads : own.map { [$0] } ?? [], by: ["dr.ito", "dr.lund"][pick(2)], as: role,
            atMilliseconds: 1_700_000_000_000 + Int64(pick(120)) * 3_600_000)
    }

    private mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    private mutating func draw(_ open: [ConflictPlace]) -> (CaseEvent, StreamID, Role) {
        let stream = StreamID.sample(UInt64(1 + pick(6)), kind: pick(20) == 0 ? .course : .imagingCase)
        let person = "\(1 + pick(3))"
        let patient = Patient(issuer: "MPI", id: person, name: "N^\(person)")
        let other = StreamID.sample(UInt64(1 + pick(6))).description
        switch pick(20) {
        case 0...2: return (Self.order(of: person, "A\(1 + pick(4))", code: "C\(pick(4))"), stream, .referrer)
        case 3:
            let step = ProcedureStepStarted(stepUID: "1", studyUID: "1.\(pick(5))", modality: "CT")
            return (.procedureStepStarted(step), stream, .technologist)
        case 4: return (.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1", modality: "CT")), stream, .technologist)
        case 5:
            let number = IssuedIdentifier(issuer: "RIS", value: "A\(1 + pick(4))")
            return (.studyHandedOver(StudyHandedOver(accession: number)), stream, .technologist)
        case 6: return (.patientArrived(PatientArrived(patient: patient, visit: "V")), stream, .frontDesk)
        case 7: return (.demographicsCorrected(DemographicsCorrected(patient: patient, evidence: "e")), stream, .frontDesk)
        case 8: return (.orderCancelled(OrderCancelled(reason: "c")), stream, .referrer)
        case 9: return (.orderReviewed(OrderReviewed(decision: pick(2) == 0 ? .rejected : .accepted)), stream, .radiologist)
        case 10: return (.finalSigned(FinalSigned(impression: "i", contentVersion: "v")), stream, .radiologist)
        case 11: return (.caseRouted(CaseRouted(site: "southside")), stream, .frontDesk)
        case 12: return linkage(other, patient, stream)
        case 13...14: return register()
        case 15...16:
            guard let question = open.randomElement(using: &random) else { fallthrough }
            return (.conflictResolved(ConflictResolved(conflict: question.id, number: question.number)), question.stream, .lead)
        default: return (.commentAdded(CommentAdded(text: "c\(random.next())")), stream, .technologist)
        }
    }

    private mutating func linkage(_ other: String, _ patient: Patient, _ stream: StreamID) -> (CaseEvent, StreamID, Role) {
        switch pick(4) {
        case 0...1: (.linkage(.linked(CaseLinked(to: other, basis: .human, reason: "r"))), stream, .frontDesk)
        case 2: (.linkage(.unlinked(CaseUnlinked(from: other, reason: "r"))), stream, .frontDesk)
        default: (.linkage(.moved(CaseMoved(patient: patient, reason: "r"))), stream, .frontDesk)
        }
    }

    /// What is said of persons and of licences, once in a while: most cases know neither.
    private mutating func register() -> (CaseEvent, StreamID, Role) {
        let holder = ["dr.ito", "dr.lund"][pick(2)]
        let (low, high) = (IssuedIdentifier(issuer: "MPI", value: "1"), IssuedIdentifier(issuer: "MPI", value: "\(2 + pick(2))"))
        let (history, person) = (StreamID.credential(of: holder), StreamID.person(low))
        guard pick(4) == 0, let history, let person else {
            let said = IdentityDisputeCleared(outcome: .samePerson, evidence: "e")
            return (.identityDisputeCleared(said), .sample(UInt64(1 + pick(6))), .frontDesk)
        }
        switch pick(4) {
        case 0: return (.person(.merged(PersonMerged(survivor: low, retired: high, evidence: "e"))), person, .siteAdmin)
        case 1: return (.person(.unmerged(PersonUnmerged(first: low, second: high, evidence: "e"))), person, .siteAdmin)
        case 2:
            let grant = CredentialGranted(person: holder, licence: "L", sites: ["northside"])
            return (.register(.credentialGranted(grant)), history, .hubAdmin)
        default:
            return (.register(.credentialRevoked(CredentialRevoked(person: holder, reason: "r"))), history, .hubAdmin)
        }
    }

    static func order(of id: String, _ accession: String, code: String) -> CaseEvent {
        .orderPlaced(
            OrderPlaced(
                accession: IssuedIdentifier(issuer: "RIS", value: accession),
                patient: Patient(issuer: "MPI", id: id, name: "N^\(id)"),
                procedure: Coded(code: code, scheme: "L", text: code), modality: "CT", priority: .routine))
    }
}
