import Crypto
import EventLog
import ImagingCase
import Problems
import Web
import Wire

/// Puts a new key in the place of the site's own: made here, announced to the hub by both, and used once the hub has confirmed it.
struct KeyRotation {
    let folder: SiteFolder
    let client: HubClient
    let now: @Sendable () -> Instant

    /// How old a key may become, and how long before that somebody is told, in days.
    static let (yearDays, warningDays): (Int64, Int64) = (365, 30)

    /// Rotates, or ends a rotation whose answer was lost.
    ///
    /// - Throws: `HUB_UNREACHABLE` or what the hub refused it for; the key in use stays in use then, and the same new key is announced again.
    func run() async throws(Problem) -> DeskAnswer {
        let (old, next) = (folder.key, try folder.keyring.begin())
        let text: String
        do { text = try KeyAnnouncement.signed(site: folder.site, old: old, new: next) } catch {
            throw Problem(.configuration, "The site's key cannot sign.")
        }
        let until: Instant
        do throws(Problem) { until = try await announce(text, by: old) } catch {
            // The hub may have taken the new key long ago, and may not take the old one any more.
            guard error.code == .badSignature else { throw error }
            until = try await announce(text, by: next)
        }
        try folder.keyring.confirm(next, now: now())
        let fingerprint = Hex.text(of: JoinCode.fingerprint(of: Array(next.publicKey.rawRepresentation)))
        var json = JSONWriter()
        json.beginObject()
        json.member("site", folder.site.text)
        json.member("keyFingerprint", fingerprint)
        json.member("formerKeyTakenUntil", Timestamp.text(of: until))
        json.endObject()
        return DeskAnswer(
            json: json.text,
            text:
                "\(folder.site) signs with the key \(fingerprint) from now on; the former one is taken until \(Timestamp.text(of: until))",
            remark: "Take a new backup: an older one holds the former key.")
    }

    private func announce(_ text: String, by key: SigningKey) async throws(Problem) -> Instant {
        do throws(HubClient.Failed) { return try await client.announce(text, by: key) } catch { throw error.problem }
    }
}

extension DoctorCheck {
    /// The age of a site's key: told from thirty days before it is a year old.
    init(keyOf folder: SiteFolder, now: Instant) throws(Problem) {
        if try folder.keyring.next() != nil {
            self.init(
                name: "key", isGood: false, text: "a new key was made, and the hub has not confirmed it; the old one is in use",
                remedy: "Run: filmjacket agent rotate-key, which ends it.")
            return
        }
        guard let made = folder.keyring.made else {
            self.init(name: "key", isGood: true, text: "of unknown age", remedy: "")
            return
        }
        let days = max(0, (now.milliseconds - made.milliseconds) / 86_400_000)
        let left = KeyRotation.yearDays - days
        let end = left >= 0 ? "a year old in \(left) day\(left == 1 ? "" : "s")" : "older than a year"
        self.init(
            name: "key", isGood: left > KeyRotation.warningDays,
            text: left > KeyRotation.warningDays ? "\(days) days old" : "\(days) days old, \(end)",
            remedy: left > KeyRotation.warningDays ? "" : "Run: filmjacket agent rotate-key.")
    }
}
