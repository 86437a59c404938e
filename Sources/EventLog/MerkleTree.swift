import Crypto

/// The hashes of RFC 6962: leaves and interior nodes never share an input.
///
/// Source: RFC 6962 2.1.
public enum MerkleHash {
    /// The hash of a leaf that holds an event's hash.
    public static func leaf(_ hash: EventHash) -> EventHash {
        withUnsafeTemporaryAllocation(byteCount: 33, alignment: 8) { buffer in
            buffer[0] = 0
            store(hash, in: buffer, at: 1)
            return EventHash(SHA256.hash(data: UnsafeRawBufferPointer(buffer)))
        }
    }

    /// The hash of an interior node.
    public static func node(_ left: EventHash, _ right: EventHash) -> EventHash {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            buffer[0] = 1
            store(left, in: buffer, at: 1)
            store(right, in: buffer, at: 33)
            return EventHash(SHA256.hash(data: UnsafeRawBufferPointer(buffer)))
        }
    }

    /// The root of an empty tree.
    public static let empty = EventHash.sha256([])

    private static func store(_ hash: EventHash, in buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
        buffer.storeBytes(of: hash.words.0.bigEndian, toByteOffset: offset, as: UInt64.self)
        buffer.storeBytes(of: hash.words.1.bigEndian, toByteOffset: offset + 8, as: UInt64.self)
        buffer.storeBytes(of: hash.words.2.bigEndian, toByteOffset: offset + 16, as: UInt64.self)
        buffer.storeBytes(of: hash.words.3.bigEndian, toByteOffset: offset + 24, as: UInt64.self)
    }
}

/// The right edge of a log's Merkle tree: all that appending and the root need, O(log n) hashes.
///
/// Source: RFC 6962 2.1.
public struct MerkleFrontier: Equatable, Sendable {
    /// How many leaves the tree has.
    public private(set) var size: UInt64
    /// Roots of the complete subtrees on the right edge, largest first.
    public private(set) var peaks: [EventHash]

    /// An empty tree.
    public init() {
        size = 0
        peaks = []
    }

    /// Takes a stored edge; nil when the number of subtrees does not fit the size.
    public init?(size: UInt64, peaks: [EventHash]) {
        guard peaks.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.peaks = peaks
    }

    /// Appends an event's hash. Complexity: amortised two hashes.
    ///
    /// - Parameter completed: called with level, index and root of each complete subtree that the leaf closed, level 0 excluded.
    public mutating func append(_ hash: EventHash, completed: (Int, UInt64, EventHash) -> Void = { _, _, _ in }) {
        var node = MerkleHash.leaf(hash)
        var level = 0
        var rest = size
        while rest & 1 == 1 {
            let left = peaks.removeLast()
            node = MerkleHash.node(left, node)
            rest >>= 1
            level += 1
            completed(level, rest, node)
        }
        peaks.append(node)
        size += 1
    }

    /// The tree's root.
    public var root: EventHash {
        guard var node = peaks.last else { return MerkleHash.empty }
        for peak in peaks.dropLast().reversed() { node = MerkleHash.node(peak, node) }
        return node
    }
}
