import EventLog
import GRDB
import GRDBSQLite

/// A prepared statement of the writer or a reader, bound and stepped without boxing a value: the hot path's door to SQLite.
struct RawStatement {
    private let statement: Statement
    private let pointer: OpaquePointer?
    private let connection: OpaquePointer?

    /// Prepares once; `cached` statements belong to the connection and are prepared once a connection.
    init(_ db: GRDB.Database, _ sql: String, isCached: Bool = false) throws {
        statement = isCached ? try db.cachedStatement(sql: sql) : try db.makeStatement(sql: sql)
        pointer = statement.sqliteStatement
        connection = db.sqliteConnection
        sqlite3_reset(pointer)
    }

    func bind(_ index: CInt, _ value: Int64) { sqlite3_bind_int64(pointer, index, value) }
    func bind(_ index: CInt, _ value: UInt64) { sqlite3_bind_int64(pointer, index, Int64(bitPattern: value)) }
    func bind(_ index: CInt, _ value: Int) { sqlite3_bind_int64(pointer, index, Int64(value)) }

    func bind(_ index: CInt, _ value: [UInt8]) {
        // SQLite copies before the call returns (SQLITE_TRANSIENT is -1 as a destructor).
        value.withUnsafeBytes { bytes in
            _ = sqlite3_bind_blob(
                pointer, index, bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1), CInt(bytes.count), Self.transient)
        }
    }

    func bind(_ index: CInt, _ value: EventHash) { bind(index, value.bytes) }

    func bind(_ index: CInt, _ value: String) {
        var text = value
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                _ = sqlite3_bind_text(pointer, index, $0.baseAddress, CInt($0.count), Self.transient)
            }
        }
    }

    func bindNull(_ index: CInt) { sqlite3_bind_null(pointer, index) }

    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    /// Steps to the next row; false at the end, after which the statement is ready again.
    func step() throws -> Bool {
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        sqlite3_reset(pointer)
        try StoreFault.check(code, connection)
        return false
    }

    /// Runs to the end.
    func run() throws {
        while try step() {}
    }

    func reset() { sqlite3_reset(pointer) }

    func integer(_ column: CInt) -> Int64 { sqlite3_column_int64(pointer, column) }
    func isNull(_ column: CInt) -> Bool { sqlite3_column_type(pointer, column) == SQLITE_NULL }

    /// The bytes of a column; valid until the next step.
    func bytes(_ column: CInt) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(pointer, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column)))
    }

    func array(_ column: CInt) -> [UInt8] { Array(bytes(column)) }

    func text(_ column: CInt) -> String {
        guard let start = sqlite3_column_text(pointer, column) else { return "" }
        return String(
            decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column))), as: UTF8.self)
    }
}

extension RawStatement {
    /// Binds a stream's kind and bits to the first three parameters.
    func bind(_ stream: StreamID) {
        bind(1, Int64(stream.kind.rawValue))
        bind(2, stream.high)
        bind(3, stream.low)
    }

    /// The stream whose kind and bits are the row's first three columns; nil for a kind that this version does not know.
    var streamID: StreamID? {
        StreamKind(rawValue: UInt8(truncatingIfNeeded: integer(0))).map {
            StreamID(kind: $0, high: UInt64(bitPattern: integer(1)), low: UInt64(bitPattern: integer(2)))
        }
    }
}
