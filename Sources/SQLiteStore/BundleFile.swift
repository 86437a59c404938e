public import Crypto
import Glibc
public import Problems
public import Wire

/// Reads a bundle's file an item at a time, so that its size costs no memory.
///
/// A bundle is read twice: once to see that all of it is there and unchanged, and only then to take it.
public final class BundleFile {
    /// The largest file that is read. Source: reliability 4.6.
    public static let bytesMax = 2 << 30
    private let descriptor: CInt
    /// The header, as it stands there.
    public let header: BundleHeader
    /// The signature over the header.
    public let signature: [UInt8]
    private let size: Int
    private var offset: Int
    private var read = 0

    /// Opens a file and reads its header.
    ///
    /// - Throws: `BAD_INPUT` for what is no plain file or no bundle, `TOO_LARGE`, `BUNDLE_TRUNCATED`, `BUNDLE_NEWER`.
    public init(_ path: String) throws(Problem) {
        // A link is not followed: it could lead to a file that whoever made it may not read.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            if descriptor >= 0 { close(descriptor) }
            throw Problem(.badInput, "The bundle cannot be read: a plain file is expected, no link or folder.")
        }
        do throws(Problem) {
            guard status.st_size <= Self.bytesMax else {
                throw Problem(.tooLarge, "The bundle has \(status.st_size) bytes, at most \(Self.bytesMax) are taken.")
            }
            let start = Self.bytes(descriptor, at: 0, count: BundleHeader.bytesMax)
            let (header, signature, count) = try BundleHeader.read(start)
            self.header = header
            self.signature = signature
            offset = count
        } catch {
            close(descriptor)
            throw error
        }
        size = Int(status.st_size)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func bytes(_ descriptor: CInt, at offset: Int, count: Int) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let got = pread(descriptor, &buffer, count, off_t(offset))
        return Array(buffer.prefix(max(0, got)))
    }

    /// The next sealed item; nil after the last.
    ///
    /// - Throws: `BUNDLE_TRUNCATED` naming the item that is missing or cut, `TOO_LARGE` for one beyond the cap, `BUNDLE_SIGNATURE` for
    ///   bytes after the last.
    public func next() throws(Problem) -> [UInt8]? {
        guard read < header.items else {
            guard offset == size else {
                throw Problem(.bundleSignature, "Bytes follow the bundle's last item; nothing of it was taken.")
            }
            return nil
        }
        let length = Self.bytes(descriptor, at: offset, count: 4)
        let count = length.reduce(0) { $0 << 8 | Int($1) }
        guard length.count == 4 else { throw cut() }
        guard count <= BundleItem.bytesMax + 16 else {
            throw Problem(.tooLarge, "Item \(read + 1) states \(count) bytes, at most \(BundleItem.bytesMax) are taken.")
        }
        guard count <= size - offset - 4 else { throw cut() }
        let item = Self.bytes(descriptor, at: offset + 4, count: count)
        guard item.count == count else { throw cut() }
        offset += 4 + count
        read += 1
        return item
    }

    private func cut() -> Problem {
        Problem(
            .bundleTruncated, "The bundle ends at item \(read + 1) of \(header.items); nothing of it was taken.",
            facts: [.init("item", "\(read + 1)"), .init("items", "\(header.items)")])
    }

    /// Reads the whole of a bundle without taking anything: everything is there, unchanged, and for this node.
    ///
    /// - Parameters:
    ///   - sender: the key that the sender is known by.
    ///   - key: this node's own.
    public static func check(
        _ path: String, senders: [Curve25519.Signing.PublicKey], key: Curve25519.Signing.PrivateKey
    ) throws(Problem) -> BundleHeader {
        let file = try BundleFile(path)
        guard senders.contains(where: { file.header.isSigned(file.signature, by: $0) }) else {
            throw Problem(
                .bundleSignature, "The bundle's header is not signed by '\(file.header.from)' as this node knows it (item 0).",
                facts: [.init("item", "0")])
        }
        var opener = try BundleOpener(file.header, key: key)
        while let item = try file.next() { _ = try opener.open(item) }
        return file.header
    }

    /// Reads a bundle that was checked, an item at a time.
    public static func items(
        _ path: String, key: Curve25519.Signing.PrivateKey, _ body: (BundleItem) async throws -> Void
    ) async throws {
        let file = try BundleFile(path)
        var opener = try BundleOpener(file.header, key: key)
        while let item = try file.next() { try await body(opener.open(item)) }
    }
}
