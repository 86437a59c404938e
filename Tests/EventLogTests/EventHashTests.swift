import Crypto
import EventLog
import Testing

struct EventHashTests {
    /// Source: FIPS 180-4, example of one block.
    @Test func `the text is the digest's hexadecimal form`() {
        let hash = EventHash.sha256(Array("abc".utf8))
        #expect(hash.description == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(EventHash(hash.description) == hash)
        #expect(EventHash(hash.description.uppercased()) == hash)
        #expect(EventHash(SHA256.hash(data: Array("abc".utf8))) == hash)
    }

    @Test func `bytes and words survive the round trip`() {
        let bytes = (1...32).map { UInt8($0) }
        let hash = EventHash(bytes: bytes)
        #expect(hash?.bytes == bytes)
        #expect(hash?.words.0 == 0x0102_0304_0506_0708)
        #expect(hash?.words.3 == 0x191a_1b1c_1d1e_1f20)
        var out: [UInt8] = [0xee]
        hash?.append(to: &out)
        #expect(out == [0xee] + bytes)
    }

    @Test func `hashes load from an unaligned address`() {
        let bytes = (0..<40).map { UInt8($0) }
        let loaded = bytes.withUnsafeBytes { EventHash(loading: UnsafeRawBufferPointer(rebasing: $0[3...])) }
        #expect(loaded.bytes == Array(bytes[3..<35]))
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func `another count of bytes is refused`(count: Int) {
        #expect(EventHash(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test(arguments: [
        "", "ab", String(repeating: "g", count: 64), String(repeating: "a", count: 63), String(repeating: "a", count: 66),
    ])
    func `another text is refused`(text: String) {
        #expect(EventHash(text) == nil)
    }

    @Test func `the order is the order of the bytes, whichever word differs`() {
        let hashes = (0..<32).map { place in
            (0..<3).compactMap { value in
                var bytes = [UInt8](repeating: 0x7f, count: 32)
                bytes[place] = UInt8(0x7e + value)
                return EventHash(bytes: bytes)
            }
        }
        for triple in hashes {
            #expect(triple[0] < triple[1] && triple[1] < triple[2] && !(triple[1] < triple[0]) && !(triple[1] < triple[1]))
        }
        let all = hashes.flatMap { $0 }
        #expect(
            all.sorted().map(\.bytes) == all.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test func `equality looks at every word`() {
        let hash = EventHash(1, 2, 3, 4)
        #expect(hash == EventHash(1, 2, 3, 4))
        for other in [EventHash(0, 2, 3, 4), EventHash(1, 0, 3, 4), EventHash(1, 2, 0, 4), EventHash(1, 2, 3, 0)] {
            #expect(hash != other)
        }
        #expect(Set([hash, EventHash(1, 0, 0, 0), hash]).count == 2)
    }

    @Test func `a chain's step hashes the value followed by the others`() {
        let one = EventHash.sha256([1])
        let two = EventHash.sha256([2])
        #expect(EventHash.zero.chained(with: [one, two]) == .sha256([UInt8](repeating: 0, count: 32) + one.bytes + two.bytes))
        #expect(EventHash.zero.chained(with: [one, two]) != EventHash.zero.chained(with: [two, one]))
        #expect(EventHash.zero.chained(with: []) == .sha256([UInt8](repeating: 0, count: 32)))
    }
}
