import EventLog
import ImagingCase
import Testing
import Wire

/// Texts that are sealed: what of them can be read without the key, and that the rules need no more.
struct SealedTextTests {
    private static let key = FieldKey(Array(0..<32))

    private func sealed(_ facts: [CaseFact]) -> [CaseFact] {
        facts.map { fact in
            CaseFact(
                id: fact.id, hash: fact.hash, parents: fact.parents, recordedAt: fact.recordedAt, occurredAt: fact.occurredAt,
                actor: fact.actor, source: fact.source, event: PayloadCoding.sealed(fact.event, under: Self.key))
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `a sealed history has the conflicts of the readable one, at the same events and as open`(seed: UInt64) {
        let facts = RandomHistory(seed: seed, events: 60).facts
        let (plain, hidden) = (CaseFold.fold(someCase, facts), CaseFold.fold(someCase, sealed(facts)))
        #expect(hidden.conflicts.map(\.id) == plain.conflicts.map(\.id), "seed \(seed)")
        #expect(hidden.conflicts.map(\.state) == plain.conflicts.map(\.state), "seed \(seed)")
        #expect(hidden.conflicts.map(\.closedBy) == plain.conflicts.map(\.closedBy), "seed \(seed)")
        #expect(
            SealedText.replacing(in: hidden.headline, Self.key.open) == plain.headline && hidden.priority == plain.priority,
            "seed \(seed)")
        #expect(hidden.anomalies.map(\.event) == plain.anomalies.map(\.event), "seed \(seed)")
    }

    @Test func `the drawn histories say much that is sealed`() {
        let facts = (1...40 as ClosedRange<UInt64>).flatMap { RandomHistory(seed: $0, events: 60).facts }
        #expect(facts.count { PayloadCoding.hasTexts($0.event) } > 500)
        #expect(
            sealed(facts).allSatisfy { fact in
                guard case .orderPlaced(let order) = fact.event, let patient = order.patient else { return true }
                return SealedText(patient.name)?.meaning == .name && SealedText(patient.id)?.meaning == .identifier
            })
    }

    @Test func `a name in other letters is the same name, and a temporary one is seen to be one`() {
        let names = ["Doe^Ann", "DOE^ANN^^", "DOE^ANNE"].map { SealedText(Self.key.seal($0, as: .name)) }
        #expect(names[0]?.sense == names[1]?.sense && names[0] != names[1] && names[0]?.sense != names[2]?.sense)
        for (name, id, isTemporary) in [("DOE^JOHN", "1", true), ("ROE^ANN", "TEMP7", true), ("ROE^ANN", "7", false)] {
            let plain = Patient(id: id, name: name)
            let hidden = Patient(id: Self.key.seal(id, as: .identifier), name: Self.key.seal(name, as: .name))
            #expect(plain.isTemporary == isTemporary && hidden.isTemporary == isTemporary, "\(name)")
        }
    }

    @Test func `only a whole text of the form is one, and within a text each is found`() {
        let text = Self.key.seal("DOE^ANN", as: .name)
        #expect(SealedText(text)?.description == text)
        for other in [
            "", "enc1:", String(text.dropLast()), text + " ", "e" + text, text.replacing("enc1", with: "enc2"),
            text.replacing(":", with: ";"), String(text.dropLast(3)) + "é;",
        ] {
            #expect(SealedText(other) == nil, "\(other)")
        }
        let sentence = "enc1: \(text), and \(text)enc1:x; ends"
        #expect(SealedText.replacing(in: sentence) { _ in "[]" } == "enc1: [], and []enc1:x; ends")
        #expect(SealedText.replacing(in: sentence) { _ in nil } == sentence)
        #expect(SealedText.first(in: sentence)?.description == text && SealedText.first(in: "enc1:x;") == nil)
        // Openings without an end, and one that another begins in.
        let openings = String(repeating: "enc1:", count: 20_000) + ";"
        #expect(SealedText.replacing(in: openings) { _ in "[]" } == openings)
        #expect(SealedText.replacing(in: String(text.prefix(30)) + text) { _ in "[]" } == text.prefix(30) + "[]")
    }
}
