import EventLog
import Foundation
import Problems
import Replication
import StoreContract
import Testing

@testable import SQLiteStore

/// A store is opened with what durability rests on, or refused with a reason and left as it is.
struct OpeningTests {
    private func refusal(_ open: () throws -> Void) -> Problem? {
        do { try open() } catch { return error as? Problem }
        return nil
    }

    private func made(_ place: Place) throws {
        let store = try place.site()
        var author = Author(log: store.log)
        author.comment(on: .sample(1))
        try store.append(author.events)
    }

    @Test func `commits wait for the disk: synchronous reads FULL on the writer, journal reads WAL`() throws {
        let (site, hub) = (try Place(), try Place())
        let (store, hubStore) = (try site.site(), try hub.hub())
        for file in [store.file, hubStore.file] {
            #expect(try file.database.writerSynchronous() == 2)
            #expect(try file.database.journalMode() == "wal")
        }
    }

    @Test func `synchronous still reads FULL after writing, and when the store is opened again`() throws {
        let place = try Place()
        for _ in 0..<2 {
            let store = try place.site()
            try store.reset(to: .init(bits: 1))
            #expect(try store.file.database.writerSynchronous() == 2)
            #expect(try store.file.checks().filter { $0.name != "disk" }.allSatisfy(\.isGood))
        }
    }

    @Test func `a second opener is refused with the holder's process id, until the first is gone`() throws {
        let place = try Place()
        let first = try place.site()
        let problem = refusal { _ = try SQLiteSiteStore(folder: place.folder, site: first.site) { 9 } }
        #expect(problem?.code == .storeInUse)
        #expect(problem?.facts == [.init("pid", "\(getpid())")])
        #expect(problem?.message.contains("\(getpid())") == true)
        #expect(problem?.code.row.exit == 73)
        // The refused opener took nothing away from the holder.
        #expect(refusal { _ = try SQLiteSiteStore(folder: place.folder, site: first.site) { 9 } }?.code == .storeInUse)
        try first.reset(to: .init(bits: 1))
    }

    @Test func `a folder of the other role or of another site is refused and left as it is`() throws {
        let (site, hub) = (try Place(), try Place())
        try made(site)
        _ = try hub.hub()
        #expect(refusal { _ = try site.hub() }?.code == .storeNotOurs)
        #expect(refusal { _ = try hub.site() }?.code == .storeNotOurs)
        #expect(refusal { _ = try site.site("southside") }?.code == .siteMismatch)
        let store = try site.site()
        #expect(try store.ownLog().head == 1 && store.log.incarnation.bits == 1)
    }

    @Test func `a store of a newer version is refused`() throws {
        let place = try Place()
        try made(place)
        try waitUntilFree(place)
        try RawDatabase(place.databasePath).execute("PRAGMA user_version=\(Migrations.version + 1)")
        let problem = refusal { _ = try place.site() }
        #expect(problem?.code == .storeNewer && problem?.message.contains("schema \(Migrations.version + 1)") == true)
        try RawDatabase(place.databasePath).execute("PRAGMA user_version=\(Migrations.version)")
        #expect(try place.site().ownLog().head == 1)
    }

    @Test func `a store of an earlier version gets the new tables, and what is derived is derived anew`() throws {
        let place = try Place()
        var author = StoreContract.Author("northside")
        for number in 0..<6 as Range<UInt64> { author.comment(on: .sample(number % 3)) }
        author.comment(on: StreamID(kind: .credential, high: 4, low: 4))
        let digest = try {
            let store = try place.hub()
            _ = try store.accept(try author.run(1...7))
            return try store.file.digest()
        }()
        _ = try place.hub()
        let raw = try RawDatabase(place.databasePath)
        try raw.execute("UPDATE stream SET digest=zeroblob(32), summary=NULL")
        try raw.execute("DELETE FROM meta WHERE key='fold'")
        try raw.goBack(to: 1)
        let store = try place.hub()
        #expect(try store.file.digest() == digest && store.file.count() == 3)
        #expect(try store.file.summaries(limit: 9).count == 3)
        #expect(try LogReport.verify(store.file).json.contains("\"ok\":true"))
    }

    @Test(arguments: [
        ("CREATE TABLE extra(a)", "DROP TABLE extra"),
        ("CREATE TRIGGER spy AFTER INSERT ON event BEGIN DELETE FROM meta; END", "DROP TRIGGER spy"),
        ("CREATE VIEW shown AS SELECT * FROM event", "DROP VIEW shown"),
        ("CREATE INDEX slow ON event(record)", "DROP INDEX slow"),
        ("CREATE VIRTUAL TABLE words USING fts5(text)", "DROP TABLE words"),
        ("ALTER TABLE event RENAME TO happening", "ALTER TABLE happening RENAME TO event"),
        ("PRAGMA application_id=1", "PRAGMA application_id=1179274033"),
    ])
    func `parts that this version did not make are refused`(hostile: String, undo: String) throws {
        let place = try Place()
        try made(place)
        try waitUntilFree(place)
        do { try RawDatabase(place.databasePath).execute(hostile) } catch let fault as RawDatabase.Fault {
            // Not every SQLite has every kind of virtual table.
            try #require(fault.message.contains("no such module"))
            return
        }
        #expect(refusal { _ = try place.site() }?.code == .storeNotOurs)
        guard !hostile.hasPrefix("ALTER") else { return }  // SQLite writes the table's text anew, with quotes
        try RawDatabase(place.databasePath).execute(undo)
        #expect(try place.site().ownLog().head == 1)
    }

    @Test(arguments: [
        Array("this is no database, and it is longer than a header has to be\n".utf8), [UInt8](repeating: 0x55, count: 9000),
    ])
    func `a file that is no database is refused and left as it is`(bytes: [UInt8]) throws {
        let place = try Place()
        try FileManager.default.createDirectory(
            atPath: place.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Data(bytes).write(to: URL(filePath: place.databasePath))
        chmod(place.databasePath, 0o600)
        #expect(refusal { _ = try place.site() }?.code == .storeNotOurs)
        #expect(refusal { _ = try place.hub() }?.code == .storeNotOurs)
        #expect(FileManager.default.contents(atPath: place.databasePath).map { Array($0) } == bytes)
    }

    @Test func `a database of somebody else is refused`() throws {
        let place = try Place()
        try FileManager.default.createDirectory(
            atPath: place.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try RawDatabase(place.databasePath).execute("CREATE TABLE letters(text); INSERT INTO letters VALUES('dear')")
        chmod(place.databasePath, 0o600)
        #expect(refusal { _ = try place.site() }?.code == .storeNotOurs)
        #expect(try RawDatabase(place.databasePath).bytes("SELECT text FROM letters") == Array("dear".utf8))
    }

    @Test(arguments: [0o722, 0o702, 0o777, 0o750, 0o755])
    func `a folder that others may write or look into is refused`(mode: Int) throws {
        let place = try Place()
        try made(place)
        try waitUntilFree(place)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place.folder)
        #expect(refusal { _ = try place.site() }?.code == .permissions)
        try FileManager.default.setAttributes([.posixPermissions: 0o710], ofItemAtPath: place.folder)
        #expect(try place.site().ownLog().head == 1)
    }

    @Test(.enabled(if: geteuid() != 0, "the superuser writes whatever the mode says"))
    func `a folder that cannot be written is refused`() throws {
        let place = try Place()
        try made(place)
        try waitUntilFree(place)
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: place.folder)
        #expect(refusal { _ = try place.site() }?.code == .storeNotWritable)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: place.folder)
        #expect(try place.site().ownLog().head == 1)
    }

    @Test func `a path that is a file, or whose parent is missing, is refused`() throws {
        let place = try Place()
        #expect(FileManager.default.createFile(atPath: place.folder, contents: nil))
        #expect(refusal { _ = try place.site() }?.code == .storeNotWritable)
        #expect(refusal { _ = try place.site(in: place.folder + "-missing/data") }?.code == .storeNotWritable)
    }

    @Test func `nobody else may read the folder and the files that a store makes`() throws {
        let place = try Place()
        let store = try place.site()
        try store.reset(to: .init(bits: 1))
        for path in [place.folder] + ["store.sqlite", "store.lock", "anchor"].map({ place.folder + "/" + $0 }) {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode.map { $0 & 0o077 } == 0, "\(path)")
        }
    }

    /// Waits until the store that was let go has closed its files.
    private func waitUntilFree(_ place: Place) throws { _ = try place.site() }
}
