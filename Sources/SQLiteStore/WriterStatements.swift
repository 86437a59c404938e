import GRDB

/// The writer's statements, prepared once.
struct WriterStatements {
    let begin: RawStatement
    let commit: RawStatement
    let insertLog: RawStatement
    let updateLog: RawStatement
    let insertName: RawStatement
    let insertActor: RawStatement
    let insertEvent: RawStatement
    let selectEvent: RawStatement
    let selectNextEvent: RawStatement
    let selectStream: RawStatement
    let insertStream: RawStatement
    let insertStreamID: RawStatement
    let updateStream: RawStatement
    let updateMembers: RawStatement
    let insertAlias: RawStatement
    let deleteConflicts: RawStatement
    let insertConflict: RawStatement
    let setWork: RawStatement
    let deleteWork: RawStatement
    let insertTile: RawStatement
    let insertFeed: RawStatement
    let updateSiteFeed: RawStatement
    let selectSourceKey: RawStatement
    let insertSourceKey: RawStatement
    let insertParentHash: RawStatement
    let deleteParentHash: RawStatement
    let selectAlias: RawStatement
    let selectNear: RawStatement
    let deleteShared: RawStatement
    let insertShared: RawStatement
    let insertLate: RawStatement
    let trimLate: RawStatement
    let selectNamed: RawStatement
    let setUrgent: RawStatement
    let deleteUrgent: RawStatement
    let setMeta: RawStatement
    let getMeta: RawStatement

    init(_ db: GRDB.Database) throws {
        begin = try RawStatement(db, "BEGIN IMMEDIATE")
        commit = try RawStatement(db, "COMMIT")
        insertLog = try RawStatement(
            db,
            """
            INSERT INTO log(idx, site, incarnation, head, held, hash, tree, shared, quarantined, checkpoint, received) \
            VALUES(?1, ?2, ?3, 0, 0, ?4, ?5, 0, 0, '', 0)
            """)
        updateLog = try RawStatement(
            db,
            """
            UPDATE log SET head=?1, held=?2, hash=?3, tree=?4, shared=?5, quarantined=?6, checkpoint=?7, received=?8 WHERE idx=?9
            """)
        insertName = try RawStatement(db, "INSERT INTO name(idx, text) VALUES(?1, ?2)")
        insertActor = try RawStatement(db, "INSERT INTO actor(idx, person, role, site, assurance) VALUES(?1, ?2, ?3, ?4, ?5)")
        insertEvent = try RawStatement(db, "INSERT INTO event(position, record) VALUES(?1, ?2)")
        selectEvent = try RawStatement(db, "SELECT record FROM event WHERE position=?1")
        selectNextEvent = try RawStatement(
            db, "SELECT position FROM event WHERE position>?1 AND position<?2 ORDER BY position LIMIT 1")
        selectStream = try RawStatement(
            db,
            """
            SELECT s.idx, s.events, s.members, s.digest FROM stream_id i JOIN stream s ON s.idx=i.idx \
            WHERE i.kind=?1 AND i.high=?2 AND i.low=?3
            """)
        insertStream = try RawStatement(db, "INSERT INTO stream(kind, high, low, events, members) VALUES(?1, ?2, ?3, x'', x'')")
        insertStreamID = try RawStatement(db, "INSERT INTO stream_id(kind, high, low, idx) VALUES(?1, ?2, ?3, ?4)")
        updateStream = try RawStatement(db, "UPDATE stream SET events=?1, members=?2, digest=?3, summary=?4 WHERE idx=?5")
        updateMembers = try RawStatement(db, "UPDATE stream SET members=?1 WHERE idx=?2")
        insertAlias = try RawStatement(db, "INSERT OR IGNORE INTO alias(value, kind, issuer, stream) VALUES(?1, ?2, ?3, ?4)")
        deleteConflicts = try RawStatement(db, "DELETE FROM conflict WHERE stream=?1")
        insertConflict = try RawStatement(db, "INSERT INTO conflict(stream, id, number, state) VALUES(?1, ?2, ?3, ?4)")
        setWork = try RawStatement(db, "INSERT OR REPLACE INTO work(stream, roles) VALUES(?1, ?2)")
        deleteWork = try RawStatement(db, "DELETE FROM work WHERE stream=?1")
        insertTile = try RawStatement(db, "INSERT OR REPLACE INTO tile(log, level, idx, hash) VALUES(?1, ?2, ?3, ?4)")
        insertFeed = try RawStatement(
            db, "INSERT INTO feed(site, position, count, bytes, digest, entries) VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
        updateSiteFeed = try RawStatement(db, "UPDATE site SET feed_head=?1, feed_digest=?2 WHERE idx=?3")
        selectSourceKey = try RawStatement(db, "SELECT position FROM source_key WHERE key=?1")
        insertSourceKey = try RawStatement(db, "INSERT OR IGNORE INTO source_key(key, position) VALUES(?1, ?2)")
        insertParentHash = try RawStatement(db, "INSERT OR IGNORE INTO parent_hash(position, hash) VALUES(?1, ?2)")
        deleteParentHash = try RawStatement(db, "DELETE FROM parent_hash WHERE position=?1")
        selectAlias = try RawStatement(
            db, "SELECT stream FROM alias WHERE value=?1 AND kind=?2 AND issuer=?3 ORDER BY stream LIMIT 1")
        selectNear = try RawStatement(db, NearStreams.select)
        deleteShared = try RawStatement(db, "DELETE FROM shared_conflict WHERE stream=?1 OR other=?1")
        insertShared = try RawStatement(
            db, "INSERT OR REPLACE INTO shared_conflict(stream, id, other, number, state) VALUES(?1, ?2, ?3, ?4, ?5)")
        insertLate = try RawStatement(
            db, "INSERT INTO late(stream, arrived, late, axes, conflicts) VALUES(?1, ?2, ?3, ?4, ?5)")
        trimLate = try RawStatement(db, "DELETE FROM late WHERE idx<=?1")
        selectNamed = try RawStatement(
            db,
            """
            SELECT s.kind, s.high, s.low, s.members FROM alias a JOIN stream s ON s.idx=a.stream \
            WHERE a.value=?1 AND a.kind=?2 AND a.issuer=?3 ORDER BY a.stream
            """)
        setUrgent = try RawStatement(
            db,
            """
            INSERT INTO urgent(stream, lane, place) VALUES(?1, ?2, ?3) \
            ON CONFLICT(stream, lane) DO UPDATE SET place=max(place, excluded.place)
            """)
        deleteUrgent = try RawStatement(db, "DELETE FROM urgent WHERE stream=?1")
        setMeta = try RawStatement(
            db, "INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value=excluded.value")
        getMeta = try RawStatement(db, "SELECT value FROM meta WHERE key=?1")
    }
}
