import EventLog
import Glibc
import Problems

/// Where a chain goes on after whatever ended the process before: the last whole record of the last segment.
///
/// A record whose write was cut short has no line feed: nobody was answered on it, and it is cut off. A whole line that does not fit its
/// hash was changed by somebody; it stays as it is, for `audit verify` to name.
struct AuditTail {
    /// The segment to go on in; nil for a new one.
    var segment: UInt64?
    /// Its length in bytes, without what is cut.
    var bytes = 0
    /// After which record the next comes.
    var head = AuditHead.start
    /// How many bytes of an unfinished record are there.
    var cutBytes = 0
    /// How many whole lines at the end fit no hash.
    var damagedLines = 0

    init(_ folder: AuditFolder) throws(Problem) {
        let segments = try folder.segments()
        for (place, first) in segments.reversed().enumerated() {
            guard let bytes = folder.bytes(of: first) else {
                throw AuditFolder.unavailable("A segment of the audit cannot be read.")
            }
            let whole = bytes.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
            if place == 0 {
                segment = first
                self.bytes = whole
                cutBytes = bytes.count - whole
            }
            if take(bytes[..<whole]) { return }
        }
        // Nothing that fits a hash is left: the numbers go on after what is there, so that none is used twice.
        head = AuditHead(sequence: UInt64(damagedLines), hash: .zero)
    }

    /// Looks for the last good line, from the end; false where there is none.
    private mutating func take(_ bytes: ArraySlice<UInt8>) -> Bool {
        var end = bytes.endIndex
        while end > bytes.startIndex {
            let start = bytes[..<(end - 1)].lastIndex(of: 0x0a).map { $0 + 1 } ?? bytes.startIndex
            if let line = AuditLine(bytes: Array(bytes[start..<(end - 1)])) {
                head = AuditHead(sequence: line.sequence + UInt64(damagedLines), hash: line.hash)
                return true
            }
            damagedLines += 1
            end = start
        }
        return false
    }
}
