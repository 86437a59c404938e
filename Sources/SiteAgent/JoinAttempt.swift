import Crypto
import EventLog
import FoundationEssentials
import Glibc
import Problems
import SQLiteStore
import Wire
import NodeFiles

/// A join that is under way: the key that was made for it stays the same however often it is asked, until the hub has let the site in or
/// refused it. A hub that waits for somebody's approval, and one whose answer was lost, are asked again with it.
struct JoinAttempt {
    private static let fileName = "joining.json"

    private struct Content: Codable {
        var code: String
        var key: String
    }

    let key: Curve25519.Signing.PrivateKey
    private let path: String

    /// The attempt with a code that is under way in a folder, or a new one.
    init(in folder: String, code: JoinCode) throws(Problem) {
        path = folder + "/" + Self.fileName
        let held = access(path, F_OK) == 0 ? try SecretFile.read(path) : nil
        if let held, let content = try? JSONDecoder().decode(Content.self, from: Data(held)),  // half a file is no attempt
            content.code == code.storedHash.description, let raw = Base64.bytes(of: content.key),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: raw)  // the same
        {
            self.key = key
            return
        }
        key = Curve25519.Signing.PrivateKey()
        let content = Content(code: code.storedHash.description, key: Base64.text(of: Array(key.rawRepresentation)))
        try SecretFile.write(json: content, to: path)
    }

    /// Whether a join is under way in a folder.
    static func exists(in folder: String) -> Bool { access(folder + "/" + fileName, F_OK) == 0 }

    /// Forgets the attempt: the hub has let the site in, or will not with this key.
    func end() { unlink(path) }

    /// Forgets what an attempt left behind that was cut after the site had joined: its key is the site's own, and in one file is enough.
    static func forget(in folder: String) { unlink(folder + "/" + fileName) }

    /// What a hub that waits for approval is answered with here.
    func waiting(for code: JoinCode) -> Problem {
        let digits = CheckDigits.text(hub: code.fingerprint, site: Array(key.publicKey.rawRepresentation))
        return Problem(
            .sitePending, "The hub has this site's key and waits until somebody there approves it. Check digits: \(digits)",
            remedy:
                "Read the check digits to the hub's administrator; once they have approved the site, run the same command again.",
            facts: [.init("checkDigits", digits)])
    }
}
