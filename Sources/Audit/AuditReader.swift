import EventLog
import Problems

/// Reads a chain from its beginning or from a number, a segment at a time.
///
/// A last line without its line feed is being written, or was cut short: it is passed over.
struct AuditReader: Sequence, IteratorProtocol {
    /// One line as it lies there.
    struct Entry {
        let segment: UInt64
        let bytes: [UInt8]
    }

    private let folder: AuditFolder
    private var segments: ArraySlice<UInt64>
    private var current: UInt64 = 0
    private var rest: ArraySlice<UInt8> = []
    /// A segment that is there and cannot be read.
    private(set) var unreadable: UInt64?

    /// - Parameter first: lines before this number may be left out.
    init(_ folder: AuditFolder, from first: UInt64 = 1) throws(Problem) {
        self.folder = folder
        let all = try folder.segments()
        let start = all.lastIndex { $0 <= first } ?? 0
        segments = all[Swift.min(start, all.endIndex)...]
    }

    mutating func next() -> Entry? {
        while true {
            if let end = rest.firstIndex(of: 0x0a) {
                let line = Array(rest[..<end])
                rest = rest[(end + 1)...]
                return Entry(segment: current, bytes: line)
            }
            guard unreadable == nil, let segment = segments.popFirst() else { return nil }
            current = segment
            guard let bytes = folder.bytes(of: segment) else {
                unreadable = segment
                return nil
            }
            rest = bytes[...]
        }
    }
}
