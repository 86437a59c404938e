import People
public import Problems
import SQLiteStore
public import Web
import Wire

extension SiteDesk {
    /// The door to the site's cases: its accounts work with no hub in reach.
    ///
    /// - Throws: what is wrong with the books of its folder; nobody is let in then.
    public func door(at place: String = "console", group: UInt32? = nil, idleMinutes: Int64 = 15) throws(Problem) -> Door {
        let (file, now) = (store.file, now)
        return Door(
            reception: try Reception(
                folder: file.folder, bounds: Session.Bounds(idleMinutes: idleMinutes), now: now), cases: cases, group: group,
            auditor: auditor(door: place),
            keep: { words in
                // The look itself is in its own list already; a notice that cannot be kept must not hide the case from whoever needs it.
                try? file.keep(Notice(seen: now(), code: .glassBroken, message: words))
            })
    }
}
