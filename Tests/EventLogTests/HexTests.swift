import EventLog
import Testing

struct HexTests {
    @Test func `sixty-four bits become sixteen digits, zeros included`() {
        #expect(Hex.text(of: UInt64(0)) == "0000000000000000")
        #expect(Hex.text(of: UInt64.max) == "ffffffffffffffff")
        #expect(Hex.text(of: UInt64(0x3f2a_9c01_d4e5_f607)) == "3f2a9c01d4e5f607")
    }

    @Test func `every byte survives the round trip`() {
        let bytes = (0...255).map { UInt8($0) }
        let text = Hex.text(of: bytes)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(Hex.bytes(of: text) == bytes)
        #expect(Hex.bytes(of: text.uppercased()) == bytes)
        #expect(Hex.bytes(of: "") == [])
    }

    @Test(arguments: ["0", "abc", "0g", "g0", " 00", "00 ", "+1", "-1", "0x", "é", "００", "00\0\0"])
    func `text that is not pairs of digits is refused`(text: String) {
        #expect(Hex.bytes(of: text) == nil)
    }
}
