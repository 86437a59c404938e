import EventLog

/// What all folded streams come to: how many cases they are, and the sum of all their digests, so that a change of one costs one step.
///
/// A case's digest covers its id, so that the sum (each of four words by itself, modulo 2^64) is the same whatever the order of
/// the cases; SHA-256 over it is the node's digest. Equal at two nodes exactly when they show the same, short of a forged state.
struct StateSum: Equatable {
    /// Where the file keeps it.
    static let key = "cases"
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    private(set) var cases: UInt64 = 0

    init() {}

    /// Reads what `bytes` wrote; nil for anything else.
    init?(bytes: [UInt8]) {
        guard bytes.count == 40, let sum = EventHash(bytes: bytes[..<32]) else { return nil }
        words = sum.words
        cases = bytes[32...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func add(_ digest: EventHash, of stream: StreamID) {
        let other = digest.words
        words = (words.0 &+ other.0, words.1 &+ other.1, words.2 &+ other.2, words.3 &+ other.3)
        if stream.kind == .imagingCase { cases += 1 }
    }

    mutating func remove(_ digest: EventHash, of stream: StreamID) {
        let other = digest.words
        words = (words.0 &- other.0, words.1 &- other.1, words.2 &- other.2, words.3 &- other.3)
        guard stream.kind == .imagingCase else { return }
        precondition(cases > 0, "a digest is removed that was added before")
        cases -= 1
    }

    private var sum: EventHash { EventHash(words.0, words.1, words.2, words.3) }

    /// The node's digest.
    var digest: EventHash { .sha256(sum.bytes) }

    var bytes: [UInt8] {
        var bytes = sum.bytes
        withUnsafeBytes(of: cases.bigEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    static func == (left: StateSum, right: StateSum) -> Bool { left.sum == right.sum && left.cases == right.cases }
}
