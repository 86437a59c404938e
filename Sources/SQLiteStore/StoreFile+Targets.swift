import EventLog
import GRDB
public import Problems

/// Who is told: targets are kept in the store, so that what changes is noted for them whoever records it.
extension StoreFile {
    /// The targets, in order of name.
    public func outboundTargets() throws(Problem) -> [OutboundTarget] {
        try database.read { db in try StoreTables.outboundTargets(db) }
    }

    /// Adds a target. It is told what happens from now on; of what is here already it knows.
    ///
    /// - Throws: `USAGE` for a name that is taken, and where there are as many as may be; nothing was changed then.
    public func addTarget(_ name: String, settings: [UInt8]) async throws(Problem) {
        try await changeTargets { writer in
            guard !writer.outboundTargets.contains(name) else {
                throw Refused(
                    error: Problem(
                        .usage, "A target '\(name)' is there already.", remedy: "Choose another name, or remove it first."))
            }
            guard writer.outboundTargets.count < OutboundLimits.targetsMax else {
                throw Refused(error: Problem(.usage, "A node has at most \(OutboundLimits.targetsMax) targets."))
            }
            let insert = try RawStatement(
                writer.db, "INSERT INTO outbound_target(name, settings, paused, reason, made) VALUES(?1, ?2, 0, '', 0)")
            insert.bind(1, name)
            insert.bind(2, settings)
            try insert.run()
            try Self.noteKnown(to: name, writer.db)
        }
    }

    /// Writes down how much of every history a new target knows.
    private static func noteKnown(to name: String, _ db: GRDB.Database) throws {
        let rows = try RawStatement(db, "SELECT idx, events FROM stream WHERE length(events)>0")
        let note = try RawStatement(
            db, "INSERT OR REPLACE INTO outbound_told(target, stream, subject, meaning, count) VALUES(?1, ?2, '', '', ?3)")
        while try rows.step() {
            note.bind(1, name)
            note.bind(2, rows.integer(0))
            note.bind(3, try PositionList.read(rows.bytes(1)).count)
            try note.run()
        }
    }

    /// Removes a target with everything that waits for it.
    ///
    /// - Throws: `NOT_FOUND`; nothing was changed then.
    public func removeTarget(_ name: String) async throws(Problem) {
        try await changeTargets { writer in
            try Self.requireTarget(name, writer)
            for table in ["outbound_message", "outbound_told", "outbound_change"] {
                let delete = try RawStatement(writer.db, "DELETE FROM \(table) WHERE target=?1")
                delete.bind(1, name)
                try delete.run()
            }
            let delete = try RawStatement(writer.db, "DELETE FROM outbound_target WHERE name=?1")
            delete.bind(1, name)
            try delete.run()
        }
    }

    /// Stops what goes to a target, or lets it go on.
    ///
    /// - Throws: `NOT_FOUND`; nothing was changed then.
    public func setPaused(_ name: String, _ isPaused: Bool, reason: String = "") async throws(Problem) {
        try await changeTargets { writer in
            try Self.requireTarget(name, writer)
            let update = try RawStatement(writer.db, "UPDATE outbound_target SET paused=?1, reason=?2 WHERE name=?3")
            update.bind(1, isPaused ? 1 : 0)
            update.bind(2, isPaused ? reason : "")
            update.bind(3, name)
            try update.run()
        }
    }

    private func changeTargets(_ body: @escaping @Sendable (StoreWriter) throws -> Void) async throws(Problem) {
        do {
            try await writeAsync { writer in
                try body(writer)
                writer.outboundTargets = try StoreTables.outboundTargets(writer.db).map(\.name)
            }
        } catch { throw SQLiteSiteStore.problem(error) }
    }

    static func requireTarget(_ name: String, _ writer: StoreWriter) throws {
        guard !writer.outboundTargets.contains(name) else { return }
        throw Refused(
            error: Problem(.notFound, "No target '\(name)' is told anything here.", remedy: "See: filmjacket notify list."))
    }
}

extension StoreTables {
    static func outboundTargets(_ db: GRDB.Database) throws -> [OutboundTarget] {
        let rows = try RawStatement(db, "SELECT name, settings, paused, reason FROM outbound_target ORDER BY name")
        var targets: [OutboundTarget] = []
        while try rows.step() {
            targets.append(
                OutboundTarget(
                    name: rows.text(0), settings: rows.array(1), isPaused: rows.integer(2) != 0, reason: rows.text(3)))
        }
        return targets
    }
}

extension StoreWriter {
    /// Notes for every target which histories this transaction changed: in the same commit, so that none is forgotten.
    func noteOutboundChanges() throws {
        let note = try RawStatement(
            db, "INSERT OR REPLACE INTO outbound_change(target, stream, events) VALUES(?1, ?2, ?3)", isCached: true)
        for stream in touched {
            for target in outboundTargets {
                note.bind(1, target)
                note.bind(2, stream.index)
                note.bind(3, stream.positions.count)
                try note.run()
            }
        }
    }
}
