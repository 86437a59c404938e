import GRDB
import Problems

/// The schema, step by step; a file made by a newer version is refused, and so is one with parts that this version did not make.
enum Migrations {
    static let applicationID = 0x464a_4b31
    static let version = 10

    static func migrate(_ pool: DatabasePool, role: StoreRole) throws {
        try pool.write { db in
            let id = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            let held = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            if count == 0, id == 0 {
                for statement in tables(atVersion: version) { try db.execute(sql: statement) }
                try db.execute(sql: "PRAGMA application_id=\(applicationID); PRAGMA user_version=\(version)")
                try db.execute(sql: "INSERT INTO meta(key, value) VALUES('role', ?)", arguments: [role.rawValue])
                return
            }
            guard id == applicationID else { throw Problem(.storeNotOurs, "The database was not made by filmjacket.") }
            guard held <= version else {
                throw Problem(
                    .storeNewer, "The store was made by a newer version (schema \(held), this version reads \(version)).")
            }
            let found = try String.fetchAll(db, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
            guard found.sorted() == tables(atVersion: held).sorted() else {
                throw Problem(.storeNotOurs, "The store's tables are not those that filmjacket makes; it is not opened.")
            }
            let heldRole = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key='role'")
            guard heldRole == role.rawValue else {
                throw Problem(
                    .storeNotOurs, "The store belongs to a \(heldRole ?? "unknown role"), a \(role.rawValue) was expected.")
            }
            for step in steps where step.version > held { for statement in step.tables { try db.execute(sql: statement) } }
            if held < version { try db.execute(sql: "PRAGMA user_version=\(version)") }
        }
    }

    /// What each version added.
    private static let steps: [(version: Int, tables: [String])] = [
        (1, first),
        // For each stream that waits for somebody the bits of the roles: few of many, so that a worklist does not read all.
        (2, ["CREATE TABLE work(stream INTEGER PRIMARY KEY, roles INTEGER NOT NULL)"]),
        (
            3,
            [
                // Questions between two histories: found from either side, and judged again when one of them changes.
                """
                CREATE TABLE shared_conflict(stream INTEGER NOT NULL, id TEXT NOT NULL, other INTEGER NOT NULL, number INTEGER NOT NULL, \
                state TEXT NOT NULL, PRIMARY KEY(stream, id, other)) WITHOUT ROWID
                """,
                "CREATE INDEX shared_conflict_other ON shared_conflict(other)",
                // What came long after it happened, newest last, bounded: for the one message that each owner gets about a return.
                """
                CREATE TABLE late(idx INTEGER PRIMARY KEY, stream INTEGER NOT NULL, arrived INTEGER NOT NULL, late INTEGER NOT NULL, \
                axes TEXT NOT NULL, conflicts TEXT NOT NULL)
                """,
            ]
        ),
        (
            4,
            [
                // What a site holds of its feed, with the hub's signature over the end of each stretch: what it can give back.
                """
                CREATE TABLE stretch(generation INTEGER NOT NULL, first INTEGER NOT NULL, before BLOB NOT NULL, rows BLOB NOT NULL, \
                entries BLOB NOT NULL, signature BLOB NOT NULL, PRIMARY KEY(generation, first)) WITHOUT ROWID
                """,
                // Events that keep their place in a log and are neither folded nor distributed, with the reason.
                """
                CREATE TABLE aside(position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, \
                noted INTEGER NOT NULL)
                """,
            ]
        ),
        (
            5,
            [
                // Urgent histories, and how far each lies in the lanes that lead out of here: at a site the last of its events in a log of the
                // site's own, at a hub its last entry in a site's feed; lane 0 of a hub lists them all.
                """
                CREATE TABLE urgent(stream INTEGER NOT NULL, lane INTEGER NOT NULL, place INTEGER NOT NULL, \
                PRIMARY KEY(stream, lane)) WITHOUT ROWID
                """,
                "CREATE INDEX urgent_place ON urgent(lane, place)",
                // Which histories are urgent the fold says: every one is folded again.
                "DELETE FROM meta WHERE key='fold'",
            ]
        ),
        (
            6,
            [
                // How far a log was before each stretch of ten seconds in which the hub got something of it (up to version 6: after it).
                """
                CREATE TABLE receipt(log INTEGER NOT NULL, slot INTEGER NOT NULL, head INTEGER NOT NULL, \
                PRIMARY KEY(log, slot)) WITHOUT ROWID
                """
            ]
        ),
        (
            7,
            [
                // Who gets a history gets what was taken out of it too: it is found by the history.
                "CREATE INDEX aside_stream ON aside(stream)",
                """
                CREATE TEMP TABLE receipt_before AS SELECT log, slot, lag(head) OVER (PARTITION BY log ORDER BY slot) AS head \
                FROM receipt
                """,
                "DELETE FROM receipt",
                "INSERT INTO receipt(log, slot, head) SELECT log, slot, head FROM receipt_before WHERE head IS NOT NULL",
                "DROP TABLE temp.receipt_before",
                // Events of others that were not shown yet to be in a log that their own site signed; a hub has none.
                "CREATE TABLE unproven(position INTEGER PRIMARY KEY, noted INTEGER NOT NULL)",
                """
                INSERT INTO unproven SELECT e.position, unixepoch()*1000 FROM event e JOIN log l ON l.idx=e.position>>40 \
                WHERE l.site<>'hub' AND l.site<>(SELECT CAST(value AS TEXT) FROM meta WHERE key='site')
                """,
            ]
        ),
        (
            8,
            [
                // Parents that a child names with another hash than is held: its author saw another history of their log.
                "CREATE TABLE disputed(child INTEGER NOT NULL, parent INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(child, parent)) WITHOUT ROWID",
                "CREATE INDEX disputed_parent ON disputed(parent)",
            ]
        ),
        (
            9,
            [
                // What each door to another system must know again after a restart.
                "CREATE TABLE edge(edge TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(edge, key)) WITHOUT ROWID"
            ]
        ),
        (
            10,
            [
                // Who outside is told of what happens in cases.
                """
                CREATE TABLE outbound_target(name TEXT PRIMARY KEY, settings BLOB NOT NULL, paused INTEGER NOT NULL, \
                reason TEXT NOT NULL, made INTEGER NOT NULL) WITHOUT ROWID
                """,
                // Histories that changed since somebody looked for what a target is to be told, written in the commit that changed them.
                """
                CREATE TABLE outbound_change(target TEXT NOT NULL, stream INTEGER NOT NULL, events INTEGER NOT NULL, \
                PRIMARY KEY(target, stream)) WITHOUT ROWID
                """,
                // What a target was told last of each subject, and how often.
                """
                CREATE TABLE outbound_told(target TEXT NOT NULL, stream INTEGER NOT NULL, subject TEXT NOT NULL, \
                meaning TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY(target, stream, subject)) WITHOUT ROWID
                """,
                // Messages, in the order in which they were made; those that are still to go are found by target and history.
                """
                CREATE TABLE outbound_message(idx INTEGER PRIMARY KEY, target TEXT NOT NULL, stream INTEGER NOT NULL, \
                ordinal INTEGER NOT NULL, key TEXT NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL, \
                made INTEGER NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL, reason TEXT NOT NULL, UNIQUE(target, key))
                """,
                "CREATE INDEX outbound_open ON outbound_message(target, stream, idx) WHERE state<2",
                "CREATE INDEX outbound_done ON outbound_message(made) WHERE state>1",
            ]
        ),
    ]

    private static func tables(atVersion version: Int) -> [String] {
        steps.filter { $0.version <= version }.flatMap(\.tables).filter {
            $0.hasPrefix("CREATE TABLE") || $0.hasPrefix("CREATE INDEX")
        }
    }

    // `event.position` is log << 40 | sequence, so that a log is one stretch of the table and needs no other index. A stream's row lists
    // its events: an index on events by stream would cost more than the events themselves.
    private static let first: [String] = [
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE log(idx INTEGER PRIMARY KEY, site TEXT NOT NULL, incarnation INTEGER NOT NULL, head INTEGER NOT NULL, \
        held INTEGER NOT NULL, hash BLOB NOT NULL, tree BLOB NOT NULL, shared INTEGER NOT NULL, quarantined INTEGER NOT NULL, \
        checkpoint TEXT NOT NULL, received INTEGER NOT NULL, UNIQUE(site, incarnation))
        """,
        "CREATE TABLE name(idx INTEGER PRIMARY KEY, text TEXT NOT NULL)",
        """
        CREATE TABLE actor(idx INTEGER PRIMARY KEY, person TEXT NOT NULL, role TEXT NOT NULL, site TEXT NOT NULL, \
        assurance INTEGER NOT NULL)
        """,
        "CREATE TABLE event(position INTEGER PRIMARY KEY, record BLOB NOT NULL)",
        """
        CREATE TABLE stream(idx INTEGER PRIMARY KEY, kind INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL, \
        events BLOB NOT NULL, members BLOB NOT NULL, digest BLOB, summary BLOB)
        """,
        """
        CREATE TABLE stream_id(kind INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL, idx INTEGER NOT NULL, \
        PRIMARY KEY(kind, high, low)) WITHOUT ROWID
        """,
        """
        CREATE TABLE alias(value TEXT NOT NULL, kind TEXT NOT NULL, issuer TEXT NOT NULL, stream INTEGER NOT NULL, \
        PRIMARY KEY(value, kind, issuer, stream)) WITHOUT ROWID
        """,
        """
        CREATE TABLE conflict(stream INTEGER NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL, \
        PRIMARY KEY(stream, id)) WITHOUT ROWID
        """,
        "CREATE INDEX conflict_open ON conflict(stream) WHERE state='open'",
        "CREATE TABLE parent_hash(position INTEGER PRIMARY KEY, hash BLOB NOT NULL)",
        "CREATE TABLE source_key(key TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE tile(log INTEGER NOT NULL, level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, \
        PRIMARY KEY(log, level, idx)) WITHOUT ROWID
        """,
        """
        CREATE TABLE evidence(log INTEGER NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL, segment BLOB NOT NULL, \
        received INTEGER NOT NULL, PRIMARY KEY(log, sequence, hash)) WITHOUT ROWID
        """,
        """
        CREATE TABLE site(idx INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, all_cases INTEGER NOT NULL, \
        feed_head INTEGER NOT NULL, feed_digest BLOB NOT NULL)
        """,
        """
        CREATE TABLE feed(site INTEGER NOT NULL, position INTEGER NOT NULL, count INTEGER NOT NULL, bytes INTEGER NOT NULL, \
        digest BLOB NOT NULL, entries BLOB NOT NULL, PRIMARY KEY(site, position)) WITHOUT ROWID
        """,
    ]
}
