import Crypto
import EventLog
import ImagingCase
public import Problems
import SQLiteStore
public import Web
import Wire

/// Takes a hub's registry back from a copy that a site keeps, which the hub itself signed.
public enum RegistryRestore {
    /// Restores into a hub's folder that no process serves.
    ///
    /// - Throws: `BAD_SIGNATURE` for a copy that this hub did not sign, `STORE_IN_USE` while a process serves the folder; nothing was
    ///   changed then.
    public static func run(data: String, copy text: String) throws(Problem) -> DeskAnswer {
        let folder = try HubFolder(opening: data)
        let copy = try Roster(parsing: text, hubKey: Array(folder.key.publicKey.rawRepresentation))
        let lock = try FolderLock(data)
        defer { lock.release() }
        let registry = try SiteRegistry(folder: data)
        let known = registry.all.count
        let restored = try registry.restore(from: copy)
        var json = JSONWriter()
        json.beginObject()
        json.member("restored", texts: restored.map(\.text))
        json.member("kept", known)
        json.member("issued", Timestamp.text(of: copy.issued))
        json.endObject()
        return DeskAnswer(
            json: json.text,
            text:
                "\(restored.count) sites restored from the copy of \(Timestamp.text(of: copy.issued)), \(known) kept as they were"
        )
    }
}
