import EventLog
import GRDB
import GRDBSQLite
import ImagingCase
import Replication
import StoreContract
import Testing

@testable import SQLiteStore

/// Whatever is committed between two steps of a reader, it reads one state of the file and can name all that is in it.
///
/// Each commit here brings a person and a log that nobody knew: their rows hold numbers that older dictionaries lack, and a sound
/// row would look damaged.
struct SnapshotTests {
    /// What is read of a site's store; gives the events' authors.
    enum SiteRead: CaseIterable {
        case log
        case foreignLog
        case stream
        case verification

        func people(_ store: SQLiteSiteStore, _ foreign: LogID) throws -> [String] {
            switch self {
            case .log: return try Self.people(of: store.log, store)
            case .foreignLog: return try Self.people(of: foreign, store)
            case .stream: return try store.file.events(of: .sample(1)).map(\.event.actor.person)
            case .verification:
                _ = try LogReport.verify(store.file)
                return try Self.people(of: store.log, store)
            }
        }

        private static func people(of log: LogID, _ store: SQLiteSiteStore) throws -> [String] {
            try store.segment(of: log, from: 1, eventsMax: 1_000, bytesMax: 1 << 20).events.map(\.event.actor.person)
        }
    }

    /// Grows a site's store by an event of its own and one of a site that was unknown until now, each by somebody new.
    private final class SiteGrowth {
        let store: SQLiteSiteStore
        private var own: StoreContract.Author
        private(set) var count = 0
        static let most = 40

        init(_ store: SQLiteSiteStore) {
            self.store = store
            own = StoreContract.Author(log: store.log)
        }

        static func foreign(_ number: Int) -> StoreContract.Author { StoreContract.Author("site-\(number)") }

        func grow() throws {
            guard count < Self.most else { return }
            count += 1
            var other = Self.foreign(count)
            other.comment(on: .sample(1), by: "person \(count)")
            let cursor = FeedCursor(generation: Generation(bits: 1), position: UInt64(count), digest: 1)
            try store.store(other.segment(1...1), cursor: cursor)
            own.comment(on: .sample(1), by: "person \(count)")
            try store.append([own.last])
        }
    }

    /// Calls back before each statement that the store's reader begins.
    private func stepping<T>(_ file: StoreFile, _ between: @escaping () throws -> Void, _ read: () throws -> T) throws -> T {
        try file.database.pool.read { db in
            db.trace { _ in
                do { try between() } catch { Issue.record(error) }
            }
        }
        defer { #expect(throws: Never.self) { try file.database.pool.read { $0.trace(options: []) } } }
        return try read()
    }

    @Test(arguments: SiteRead.allCases)
    func `what a site commits between a reader's steps damages nothing that is read`(read: SiteRead) throws {
        let place = try Place()
        let store = try place.site()
        let growth = SiteGrowth(store)
        try growth.grow()
        let people = try stepping(store.file, growth.grow) { try read.people(store, SiteGrowth.foreign(1).log) }
        #expect(growth.count > 2, "the reader was stepped upon")
        #expect(people.first == "person 1" && Set(people).isSubset(of: Set((1...growth.count).map { "person \($0)" })))
    }

    @Test(arguments: SiteRead.allCases)
    func `what is read at the very moment of a site's commit is whole`(read: SiteRead) throws {
        let place = try Place()
        let store = try place.site()
        let growth = SiteGrowth(store)
        try growth.grow()
        let hook = CommitHook { try read.people(store, SiteGrowth.foreign(1).log).count }
        try hook.during(store.file) { try growth.grow() }
        #expect(hook.answers.count >= 2, "both commits were seen")
        for answer in hook.answers { #expect(throws: Never.self) { try #require(try answer.get() > 0) } }
    }

    /// A hub that grows by an event of a site that was unknown until now, and a feed that gets it all.
    private func growingHub(_ place: Place) throws -> (SQLiteHubStore, grow: () throws -> Void, read: () throws -> [String]) {
        let hub = try place.hub()
        let reader = StoreContract.Author("lakeview").site
        try hub.open(feedOf: reader)
        try hub.grantAllCases(to: reader)
        var count = 0
        let grow = {
            guard count < SiteGrowth.most else { return }
            count += 1
            var author = SiteGrowth.foreign(count)
            author.comment(on: .sample(1), by: "person \(count)")
            _ = try hub.accept(try author.run(1...1))
        }
        let read = {
            let page = try hub.page(for: reader, after: .start(of: hub.generation()), eventsMax: 100, bytesMax: 1 << 20)
            return page?.segment.events.map(\.event.actor.person) ?? []
        }
        try grow()
        return (hub, grow, read)
    }

    @Test func `what a hub commits between the steps of a feed's reader damages nothing that is read`() throws {
        let place = try Place()
        let (hub, grow, read) = try growingHub(place)
        let people = try stepping(hub.file, grow, read)
        #expect(!people.isEmpty && people == (1...people.count).map { "person \($0)" })
        #expect(try read().count > people.count, "the reader was stepped upon")
    }

    @Test func `what a feed's reader gets at the very moment of a hub's commit is whole`() throws {
        let place = try Place()
        let (hub, grow, read) = try growingHub(place)
        let hook = CommitHook { try read().count }
        try hook.during(hub.file, grow)
        #expect(try hook.answers.map { try $0.get() } == [2])
    }

    @Test func `the version of a case is the one that its row names, and another with each event`() throws {
        let place = try Place()
        let store = try place.site()
        var author = StoreContract.Author(log: try store.ownLog().log)
        #expect(try store.file.version(of: .sample(1)) == nil)
        var seen: Set<CaseVersion> = []
        for count in 1...3 {
            try store.append([author.comment(on: .sample(1))])
            let version = try #require(try store.file.version(of: .sample(1)))
            let row = String(decoding: try store.file.summaries(limit: 1)[0], as: UTF8.self)
            #expect(version.events == count && seen.insert(version).inserted)
            #expect(row.contains("\"events\":\(count)") && row.contains("\"digest\":\"\(version.digest)\""), "\(row)")
        }
    }

    @Test func `a look that was left in the middle keeps no later reader at an old state`() throws {
        let place = try Place()
        let store = try place.site()
        var lake = StoreContract.Author("lakeview")
        for number in 1...4 as ClosedRange<UInt64> {
            try store.file.database.read { db in
                let left = try RawStatement(db, "SELECT key FROM meta", isCached: true)
                #expect(try left.step())
            }
            #expect(try store.unprovenSince(of: lake.log, beyond: 9) == nil)
            lake.comment(on: .sample(number))
            try store.store(lake.segment(number...number), cursor: .start(of: Generation(bits: 1)))
            #expect(try store.state(of: lake.log)?.head == number && store.unproven().map(\.count) == [Int(number)])
        }
    }
}

/// Reads at the moment when the file has a commit and the thread that made it has not gone on yet.
private final class CommitHook {
    private let read: () throws -> Int
    private(set) var answers: [Result<Int, any Error>] = []

    init(_ read: @escaping () throws -> Int) { self.read = read }

    private func committed() { answers.append(Result { try read() }) }

    /// Has each commit read what it left.
    func during(_ file: StoreFile, _ body: () throws -> Void) throws {
        let context = Unmanaged.passUnretained(self).toOpaque()
        file.database.pool.writeWithoutTransaction { db in
            _ = sqlite3_wal_hook(
                db.sqliteConnection,
                { context, _, _, _ in
                    if let context { Unmanaged<CommitHook>.fromOpaque(context).takeUnretainedValue().committed() }
                    return SQLITE_OK
                }, context)
        }
        defer { file.database.pool.writeWithoutTransaction { _ = sqlite3_wal_hook($0.sqliteConnection, nil, nil) } }
        try body()
    }
}
