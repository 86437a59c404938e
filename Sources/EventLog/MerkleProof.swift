/// Proofs over a log's Merkle tree: that an event is in it, and that a later tree only appended to an earlier one.
///
/// The prover reads complete subtrees through a closure (level 0 is a leaf's hash), so that a store may keep some of them.
/// Source: RFC 6962 2.1.1 and 2.1.2; verification as in RFC 9162 2.1.3.2 and 2.1.4.2.
public struct MerkleProver {
    private let subtree: (Int, UInt64) throws -> EventHash

    /// Takes the reader of complete subtrees by level and index.
    public init(subtree: @escaping (Int, UInt64) throws -> EventHash) { self.subtree = subtree }

    /// The root of the first leaves.
    public func root(size: UInt64) throws -> EventHash {
        size == 0 ? MerkleHash.empty : try root(from: 0, to: size)
    }

    /// The path from a leaf (counted from 0) to the root of the tree of a size.
    public func inclusion(of leaf: UInt64, size: UInt64) throws -> [EventHash] {
        precondition(leaf < size, "the leaf lies in the tree")
        return try path(leaf, 0, size)
    }

    /// The nodes that show that the tree of one size begins with the tree of an earlier one.
    public func consistency(from earlier: UInt64, to later: UInt64) throws -> [EventHash] {
        precondition(earlier <= later, "a tree only grows")
        guard earlier > 0, earlier < later else { return [] }
        return try subproof(earlier, 0, later, complete: true)
    }

    private func path(_ leaf: UInt64, _ start: UInt64, _ end: UInt64) throws -> [EventHash] {
        guard end - start > 1 else { return [] }
        let middle = start + Self.split(end - start)
        return leaf < middle
            ? try path(leaf, start, middle) + [root(from: middle, to: end)]
            : try path(leaf, middle, end) + [root(from: start, to: middle)]
    }

    private func subproof(_ size: UInt64, _ start: UInt64, _ end: UInt64, complete: Bool) throws -> [EventHash] {
        if size == end - start { return complete ? [] : [try root(from: start, to: end)] }
        let half = Self.split(end - start)
        return size <= half
            ? try subproof(size, start, start + half, complete: complete) + [root(from: start + half, to: end)]
            : try subproof(size - half, start + half, end, complete: false) + [root(from: start, to: start + half)]
    }

    private func root(from start: UInt64, to end: UInt64) throws -> EventHash {
        let count = end - start
        if count.nonzeroBitCount == 1, start % count == 0 {
            return try subtree(count.trailingZeroBitCount, start / count)
        }
        let middle = start + Self.split(count)
        return MerkleHash.node(try root(from: start, to: middle), try root(from: middle, to: end))
    }

    /// The largest power of two below a count.
    static func split(_ count: UInt64) -> UInt64 { 1 << UInt64(63 - (count - 1).leadingZeroBitCount) }
}

/// The verifier's side of the proofs.
public enum MerkleVerifier {
    /// Whether a path shows that an event's hash is the leaf (counted from 0) of the tree with a root.
    ///
    /// Source: RFC 9162 2.1.3.2.
    public static func isIncluded(_ hash: EventHash, leaf: UInt64, size: UInt64, path: [EventHash], root: EventHash) -> Bool {
        guard leaf < size else { return false }
        var first = leaf
        var second = size - 1
        var node = MerkleHash.leaf(hash)
        for sibling in path {
            guard second > 0 else { return false }
            if first & 1 == 1 || first == second {
                node = MerkleHash.node(sibling, node)
                while first & 1 == 0, first != 0 {
                    first >>= 1
                    second >>= 1
                }
            } else {
                node = MerkleHash.node(node, sibling)
            }
            first >>= 1
            second >>= 1
        }
        return second == 0 && node == root
    }

    /// Whether a proof shows that a later tree only appended to an earlier one.
    ///
    /// Source: RFC 9162 2.1.4.2.
    public static func isConsistent(
        earlierSize: UInt64, earlierRoot: EventHash, laterSize: UInt64, laterRoot: EventHash, proof: [EventHash]
    ) -> Bool {
        guard earlierSize <= laterSize else { return false }
        if earlierSize == laterSize { return proof.isEmpty && earlierRoot == laterRoot }
        if earlierSize == 0 { return proof.isEmpty && earlierRoot == MerkleHash.empty }
        var nodes = proof
        if earlierSize.nonzeroBitCount == 1 { nodes.insert(earlierRoot, at: 0) }
        guard let start = nodes.first else { return false }
        var first = earlierSize - 1
        var second = laterSize - 1
        while first & 1 == 1 {
            first >>= 1
            second >>= 1
        }
        var earlier = start
        var later = start
        for node in nodes.dropFirst() {
            guard second > 0 else { return false }
            if first & 1 == 1 || first == second {
                earlier = MerkleHash.node(node, earlier)
                later = MerkleHash.node(node, later)
                while first & 1 == 0, first != 0 {
                    first >>= 1
                    second >>= 1
                }
            } else {
                later = MerkleHash.node(later, node)
            }
            first >>= 1
            second >>= 1
        }
        return second == 0 && earlier == earlierRoot && later == laterRoot
    }
}
