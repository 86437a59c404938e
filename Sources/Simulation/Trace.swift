import Problems
import Replication

/// What happened, as a running digest and, where somebody wants to read it, as lines.
///
/// A line: virtual milliseconds since the start, who, what. The digest covers every line, so that two runs of one seed can be compared
/// between processes without keeping them.
struct Trace {
    private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var count = 0
    private(set) var lines: [String] = []
    let isKept: Bool

    init(isKept: Bool) { self.isKept = isKept }

    mutating func note(_ at: Int64, _ who: String, _ what: @autoclosure () -> String) {
        count += 1
        let text = "\(at) \(who) \(what())"
        for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
        if isKept { lines.append(text) }
    }
}

extension SyncFailure {
    /// The kind of failure in a word, for traces.
    var word: String {
        switch self {
        case .unreachable(let problem), .temporary(let problem), .refusedForGood(let problem): problem.code.rawValue
        case .differs(_, let held): "another root, the hub is at \(held)"
        case .gap(let expected): "gap, expected \(expected)"
        case .ahead(let head): "ahead, at \(head)"
        case .generation: "generation"
        }
    }
}
