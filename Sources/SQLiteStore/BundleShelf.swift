import EventLog
import Glibc
public import Problems
import NodeFiles

/// Bundles that wait for others, and those that were refused, kept beside the store.
public struct BundleShelf: Sendable {
    private let folder: String

    /// The shelf of a node's folder.
    public init(_ data: String) { folder = data + "/bundles" }

    /// Keeps a copy; a second copy of the same bundle takes no more room.
    public func keep(_ path: String, as word: String) throws(Problem) {
        try DataFolder.make(folder)
        guard let hash = FileHash(path) else { throw Problem(.ioFailed, "The bundle cannot be read again.") }
        let target = "\(folder)/\(word)-\(hash.hash.description.prefix(16)).fjb"
        guard access(target, F_OK) != 0 else { return }
        let part = target + ".new"
        try Self.copy(path, to: part)
        guard rename(part, target) == 0 else { throw Problem(.ioFailed, "The bundle cannot be kept (errno \(errno)).") }
        SecretFile.syncFolder(of: target)
    }

    private static func copy(_ path: String, to target: String) throws(Problem) {
        let (source, copy) = (
            open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        )
        defer {
            close(source)
            close(copy)
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(source, &buffer, buffer.count)
            guard count >= 0 else { throw Problem(.ioFailed, "The bundle cannot be read again (errno \(errno)).") }
            guard count > 0 else { break }
            guard write(copy, buffer, count) == count else {
                throw Problem(.diskFull, "The bundle cannot be kept: the disk is full.")
            }
        }
        guard source >= 0, copy >= 0, fsync(copy) == 0 else {
            throw Problem(.ioFailed, "The bundle cannot be kept (errno \(errno)).")
        }
    }

    /// The bundles kept under a word, in order of name.
    public func kept(as word: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(word + "-"), name.hasSuffix(".fjb") { names.append(folder + "/" + name) }
        }
        return names.sorted()
    }

    /// Keeps a bundle that waits; after any other, tries again those that had waited, as long as something goes on. One that is
    /// refused meanwhile is kept apart and stops no other.
    ///
    /// - Parameter again: takes one bundle and gives whether it waits still.
    /// - Returns: how many that had waited were taken.
    public func settle(
        _ path: String, isWaiting: Bool, again: (String) async throws(Problem) -> Bool
    ) async throws(Problem) -> Int {
        guard !isWaiting else {
            try keep(path, as: "waiting")
            return 0
        }
        var taken = 0
        var before = -1
        while taken > before {
            before = taken
            for kept in kept(as: "waiting") {
                do throws(Problem) {
                    guard try await !again(kept) else { continue }
                    taken += 1
                } catch {
                    guard error.code.isOfBundles else { throw error }
                    try keep(kept, as: "refused")
                }
                forget(kept)
            }
        }
        return taken
    }

    /// Forgets a bundle that was taken.
    public func forget(_ path: String) { unlink(path) }
}

extension ProblemCode {
    /// Whether it speaks of a bundle, and not of the store that takes it.
    fileprivate var isOfBundles: Bool {
        switch self {
        case .bundleTruncated, .bundleSignature, .bundleNewer, .bundleRefused, .notForThisSite, .malformed: true
        default: false
        }
    }
}
