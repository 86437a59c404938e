import EventLog
import Foundation
import ImagingCase
import Replication
import Testing

@testable import Wire

/// The key of sealed fields, and which fields are sealed.
struct FieldKeyTests {
    private let key = FieldKey(Array(0..<32))

    @Test(arguments: SealedMeaning.allCases) func `what is sealed opens again, and under no other key`(meaning: SealedMeaning)
        throws
    {
        var random = SplitMix64(seed: 7)
        for length in [1, 2, 14, 15, 16, 17, 200, 70_000] {
            let text = String(
                (0..<length).map { _ in
                    ["a", "Z", "é", "日", "^", "\"", "\n", "\0", ";", "\u{1F9B4}"].randomElement(using: &random)!
                })
            let sealed = try #require(SealedText(key.seal("x" + text, as: meaning)))
            #expect(key.open(sealed) == "x" + text && sealed.keyID == key.id)
            #expect(FieldKey([UInt8](repeating: 9, count: 32)).open(sealed) == nil, "\(length)")
        }
    }

    @Test func `equal texts are sealed alike, whatever they are a sealed text stays, and what says nothing is left`() {
        let once = key.seal("DOE^ANN", as: .name)
        #expect(key.seal("DOE^ANN", as: .name) == once && key.seal(once, as: .name) == once && key.seal(once, as: .text) == once)
        #expect(key.seal("DOE^ANN", as: .text) != once)
        for nothing in ["", " ", "\n\t"] { #expect(key.seal(nothing, as: .text) == nothing) }
        // A text that only looks like one is sealed like any other.
        let forged = once.replacing("enc1:\(key.id)", with: "enc1:00000000")
        #expect(SealedText(forged) != nil && SealedText(key.seal(forged, as: .name)).flatMap(key.open) == forged)
    }

    @Test func `a change of any character is noticed`() throws {
        let sealed = key.seal("ROE^RICHARD", as: .name)
        for place in sealed.indices {
            var changed = sealed
            changed.replaceSubrange(place...place, with: sealed[place] == "A" ? "B" : "A")
            #expect(SealedText(changed).flatMap(key.open) == nil, "\(changed)")
        }
    }

    @Test func `a short name and a longer one have one length, and the form of a sealed text does not change`() {
        #expect(Set(["A", "DOE^ANN", "DOE^ANNABELLE"].map { key.seal($0, as: .name).count }).count == 1)
        #expect(key.seal("DOE^ANN", as: .name).count == 5 + 8 + 1 + 1 + 22 + 1 + (12 + 16 + 16) * 4 / 3 + 1 + 1)
        #expect(key.seal("DOE^ANN", as: .name) == Self.golden)
        #expect(SealedText(Self.golden).flatMap(key.open) == "DOE^ANN")
    }

    /// What the key of the bytes 0 to 31 makes of a name: it is in logs, so it must open for ever.
    private static let golden =
        "enc1:a3de069e:nGgGsmrTrCIuyJKfI01Lfdw:WxV89jrUkttW8sR8JqD4zOXOOEFeMftQZwYXbEHxnvnKSMIG9r1ClAYmfTs;"

    /// A published message's fields: number, type and name.
    private static let messages: [String: [(number: Int, type: String, name: String)]] = {
        var found: [String: [(Int, String, String)]] = [:]
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../Sources/WireSchema/Protos")
        for file in (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? [] {
            var (kind, message) = ("", "")
            for line in ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n") {
                if let match = line.firstMatch(of: /^\/\/ ([a-zA-Z]+\.[a-zA-Z]+):/) { kind = String(match.1) }
                if let match = line.firstMatch(of: /^message (\w+)/) {
                    message = kind.isEmpty ? String(match.1) : kind
                    kind = ""
                }
                if let match = line.firstMatch(of: /^  (?:repeated )?([\w.]+) (\w+) = (\d+)/), let number = Int(match.3) {
                    found[message, default: []].append((number, String(match.1), String(match.2)))
                }
            }
        }
        return found
    }()

    /// Words that name free text in the published messages.
    private static let free: Set<String> = [
        "reason", "note", "text", "findings", "impression", "answer", "conclusion", "rationale", "evidence", "what", "action",
        "history", "finding", "plan", "comment", "instructions", "justification", "options", "impact", "issues", "vitals",
        "recoveryOrders", "closure", "treatment", "accessPlan", "anticoagulantHold", "outcome",
    ]
    /// What is not sealed although its name is among them: registers that every site reads and that name no patient.
    private static let readable: Set<String> = [
        "equipment.qcRecorded.note", "credential.revoked.reason",
    ]

    @Test func `every field that is sealed is a text of the published message, and every free text and patient is sealed`() throws
    {
        for (kind, fields) in SealedFields.byKind {
            let message = try #require(Self.messages[kind.text], "\(kind)")
            for field in fields {
                let published = try #require(message.first { $0.number == field.number }, "\(kind) \(field)")
                switch field {
                case .text: #expect(published.type == "string", "\(kind) \(published)")
                case .inside(_, let inner):
                    #expect(["Patient", "IssuedIdentifier"].contains(published.type), "\(kind) \(published)")
                    for part in inner {
                        let name = Self.messages[published.type]?.first { $0.number == part.number }?.name
                        #expect(["id", "name", "value"].contains(name), "\(kind) \(part)")
                    }
                }
            }
        }
        for kind in EventKind.known {
            for field in Self.messages[kind.text] ?? [] {
                let isFree = field.type == "string" && Self.free.contains(field.name)
                guard isFree || ["Patient", "IssuedIdentifier"].contains(field.type) else { continue }
                guard !Self.readable.contains("\(kind).\(field.name)") else { continue }
                #expect(SealedFields.byKind[kind]?.contains { $0.number == field.number } == true, "\(kind).\(field.name)")
            }
        }
        #expect(Self.messages.count > 100)
    }

    @Test func `a sealed body is opened to the body that was said, and nothing of its texts is in its bytes`() throws {
        let order = CaseEvent.orderPlaced(
            OrderPlaced(
                accession: IssuedIdentifier(issuer: "n", value: "A4711"),
                patient: Patient(issuer: "mpi", id: "P77", name: "ROE^RICHARD", birthDate: "1962-04-02"), modality: "CT",
                reason: "cough", studyUID: "1.2.3", history: ["smoker", "asthma"]))
        let sealed = PayloadCoding.sealed(order, under: key)
        let bytes = String(decoding: PayloadCoding.payload(of: sealed), as: UTF8.self)
        for word in ["A4711", "P77", "ROE", "cough", "smoker", "asthma"] { #expect(!bytes.contains(word)) }
        for word in ["mpi", "1962-04-02", "CT", "1.2.3"] { #expect(bytes.contains(word)) }
        let json = try #require(PayloadCoding.json(of: sealed.kind, payload: PayloadCoding.payload(of: sealed)))
        let opened = SealedText.replacing(in: json, key.open)
        #expect(try PayloadCoding.event(of: order.kind, json: opened) == order)
        #expect(PayloadCoding.sealed(sealed, under: key) == sealed)
    }

    private static func filled(_ event: CaseEvent, _ random: inout SplitMix64) throws -> [UInt8] {
        func fill<P: Payload>(_ body: P) -> [UInt8] { ProtoWriter.bytes(of: RandomBody.body(P.self, &random)) }
        let body = try #require(RandomBody.payload(inside: event))
        return fill(body)
    }

    @Test func `texts are replaced in any body, and what is none is left byte for byte`() throws {
        var random = SplitMix64(seed: 3)
        for kind in EventKind.known {
            for _ in 0..<20 {
                let empty = PayloadCoding.event(of: kind, schema: 1, payload: [])
                let bytes = try Self.filled(empty, &random)
                let fields = SealedFields.byKind[kind] ?? []
                #expect(ProtoSplice.replacing(fields, in: bytes[...]) { text, _ in text } == bytes, "\(kind)")
            }
        }
        #expect(ProtoSplice.replacing([.text(1, .text)], in: [0x0a, 0x05, 0x61]) { text, _ in text } == nil)
        #expect(ProtoSplice.replacing([.text(1, .text)], in: [0x0b]) { text, _ in text } == nil)
        #expect(ProtoSplice.replacing([.text(1, .text)], in: [0x0a, 0x01, 0xff]) { text, _ in text } == nil)
    }
}
