import Testing

@testable import Interop

@Suite struct SyntaxTests {
    private func text(_ raw: String, _ syntax: HL7Syntax = .standard) -> String { syntax.text(of: Array(raw.utf8)[...]) }

    @Test(arguments: [
        ("a\\F\\b", "a|b"), ("\\S\\\\T\\\\R\\\\E\\", "^&~\\"), ("one\\.br\\two", "one\ntwo"), ("a\\.sp2\\b", "a\n\nb"),
        ("a\\.sk3\\b", "a   b"),
        ("\\H\\bold\\N\\", "bold"), ("\\.in+4\\x\\.fi\\", "x"), ("\\X41\\\\X4243\\", "ABC"), ("\\Xc3a9\\", "é"), ("\\P\\", "#"),
        ("none", "none"),
    ])
    func `known sequences are replaced`(_ raw: String, _ meaning: String) {
        #expect(text(raw) == meaning)
    }

    @Test(arguments: [
        "\\X0D\\", "\\X0A\\", "\\X410D\\", "\\X0G\\", "\\X4\\", "\\X\\", "\\Zxx\\", "\\C2842\\", "\\.xx\\", "\\.sp-1\\",
        "\\.sp100\\", "\\.br", "\\", "\\\\",
        "C:\\temp", "C:\\a\\b\\c", "\\XC3\\", "\\X00\\", "\\X1C0D\\", "\\.sp99999999999999999999\\", "\\ \\",
    ])
    func `what is no sequence stays the text that it is`(_ raw: String) {
        #expect(text(raw) == raw)
    }

    @Test func `an escaped carriage return never makes a segment`() throws {
        let message = try Sample.read(Sample.order("NW", ["OBR|1|||X^a\\X0D\\OBX\\F\\1\\X0D0A\\PID"]))
        #expect(message.segments.count == 4)
        #expect(message.first("OBR")?[4].text(2) == "a\\X0D\\OBX|1\\X0D0A\\PID")
    }

    @Test func `escaped bytes are in the message's character set`() throws {
        let latin = try Sample.read([Sample.header("ADT^A04", charset: "8859/1"), "PID|1||P1^^^N||M\\XFC\\LLER"])
        #expect(latin.first("PID")?[5].text() == "MÜLLER".replacing("Ü", with: "ü"))
        let utf8 = try Sample.read([Sample.header("ADT^A04", charset: "UNICODE UTF-8"), "PID|1||P1^^^N||M\\XFC\\LLER"])
        #expect(utf8.first("PID")?[5].text() == "M\\XFC\\LLER")
    }

    @Test func `escaping and reading give the text back, whatever it is`() {
        let seed: UInt64 = 20_260_106
        var random = SplitMix64(seed: seed)
        let alphabet = Array("|^~\\&abXF.br0D \n")
        for _ in 0..<500 {
            let original = String(
                (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" })
            #expect(text(HL7Syntax.standard.escaped(original)) == original, "seed \(seed)")
        }
    }
}

@Suite struct ByteSearchTests {
    @Test func `searching eight bytes at a time finds what searching one by one finds`() {
        let seed: UInt64 = 11
        var random = SplitMix64(seed: seed)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random) & (Bool.random(using: &random) ? 0x7f : 0xff)
            }
            let slice = bytes[min(bytes.count, 3)...]
            let wanted = slice.randomElement(using: &random) ?? 0x7c
            let start = slice.startIndex + (slice.isEmpty ? 0 : Int.random(in: 0..<slice.count, using: &random))
            #expect(slice.position(of: wanted, from: start) == slice[start...].firstIndex(of: wanted), "seed \(seed)")
            #expect(slice.hasHighByte == slice.contains { $0 >= 0x80 }, "seed \(seed)")
            #expect(slice.pieces(at: wanted) == slice.split(separator: wanted, omittingEmptySubsequences: false), "seed \(seed)")
        }
    }
}

@Suite struct CharacterSetTests {
    private func read(_ charset: String, _ name: [UInt8]) -> Result<HL7Message, HL7Problem> {
        let head = Sample.bytes([Sample.header("ADT^A04", charset: charset)])
        return HL7Lexer().read(head + Array("PID|1||P1^^^N||".utf8) + name + [0x0d])[0].outcome
    }

    @Test func `declared sets are read as declared`() throws {
        #expect(try read("8859/1", [0x4d, 0xfc, 0xa4]).get().first("PID")?[5].text() == "Mü¤")
        #expect(try read("8859/15", [0x4d, 0xfc, 0xa4]).get().first("PID")?[5].text() == "Mü€")
        #expect(try read("UNICODE UTF-8", Array("Mü€".utf8)).get().first("PID")?[5].text() == "Mü€")
        #expect(try read("ASCII", Array("Mu".utf8)).get().first("PID")?[5].text() == "Mu")
    }

    @Test func `an undeclared set is UTF-8 where it fits, else 8859-1, and noted either way`() throws {
        let modern = try read("", Array("Mü".utf8)).get()
        let old = try read("", [0x4d, 0xfc]).get()
        #expect(modern.first("PID")?[5].text() == "Mü" && old.first("PID")?[5].text() == "Mü")
        #expect(modern.remarks.count == 1 && old.remarks.count == 1 && modern.remarks != old.remarks)
        #expect(try read("", Array("Mu".utf8)).get().remarks.isEmpty)
    }

    @Test func `bytes that do not fit the declared set are refused with 102 where they stand`() {
        for (charset, bytes) in [
            ("ASCII", [0xfc]), ("UNICODE UTF-8", [0xfc, 0x41]), ("8859/1", [0x93]), ("UNICODE UTF-8", [0xed, 0xa0, 0x80]),
        ] {
            let found = problem { () throws(HL7Problem) in try read(charset, bytes.map { UInt8($0) }).get() }
            #expect(found?.code == .dataType && found?.acknowledgment == .error, "\(charset)")
            #expect(found?.location == HL7Location("PID"))
        }
        #expect(problem { () throws(HL7Problem) in try read("", [0x93, 0xfc]).get() }?.location == HL7Location("MSH", field: 18))
        #expect(problem { () throws(HL7Problem) in try read("8859/2", [0x41]).get() }?.code == .tableValueNotFound)
        #expect(problem { () throws(HL7Problem) in try read("", [0x41, 0x00]).get() }?.code == .dataType)
    }

    @Test func `UTF-16 is named as what it is`() {
        let found = problem { () throws(HL7Problem) in try HL7Lexer().read([0xff, 0xfe, 0x4d, 0x00])[0].outcome.get() }
        #expect(found?.message.contains("UTF-16") == true)
    }
}
