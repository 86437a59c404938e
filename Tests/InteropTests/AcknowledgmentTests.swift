import EventLog
import Testing

@testable import Interop

@Suite struct AcknowledgmentTests {
    private let time = OccurredAt(Instant(milliseconds: 1_767_703_459_000), zoneMinutes: 60)

    private func text(_ reading: HL7Reading, _ refusal: HL7Problem? = nil) throws -> [String] {
        let header = try #require(reading.header)
        let answer = try #require(
            refusal == nil ? HL7Acknowledgment(to: reading) : HL7Acknowledgment(to: header, refusedFor: refusal))
        return answer.text(controlID: "A1", at: time).split(separator: "\r").map(String.init)
    }

    @Test func `a message that was taken is accepted under its control id, sender and receiver changed`() throws {
        let lines = [
            "MSH|^~\\&|RIS^1.2^ISO|NORTH|FJ|HUB|20260106134418||ORM^O01^ORM_O01|C1|P|2.5.1|||||FRA|UNICODE UTF-8", Sample.person,
        ]
        let answer = try text(HL7Lexer().read(Sample.bytes(lines))[0])
        #expect(
            answer == [
                "MSH|^~\\&|FJ|HUB|RIS^1.2^ISO|NORTH|20260106134419+0100||ACK^O01^ACK|A1|P|2.5.1|||||FRA|UNICODE UTF-8",
                "MSA|AA|C1",
            ])
    }

    @Test func `a refusal says code, place, severity and what to do`() throws {
        let reading = HL7Lexer().read(Sample.bytes([Sample.header("ORM^O01"), "PID|1", "ORC|NW|P1^N", "OBR|1"]))[0]
        let refusal = problem { () throws(HL7Problem) in try HL7Mapping.map(try reading.outcome.get(), site: Sample.site) }
        let answer = try text(reading, refusal)
        #expect(answer[1] == "MSA|AE|C1")
        #expect(
            answer[2]
                == "ERR||PID^1^3|101^Required field missing^HL70357|E||||PID-3 has to hold an identifier of the person, and it does not. Fill in the named field and send the message again with a new control id."
        )
    }

    @Test func `an older sender gets the older error segment`() throws {
        let reading = HL7Lexer().read(Sample.bytes([Sample.header("ADT^A45", version: "2.3.1"), Sample.person]))[0]
        let refusal = problem { () throws(HL7Problem) in try HL7Mapping.map(try reading.outcome.get(), site: Sample.site) }
        let answer = try text(reading, refusal)
        #expect(answer[0].hasSuffix("|ACK^A45|A1|P|2.3.1"))
        #expect(answer[1].hasPrefix("MSA|AR|C1|ADT is recorded for"))
        #expect(answer[2] == "ERR|MSH^1^9^201&Unsupported event code&HL70357")
    }

    @Test func `a message that could not be read is answered from its header`() throws {
        let reading = HL7Lexer().read(Sample.bytes([Sample.header("ADT^A04", version: "9"), Sample.person]))[0]
        let answer = try text(reading)
        #expect(answer[1] == "MSA|AR|C1" && answer[2].hasPrefix("ERR||MSH^1^12|203^Unsupported version id^HL70357|E"))
        let latin = HL7Lexer().read(
            Array("MSH|^~\\&|R\u{e9}|N|||20260106||ADT^A04|C1|P|2.5".unicodeScalars.map { UInt8($0.value) }) + [0x0d, 0x41])[0]
        #expect(try text(latin)[0].contains("|R?|N|"))
    }

    @Test func `marks of other delimiters are written in those of the answer and cannot add segments`() throws {
        let lines = ["MSH#!~$%#R|S!1.2#NORTH###20260106##ADT!A04#C|1\u{7f}$X0D$MSA|AA|9#P#2.5.1", "PID#1##P1!!!N"]
        let reading = HL7Lexer().read(Sample.bytes(lines))[0]
        let answer = try text(reading)
        #expect(answer.count == 2)
        #expect(answer[0].hasPrefix("MSH|^~\\&|||R\\F\\S^1.2|NORTH|"))
        #expect(answer[1].hasPrefix("MSA|AA|C\\F\\1"))
        let back = try HL7Lexer().read(Sample.bytes(answer))[0].outcome.get()
        #expect(back.first("MSA")?[2].text() == reading.header?.controlID)
    }

    @Test func `an acknowledgment is never acknowledged`() {
        let reading = HL7Lexer().read(Sample.bytes([Sample.header("ACK^O01"), "MSA|AA|1"]))[0]
        #expect(HL7Acknowledgment(to: reading) == nil)
    }
}
