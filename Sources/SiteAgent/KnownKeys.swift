import EventLog
import NodeFiles
import Problems
import Wire

/// The last key that this site saw of each other one, kept beside the store: also while the registry shows none, as between a revocation
/// and joining anew, so that a key is never changed on the quiet.
struct KnownKeys {
    private let path: String

    init(folder: String) { path = folder + "/known-keys" }

    /// The keys, by site; none yet is an empty list.
    func read() throws(Problem) -> [SiteID: [UInt8]] {
        var keys: [SiteID: [UInt8]] = [:]
        for (site, key) in try SecretFile.json([String: String].self, in: path) ?? [:] {
            guard let site = SiteID(site), let key = Base64.bytes(of: key) else { throw SecretFile.damaged(path) }
            keys[site] = key
        }
        return keys
    }

    /// Keeps what is shown now; of a site that shows no key the last one stays.
    func keep(_ shown: [SiteID: [UInt8]]) throws(Problem) {
        let before = try read()
        let all = before.merging(shown) { $1 }
        guard all != before else { return }
        let texts = all.map { ($0.key.text, Base64.text(of: $0.value)) }
        try SecretFile.write(json: Dictionary(uniqueKeysWithValues: texts), to: path)
    }
}
