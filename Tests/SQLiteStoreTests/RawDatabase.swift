import GRDBSQLite

/// A second connection to a store's file that knows nothing of the store: what a stranger with a SQLite shell can do.
final class RawDatabase {
    /// What SQLite said.
    struct Fault: Error {
        let message: String
    }

    private var connection: OpaquePointer?

    init(_ path: String) throws {
        guard sqlite3_open(path, &connection) == SQLITE_OK else { throw Fault(message: "open") }
        sqlite3_busy_timeout(connection, 5_000)
    }

    deinit { sqlite3_close_v2(connection) }

    func execute(_ sql: String) throws {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
            throw Fault(message: String(cString: sqlite3_errmsg(connection)))
        }
    }

    /// What versions after the first added, by the version that did.
    private static let added: [(version: Int, names: [String])] = [
        (2, ["TABLE work"]), (3, ["TABLE shared_conflict", "TABLE late"]), (4, ["TABLE stretch", "TABLE aside"]),
        (5, ["TABLE urgent"]), (6, ["TABLE receipt"]), (7, ["INDEX IF EXISTS aside_stream", "TABLE unproven"]),
        (8, ["TABLE disputed"]), (9, ["TABLE edge"]),
        (10, ["TABLE outbound_target", "TABLE outbound_change", "TABLE outbound_told", "TABLE outbound_message"]),
    ]

    /// Makes the file what an earlier version would have left, tables and number.
    func goBack(to version: Int) throws {
        for step in Self.added where step.version > version { for name in step.names { try execute("DROP \(name)") } }
        try execute("PRAGMA user_version=\(version)")
    }

    /// The one value that a query gives, as bytes.
    func bytes(_ sql: String) throws -> [UInt8] {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK, sqlite3_step(statement) == SQLITE_ROW else {
            throw Fault(message: String(cString: sqlite3_errmsg(connection)))
        }
        defer { sqlite3_finalize(statement) }
        let count = Int(sqlite3_column_bytes(statement, 0))
        return Array(UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, 0), count: count))
    }

    /// Text of SQL for bytes.
    static func literal(_ bytes: [UInt8]) -> String {
        "x'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
    }
}
