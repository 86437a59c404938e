import Testing

@testable import Interop

/// Cutting and changing messages: whatever comes is read or refused, never a trap, and every refusal can be told.
@Suite struct HostileTests {
    private static let own: [[String]] = [
        Sample.order(
            "NW",
            ["TQ1|1||||||||S", "OBR|1|||X^Y||||||||||||^^^HEAD^R", "OBX|1|CE|82810-3^P^LN||N", "NTE|1||a\\.br\\b", "ZDS|1.2.3"]),
        Sample.order("SC", ["OBR|1", "IPC|A^N||1.2.3||MR||||AE"], orc: "|||CM"),
        [
            Sample.header("OMI^O23", charset: "8859/1"), Sample.person, "ORC|SR|P1^N", "TQ1||||||730^jours|20260106",
            "OBX|1|ED|URL_PARTIELLE_VIEWER||^TEXT^^Base64^aGk=",
        ],
        Sample.result(
            "F", ["OBX|1|TX|59776-5^F^LN||old|||AA|||F||||||RID49480", "OBX|2|ED|X||^application^pdf^Base64^JVBERg==||||||F"]),
        Sample.result("", ["OBX|1|ED|PROTOCOLE_IMAGERIE^P||^TEXT^^Base64^YXhpYWw=||||||F"], orc: "OK"),
        [Sample.header("MDM^T02"), Sample.person, "TXA|1|DI|TX|20260106|||||||D1||P1^N|F1^N||AU", "OBX|1|TX|X||text"],
        [
            Sample.header("ADT^A08"), "EVN|A08|20260106120000+0100|||9^D^F",
            "PID|1||P1^^^N&1.2&ISO^MR~S^^^X^SS||D\\S\\E^J|||\"\"", "PV1|1|O",
        ],
    ]

    @Test(arguments: own) func `an own message cut at any byte is read or refused`(_ segments: [String]) throws {
        let bytes = Sample.bytes(segments)
        _ = try Sample.map(segments)
        for end in 0..<bytes.count { drain(bytes[..<end]) }
        let framed = [0x0b] + bytes + [0x1c, 0x0d]
        for end in 0..<framed.count { drain(framed[..<end]) }
    }

    @Test(arguments: own) func `an own message with changed bytes is read or refused`(_ segments: [String]) {
        var random = SplitMix64(seed: 20_260_108)
        for _ in 0..<200 { drain(changed(Sample.bytes(segments), &random)[...]) }
    }

    @Test(.enabled(if: Corpus.isThere, Corpus.absence), arguments: (try? Corpus.paths()) ?? [])
    func `a public message cut at any byte is read or refused`(_ path: String) throws {
        let bytes = try Corpus.bytes(path)
        for end in 0..<bytes.count { drain(bytes[..<end]) }
    }

    @Test(.enabled(if: Corpus.isThere, Corpus.absence), arguments: (try? Corpus.paths()) ?? [])
    func `a public message with changed bytes is read or refused`(_ path: String) throws {
        let bytes = try Corpus.bytes(path)
        var random = SplitMix64(seed: 20_260_107)
        for _ in 0..<40 { drain(changed(bytes, &random)[...]) }
    }

    /// One to six bytes replaced by marks that mean something to the lexer.
    private func changed(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        let marks: [UInt8] = [0x7c, 0x5e, 0x7e, 0x5c, 0x26, 0x0d, 0x0a, 0x0b, 0x1c, 0x00, 0x22, 0xff, 0x58, 0x2e]
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = marks.randomElement(using: &random) ?? 0
        }
        return bytes
    }

    private func drain(_ bytes: ArraySlice<UInt8>) {
        for reading in HL7Lexer().read(Array(bytes)) {
            do throws(HL7Problem) {
                let mapped = try HL7Mapping.map(try reading.outcome.get(), site: Sample.site)
                // An expectation costs more than the message: only a failure is worth one.
                for intent in mapped.intents
                where intent.sourceKey.utf8.count > 256 || !(1...256).contains(intent.person.utf8.count) {
                    Issue.record("an intent does not fit in an event: \(intent)")
                }
            } catch {
                if error.message.isEmpty || error.remedy.isEmpty { Issue.record("a refusal says nothing: \(error)") }
            }
        }
    }
}
