import GRDB
public import Problems

/// What a door to another system must know again after a restart: how far it read, and what it saw of each thing.
///
/// It lies beside the log in one file, so that a copy of the node holds both. It is no truth of its own: losing it costs a door a second
/// look at everything, and nothing that was recorded under a source key is recorded twice.
public struct EdgeState: Sendable {
    /// The most bytes of one value.
    public static let valueBytesMax = 1 << 20
    /// The door's name.
    public let edge: String
    private let file: StoreFile

    /// The state of one door, such as `orthanc`.
    public init(_ file: StoreFile, edge: String) {
        self.file = file
        self.edge = edge
    }

    /// A value; nil where none was put.
    public func get(_ key: String) throws(Problem) -> [UInt8]? {
        let edge = edge
        return try file.database.read { db in
            let select = try RawStatement(db, "SELECT value FROM edge WHERE edge=?1 AND key=?2", isCached: true)
            select.bind(1, edge)
            select.bind(2, key)
            defer { select.reset() }
            return try select.step() ? select.array(0) : nil
        }
    }

    /// What lies under keys that begin with a text, by key in ascending order; at most `max` of them, beyond `after`.
    public func list(
        prefix: String, after: String? = nil, max: Int = 1_000
    ) throws(Problem) -> [(key: String, value: [UInt8])] {
        let edge = edge
        return try file.database.read { db in
            let select = try RawStatement(
                db,
                """
                SELECT key, value FROM edge WHERE edge=?1 AND key>=?2 AND key<?3 AND (?4 IS NULL OR key>?4) ORDER BY key LIMIT ?5
                """, isCached: true)
            select.bind(1, edge)
            select.bind(2, prefix)
            select.bind(3, prefix + "\u{10FFFF}")
            if let after { select.bind(4, after) } else { select.bindNull(4) }
            select.bind(5, max)
            var rows: [(key: String, value: [UInt8])] = []
            while try select.step() { rows.append((select.text(0), select.array(1))) }
            return rows
        }
    }

    /// Puts values and removes others, all or none; durable when it returns.
    ///
    /// - Throws: `TOO_LARGE` for a value beyond ``valueBytesMax``, or a fault of the store; nothing was changed then, except after
    ///   `IO_FAILED`, where the outcome is unknown.
    public func put(_ values: [(key: String, value: [UInt8])], removing keys: [String] = []) async throws(Problem) {
        guard !values.isEmpty || !keys.isEmpty else { return }
        guard values.allSatisfy({ $0.value.count <= Self.valueBytesMax }) else {
            throw Problem(.tooLarge, "A door's value has more than \(Self.valueBytesMax) bytes.")
        }
        let edge = edge
        do {
            try await file.writeAsync { writer in
                let insert = try RawStatement(
                    writer.db,
                    "INSERT INTO edge(edge, key, value) VALUES(?1, ?2, ?3) ON CONFLICT(edge, key) DO UPDATE SET value=excluded.value",
                    isCached: true)
                for (key, value) in values {
                    insert.bind(1, edge)
                    insert.bind(2, key)
                    insert.bind(3, value)
                    try insert.run()
                }
                let delete = try RawStatement(writer.db, "DELETE FROM edge WHERE edge=?1 AND key=?2", isCached: true)
                for key in keys {
                    delete.bind(1, edge)
                    delete.bind(2, key)
                    try delete.run()
                }
            }
        } catch { throw SQLiteSiteStore.problem(error) }
    }
}
