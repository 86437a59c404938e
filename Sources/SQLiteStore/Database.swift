import EventLog
import FoundationEssentials
import GRDB
import GRDBSQLite
public import Problems

/// One node's SQLite file with the pragmas that durability rests on: set, read back, and refused where they do not hold.
///
/// `DatabasePool` sets `synchronous=NORMAL` on its writer after the configuration ran, which would lose acknowledged events on
/// power loss; FULL is therefore set on the opened writer and asserted (the value read must be 2).
/// Source: sqlite.org/pragma.html#pragma_synchronous, sqlite.org/wal.html.
public struct Database: Sendable {
    /// The connections: one writer, several readers.
    let pool: DatabasePool
    /// The file.
    public let path: String

    /// Opens or makes the file.
    ///
    /// - Throws: `NOT_A_STORE`, `STORE_NEWER`, `STORE_NOT_WRITABLE`, `INTEGRITY_FAILED` or `IO_FAILED`; the file is unchanged then.
    public init(path: String, role: StoreRole) throws(Problem) {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.maximumReaderCount = 4
            configuration.busyMode = .timeout(5)
            configuration.foreignKeysEnabled = true
            configuration.prepareDatabase { db in
                try db.execute(
                    sql: "PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF; PRAGMA cache_size=-8000; PRAGMA mmap_size=0")
            }
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { db in
                // A backlog is taken in commits of some thousand events, which touch pages all over the file: each is read once and copied
                // back once, not once a commit.
                try db.execute(
                    sql: """
                        PRAGMA cache_size=-32000; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; \
                        PRAGMA journal_size_limit=67108864
                        """)
            }
            try Migrations.migrate(pool, role: role)
        } catch let problem as Problem {
            throw problem
        } catch {
            throw StoreFault.problem(error, path: path)
        }
        guard try writerSynchronous() == 2 else {
            throw Problem(.integrityFailed, "PRAGMA synchronous reads another value than 2 (FULL) on the writer.")
        }
    }

    /// What `PRAGMA synchronous` reads on the writer: 2 is FULL.
    public func writerSynchronous() throws(Problem) -> Int {
        do { return try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 } } catch {
            throw StoreFault.problem(error, path: path)
        }
    }

    /// What `PRAGMA journal_mode` reads.
    public func journalMode() throws(Problem) -> String {
        do { return try pool.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode") ?? "" } } catch {
            throw StoreFault.problem(error, path: path)
        }
    }

    /// Reads with a snapshot of the last commit.
    func read<T>(_ body: (GRDB.Database) throws -> T) throws(Problem) -> T {
        do { return try pool.read { try Self.ended($0, body) } } catch let problem as Problem { throw problem } catch {
            throw StoreFault.problem(error, path: path)
        }
    }

    /// Reads, and ends every statement that the reading left in the middle: one alone would keep its connection, which later readers get, at
    /// this state of the file for as long as the process runs.
    private static func ended<T>(_ db: GRDB.Database, _ body: (GRDB.Database) throws -> T) throws -> T {
        defer {
            var next = sqlite3_next_stmt(db.sqliteConnection, nil)
            while let statement = next {
                if sqlite3_stmt_busy(statement) != 0 { sqlite3_reset(statement) }
                next = sqlite3_next_stmt(db.sqliteConnection, statement)
            }
        }
        return try body(db)
    }

    /// As `read`, letting the body's own refusals through.
    func readOrRefuse<T>(_ body: (GRDB.Database) throws -> T) throws -> T {
        do { return try pool.read { try Self.ended($0, body) } } catch let error as DatabaseError {
            throw StoreFault.problem(error, path: path)
        }
    }
}

/// Whose file it is.
public enum StoreRole: String, Sendable {
    case site
    case hub
}

/// Turns faults of SQLite into the catalogue's words.
enum StoreFault {
    static func problem(_ error: any Error, path: String) -> Problem {
        guard let error = error as? DatabaseError else { return Problem(.ioFailed, "The store failed: \(error).") }
        switch error.resultCode {
        case .SQLITE_FULL: return Problem(.diskFull, "The disk is full; nothing was recorded.")
        case .SQLITE_NOTADB: return Problem(.storeNotOurs, "The store file is no database.")
        case .SQLITE_CORRUPT:
            return Problem(.integrityFailed, "The store file is damaged (SQLite code \(error.extendedResultCode.rawValue)).")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            return Problem(.storeNotWritable, "The store file cannot be opened for writing.")
        case .SQLITE_BUSY, .SQLITE_LOCKED: return Problem(.storeInUse, "Another process holds the store.")
        default: return Problem(.ioFailed, "The store failed with SQLite code \(error.extendedResultCode.rawValue).")
        }
    }

    static func check(_ code: CInt, _ connection: OpaquePointer?) throws {
        guard code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                message: String(cString: sqlite3_errmsg(connection)))
        }
    }
}
