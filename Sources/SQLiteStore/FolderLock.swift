public import Problems

/// The writer lock of a node's folder, held while its files are changed without opening its store.
public struct FolderLock: Sendable {
    private let lock: StoreLock

    /// Takes the lock.
    ///
    /// - Throws: `STORE_IN_USE` while a process serves the folder, `STORE_NOT_WRITABLE` where it cannot be written.
    public init(_ folder: String) throws(Problem) { lock = try StoreLock(path: folder + "/store.lock") }

    /// Gives it back.
    public func release() { lock.release() }
}
