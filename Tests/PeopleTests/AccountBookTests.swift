import EventLog
import Foundation
import ImagingCase
import People
import Problems
import Testing

struct AccountBookTests {
    private let folder: Folder
    private let now = Instant(milliseconds: 1_800_000_000_000)

    init() throws { folder = try Folder() }

    private func filled(_ folder: Folder) throws -> AccountBook {
        let book = try AccountBook(folder: folder.path)
        let verifier = try PasswordVerifier(of: Password("an ordinary sentence"), cost: cheap)
        try book.add(name("boss"), roles: [.siteAdmin], verifier: verifier, now: now)
        try book.add(name("dr.ito"), roles: [.lead, .radiologist], verifier: verifier, now: now)
        return book
    }

    @Test func `no file is an empty book, in which nobody has to sign in`() throws {
        let book = try AccountBook(folder: folder.path)
        #expect(book.all.isEmpty && !book.isInForce && folder.bytes(AccountBook.fileName) == nil)
    }

    @Test func `what was said is there again, for its owner alone, and holds no password`() throws {
        let book = try filled(folder)
        let again = try AccountBook(folder: folder.path)
        #expect(again.all == book.all && again.isInForce)
        #expect(again.all.map(\.name.description) == ["boss", "dr.ito"])
        #expect(try again[name("dr.ito")]?.roles == [.radiologist, .lead], "in the order of the catalogue")
        #expect(try folder.mode(AccountBook.fileName) == 0o600)
        let text = try String(decoding: #require(folder.bytes(AccountBook.fileName)), as: UTF8.self)
        #expect(!text.contains("ordinary"))
    }

    @Test func `the first account looks after the others, and one who does stays`() throws {
        let book = try AccountBook(folder: folder.path)
        #expect(
            refusal { () throws(Problem) in
                try book.add(try name("lee"), roles: [.technologist], verifier: nil, now: now)
            } == .notPermitted)
        try book.add(name("boss"), roles: [.siteAdmin, .lead], verifier: nil, now: now)
        try book.add(name("lee"), roles: [.technologist], verifier: nil, now: now)
        #expect(
            refusal { () throws(Problem) in try book.set(try name("boss"), standing: .disabled, now: now) } == .notPermitted)
        #expect(refusal { () throws(Problem) in try book.set(try name("boss"), roles: [.lead], now: now) } == .notPermitted)
        try book.set(name("lee"), roles: [.hubAdmin], now: now)
        try book.set(name("boss"), standing: .disabled, now: now)
        #expect(try book[name("boss")]?.isActive == false && book.isInForce)
    }

    @Test func `a name twice, no role and a program's role are refused, and nothing changes`() throws {
        let book = try filled(folder)
        let before = folder.bytes(AccountBook.fileName)
        let cases: [(String, [Role])] = [("boss", [.lead]), ("x", []), ("x", [.system]), ("x", [.lead, .system])]
        for (text, roles) in cases {
            #expect(
                refusal { () throws(Problem) in try book.add(try name(text), roles: roles, verifier: nil, now: now) }
                    == .badInput)
        }
        #expect(refusal { () throws(Problem) in try book.set(try name("nobody"), roles: [.lead], now: now) } == .notFound)
        #expect(folder.bytes(AccountBook.fileName) == before && book.all.count == 2)
    }

    @Test func `a book that cannot be written is as it was`() throws {
        let book = try filled(folder)
        // A folder in the place of the file that is written beside: as a full disk, it keeps the change from being durable.
        try FileManager.default.createDirectory(
            atPath: folder.path + "/" + AccountBook.fileName + ".new", withIntermediateDirectories: false)
        #expect(
            refusal { () throws(Problem) in try book.set(try name("dr.ito"), standing: .disabled, now: now) } != nil)
        #expect(try book[name("dr.ito")]?.isActive == true)
        #expect(try AccountBook(folder: folder.path).all == book.all)
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"format":2,"accounts":[]}"#, #"{"format":1,"accounts":[{"name":"x","roles":["lead"]}]}"#,
        #"{"format":1,"accounts":[{"name":"X","roles":["lead"],"standing":"active","createdMilliseconds":1,"changedMilliseconds":1}]}"#,
        #"{"format":1,"accounts":[{"name":"x","roles":["king"],"standing":"active","createdMilliseconds":1,"changedMilliseconds":1}]}"#,
    ])
    func `a damaged book lets nobody in`(text: String) throws {
        try folder.put(text, as: AccountBook.fileName)
        #expect(refusal { () throws(Problem) in _ = try AccountBook(folder: folder.path) } == .configuration)
    }

    @Test func `a book that others may read is refused`() throws {
        _ = try filled(folder)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: folder.path + "/" + AccountBook.fileName)
        #expect(refusal { () throws(Problem) in _ = try AccountBook(folder: folder.path) } == .permissions)
    }
}
