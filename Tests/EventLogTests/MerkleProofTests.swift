import EventLog
import Testing

/// Every proof of every tree up to forty leaves is made, verified, and then spoiled in every way that a sender could.
struct MerkleProofTests {
    private static let sizes = 1...40

    /// Reads complete subtrees from the naive tree.
    private static var prover: MerkleProver {
        MerkleProver { level, index in
            let width = 1 << level
            let start = Int(index) * width
            return NaiveMerkle.root(NaiveMerkle.leaves[start..<start + width])
        }
    }

    @Test func `the prover's roots are the naive roots`() throws {
        for size in 0...70 { #expect(try Self.prover.root(size: UInt64(size)) == NaiveMerkle.root(size: size)) }
    }

    // MARK: inclusion

    @Test(arguments: sizes)
    func `every leaf is shown to be included, and at no other place`(size: Int) throws {
        let root = NaiveMerkle.root(size: size)
        for leaf in 0..<size {
            let path = try Self.prover.inclusion(of: UInt64(leaf), size: UInt64(size))
            #expect(path.count <= 6)
            for claimed in 0..<size {
                let holds = MerkleVerifier.isIncluded(
                    NaiveMerkle.leaves[leaf], leaf: UInt64(claimed), size: UInt64(size), path: path, root: root)
                #expect(holds == (claimed == leaf), "leaf \(leaf) of \(size) at \(claimed)")
            }
        }
    }

    @Test(arguments: sizes)
    func `a spoiled inclusion proof is refused`(size: Int) throws {
        let root = NaiveMerkle.root(size: size)
        for leaf in 0..<size {
            let path = try Self.prover.inclusion(of: UInt64(leaf), size: UInt64(size))
            let holds = { (path: [EventHash], hash: EventHash, root: EventHash) in
                MerkleVerifier.isIncluded(hash, leaf: UInt64(leaf), size: UInt64(size), path: path, root: root)
            }
            #expect(!holds(path, Sample.hash(-1), root))
            #expect(!holds(path, NaiveMerkle.leaves[leaf], Sample.hash(-1)))
            for spoiled in Self.spoiled(path) {
                #expect(!holds(spoiled, NaiveMerkle.leaves[leaf], root), "leaf \(leaf) of \(size)")
            }
        }
    }

    @Test func `a leaf outside the tree is never included`() {
        let leaf = NaiveMerkle.leaves[0]
        #expect(!MerkleVerifier.isIncluded(leaf, leaf: 0, size: 0, path: [], root: MerkleHash.empty))
        #expect(!MerkleVerifier.isIncluded(leaf, leaf: 1, size: 1, path: [], root: MerkleHash.leaf(leaf)))
        #expect(MerkleVerifier.isIncluded(leaf, leaf: 0, size: 1, path: [], root: MerkleHash.leaf(leaf)))
        #expect(!MerkleVerifier.isIncluded(leaf, leaf: .max, size: .max, path: [], root: MerkleHash.leaf(leaf)))
    }

    /// An interior node shown as if it were a leaf: the attack that the two prefixes exist for.
    @Test func `an interior node does not pass for a leaf`() throws {
        let node = NaiveMerkle.root(NaiveMerkle.leaves[0..<2])
        let path = [NaiveMerkle.root(NaiveMerkle.leaves[2..<4])]
        #expect(!MerkleVerifier.isIncluded(node, leaf: 0, size: 2, path: path, root: NaiveMerkle.root(size: 4)))
    }

    // MARK: consistency

    @Test(arguments: sizes)
    func `every earlier tree is shown to be the beginning of the later one`(later: Int) throws {
        for earlier in 0...later {
            let proof = try Self.prover.consistency(from: UInt64(earlier), to: UInt64(later))
            #expect(Self.isConsistent(earlier, NaiveMerkle.root(size: earlier), later, NaiveMerkle.root(size: later), proof))
        }
    }

    @Test(arguments: sizes)
    func `a spoiled consistency proof is refused`(later: Int) throws {
        let laterRoot = NaiveMerkle.root(size: later)
        for earlier in 0...later {
            let earlierRoot = NaiveMerkle.root(size: earlier)
            let proof = try Self.prover.consistency(from: UInt64(earlier), to: UInt64(later))
            #expect(!Self.isConsistent(earlier, Sample.hash(-1), later, laterRoot, proof), "\(earlier) of \(later)")
            if earlier > 0 { #expect(!Self.isConsistent(earlier, earlierRoot, later, Sample.hash(-1), proof)) }
            for spoiled in Self.spoiled(proof) {
                #expect(!Self.isConsistent(earlier, earlierRoot, later, laterRoot, spoiled), "\(earlier) of \(later)")
            }
        }
    }

    /// Two logs with the same beginning that went apart: no proof of the one shows the other.
    @Test(arguments: 2...24)
    func `a log that was rewritten is not consistent with what it was`(later: Int) throws {
        var rewritten = NaiveMerkle.leaves
        rewritten[0] = Sample.hash(-7)
        for earlier in 1..<later {
            let proof = try Self.prover.consistency(from: UInt64(earlier), to: UInt64(later))
            let root = NaiveMerkle.root(rewritten[..<later])
            #expect(!Self.isConsistent(earlier, NaiveMerkle.root(size: earlier), later, root, proof))
        }
    }

    @Test func `a tree does not shrink, and one size has one root`() {
        let root = NaiveMerkle.root(size: 3)
        #expect(!Self.isConsistent(4, NaiveMerkle.root(size: 4), 3, root, []))
        #expect(Self.isConsistent(3, root, 3, root, []))
        #expect(!Self.isConsistent(3, root, 3, Sample.hash(-1), []))
        #expect(!Self.isConsistent(3, root, 3, root, [root]))
        #expect(Self.isConsistent(0, MerkleHash.empty, 3, root, []))
        #expect(!Self.isConsistent(0, MerkleHash.empty, 3, root, [root]))
    }

    @Test func `the largest sizes do not overflow`() {
        let root = Sample.hash(1)
        let proof = (0..<64).map { Sample.hash($0) }
        #expect(!Self.isConsistent(.max, root, .max, Sample.hash(2), proof))
        #expect(
            !MerkleVerifier.isConsistent(
                earlierSize: 1, earlierRoot: root, laterSize: .max, laterRoot: Sample.hash(2), proof: proof))
        #expect(!MerkleVerifier.isIncluded(root, leaf: 0, size: .max, path: proof, root: Sample.hash(2)))
    }

    // MARK: support

    private static func isConsistent(
        _ earlier: Int, _ earlierRoot: EventHash, _ later: Int, _ laterRoot: EventHash, _ proof: [EventHash]
    ) -> Bool {
        MerkleVerifier.isConsistent(
            earlierSize: UInt64(earlier), earlierRoot: earlierRoot, laterSize: UInt64(later), laterRoot: laterRoot, proof: proof)
    }

    /// A proof with one node changed, dropped, doubled or exchanged, one too many at either end.
    private static func spoiled(_ proof: [EventHash]) -> [[EventHash]] {
        var all = [proof + [Sample.hash(-2)], [Sample.hash(-2)] + proof]
        for place in proof.indices {
            var changed = proof
            changed[place] = EventHash(proof[place].words.0 ^ 1, proof[place].words.1, proof[place].words.2, proof[place].words.3)
            var dropped = proof
            dropped.remove(at: place)
            var doubled = proof
            doubled.insert(proof[place], at: place)
            all += [changed, dropped, doubled]
            if place > 0 {
                var exchanged = proof
                exchanged.swapAt(place - 1, place)
                all.append(exchanged)
            }
        }
        return all
    }
}
