import EventLog
import FHIRModels
import Foundation
import ImagingCase
import Interop
import Testing

/// Every state that can be drawn is a set of good FHIR resources.
struct FHIRResourceTests {
    private static func cases() -> [FHIRCase] {
        (1...40 as ClosedRange<UInt64>).map { seed in
            let history = CaseHistory(RandomHistory(seed: seed, events: 60).facts)
            return FHIRCase(CaseFold.fold(someCase, history), history)
        }
    }

    private static func all(_ whole: FHIRCase) -> [FHIRResource] { FHIRType.ofHistories.flatMap(whole.resources) }

    @Test func `ids are possible and unique, states are codes of their types, and every reference leads to a resource`() throws {
        var seen: [FHIRType: Set<String>] = [:]
        for whole in Self.cases() {
            let resources = Self.all(whole)
            let addresses = resources.map { "\($0.type.rawValue)/\($0.id)" }
            let twice = Dictionary(grouping: addresses) { $0 }.filter { $1.count > 1 }.keys
            #expect(twice.isEmpty, "\(twice)")
            let there = Set(addresses)
            for resource in resources {
                #expect(
                    FHIRResourceID.isPossible(resource.id) && FHIRResourceID(resource.id)?.stream == someCase, "\(resource.id)")
                #expect(
                    resource.type.statusCodes.isEmpty
                        ? resource.status.isEmpty : resource.type.statusCodes.contains(resource.status),
                    "\(resource.type) \(resource.status)")
                let json = try #require(
                    JSONSerialization.jsonObject(with: Data(resource.json(whole.version))) as? [String: Any])
                for reference in Self.references(json) { #expect(there.contains(reference), "\(resource.id) to \(reference)") }
                seen[resource.type, default: []].insert(resource.status)
            }
        }
        #expect(Set(seen.keys) == Set(FHIRType.ofHistories), "the draw has every type")
        #expect(seen.values.map(\.count).reduce(0, +) > 40, "and most states: \(seen)")
    }

    private static func references(_ value: Any) -> [String] {
        if let list = value as? [Any] { return list.flatMap(references) }
        guard let object = value as? [String: Any] else { return [] }
        return object.flatMap { name, value in
            (value as? String).flatMap { name == "reference" ? [$0] : nil } ?? references(value)
        }
    }

    @Test func `equal histories give equal resources, in whatever order their facts came`() {
        for seed in 1...5 as ClosedRange<UInt64> {
            let facts = RandomHistory(seed: seed, events: 40).facts
            var random = SplitMix64(seed: seed)
            let bytes = { (facts: [CaseFact]) in
                let history = CaseHistory(facts)
                let whole = FHIRCase(CaseFold.fold(someCase, history), history)
                return Self.all(whole).map { $0.json(whole.version(of: $0, whole.version)) }
            }
            #expect(bytes(facts) == bytes(facts.shuffled(using: &random)))
        }
    }

    @Test(.enabled(if: FHIRModels.folder != nil, "skipped: the models of FHIR cannot be had"))
    func `the models of another group take every resource, with every code from its list`() throws {
        let resources = Self.cases().flatMap { whole in
            Self.all(whole).map { $0.json(whole.version(of: $0, whole.version), isGlassBroken: $0.type == .patient) }
        }
        let answer = try FHIRModels.mistakes(in: resources)
        #expect(answer.count == resources.count && resources.count > 2_000)
        #expect(answer.mistakes.isEmpty, "\(answer.mistakes.prefix(20).joined(separator: "\n"))")
    }

    @Test(.enabled(if: FHIRModels.folder != nil, "skipped: the models of FHIR cannot be had"))
    func `the models find what is wrong`() throws {
        let wrong = [
            #"{"resourceType":"Task","id":"a","status":"requested","intent":"done"}"#,
            #"{"resourceType":"ImagingStudy","id":"b"}"#,
        ]
        let answer = try FHIRModels.mistakes(in: wrong.map { Array($0.utf8) })
        #expect(answer.count == 2 && answer.mistakes.count == 2 && answer.mistakes[0].contains("'done'"))
    }
}
