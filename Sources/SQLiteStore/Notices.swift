import EventLog
import FoundationEssentials
public import Problems
public import Wire

extension StoreFile {
    /// The most notices kept; the oldest make room.
    private static let noticesMax = 64
    private static let noticesKey = "notices"

    /// What nobody has said yet that he knows of, oldest first.
    public func notices() throws(Problem) -> [Notice] { Self.notices(try meta(Self.noticesKey)) }

    private static func notices(_ bytes: [UInt8]?) -> [Notice] {
        String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").compactMap { Notice(line: $0) }
    }

    /// Keeps a notice; one that says the same as one that is kept already is not kept twice.
    public func keep(_ notice: Notice) throws(Problem) {
        do {
            try write { writer in
                var held = Self.notices(try SiteMeta.get(Self.noticesKey, writer))
                guard !held.contains(where: { $0.code == notice.code && $0.message == notice.message }) else { return }
                held.append(notice)
                let text = held.suffix(Self.noticesMax).map(\.line).joined(separator: "\n")
                try SiteMeta.set(Self.noticesKey, Array(text.utf8), writer)
            }
        } catch { throw SQLiteSiteStore.problem(error) }
    }

    /// Forgets all notices: a person knows of them. Gives what they said.
    public func acknowledgeNotices() throws(Problem) -> [Notice] {
        do {
            return try write { writer in
                let held = Self.notices(try SiteMeta.get(Self.noticesKey, writer))
                try SiteMeta.set(Self.noticesKey, [], writer)
                return held
            }
        } catch { throw SQLiteSiteStore.problem(error) }
    }

    /// Keeps word that the store was found with fewer events than were committed.
    func keepRollback() throws(Problem) {
        guard wasRolledBack else { return }
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        try keep(
            Notice(
                seen: now, code: .rolledBack,
                message: "The store was found with fewer events than were committed; it went on under a new identity."))
    }
}
