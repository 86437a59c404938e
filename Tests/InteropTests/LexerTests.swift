import Problems
import Testing

@testable import Interop

@Suite struct LexerTests {
    private let lines = Sample.order("NW")

    @Test func `CR, LF and CRLF give the same content and only the last two a remark`() throws {
        let digests = try ["\r", "\n", "\r\n"].map { end in
            let message = try HL7Lexer().read(Sample.bytes(lines, end: end))[0].outcome.get()
            #expect(message.segments.map(\.name) == ["MSH", "PID", "ORC", "OBR"])
            #expect(
                message.remarks.map(\.text)
                    == (end == "\r" ? [] : ["segments end in \(end == "\n" ? "LF" : "CR LF") where CR is due"]))
            return message.digest
        }
        #expect(Set(digests).count == 1)
    }

    @Test func `framing, a byte-order mark and a missing last line end do not change the content`() throws {
        let plain = try Sample.read(lines)
        let bytes = Sample.bytes(lines)
        let marked = try HL7Lexer().read([0xef, 0xbb, 0xbf] + bytes)[0].outcome.get()
        let framed = try HL7Lexer().read([0x0b] + bytes + [0x1c, 0x0d])[0].outcome.get()
        let cut = try HL7Lexer().read(Array(bytes.dropLast()))[0].outcome.get()
        #expect(Set([plain, marked, framed, cut].map(\.digest)).count == 1)
        #expect(cut.remarks.map(\.text) == ["the last segment has no end: see that the message is whole"])
        #expect(marked.remarks.count == 1 && framed.remarks.count == 1)
    }

    @Test func `a file gives its messages in order, envelopes left out, and one bad message does not touch the others`() throws {
        let second = [Sample.header("ADT^A04", id: "C2"), Sample.person]
        let bad = [Sample.header("ADT^A04", id: "C3", version: "9.9"), Sample.person]
        let file = ["FHS|^~\\&", "BHS|^~\\&"] + lines + bad + [""] + second + ["BTS|3", "FTS|1"]
        let readings = HL7Lexer().read(Sample.bytes(file))
        #expect(readings.map(\.number) == [1, 2, 3])
        #expect(try readings[0].outcome.get().segments.count == 4)
        #expect(problem { () throws(HL7Problem) in try readings[1].outcome.get() }?.code == .unsupportedVersion)
        #expect(try readings[2].outcome.get().header.controlID == "C2")
        #expect(try readings[2].outcome.get().segments.count == 2)
    }

    @Test func `two frames in one file are two messages`() throws {
        let frame = [0x0b] + Sample.bytes(lines) + [0x1c, 0x0d]
        let readings = HL7Lexer().read(frame + frame)
        #expect(readings.count == 2)
        #expect(try readings[0].outcome.get().digest == readings[1].outcome.get().digest)
    }

    @Test func `a frame that is cut off or holds a start block is rejected with 207`() {
        let bytes = Sample.bytes(lines)
        let cut = HL7Lexer().read([0x0b] + bytes)[0]
        let inside = HL7Lexer().read(Array(bytes.dropLast()) + [0x0b, 0x41, 0x0d])[0]
        for reading in [cut, inside] {
            let found = problem { () throws(HL7Problem) in try reading.outcome.get() }
            #expect(found?.code == .internalError && found?.acknowledgment == .reject)
            #expect(reading.header?.controlID == "C1")
        }
    }

    @Test(arguments: ["", "\r\n\r\n", "msh|^~\\&|A", "MSH|^~\\", "PID|1||x", "hello", "{\"resourceType\":\"Bundle\"}"])
    func `what does not begin with a header is refused and cannot be answered`(_ text: String) {
        let readings = HL7Lexer().read(Array(text.utf8))
        #expect(readings.count == 1)
        #expect(readings[0].header == nil)
        let found = problem { () throws(HL7Problem) in try readings[0].outcome.get() }
        #expect(found?.code == .segmentSequence)
        #expect(HL7Acknowledgment(to: readings[0]) == nil)
    }

    @Test func `other delimiters are read as declared`() throws {
        let message = try Sample.read([
            "MSH#!~$%#RIS#NORTH#FJ#HUB#20260106134418##ADT!A04#C1#P#2.5.1", "PID#1##P1!!!NORTH%1.2%ISO!MR##DOE!JA$S$NE",
        ])
        #expect(message.header.type == "ADT" && message.header.trigger == "A04")
        #expect(message.first("PID")?[3].text(4, 2) == "1.2")
        #expect(message.first("PID")?[5].text(2) == "JA!NE")
    }

    @Test(arguments: ["MSH|^^\\&|A", "MSH|^~\\|A|B|C", "MSHA^~\\&A", "MSH|^~\\&#%|A", "MSH^^~\\&^A", "MSH|AB\\&|X"])
    func `delimiters that repeat, are letters or are too few are rejected with 102`(_ text: String) {
        let found = problem { () throws(HL7Problem) in try HL7Lexer().read(Array(text.utf8))[0].outcome.get() }
        #expect(found?.code == .dataType && found?.acknowledgment == .reject)
    }

    @Test func `nothing said and delete are different`() throws {
        let message = try Sample.read([Sample.header("ADT^A08"), "PID|1||P1^^^N||\"\"|||\"\"~X|^\"\""])
        let person = try #require(message.first("PID"))
        #expect(person[5].isDeleted && !person[5].isEmpty && person[5].text() == "")
        #expect(person[6].isEmpty && !person[6].isDeleted)
        #expect(!person[8].isDeleted && person[8].text() == "" && person[8].repetitions[1].text() == "X")
        #expect(person[9].text(2) == "" && !person[9].isDeleted)
        #expect(person[99].isEmpty && person[0].isEmpty)
    }

    @Test func `bounds are kept and named`() {
        var limits = HL7Limits()
        (limits.segmentsMax, limits.fieldBytesMax, limits.messageBytesMax) = (5, 40, 200)
        func refusal(_ segments: [String]) -> HL7Problem? {
            problem { () throws(HL7Problem) in try HL7Lexer(limits: limits).read(Sample.bytes(segments))[0].outcome.get() }
        }
        let head = Sample.header("ADT^A04")
        let many = refusal([head] + Array(repeating: "NTE|1", count: 5))
        #expect(many?.code == .internalError && many?.acknowledgment == .reject)
        let long = refusal([head, "NTE|1", "NTE|2||\(String(repeating: "x", count: 41))"])
        #expect(long?.code == .valueTooLong && long?.acknowledgment == .error)
        #expect(long?.location == HL7Location("NTE", 2, field: 3))
        let large = refusal([head] + Array(repeating: "NTE|1||\(String(repeating: "x", count: 30))", count: 4))
        #expect(large?.code == .internalError)
        #expect(refusal([head, "NTE|1||\(String(repeating: "x", count: 40))"]) == nil)
    }

    @Test func `the house's bounds are those of the design`() {
        let limits = HL7Limits()
        #expect(limits.messageBytesMax == 1_048_576 && limits.segmentsMax == 5000 && limits.fieldBytesMax == 65_536)
    }

    @Test(arguments: ["OB", "OBX5", "obx|1", "1BX|1", "rest of a text", "OBXX|1"])
    func `a line that is no segment is refused and not guessed at`(_ line: String) {
        let found = problem { () throws(HL7Problem) in try Sample.read([Sample.header("ADT^A04"), line]) }
        #expect(found?.code == .segmentSequence)
        #expect(found?.message.contains("Line 2") == true)
    }

    @Test func `the header's facts are needed`() {
        func refusal(_ header: String) -> HL7Problem? {
            problem { () throws(HL7Problem) in try Sample.read([header, Sample.person]) }
        }
        #expect(refusal("MSH|^~\\&|A|B|C|D|20260101||ADT^A04||P|2.5")?.location == HL7Location("MSH", field: 10))
        #expect(refusal("MSH|^~\\&|A|B|C|D|20260101|||C1|P|2.5")?.code == .unsupportedMessageType)
        for version in ["", "1.9", "2", "2.10", "3.0", "25"] {
            let found = refusal(Sample.header("ADT^A04", version: version))
            #expect(found?.code == .unsupportedVersion && found?.acknowledgment == .reject)
        }
        for version in ["2.1", "2.3", "2.3.1", "2.5.1", "2.8", "2.9"] {
            #expect(refusal(Sample.header("ADT^A04", version: version)) == nil)
        }
    }

    @Test func `a problem goes to the other edges as bad input and names no value`() {
        let found = problem { () throws(HL7Problem) in
            try Sample.read([Sample.header("ADT^A04", version: "Doe Jane, born 28 March 1979")])
        }
        #expect(found?.problem.code == .badInput)
        #expect(found?.problem.message.contains("Doe") == false)
        #expect(found?.problem.facts.contains(Problem.Fact("location", "MSH-12")) == true)
        #expect(found?.problem.facts.contains(Problem.Fact("hl7Error", "203")) == true)
        #expect(HL7Problem.shown("A99") == "\"A99\"" && HL7Problem.shown("") == "nothing")
        #expect(HL7Problem.shown("Müller") == "a value of 7 bytes")
    }

    @Test func `one key for a re-send, another for the same control id with other content`() throws {
        let first = try Sample.read(lines)
        let again = try HL7Lexer().read(Sample.bytes(lines, end: "\n"))[0].outcome.get()
        let other = try Sample.read(lines + ["NTE|1||x"])
        #expect(first.sourceKey(0) == again.sourceKey(0))
        #expect(first.sourceKey(0) != first.sourceKey(1))
        #expect(first.sourceKey(0) != other.sourceKey(0))
        #expect(first.header.messageKey == other.header.messageKey && first.header.messageKey == "RIS|NORTH|C1")
        #expect(first.sourceKey(0).hasPrefix("RIS|NORTH|C1|"))
    }

    @Test func `a key that is too long for an event is replaced by its digest`() throws {
        let long = try Sample.read([Sample.header("ADT^A04", id: String(repeating: "7", count: 300)), Sample.person])
        #expect(long.header.messageKey.utf8.count == 64)
        #expect(long.sourceKey(4999).utf8.count <= 256)
    }
}
