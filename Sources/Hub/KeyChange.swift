import Crypto
public import EventLog
public import Problems
import ImagingCase
import SQLiteStore
public import Web
import Wire

/// Another key for the hub's TLS, when the one in use may have come into other hands.
public enum KeyChange {
    /// Puts the spare key of a hub's own authority in use, in a folder that no process serves. Sites know it since they joined, and learn the
    /// new spare one from the hub at their next contact.
    ///
    /// - Throws: `STORE_IN_USE` while a process serves the folder, `NOT_FOUND` for a hub that never had TLS of its own.
    public static func run(data: String, now: Instant) throws(Problem) -> DeskAnswer {
        let folder = try HubFolder(opening: data)
        let lock = try FolderLock(data)
        defer { lock.release() }
        guard HubAuthority.exists(in: data) else {
            throw Problem(
                .notFound, "This hub has no TLS of its own yet.",
                remedy: "Run it with --tls, or on another address than loopback.")
        }
        var authority = try HubAuthority(opening: data)
        try authority.changeKey(now)
        let pins = authority.statement(hubKey: Array(folder.key.publicKey.rawRepresentation)).pins
        var json = JSONWriter()
        json.beginObject()
        json.member("inUse", pins.first ?? "")
        json.member("spare", pins.last ?? "")
        json.endObject()
        return DeskAnswer(
            json: json.text, text: "the hub's TLS key in use: \(pins.first ?? "")\nthe next one:             \(pins.last ?? "")",
            remark: "A site that hears nothing of the hub until the next change must join anew: let all sync before it.")
    }
}
