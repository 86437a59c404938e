import EventLog
import Glibc
import NodeFiles
import Problems

/// How large an audit's files may grow and what is left free for others.
public struct AuditLimits: Sendable {
    /// A segment that is larger is followed by a new one. What is written at once may pass it by at most ``batchBytesMax``.
    public var segmentBytesMax = 16 << 20
    /// The most bytes that are written and made durable at once.
    public var batchBytesMax = 1 << 20
    /// The most records that wait for the disk.
    public var waitingMax = 4096
    /// How long what nobody waits for may stay in memory.
    public var noteMilliseconds = 1000
    /// Free bytes below which nothing is written; nil for 32 MiB or 1/160 of the volume, whichever is less: an eighth of what recording
    /// leaves free, so that what is full for new events can still be read.
    public var reserveBytes: UInt64?

    /// The defaults.
    public init() {}
}

extension AuditLimits {
    /// Whether there is room on a volume.
    func hasRoom(_ space: Volume.Space) -> Bool { space.freeBytes > reserveBytes ?? min(32 << 20, space.totalBytes / 160) }
}

/// Writes lines to the last segment and makes them durable. For one thread at a time.
struct AuditWriter {
    let folder: AuditFolder
    let limits: AuditLimits
    let cloak: AuditCloak
    /// What was found at opening and is to be said in the first record.
    let found: AuditTail
    private(set) var head: AuditHead
    private var descriptor: Int32 = -1
    private var bytes: Int
    /// Set for ever by a sync that failed: what of it is on the disk nobody knows, and the kernel forgets that it failed.
    private var isBroken = false

    /// Opens a folder at its end.
    ///
    /// - Throws: `AUDIT_UNAVAILABLE` where it cannot be written.
    init(_ folder: AuditFolder, limits: AuditLimits) throws(Problem) {
        self.folder = folder
        self.limits = limits
        try folder.make()
        cloak = try folder.cloak()
        found = try AuditTail(folder)
        head = found.head
        bytes = found.bytes
        if let segment = found.segment {
            try open(segment)
            guard found.cutBytes == 0 || (ftruncate(descriptor, off_t(bytes)) == 0 && fsync(descriptor) == 0) else {
                throw AuditFolder.unavailable("An unfinished record cannot be cut off (errno \(errno)).")
            }
        }
    }

    private mutating func open(_ first: UInt64) throws(Problem) {
        close()
        descriptor = Glibc.open(folder.segment(first), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw AuditFolder.unavailable("A segment of the audit cannot be opened (errno \(errno)).") }
        SecretFile.syncFolder(of: folder.segment(first))
    }

    /// Lets go of the file.
    mutating func close() {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Whether there is room and a file that is still in its folder.
    func check() throws(Problem) {
        guard !isBroken else {
            throw Problem(
                .auditUnavailable, "The audit's disk failed to make a record durable.",
                remedy: "Look at the disk, restart the process, then run: filmjacket audit verify.")
        }
        guard limits.hasRoom(Volume.space(at: folder.path)) else {
            throw Problem(
                .auditUnavailable, "The disk is too full for the audit.", remedy: "Free disk space; it goes on by itself.")
        }
        var status = stat()
        guard descriptor < 0 || (fstat(descriptor, &status) == 0 && status.st_nlink > 0) else {
            throw Problem(
                .auditUnavailable, "The audit's file was removed while it was written.",
                remedy: "Put the audit's folder back and restart the process.")
        }
    }

    /// Appends records and returns when they are durable; what fails leaves the file as it was.
    mutating func append(_ records: [AuditRecord]) throws(Problem) -> AuditHead {
        try check()
        if descriptor < 0 || bytes >= limits.segmentBytesMax {
            try open(head.sequence + 1)
            bytes = 0
        }
        var text: [UInt8] = []
        var next = head
        for record in records {
            let line = AuditLine(record, after: next)
            text += line.bytes
            text.append(0x0a)
            next = line.head
        }
        try write(text)
        guard fdatasync(descriptor) == 0 else {
            isBroken = true
            throw AuditFolder.unavailable("A record of the audit cannot be made durable (errno \(errno)).")
        }
        bytes += text.count
        head = next
        return next
    }

    private mutating func write(_ text: [UInt8]) throws(Problem) {
        var written = 0
        while written < text.count {
            let count = text.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), text.count - written)
            }
            guard count > 0 else {
                let code = errno
                if code == EINTR { continue }
                // What was written of it nobody was answered on.
                if ftruncate(descriptor, off_t(bytes)) != 0 { isBroken = true }
                throw AuditFolder.unavailable("A record of the audit cannot be written (errno \(code)).")
            }
            written += count
        }
    }
}
