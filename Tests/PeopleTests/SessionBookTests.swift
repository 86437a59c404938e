import EventLog
import Foundation
import ImagingCase
import People
import Problems
import Testing

struct SessionBookTests {
    private let folder: Folder
    private let clock = HandClock()

    init() throws { folder = try Folder() }

    @Test func `a session rests for at most fifteen minutes and lasts for at most twelve hours`() throws {
        let book = try SessionBook(folder: folder.path)
        let (token, begun) = try book.begin(name("dr.ito"), as: .lead, .local, now: clock.now)
        #expect(book.use(token, now: clock.now) == begun)
        clock.advance(minutes: 14)
        #expect(book.use(token, now: clock.now) != nil)
        clock.advance(minutes: 15)
        #expect(book.use(token, now: clock.now) == nil)

        let (used, _) = try book.begin(name("dr.ito"), as: .lead, .local, now: clock.now)
        for _ in 0..<71 {
            clock.advance(minutes: 10)
            #expect(book.use(used, now: clock.now) != nil)
        }
        clock.advance(minutes: 10)
        #expect(book.use(used, now: clock.now) == nil, "after twelve hours, however busy")
    }

    @Test func `the idle time of a reading room can be longer`() throws {
        let book = try SessionBook(folder: folder.path, bounds: Session.Bounds(idleMinutes: 30))
        let (token, _) = try book.begin(name("dr.ito"), as: .lead, .local, now: clock.now)
        clock.advance(minutes: 29)
        #expect(book.use(token, now: clock.now) != nil)
        clock.advance(minutes: 30)
        #expect(book.use(token, now: clock.now) == nil)
    }

    @Test func `a session that began ahead of the clock is over`() throws {
        let book = try SessionBook(folder: folder.path)
        let (token, _) = try book.begin(name("dr.ito"), as: .lead, .local, now: clock.now)
        clock.advance(minutes: -6)
        #expect(book.use(token, now: clock.now) == nil)
    }

    @Test func `what may be signed may be for five minutes after the password, and again after it was given again`() throws {
        let book = try SessionBook(folder: folder.path)
        let (token, _) = try book.begin(name("dr.ito"), as: .lead, .local, now: clock.now)
        func isConfirmed() throws -> Bool {
            try #require(book.use(token, now: clock.now)).isConfirmed(at: clock.now, book.bounds)
        }
        clock.advance(seconds: 299)
        #expect(try isConfirmed())
        clock.advance(seconds: 1)
        #expect(try !isConfirmed())
        try book.confirm(token, now: clock.now)
        #expect(try isConfirmed())
    }

    @Test func `the file holds hashes for its owner alone, and another process knows the same sessions`() throws {
        let book = try SessionBook(folder: folder.path)
        let (token, begun) = try book.begin(name("dr.ito"), as: .lead, .local, now: clock.now)
        let text = try String(decoding: #require(folder.bytes(SessionBook.fileName)), as: UTF8.self)
        #expect(!text.contains(token.text) && token.text.count == 64 && !"\(token)".contains(token.text))
        #expect(try folder.mode(SessionBook.fileName) == 0o600)
        let other = try SessionBook(folder: folder.path)
        #expect(try other.use(#require(SessionToken(token.text)), now: clock.now) == begun)
        try other.end(token, now: clock.now)
        #expect(try SessionBook(folder: folder.path).use(token, now: clock.now) == nil)
    }

    @Test func `that it was used is known after a crash but for half a minute`() throws {
        let book = try SessionBook(folder: folder.path)
        let (token, _) = try book.begin(name("dr.ito"), as: .lead, .local, now: clock.now)
        for _ in 0..<20 {
            clock.advance(minutes: 1)
            _ = book.use(token, now: clock.now)
        }
        #expect(try SessionBook(folder: folder.path).use(token, now: clock.now) != nil)
    }

    @Test func `at an end are those of the person, and no others`() throws {
        let book = try SessionBook(folder: folder.path)
        let own = try (0..<3).map { _ in try book.begin(name("dr.ito"), as: .lead, .local, now: clock.now).token }
        let other = try book.begin(name("lee"), as: .nurse, .local, now: clock.now).token
        try book.endAll(of: name("dr.ito"), but: own[1], now: clock.now)
        #expect(own.map { book.use($0, now: clock.now) != nil } == [false, true, false])
        try book.endAll(of: name("dr.ito"), now: clock.now)
        #expect(book.use(own[1], now: clock.now) == nil && book.use(other, now: clock.now) != nil)
        #expect(try SessionBook(folder: folder.path).use(own[1], now: clock.now) == nil)
    }

    @Test func `the one that rested longest makes room, of the person and of all`() throws {
        let book = try SessionBook(folder: folder.path, room: SessionBook.Room(all: 4, person: 2))
        var tokens: [SessionToken] = []
        for who in ["a", "a", "a", "b", "c", "d"] {
            clock.advance(seconds: 1)
            tokens.append(try book.begin(name(who), as: .lead, .local, now: clock.now).token)
        }
        #expect(tokens.map { book.use($0, now: clock.now) != nil } == [false, false, true, true, true, true])
    }

    @Test(arguments: ["", "x", "{}", #"{"format":9,"sessions":[]}"#])
    func `a file that is none ends all sessions and nothing else`(text: String) throws {
        try folder.put(text, as: SessionBook.fileName)
        let book = try SessionBook(folder: folder.path)
        let (token, _) = try book.begin(name("dr.ito"), as: .lead, .local, now: clock.now)
        #expect(book.use(token, now: clock.now) != nil)
    }

    @Test(arguments: ["", "00", String(repeating: "z", count: 64), String(repeating: "0", count: 66)])
    func `another text is no token`(text: String) { #expect(SessionToken(text) == nil) }

    @Test func `a disk that takes nothing more ends nobody's session`() throws {
        let (folder, clock) = (try Folder(), HandClock())
        let book = try SessionBook(folder: folder.path)
        let token = try book.begin(try name("lee"), as: .technologist, .local, now: clock.now).token
        // A folder in the file's place takes no writing, from the superuser neither.
        let file = folder.path + "/" + SessionBook.fileName
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(atPath: file + "/x", withIntermediateDirectories: true)
        clock.advance(minutes: 1)
        #expect(book.use(token, now: clock.now)?.person.description == "lee")
        #expect(throws: Problem.self, "what begins must be durable") {
            try book.begin(name("lee"), as: .technologist, .local, now: clock.now)
        }
    }
}
