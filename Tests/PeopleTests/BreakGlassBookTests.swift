import EventLog
import Foundation
import ImagingCase
import People
import Problems
import Testing

struct BreakGlassBookTests {
    private let folder: Folder
    private let clock = HandClock()
    private let case1 = StreamID(kind: .imagingCase, derivedFrom: "1")
    private let case2 = StreamID(kind: .imagingCase, derivedFrom: "2")
    private let lee = Author(person: "lee", role: .technologist)

    init() throws { folder = try Folder() }

    @Test func `a case opens for an hour, to him and in his role alone`() throws {
        let book = try BreakGlassBook(folder: folder.path)
        #expect(!book.isBroken(over: case1, by: lee, now: clock.now))
        _ = try book.open(case1, to: lee, because: "the person is here and cannot speak", now: clock.now)
        #expect(book.isBroken(over: case1, by: lee, now: clock.now))
        #expect(!book.isBroken(over: case2, by: lee, now: clock.now))
        #expect(!book.isBroken(over: case1, by: Author(person: "lee", role: .nurse), now: clock.now))
        #expect(!book.isBroken(over: case1, by: Author(person: "mae", role: .technologist), now: clock.now))
        clock.advance(minutes: 59)
        #expect(book.isBroken(over: case1, by: lee, now: clock.now))
        clock.advance(minutes: 1)
        #expect(!book.isBroken(over: case1, by: lee, now: clock.now))
    }

    @Test(arguments: ["", "    ", "why", "with\nline", String(repeating: "x", count: 501)])
    func `a reason is some words`(reason: String) throws {
        let book = try BreakGlassBook(folder: folder.path)
        #expect(refusal { () throws(Problem) in _ = try book.open(case1, to: lee, because: reason, now: clock.now) } == .badInput)
        #expect(book.all.isEmpty)
    }

    @Test func `what was opened is there after a crash, with its reason, until somebody reviewed it`() throws {
        let book = try BreakGlassBook(folder: folder.path)
        for (stream, reason) in [(case1, "first reason"), (case2, "second reason")] {
            _ = try book.open(stream, to: lee, because: reason, now: clock.now)
        }
        let again = try BreakGlassBook(folder: folder.path)
        #expect(again.all == book.all && again.all.map(\.reason) == ["first reason", "second reason"])
        #expect(try folder.mode(BreakGlassBook.fileName) == 0o600)
        #expect(try again.review([1, 77], by: "boss") == 1)
        #expect(try again.review([1], by: "other") == 0, "once is enough, and whoever did it stays named")
        #expect(try BreakGlassBook(folder: folder.path).all.map(\.reviewedBy) == ["boss", nil])
        #expect(try again.review(nil, by: "boss") == 1)
    }

    @Test func `a full list lets go of what was reviewed, and of nothing else`() throws {
        let book = try BreakGlassBook(folder: folder.path, entriesMax: 2)
        for _ in 0..<2 { _ = try book.open(case1, to: lee, because: "some reason", now: clock.now) }
        let full = refusal { () throws(Problem) in _ = try book.open(case1, to: lee, because: "some reason", now: clock.now) }
        #expect(full == .outOfRange)
        _ = try book.review([1], by: "boss")
        clock.advance(minutes: 61)
        #expect(try book.open(case1, to: lee, because: "some reason", now: clock.now).number == 3)
        #expect(book.all.map(\.number) == [2, 3])
    }
}
