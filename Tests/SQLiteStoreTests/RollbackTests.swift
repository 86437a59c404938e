import EventLog
import Foundation
import Problems
import Replication
import StoreContract
import Testing

@testable import SQLiteStore

/// SQLite calls a write-ahead log that was cut sound, with fewer rows; the anchor beside it remembers that there were more.
struct RollbackTests {
    /// What happens to the write-ahead log of a store that was cut off from power.
    enum Harm: String, CaseIterable {
        case deleted
        case cut
        case emptied
        case flipped

        func apply(to wal: String) throws {
            switch self {
            case .deleted: try FileManager.default.removeItem(atPath: wal)
            case .emptied: try Data().write(to: URL(filePath: wal))
            case .cut: try Self.change(wal) { $0.removeLast($0.count / 4) }
            case .flipped: try Self.change(wal) { $0[$0.count * 3 / 4] ^= 4 }
            }
        }

        static func change(_ path: String, _ body: (inout Data) -> Void) throws {
            var data = try Data(contentsOf: URL(filePath: path))
            body(&data)
            try data.write(to: URL(filePath: path))
        }
    }

    /// A site that recorded events one by one, as a power cut leaves its folder.
    private func cutOff(_ place: Place, events: Int) throws -> (folder: String, author: Author) {
        let store = try place.site()
        var author = Author(log: store.log)
        for _ in 0..<events {
            try store.append([author.comment(on: .sample(1), after: author.events.suffix(1))])
        }
        return (try place.snapshot(), author)
    }

    @Test func `a store that was cut off has everything that was answered, under the same incarnation`() throws {
        let place = try Place()
        let (folder, author) = try cutOff(place, events: 30)
        let store = try place.site(in: folder)
        #expect(!store.file.wasRolledBack && store.log == author.log)
        #expect(try store.ownLog().tree == author.tree(size: 30))
        _ = try LogReport.verify(store.file)
    }

    @Test(arguments: Harm.allCases)
    func `a site that lost its tail is noticed and goes on under a new incarnation`(harm: Harm) throws {
        let place = try Place()
        let (folder, author) = try cutOff(place, events: 40)
        try harm.apply(to: "\(folder)/\(StoreFile.fileName)-wal")
        do {
            let store = try place.site(in: folder)
            #expect(store.file.wasRolledBack)
            #expect(store.log.site == author.log.site && store.log != author.log)
            #expect(try store.ownLog().head == 0 && store.shared() == 0)
            // What is left of the old log is a prefix of it, and it verifies.
            let left = try store.segment(of: author.log, from: 1, eventsMax: 100, bytesMax: 1 << 20)
            #expect(left.events.count < 40)
            #expect(left.events.map(\.hash) == author.events.prefix(left.events.count).map(\.hash))
            _ = try LogReport.verify(store.file)
            var next = Author(log: store.log)
            next.comment(on: .sample(2))
            try store.append(next.events)
            #expect(try store.file.checks().contains { $0.name == "rollback" && !$0.isGood })
            // The lost tail comes back from the hub.
            try store.restore(author.segment(1...40))
            #expect(try store.state(of: author.log)?.tree == author.tree(size: 40))
        }
        let again = try place.site(in: folder)
        #expect(!again.file.wasRolledBack)
        #expect(try again.ownLog().head == 1 && again.log != author.log)
    }

    @Test(arguments: Harm.allCases)
    func `a hub that lost its tail numbers its feeds anew`(harm: Harm) throws {
        let place = try Place()
        var north = Author("northside")
        let south = Author("southside").site
        let (folder, cursor) = try {
            let hub = try place.hub()
            try hub.open(feedOf: south)
            try hub.grantAllCases(to: south)
            for number in 1...40 {
                north.comment(on: .sample(1), after: north.events.suffix(1))
                _ = try hub.accept(north.run(UInt64(number)...UInt64(number)))
            }
            let page = try #require(
                try hub.page(for: south, after: .start(of: hub.generation()), eventsMax: 100, bytesMax: 1 << 20))
            return (try place.snapshot(), page.cursor)
        }()
        try harm.apply(to: "\(folder)/\(StoreFile.fileName)-wal")
        do {
            let hub = try place.hub(in: folder)
            #expect(hub.file.wasRolledBack && hub.generation() != cursor.generation)
            try hub.open(feedOf: south)
            #expect(throws: SyncRefusal.generation(hub.generation())) {
                _ = try hub.page(for: south, after: cursor, eventsMax: 10, bytesMax: 1000)
            }
            // The site offers its log again, from where the hub stands.
            let head = try hub.state(of: north.log)?.head ?? 0
            #expect(head < 40)
            #expect(try hub.accept(north.run(head + 1...40)).head == 40)
            #expect(try hub.state(of: north.log)?.tree == north.tree(size: 40))
        }
        let again = try place.hub(in: folder)
        #expect(!again.file.wasRolledBack && again.generation() != cursor.generation)
    }

    @Test func `without its anchor, or with a damaged slot of it, a whole store opens as before`() throws {
        for slot in [-1, 0, 64] {
            let place = try Place()
            let (folder, author) = try cutOff(place, events: 5)
            if slot < 0 {
                try FileManager.default.removeItem(atPath: folder + "/anchor")
            } else {
                try Harm.change(folder + "/anchor") { $0[slot + 9] ^= 0x80 }
            }
            let store = try place.site(in: folder)
            #expect(!store.file.wasRolledBack && store.log == author.log)
            #expect(try store.ownLog().head == 5)
        }
    }

    @Test func `a store whose database is gone is noticed by its anchor`() throws {
        let place = try Place()
        let (folder, author) = try cutOff(place, events: 5)
        for name in ["", "-wal"] { try FileManager.default.removeItem(atPath: "\(folder)/\(StoreFile.fileName)\(name)") }
        let store = try place.site(in: folder)
        #expect(store.file.wasRolledBack && store.log != author.log)
    }

    @Test func `a site that the hub knows better goes on under a new incarnation and keeps the old log`() throws {
        let place = try Place()
        let store = try place.site()
        var author = Author(log: store.log)
        author.comment(on: .sample(1))
        try store.append(author.events)
        let next = try store.reincarnate(drawn: 77)
        #expect(next.incarnation.bits == 77 && store.log == next)
        #expect(try store.ownLog().head == 0 && store.state(of: author.log)?.head == 1)
        #expect(try store.logs().map(\.log) == [author.log])
    }
}
