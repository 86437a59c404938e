import EventLog
import Glibc
import Problems
import Wire

/// A small file beside the store that remembers how much was committed, so that a store that lost its tail is noticed.
///
/// SQLite itself reports a write-ahead log that was cut or damaged as sound, with fewer rows. Two slots are written in turn, each
/// with a checksum; the anchor is written after the commit, so it can lag behind the store but never run ahead of it.
struct Anchor {
    /// What a slot says.
    struct Mark: Equatable {
        /// The own incarnation or generation.
        let identity: UInt64
        /// How many events the store held.
        let total: UInt64
    }

    private let descriptor: CInt
    private var slot: off_t = 0
    private var last: Mark?

    init(path: String) throws(Problem) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Problem(.storeNotWritable, "The anchor file cannot be opened (errno \(errno)).") }
    }

    func close() { _ = Glibc.close(descriptor) }

    /// The highest mark of the two slots; nil when neither is whole.
    func read() -> Mark? {
        var best: Mark?
        for slot in 0..<2 {
            var bytes = [UInt8](repeating: 0, count: 24)
            guard pread(descriptor, &bytes, 24, off_t(slot * 64)) == 24 else { continue }
            let words = bytes.withUnsafeBytes { raw in
                (0..<3).map { UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)) }
            }
            guard words[2] == UInt64(Checksum.crc32c(Array(bytes[..<16]))) else { continue }
            let mark = Mark(identity: words[0], total: words[1])
            if best.map({ mark.total >= $0.total }) ?? true { best = mark }
        }
        return best
    }

    /// Whether a slot was written and does not have its checksum any more.
    func isDamaged() -> Bool {
        (0..<2).contains { slot in
            var bytes = [UInt8](repeating: 0, count: 24)
            guard pread(descriptor, &bytes, 24, off_t(slot * 64)) == 24, bytes.contains(where: { $0 != 0 }) else { return false }
            let stored = bytes[16...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return stored != UInt64(Checksum.crc32c(Array(bytes[..<16])))
        }
    }

    mutating func write(_ mark: Mark) {
        guard mark != last else { return }
        var bytes: [UInt8] = []
        for word in [mark.identity, mark.total] { withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) } }
        withUnsafeBytes(of: UInt64(Checksum.crc32c(bytes)).bigEndian) { bytes.append(contentsOf: $0) }
        // A failed write leaves an older mark, which is safe: the anchor only ever says "at least".
        _ = pwrite(descriptor, bytes, 24, slot * 64)
        slot = 1 - slot
        last = mark
    }

    /// Forgets what was marked: a new identity starts to count from here.
    mutating func restart(_ mark: Mark) {
        for _ in 0..<2 {
            last = nil
            write(mark)
        }
    }
}

/// One writer process a store: an exclusive lock on a file that names the holder.
struct StoreLock {
    private let descriptor: CInt

    /// Takes the lock.
    ///
    /// - Throws: `STORE_IN_USE` with the holder's process id, `STORE_NOT_WRITABLE` where the file cannot be made.
    init(path: String) throws(Problem) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Problem(.storeNotWritable, "The folder cannot be written (errno \(errno)).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var bytes = [UInt8](repeating: 0, count: 32)
            let count = pread(descriptor, &bytes, 32, 0)
            _ = Glibc.close(descriptor)
            let holder = String(decoding: bytes.prefix(max(0, count)).prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self)
            throw Problem(
                .storeInUse, "Another process holds the store\(holder.isEmpty ? "" : " (pid \(holder))").",
                facts: holder.isEmpty ? [] : [.init("pid", holder)])
        }
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
    }

    func release() { _ = Glibc.close(descriptor) }
}
