public import Crypto
public import EventLog
import Glibc
public import Problems
public import Wire
import NodeFiles

/// Writes a bundle's parts: each is a file of its own that appears whole or not at all.
public struct BundleWriter {
    private let from: SiteID
    private let to: SiteID
    private let recipient: [UInt8]
    private let key: Curve25519.Signing.PrivateKey
    private let made: Instant
    private let path: String
    private let partBytes: Int
    private var sealer: BundleSealer
    private var waiting: [[UInt8]] = []
    private var bytes = 0
    /// The files written.
    public private(set) var files: [String] = []
    /// How many items were written.
    public private(set) var items = 0

    /// Begins an export.
    ///
    /// - Parameters:
    ///   - path: a file for one part; beyond `partBytes` a folder with a file a part is made of it.
    ///   - partBytes: after so many bytes a new part begins; 0 for one part alone.
    public init(
        from: SiteID, to: SiteID, recipient: [UInt8], key: Curve25519.Signing.PrivateKey, made: Instant, path: String,
        partBytes: Int
    ) throws(Problem) {
        guard access(path, F_OK) != 0 else {
            throw Problem(.badInput, "The bundle's file is there already.", remedy: "Name a file that is not there yet.")
        }
        (self.from, self.to, self.recipient, self.key) = (from, to, recipient, key)
        (self.made, self.path, self.partBytes) = (made, path, partBytes)
        sealer = try BundleSealer(from: from, to: to, recipient: recipient)
    }

    /// Adds an item.
    public mutating func add(_ item: BundleItem) throws(Problem) {
        if partBytes > 0, bytes >= partBytes { try endPart() }
        let sealed = try sealer.seal(item)
        waiting.append(sealed)
        bytes += sealed.count
        items += 1
    }

    /// Writes what is left; an export without items writes nothing.
    public mutating func finish() throws(Problem) {
        if !waiting.isEmpty { try endPart() }
    }

    private mutating func endPart() throws(Problem) {
        let header = BundleHeader(
            version: Version.text, from: from, to: to, recipient: recipient, made: made, part: files.count + 1,
            items: waiting.count,
            sealed: sealer.sealed)
        var name = path
        if partBytes > 0 {
            if files.isEmpty, access(path, F_OK) != 0 { try DataFolder.make(path) }
            let number = String(files.count + 1)
            name = path + "/part-" + String(repeating: "0", count: max(0, 4 - number.count)) + number + ".fjb"
        }
        var content: [UInt8]
        do { content = try header.signed(by: key) } catch { throw Problem(.configuration, "The node's key cannot sign.") }
        content.reserveCapacity(content.count + bytes)
        for item in waiting { content += item }
        try SecretFile.write(content, to: name)
        files.append(name)
        waiting = []
        bytes = 0
        sealer = try BundleSealer(from: from, to: to, recipient: recipient)
    }
}
