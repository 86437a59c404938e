import EventLog
import Testing

/// RFC 6962 2.1 word for word: the hash of a list by halves. The yardstick for everything that is cleverer.
enum NaiveMerkle {
    static let leaves = (0..<80).map { Sample.hash($0) }

    static func root(_ leaves: ArraySlice<EventHash>) -> EventHash {
        guard let first = leaves.first else { return .sha256([]) }
        if leaves.count == 1 { return .sha256([0] + first.bytes) }
        var half = 1
        while half * 2 < leaves.count { half *= 2 }
        let middle = leaves.startIndex + half
        return .sha256([1] + root(leaves[..<middle]).bytes + root(leaves[middle...]).bytes)
    }

    static func root(size: Int) -> EventHash { root(leaves[..<size]) }
}

struct MerkleTreeTests {
    /// Roots over SHA-256 of "0", "1", "2" ... as decimal text, computed outside this project.
    @Test(arguments: [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "13a77175e35eb1d9da91ee14df0d7772cea71289800206e2b45c882ecb06efbf"),
        (7, "5653c4ab2514ccd6ea4f0159702d2aba901f2562aa75abcff5a19e344bee038f"),
        (64, "9b023f7291abef947c66cfe8e319c1dd19138cb49d1d55985a0e2f471b92e5d9"),
    ])
    func `roots are those of RFC 6962`(size: Int, root: String) {
        var tree = MerkleFrontier()
        for leaf in NaiveMerkle.leaves[..<size] { tree.append(leaf) }
        #expect(tree.root.description == root)
        #expect(NaiveMerkle.root(size: size).description == root)
    }

    @Test func `leaves and nodes never share an input`() {
        let one = Sample.hash(1)
        let two = Sample.hash(2)
        #expect(MerkleHash.leaf(one) == .sha256([0] + one.bytes))
        #expect(MerkleHash.node(one, two) == .sha256([1] + one.bytes + two.bytes))
        #expect(MerkleHash.node(one, two) != MerkleHash.node(two, one))
        #expect(MerkleHash.empty == .sha256([]))
    }

    @Test func `appending gives the naive root at every size`() {
        var tree = MerkleFrontier()
        #expect(tree.root == NaiveMerkle.root(size: 0))
        for size in 1...70 {
            tree.append(NaiveMerkle.leaves[size - 1])
            #expect(tree.size == UInt64(size))
            #expect(tree.peaks.count == size.nonzeroBitCount)
            #expect(tree.root == NaiveMerkle.root(size: size))
        }
    }

    @Test func `a stored edge goes on as if it had never stopped`() throws {
        var whole = MerkleFrontier()
        for size in 0..<70 {
            var resumed = try #require(MerkleFrontier(size: whole.size, peaks: whole.peaks))
            #expect(resumed == whole)
            resumed.append(NaiveMerkle.leaves[size])
            whole.append(NaiveMerkle.leaves[size])
            #expect(resumed == whole)
        }
    }

    @Test(arguments: [(UInt64(0), 1), (1, 0), (1, 2), (3, 1), (4, 2), (7, 2), (8, 8)])
    func `an edge whose subtrees do not fit its size is refused`(size: UInt64, count: Int) {
        #expect(MerkleFrontier(size: size, peaks: (0..<count).map { Sample.hash($0) }) == nil)
    }

    @Test func `each complete subtree is announced once, with its root`() {
        var tree = MerkleFrontier()
        var announced: [String] = []
        for leaf in NaiveMerkle.leaves[..<21] {
            tree.append(leaf) { level, index, root in
                let width = 1 << level
                let start = Int(index) * width
                #expect(root == NaiveMerkle.root(NaiveMerkle.leaves[start..<start + width]))
                announced.append("\(level).\(index)")
            }
        }
        let levels = (1...4).flatMap { level in (0..<(21 >> level)).map { "\(level).\($0)" } }
        #expect(announced.sorted() == levels.sorted())
    }
}
