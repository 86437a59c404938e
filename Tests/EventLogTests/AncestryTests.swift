import EventLog
import Testing

struct AncestryTests {
    typealias Node = Ancestry.Node

    // MARK: shapes by hand

    @Test func `nothing has no order, no heads and nothing waiting`() {
        let ancestry = Ancestry([])
        #expect(ancestry.order.isEmpty && ancestry.heads.isEmpty && ancestry.waiting.isEmpty)
    }

    @Test func `two events apart are concurrent until one names both`() {
        let nodes = [Self.node(1), Self.node(2, [1]), Self.node(3, [1]), Self.node(4, [2, 3])]
        let ancestry = Ancestry(nodes)
        let place = Self.places(ancestry, nodes)
        #expect(ancestry.areConcurrent(place[1], place[2]))
        #expect(
            ancestry.precedes(place[0], place[3]) && ancestry.precedes(place[1], place[3])
                && ancestry.precedes(place[2], place[3]))
        #expect(!ancestry.precedes(place[3], place[0]))
        #expect(ancestry.heads == [place[3]])
        #expect(ancestry.latest(of: [place[0], place[1], place[2]]).sorted() == [place[1], place[2]].sorted())
        #expect(ancestry.closure(of: place[1]) == [place[0], place[1]].sorted())
        #expect(
            Ancestry(Array(nodes.dropLast())).heads.map { nodes[Ancestry(Array(nodes.dropLast())).order[$0]].id } == [
                Self.id(2), Self.id(3),
            ])
    }

    @Test func `an event is neither before itself nor apart from itself`() {
        let ancestry = Ancestry([Self.node(1)])
        #expect(!ancestry.precedes(0, 0) && !ancestry.areConcurrent(0, 0))
    }

    @Test(arguments: UInt64(1)...40)
    func `a line has one order, however it is dealt and whether or not an event comes twice`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let nodes = (1...Int(seed)).map { Self.node($0, $0 == 1 ? [] : [$0 - 1]) }
        let line = nodes.map(\.id)
        for dealt in [nodes.shuffled(using: &random), (nodes + nodes.prefix(1)).shuffled(using: &random)] {
            let ancestry = Ancestry(dealt)
            #expect(ancestry.order.map { dealt[$0].id } == line, "seed \(seed)")
            #expect(ancestry.heads == [nodes.count - 1] && ancestry.waiting.isEmpty, "seed \(seed)")
            for (one, other) in (0..<nodes.count).flatMap({ one in (0..<nodes.count).map { (one, $0) } }) {
                #expect(ancestry.precedes(one, other) == (one < other), "seed \(seed)")
            }
        }
    }

    @Test func `an event given twice counts once`() {
        let nodes = [Self.node(1), Self.node(2, [1]), Self.node(1), Self.node(2, [1])]
        let ancestry = Ancestry(nodes)
        #expect(ancestry.order == [0, 1])
        #expect(ancestry.waiting.isEmpty)
    }

    @Test func `a parent named twice counts once`() {
        let ancestry = Ancestry([Self.node(2, [1, 1]), Self.node(1)])
        #expect(ancestry.order == [1, 0])
    }

    @Test func `an event whose past is missing waits, its children with it, and is released when the past arrives`() {
        let nodes = [Self.node(1), Self.node(3, [2]), Self.node(4, [3, 1])]
        let waiting = Ancestry(nodes)
        #expect(waiting.order == [0])
        #expect(waiting.waiting == [1, 2])
        // What waits is not yet a reason for the held event to be no head.
        #expect(waiting.heads == [0])
        let released = Ancestry(nodes + [Self.node(2, [1])])
        #expect(released.waiting.isEmpty)
        #expect(released.order == [0, 3, 1, 2])
        #expect(released.heads == [3])
    }

    @Test func `events that name each other or themselves wait for ever and harm nobody`() {
        let ancestry = Ancestry([Self.node(1, [2]), Self.node(2, [1]), Self.node(3, [3]), Self.node(4)])
        #expect(ancestry.order == [3])
        #expect(ancestry.waiting == [0, 1, 2])
    }

    @Test func `heads come in ascending order of id, not of hash`() {
        let nodes = (1...40).map { Self.node($0) }
        let ancestry = Ancestry(nodes)
        #expect(ancestry.heads.map { nodes[ancestry.order[$0]].id } == nodes.map(\.id))
        #expect(ancestry.order.map { nodes[$0].hash } == nodes.map(\.hash).sorted())
    }

    @Test func `a history longer than one word of bits stays exact`() {
        let nodes = [Self.node(1)] + (2...200).map { Self.node($0, [$0 - 1]) }
        let ancestry = Ancestry(nodes.reversed())
        #expect(ancestry.order == Array((0..<200).reversed()))
        for later in [1, 63, 64, 65, 127, 128, 199] {
            #expect(ancestry.closure(of: later) == Array(0...later))
            #expect(ancestry.precedes(0, later) && ancestry.precedes(later - 1, later) && !ancestry.precedes(later, 0))
        }
    }

    // MARK: laws

    /// Goal: the bit sets answer like a search that knows nothing of positions. Method: seeded random histories, some past withheld.
    @Test(arguments: UInt64(0)..<150)
    func `before, after and apart agree with a search through the parents`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var nodes = Self.history(count: Int.random(in: 1...90, using: &random), &random)
        if seed % 3 == 0 { nodes.removeAll { _ in Int.random(in: 0..<12, using: &random) == 0 } }
        nodes.shuffle(using: &random)
        let ancestry = Ancestry(nodes)
        let past = Self.pastByReachability(nodes)
        #expect(Set(ancestry.order.map { nodes[$0].id }) == Set(past.keys), "seed \(seed)")
        #expect(Set(ancestry.waiting.map { nodes[$0].id }) == Set(nodes.map(\.id)).subtracting(past.keys), "seed \(seed)")
        let ids = ancestry.order.map { nodes[$0].id }
        for (one, left) in ids.enumerated() {
            let closure = ids.indices.filter { $0 == one || past[left]?.contains(ids[$0]) == true }
            #expect(ancestry.closure(of: one) == closure, "seed \(seed)")
            for (other, right) in ids.enumerated() {
                let before = past[right]?.contains(left) == true
                let after = past[left]?.contains(right) == true
                #expect(ancestry.precedes(one, other) == before, "seed \(seed)")
                #expect(ancestry.areConcurrent(one, other) == (one != other && !before && !after), "seed \(seed)")
            }
        }
        let named = Set(ancestry.order.flatMap { nodes[$0].parents })
        #expect(ancestry.heads.map { ids[$0] } == ids.filter { !named.contains($0) }.sorted(), "seed \(seed)")
    }

    @Test(arguments: UInt64(0)..<60)
    func `the latest of some events are those that none of them came after`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let nodes = Self.history(count: 40, &random)
        let ancestry = Ancestry(nodes)
        let chosen = ancestry.order.indices.filter { _ in Bool.random(using: &random) }
        let past = Self.pastByReachability(nodes)
        let ids = ancestry.order.map { nodes[$0].id }
        let expected = chosen.filter { one in !chosen.contains { past[ids[$0]]?.contains(ids[one]) == true } }
        #expect(ancestry.latest(of: chosen) == expected, "seed \(seed)")
    }

    @Test(arguments: UInt64(0)..<12)
    func `every order of arrival of up to five events gives the same positions`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let nodes = Self.history(count: Int(seed % 5) + 1, &random)
        let expected = Ancestry(nodes)
        for order in permutations(of: nodes) {
            #expect(Self.shape(Ancestry(order), order) == Self.shape(expected, nodes), "seed \(seed)")
        }
    }

    @Test(arguments: UInt64(0)..<40)
    func `seeded orders of arrival of many events, some twice, give the same positions`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let nodes = Self.history(count: 80, &random)
        let expected = Self.shape(Ancestry(nodes), nodes)
        for _ in 0..<5 {
            var order = nodes + nodes.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
            order.shuffle(using: &random)
            #expect(Self.shape(Ancestry(order), order) == expected, "seed \(seed)")
        }
    }

    @Test(arguments: UInt64(0)..<20)
    func `parents stand before their children, and the smallest hash first among those that may`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let nodes = Self.history(count: 60, &random)
        let order = Ancestry(nodes).order.map { nodes[$0] }
        var placed = Set<EventID>()
        for node in order {
            let ready = nodes.filter { !placed.contains($0.id) && placed.isSuperset(of: $0.parents) }
            #expect(node.hash == ready.map(\.hash).min(), "seed \(seed)")
            placed.insert(node.id)
        }
    }

    // MARK: support

    private static func id(_ number: Int) -> EventID { Sample.id("aa", 1, UInt64(number)) }

    private static func node(_ number: Int, _ parents: [Int] = []) -> Node {
        Node(id: id(number), hash: Sample.hash(number), parents: parents.map(id))
    }

    /// The position of each input.
    private static func places(_ ancestry: Ancestry, _ nodes: [Node]) -> [Int] {
        var places = [Int](repeating: -1, count: nodes.count)
        for (place, index) in ancestry.order.enumerated() { places[index] = place }
        return places
    }

    /// A history in which each event names some of those before it, from three logs.
    private static func history(count: Int, _ random: inout SplitMix64) -> [Node] {
        var nodes: [Node] = []
        for number in 0..<count {
            let id = Sample.id(["aa", "bb", "cc"].randomElement(using: &random) ?? "aa", 1, UInt64(number + 1))
            let wanted = Int.random(in: 0...min(3, number), using: &random)
            let parents = Set((0..<wanted).map { _ in nodes[Int.random(in: max(0, number - 10)..<number, using: &random)].id })
            nodes.append(Node(id: id, hash: .sha256(Array("\(id) \(random.next())".utf8)), parents: parents.sorted()))
        }
        return nodes
    }

    /// For each event with a complete past that past, found by walking parents: nothing clever.
    private static func pastByReachability(_ nodes: [Node]) -> [EventID: Set<EventID>] {
        let parents = Dictionary(nodes.map { ($0.id, $0.parents) }, uniquingKeysWith: { first, _ in first })
        var result: [EventID: Set<EventID>] = [:]
        for node in nodes {
            var seen = Set<EventID>()
            var open = node.parents
            while let next = open.popLast() {
                if seen.insert(next).inserted { open += parents[next] ?? [] }
            }
            if seen.allSatisfy({ parents[$0] != nil }) { result[node.id] = seen }
        }
        return result
    }

    /// All that a caller can see, free of input indices.
    private static func shape(_ ancestry: Ancestry, _ nodes: [Node]) -> [[EventID]] {
        let ids = ancestry.order.map { nodes[$0].id }
        return [ids, ancestry.heads.map { ids[$0] }, ancestry.waiting.map { nodes[$0].id }.sorted()]
            + ids.indices.map { ancestry.closure(of: $0).map { ids[$0] } }
    }
}
