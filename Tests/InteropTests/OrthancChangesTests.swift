import Testing

@testable import Interop

/// What follows from a page of an archive's feed, odd ones above all (B74).
struct OrthancChangesTests {
    private static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "aaaaaaaa-bbbbbbbb-cccccccc-dddddddd-" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func row(_ number: String, _ type: String, _ study: Int) -> String {
        #"{"Seq":\#(number),"ChangeType":"\#(type)","ResourceType":"Study","ID":"\#(id(study))"}"#
    }

    private func page(
        since: Int64, last: String, done: String = "true", _ rows: String...
    ) throws -> OrthancChanges {
        let text = "{\"Changes\":[\(rows.joined(separator: ","))],\"Last\":\(last),\"Done\":\(done)}"
        return try OrthancChanges(try OrthancJSON(parsing: Array(text.utf8)), since: since)
    }

    @Test
    func `studies that come in and studies that stand still are told apart, each once, and the next page follows the last row`()
        throws
    {
        let page = try page(
            since: 4, last: "8", done: "false", Self.row("5", "NewStudy", 1), Self.row("6", "StableStudy", 1),
            Self.row("7", "NewInstance", 9), Self.row("8", "StableStudy", 1))
        #expect(page.received == [Self.id(1)] && page.settled == [Self.id(1)])
        #expect(page.next == 8 && !page.isEnd && page.oddity == nil)
        #expect(try self.page(since: 8, last: "8").isEnd)
    }

    @Test func `what is odd asks for a look at everything and never turns in a circle (B74)`() throws {
        let gap = try page(since: 4, last: "9", Self.row("9", "StableStudy", 2))
        #expect(gap.oddity == .gap && gap.next == 9 && gap.settled == [Self.id(2)])
        let wiped = try page(since: 4, last: "21")
        #expect(wiped.oddity == .gap && wiped.next == 21 && wiped.isEnd)
        let back = try page(since: 40, last: "3")
        #expect(back.oddity == .steppedBack && back.next == 3 && back.isEnd)
        let empty = try page(since: 4, last: "4", done: "false")
        #expect(empty.oddity == .promisedNothing && empty.isEnd && empty.next == 4)
        let stuck = try page(since: 4, last: "4", done: "false", Self.row("4", "StableStudy", 1))
        #expect(stuck.oddity == .unreadableRow && stuck.isEnd && stuck.next == 4 && stuck.unreadable == 1)
        let falling = try page(since: 4, last: "6", Self.row("6", "StableStudy", 1), Self.row("5", "StableStudy", 2))
        #expect(falling.next == 6 && falling.settled == [Self.id(1)] && falling.unreadable == 1)
    }

    @Test(arguments: ["\"5\"", "null", "5.5", "-1", "1e3"])
    func `a number in another form is no number, and its row is left out (B79)`(number: String) throws {
        let page = try page(since: 4, last: "5", Self.row(number, "StableStudy", 1))
        #expect(page.settled.isEmpty && page.unreadable == 1 && page.oddity == .unreadableRow)
    }

    @Test(arguments: [
        "[]", "{}", #"{"Changes":[],"Last":"5","Done":true}"#, #"{"Changes":{},"Last":5,"Done":true}"#,
        #"{"Changes":[],"Last":5,"Done":1}"#, #"{"Changes":[],"Last":-1,"Done":true}"#,
    ])
    func `what is no page is refused by its field`(text: String) throws {
        let json = try OrthancJSON(parsing: Array(text.utf8))
        #expect(throws: OrthancRefusal.self) { try OrthancChanges(json, since: 0) }
    }

    @Test func `an identifier that could lead elsewhere in a path is none`() throws {
        for id in ["", "../system", "a/b", "AAAAAAAA-bbbbbbbb-cccccccc-dddddddd-eeeeeeee", "aaaaaaaa-bbbbbbbb-cccccccc-dddddddd"]
        {
            #expect(!OrthancID.isWellFormed(id))
        }
        #expect(OrthancID.isWellFormed(Self.id(7)))
    }
}
