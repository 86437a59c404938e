public import EventLog
public import Problems

extension StoreFile {
    private static let backupKey = "backup"

    /// When the last copy of this node was saved, by the node's clock; nil where none was. What was put back from a copy says of the
    /// copies before it.
    public func lastBackup() throws(Problem) -> Instant? {
        try meta(Self.backupKey).flatMap { Int64(String(decoding: $0, as: UTF8.self)) }.map { Instant(milliseconds: $0) }
    }

    /// Notes that a copy was saved.
    func noteBackup(at moment: Instant) throws(Problem) {
        do {
            try write { try SiteMeta.set(Self.backupKey, Array("\(moment.milliseconds)".utf8), $0) }
        } catch { throw SQLiteSiteStore.problem(error) }
    }
}
