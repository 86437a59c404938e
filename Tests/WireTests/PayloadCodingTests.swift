import EventLog
import ImagingCase
import Replication
import Problems
import SwiftProtobuf
import Testing

@testable import Wire

/// Goal: what we read and write by hand is what the published messages say, for every kind.
/// Method: bodies drawn from seeds, named by reflection on the one side, by the generated messages on the other.
struct PayloadCodingTests {
    private static let seeds = UInt64(0)..<24

    private static func body(of event: CaseEvent) throws -> any Payload { try #require(RandomBody.payload(inside: event)) }

    /// A random body of a kind, and its bytes.
    private static func draw(_ kind: EventKind, _ random: inout SplitMix64) throws -> (body: any Payload, bytes: [UInt8]) {
        func fill<P: Payload>(_ body: P) -> (any Payload, [UInt8]) {
            let filled = RandomBody.body(P.self, &random)
            return (filled, ProtoWriter.bytes(of: filled))
        }
        return fill(try body(of: PayloadCoding.event(of: kind, schema: 1, payload: [])))
    }

    private func refusal(_ kind: EventKind, _ json: String) -> Problem? {
        do {
            _ = try PayloadCoding.event(of: kind, json: json)
            return nil
        } catch {
            return error
        }
    }

    // MARK: our bytes and theirs

    @Test func `every kind is known once, reads an empty body and names its published message`() throws {
        #expect(Set(EventKind.known).count == EventKind.known.count)
        for kind in EventKind.known {
            let event = PayloadCoding.event(of: kind, schema: 1, payload: [])
            #expect(event.kind == kind)
            #expect(PayloadCoding.payload(of: event) == [])
            let schema = try #require(PayloadCoding.schema(of: kind))
            #expect(schema.protoMessageName == "filmjacket.v1.\(type(of: try Self.body(of: event)))")
        }
    }

    @Test(arguments: EventKind.known)
    func `our bytes are those of the published message with the same JSON`(kind: EventKind) throws {
        let schema = try #require(PayloadCoding.schema(of: kind))
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            let (body, bytes) = try Self.draw(kind, &random)
            let json = BodyJSON.text(of: body)
            let theirs: [UInt8] = try schema.init(jsonString: json).serializedBytes()
            #expect(bytes == theirs, "\(kind) seed \(seed): \(json)")
        }
    }

    @Test(arguments: EventKind.known)
    func `bytes and JSON give the same event back`(kind: EventKind) throws {
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            let (body, bytes) = try Self.draw(kind, &random)
            let event = PayloadCoding.event(of: kind, schema: 1, payload: bytes)
            #expect(event.kind == kind)
            #expect(AnyHashable(try Self.body(of: event)) == AnyHashable(body), "\(kind) seed \(seed)")
            #expect(PayloadCoding.payload(of: event) == bytes, "\(kind) seed \(seed)")
            #expect(try PayloadCoding.event(of: kind, json: BodyJSON.text(of: body)) == event, "\(kind) seed \(seed)")
            let shown = try #require(PayloadCoding.json(of: kind, payload: bytes))
            #expect(try PayloadCoding.event(of: kind, json: shown) == event, "\(kind) seed \(seed): \(shown)")
        }
    }

    /// Two readers of the same bytes must not disagree: the fold reads by hand, JSON goes through the generated messages.
    @Test(arguments: EventKind.known)
    func `spoiled bytes are refused or read as the published message reads them`(kind: EventKind) throws {
        let schema = try #require(PayloadCoding.schema(of: kind))
        var options = BinaryDecodingOptions()
        options.discardUnknownFields = true
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            let bytes = try Self.draw(kind, &random).bytes + Self.draw(kind, &random).bytes
            for _ in 0..<60 {
                let spoiled = Self.spoil(bytes, &random)
                let event = PayloadCoding.event(of: kind, schema: 1, payload: spoiled)
                if case .unknown = event { continue }
                let theirs = try schema.init(serializedBytes: spoiled, options: options)
                #expect(PayloadCoding.payload(of: event) == (try theirs.serializedBytes()), "\(kind) seed \(seed): \(spoiled)")
            }
        }
    }

    private static func spoil(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        guard !bytes.isEmpty else { return [UInt8.random(in: 0...255, using: &random)] }
        var spoiled = bytes
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: spoiled[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: spoiled[place] = UInt8.random(in: 0...255, using: &random)
        case 2: spoiled.remove(at: place)
        case 3: spoiled.insert(UInt8.random(in: 0...255, using: &random), at: place)
        default: break
        }
        return spoiled
    }

    @Test(arguments: EventKind.known)
    func `bytes cut anywhere are refused or read as the published message reads them`(kind: EventKind) throws {
        let schema = try #require(PayloadCoding.schema(of: kind))
        for seed in UInt64(0)..<8 {
            var random = SplitMix64(seed: seed)
            let bytes = try Self.draw(kind, &random).bytes
            for count in bytes.indices {
                let cut = Array(bytes[..<count])
                let event = PayloadCoding.event(of: kind, schema: 1, payload: cut)
                if case .unknown = event { continue }
                #expect(PayloadCoding.payload(of: event) == (try schema.init(serializedBytes: cut).serializedBytes()))
            }
        }
    }

    @Test func `a message given in two pieces is one message, as protobuf has it`() throws {
        let issuer = ProtoWriter.bytes(of: PatientArrived(patient: Patient(issuer: "RIS", sex: .female)))
        let id = ProtoWriter.bytes(of: PatientArrived(patient: Patient(id: "7", sex: .male)))
        let event = PayloadCoding.event(of: .patientArrived, schema: 1, payload: issuer + id)
        #expect(event == .patientArrived(PatientArrived(patient: Patient(issuer: "RIS", id: "7", sex: .male))))
    }

    @Test func `a time of nought means not said, written out or left out`() {
        let written: [UInt8] = [0x10, 0x00]
        #expect(PayloadCoding.event(of: .readingClaimed, schema: 1, payload: written) == .readingClaimed(ReadingClaimed()))
    }

    // MARK: what is not known

    @Test func `an unknown kind and a newer schema are carried, not read`() {
        let kind = EventKind("report.foretold")
        #expect(PayloadCoding.event(of: kind, schema: 1, payload: [1, 2, 3]) == .unknown(kind))
        #expect(PayloadCoding.event(of: .orderPlaced, schema: 2, payload: []) == .unknown(.orderPlaced))
        #expect(PayloadCoding.event(of: .orderPlaced, schema: 0, payload: []) == .unknown(.orderPlaced))
        #expect(PayloadCoding.json(of: kind, payload: []) == nil)
    }

    @Test func `fields that a newer version added are passed over`() {
        let added: [UInt8] = [
            0xf8, 0x06, 0x01, 0xfa, 0x06, 0x02, 0xff, 0xff, 0xfd, 0x06, 1, 2, 3, 4, 0xf9, 0x06, 1, 2, 3, 4, 5, 6, 7, 8,
        ]
        let body = ProtoWriter.bytes(of: CommentAdded(text: "ok"))
        for bytes in [added + body, body + added] {
            #expect(PayloadCoding.event(of: .commentAdded, schema: 1, payload: bytes) == .commentAdded(CommentAdded(text: "ok")))
        }
    }

    @Test func `an unknown event has no bytes to write`() async {
        await #expect(processExitsWith: .failure) {
            _ = PayloadCoding.payload(of: .unknown(EventKind("report.foretold")))
        }
    }

    // MARK: JSON that is refused

    @Test func `an unknown kind is refused with kinds that come near`() throws {
        let problem = try #require(refusal(EventKind("report.signed"), "{}"))
        #expect(problem.code == .unknownKind)
        #expect(problem.remedy.contains("report.finalSigned") && !problem.remedy.contains("order.placed"))
        #expect(try #require(self.refusal(EventKind("x"), "{}")).remedy.contains("order.placed"))
    }

    @Test(arguments: EventKind.known)
    func `an unknown field is refused with its name`(kind: EventKind) throws {
        let problem = try #require(refusal(kind, #"{"dragons": 1}"#))
        #expect(problem.code == .unknownField)
        #expect(problem.message.contains("'dragons'") && problem.message.contains(kind.text))
        #expect(problem.facts == [.init("field", "dragons")])
    }

    @Test func `an unknown field inside a part is refused with its name`() throws {
        let problem = try #require(refusal(.orderPlaced, #"{"patient": {"id": "7", "shoeSize": 43}}"#))
        #expect(problem.code == .unknownField && problem.message.contains("'shoeSize'"))
    }

    @Test(arguments: [#"{"priority": "yesterday"}"#, #"{"priority": 99}"#, #"{"priority": "STAT"}"#, #"{"laterality": -1}"#])
    func `a word outside the vocabulary is refused`(json: String) throws {
        #expect(try #require(refusal(.orderPlaced, json)).code == .badInput)
    }

    @Test(arguments: [
        "42", "northside/42", "northside~3f2a9c01d4e5f607/0", "northside~3f2a9c01d4e5f607/042", "northside~3F2A9C01D4E5F607/42",
        "northside~3f2a9c01d4e5f607/42 ",
    ])
    func `an event that is no id is refused`(id: String) throws {
        #expect(try #require(refusal(.addendumSigned, "{\"addendumTo\": \"\(id)\"}")).code == .badInput)
        #expect(try #require(refusal(.riskAccepted, "{\"covers\": [\"\(id)\"]}")).code == .badInput)
    }

    @Test func `an empty list element is no event`() throws {
        #expect(try #require(refusal(.riskAccepted, #"{"covers": [""]}"#)).code == .badInput)
    }

    @Test func `a count beyond what a node can hold is refused`() throws {
        #expect(try #require(refusal(.studyHandedOver, #"{"declaredSeries": "9223372036854775808"}"#)).code == .badInput)
        #expect(
            try PayloadCoding.event(of: .studyHandedOver, json: #"{"declaredSeries": "9223372036854775807"}"#)
                == .studyHandedOver(StudyHandedOver(declaredSeries: .max)))
    }

    @Test(arguments: [
        "{", "[]", "1", "null", "{} {}", #"{"text": 1}"#, #"{"text": "\ud800"}"#, #"{"text": {}}"#, "{\"text\": \"a\nb\"}",
        #"{'text': 1}"#,
        String(repeating: "[", count: 100_000), "{\"text\":" + String(repeating: "{\"text\":", count: 100_000),
    ])
    func `what is not JSON of the message is refused`(json: String) throws {
        #expect([.malformed, .badInput].contains(try #require(refusal(.commentAdded, json)).code))
    }

    @Test func `no JSON, an empty object and nulls are a body with nothing said`() throws {
        for json in ["", "{}", " { } ", #"{"patient": null, "history": [], "priority": "unspecified"}"#] {
            #expect(try PayloadCoding.event(of: .orderPlaced, json: json) == .orderPlaced(OrderPlaced()))
        }
    }
}
