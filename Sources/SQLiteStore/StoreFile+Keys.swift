public import EventLog
import GRDB
public import ImagingCase
public import Problems

extension StoreFile {
    /// The case that an outside identifier belongs to; the one known first where there are several, nil for none.
    public func stream(of alias: Alias) throws(Problem) -> StreamID? {
        try database.read { db in
            let select = try RawStatement(
                db, "SELECT stream FROM alias WHERE value=?1 AND kind=?2 AND issuer=?3 ORDER BY stream LIMIT 1", isCached: true)
            select.bind(1, alias.value)
            select.bind(2, alias.kind.word)
            select.bind(3, alias.issuer)
            guard try select.step() else { return nil }
            let index = Int(select.integer(0))
            select.reset()
            return try SegmentReading.stream(index, db)
        }
    }

    /// The cases that a value names as some kind of outside identifier, whoever issued it, in order of arrival; at most 16.
    public func streams(named value: String, as kind: Alias.Kind) throws(Problem) -> [StreamID] {
        try database.read { db in
            let select = try RawStatement(
                db, "SELECT DISTINCT stream FROM alias WHERE value=?1 AND kind=?2 ORDER BY stream LIMIT 16", isCached: true)
            select.bind(1, value)
            select.bind(2, kind.word)
            var rows: [Int] = []
            while try select.step() { rows.append(Int(select.integer(0))) }
            return try rows.map { try SegmentReading.stream($0, db) }
        }
    }

    /// The source keys of own events that begin with a text, ascending; at most 1,000.
    public func sourceKeys(beginningWith text: String) throws(Problem) -> [String] {
        try database.read { db in
            let select = try RawStatement(
                db, "SELECT key FROM source_key WHERE key>=?1 AND key<?2 ORDER BY key LIMIT 1000", isCached: true)
            select.bind(1, text)
            select.bind(2, text + "\u{10FFFF}")
            var keys: [String] = []
            while try select.step() { keys.append(select.text(0)) }
            return keys
        }
    }
}
