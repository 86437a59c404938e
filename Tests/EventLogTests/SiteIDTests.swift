import EventLog
import Testing

struct SiteIDTests {
    @Test(arguments: ["ab", "northside", "a1", "a-", "a--9", "a" + String(repeating: "z", count: 31)])
    func `a site id of two to thirty-two small letters, digits and hyphens parses`(text: String) {
        #expect(SiteID(text)?.description == text)
    }

    @Test(arguments: [
        "", "a", "1a", "-a", "Ab", "aB", "a b", "a_b", "a.b", "a/b", "a~b", "é1", "aé", "a\n", "ａb", "a\0",
        "a" + String(repeating: "z", count: 32),
    ])
    func `any other text is no site id`(text: String) {
        #expect(SiteID(text) == nil)
    }

    @Test func `sites are ordered by their text`() {
        #expect(Sample.site("aa") < Sample.site("ab"))
        #expect(Sample.site("a-") < Sample.site("a0"))
        #expect(Sample.site("ab") < Sample.site("abc"))
    }
}

struct IncarnationTests {
    @Test(arguments: [UInt64(0), 1, 0x3f2a_9c01_d4e5_f607, .max])
    func `the text is sixteen digits and parses back`(bits: UInt64) {
        let text = Incarnation(bits: bits).description
        #expect(text.utf8.count == 16)
        #expect(Incarnation(text)?.bits == bits)
    }

    @Test(arguments: [
        "", "0", "3f2a9c01d4e5f60", "3f2a9c01d4e5f6070", "3F2A9C01D4E5F607", "+f2a9c01d4e5f607", "-f2a9c01d4e5f607",
        "0x2a9c01d4e5f607", "3f2a9c01d4e5f60g", " f2a9c01d4e5f607", "3f2a9c01d4e5f60\n",
    ])
    func `any other text is refused, so that an incarnation has one text`(text: String) {
        #expect(Incarnation(text) == nil)
    }
}

struct LogIDTests {
    @Test func `a log id is site, tilde, incarnation`() {
        let log = LogID("northside~3f2a9c01d4e5f607")
        #expect(log?.site.text == "northside")
        #expect(log?.incarnation.bits == 0x3f2a_9c01_d4e5_f607)
        #expect(log?.description == "northside~3f2a9c01d4e5f607")
    }

    @Test(arguments: [
        "", "northside", "northside~", "~3f2a9c01d4e5f607", "northside~3f2a9c01d4e5f607~", "~northside~3f2a9c01d4e5f607",
        "North~3f2a9c01d4e5f607", "northside 3f2a9c01d4e5f607", "northside~3f2a", "northside~3f2a9c01d4e5f607/1",
    ])
    func `any other text is refused`(text: String) {
        #expect(LogID(text) == nil)
    }

    @Test func `logs are ordered by site, then incarnation`() {
        #expect(Sample.log("aa", 9) < Sample.log("ab", 1))
        #expect(Sample.log("aa", 1) < Sample.log("aa", 2))
        #expect(!(Sample.log("aa", 1) < Sample.log("aa", 1)))
    }
}

struct EventIDTests {
    @Test(arguments: [UInt64(1), 42, .max])
    func `an event id is log, slash, sequence`(sequence: UInt64) {
        let id = Sample.id("northside", 0x3f2a_9c01_d4e5_f607, sequence)
        #expect(id.description == "northside~3f2a9c01d4e5f607/\(sequence)")
        #expect(EventID(id.description) == id)
    }

    @Test(arguments: ["", "/", "0", "-1", "+42", "042", "42 ", " 42", "4_2", "0x2a", "42/1", "18446744073709551616", "４２"])
    func `a sequence that is not a plain number from 1 is refused, so that an event has one text`(sequence: String) {
        #expect(EventID("northside~3f2a9c01d4e5f607/\(sequence)") == nil)
    }

    @Test func `a text without its log is refused`() {
        #expect(EventID("42") == nil)
        #expect(EventID("northside/42") == nil)
        #expect(EventID("northside~3f2a9c01d4e5f607") == nil)
    }

    @Test(arguments: [
        "northside~3F2a9c01d4e5f607/1", "northside~+f2a9c01d4e5f607/1", "northside~3f2a9c01d4e5f60/1",
        "northside~3f2a9c01d4e5f6071/1",
        "northside~~3f2a9c01d4e5f607/1", "~3f2a9c01d4e5f607/1", "n~3f2a9c01d4e5f607/1", "Northside~3f2a9c01d4e5f607/1",
        "north\u{e9}ide~3f2a9c01d4e5f607/1", "northside-3f2a9c01d4e5f607/1", "northside~3f2a9c01d4e5f607//1",
    ])
    func `any other text of a log is refused, so that a log has one text`(text: String) { #expect(EventID(text) == nil) }

    @Test func `bytes are read as the text is, and a part of a text is no copy`() {
        let text = "northside~3f2a9c01d4e5f607/42"
        #expect(EventID(utf8: text.utf8.span) == EventID(text))
        #expect(EventID(("x" + text + "y").dropFirst().dropLast()) == EventID(text))
        for length in 0..<text.utf8.count - 2 { #expect(EventID(utf8: text.utf8.span.extracting(..<length)) == nil) }
    }

    @Test func `events are ordered by log, then sequence as a number`() {
        #expect(Sample.id("aa", 1, 9) < Sample.id("aa", 1, 10))
        #expect(Sample.id("aa", 1, 10) < Sample.id("aa", 2, 1))
        #expect(Sample.id("aa", 2, 1) < Sample.id("ab", 1, 1))
    }
}
