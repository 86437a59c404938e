import EventLog
import Testing

struct StreamIDTests {
    @Test func `each kind has its own prefix`() {
        #expect(StreamKind.allCases.map(\.prefix) == ["c", "p", "t", "r", "s", "k"])
    }

    /// Source: RFC 4648 6, lower case and without padding.
    @Test func `the text is the prefix and twenty-six characters of base32`() {
        #expect(StreamID(kind: .imagingCase, high: 0, low: 0).description == "c-" + String(repeating: "a", count: 26))
        #expect(StreamID(kind: .person, high: .max, low: .max).description == "p-" + String(repeating: "7", count: 25) + "4")
        // 16 bytes "foobarfoobarfoob".
        let stream = StreamID(kind: .site, high: 0x666f_6f62_6172_666f, low: 0x6f62_6172_666f_6f62)
        #expect(stream.description == "s-mzxw6ytbojtg633cmfzgm33pmi")
    }

    @Test(arguments: UInt64(0)..<50)
    func `random streams survive the round trip`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for kind in StreamKind.allCases {
            let stream = StreamID(kind: kind, high: random.next(), low: random.next())
            #expect(StreamID(stream.description) == stream, "seed \(seed)")
        }
    }

    @Test(arguments: [
        "", "c", "c-", "c-mzxw6ytboj", "x-mzxw6ytboj4gs3bomjqxezltmu", "c-MZXW6YTBOJTG633CMFZGM33PMI",
        "c-mzxw6ytbojtg633cmfzgm33pm1",
        "c-mzxw6ytbojtg633cmfzgm33pmia", "c-mzxw6ytbojtg633cmfzgm33pm", "c--mzxw6ytbojtg633cmfzgm33pm",
        "-mzxw6ytbojtg633cmfzgm33pmi",
        "cmzxw6ytbojtg633cmfzgm33pmi", "c-mzxw6ytbojtg633cmfzgm33p\u{e9}", "C-mzxw6ytbojtg633cmfzgm33pmi",
    ])
    func `any other text is refused`(text: String) {
        #expect(StreamID(text) == nil)
    }

    @Test func `the last character carries three bits and nothing else`() {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        let accepted = alphabet.filter { StreamID("c-" + String(repeating: "a", count: 25) + String($0)) != nil }
        #expect(accepted == ["a", "e", "i", "m", "q", "u", "y", "4"])
    }

    @Test func `sites that meet the same identifier apart derive the same stream`() {
        let one = StreamID(kind: .imagingCase, derivedFrom: "accession|RIS|A-1")
        #expect(one == StreamID(kind: .imagingCase, derivedFrom: "accession|RIS|A-1"))
        #expect(one != StreamID(kind: .imagingCase, derivedFrom: "accession|RIS|A-2"))
        #expect(one != StreamID(kind: .person, derivedFrom: "accession|RIS|A-1"))
        let hash = EventHash.sha256(Array("accession|RIS|A-1".utf8))
        #expect((one.high, one.low) == (hash.words.0, hash.words.1))
    }

    @Test func `streams are ordered by kind, then bits`() {
        #expect(StreamID(kind: .imagingCase, high: 9, low: 9) < StreamID(kind: .person, high: 0, low: 0))
        #expect(StreamID(kind: .person, high: 1, low: 9) < StreamID(kind: .person, high: 2, low: 0))
        #expect(StreamID(kind: .person, high: 1, low: 1) < StreamID(kind: .person, high: 1, low: 2))
    }
}
