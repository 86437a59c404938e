import EventLog
import Testing

struct Base64Tests {
    /// Source: RFC 4648 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the published vectors hold in both directions, with and without padding`(plain: String, text: String) {
        let bytes = Array(plain.utf8)
        #expect(Base64.text(of: bytes) == text)
        #expect(Base64.urlText(of: bytes) == text.filter { $0 != "=" })
        #expect(Base64.bytes(of: text) == bytes)
        #expect(Base64.bytes(of: text.filter { $0 != "=" }) == bytes)
    }

    @Test func `the alphabets differ in their last two digits only`() {
        #expect(Base64.text(of: [0xfb, 0xef, 0xff]) == "++//")
        #expect(Base64.urlText(of: [0xfb, 0xef, 0xff]) == "--__")
        #expect(Base64.bytes(of: "++//") == [0xfb, 0xef, 0xff])
        #expect(Base64.bytes(of: "--__") == [0xfb, 0xef, 0xff])
    }

    @Test(arguments: UInt64(0)..<200)
    func `random bytes survive the round trip in both alphabets`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bytes = (0..<Int.random(in: 0...70, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(Base64.bytes(of: Base64.text(of: bytes)) == bytes, "seed \(seed)")
        #expect(Base64.bytes(of: Base64.urlText(of: bytes)) == bytes, "seed \(seed)")
    }

    @Test(arguments: [
        "A", "AAAAA", "Zg=", "Zg===", "Zm8==", "Zm9v=", "=", "====", "Z=g=", "Zg==Zg==", "Zm 9v", "Zm9v\n", "Zm9*", "Zé",
    ])
    func `a wrong count of digits or padding, and any other character, are refused`(text: String) {
        #expect(Base64.bytes(of: text) == nil)
    }

    /// Every final digit that sets bits beyond the last byte would be a second text for the same bytes.
    @Test func `bits left over must be zero`() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        #expect(alphabet.filter { Base64.bytes(of: "Z\($0)") != nil } == ["A", "Q", "g", "w"])
        #expect(alphabet.filter { Base64.bytes(of: "ZZ\($0)") != nil }.count == 16)
        #expect(alphabet.filter { Base64.bytes(of: "ZZZ\($0)") != nil }.count == 64)
    }

    @Test func `one text does not mix the alphabets`() {
        #expect(Base64.bytes(of: "+_AA") == nil)
        #expect(Base64.bytes(of: "-/AA") == nil)
    }
}
