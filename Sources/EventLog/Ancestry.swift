/// The shape of one stream's history: which event came before, after or apart from which. Exact, and without any clock.
///
/// Built once from the events' ids, hashes and parents in any order; positions count in an order that depends on content
/// alone (parents first, then by hash), so every node that holds the same events sees the same positions.
/// Complexity: O(n) for a stream in which each event names the one before, as most are; else O(n log n + n * n / 64).
public struct Ancestry: Sendable {
    /// What the shape needs to know of an event.
    public struct Node: Sendable {
        /// Its id.
        public let id: EventID
        /// Its hash, for the content-derived order.
        public let hash: EventHash
        /// Its parents.
        public let parents: [EventID]

        /// Names a node.
        public init(id: EventID, hash: EventHash, parents: [EventID]) {
            self.id = id
            self.hash = hash
            self.parents = parents
        }
    }

    /// For each position the index of its event in the input.
    public let order: [Int]
    /// Input indices of events whose past is not here yet; they are held back until it arrives.
    public let waiting: [Int]
    /// Positions of the events that no other names as parent, ascending by id.
    public let heads: [Int]
    private let words: Int
    /// For each position a bit for each position that its author had seen; empty for a line, where all before are.
    private let past: [UInt64]

    /// Derives the shape. An event given twice counts once.
    public init(_ nodes: [Node]) {
        let indexOf = Index(nodes)
        if let line = Self.line(through: nodes, indexOf) {
            order = line
            waiting = []
            heads = line.isEmpty ? [] : [line.count - 1]
            words = 0
            past = []
            return
        }
        let unique = nodes.indices.filter { indexOf[nodes[$0].id] == $0 }
        var open = [Int](repeating: 0, count: nodes.count)
        var children = [[Int]](repeating: [], count: nodes.count)
        var ready: [Int] = []
        for index in unique {
            open[index] = nodes[index].parents.count
            for parent in nodes[index].parents {
                if let known = indexOf[parent] { children[known].append(index) }
            }
            if open[index] == 0 { ready.append(index) }
        }
        // Kept in descending order of hash so that the smallest is taken from the end.
        ready.sort { nodes[$0].hash > nodes[$1].hash }
        var order: [Int] = []
        order.reserveCapacity(unique.count)
        while let next = ready.popLast() {
            order.append(next)
            for child in children[next] {
                open[child] -= 1
                guard open[child] == 0 else { continue }
                ready.insert(child, at: Self.place(of: nodes[child].hash, in: ready, of: nodes))
            }
        }
        self.order = order
        var position = [Int](repeating: -1, count: nodes.count)
        for (place, index) in order.enumerated() { position[index] = place }
        waiting = unique.filter { position[$0] < 0 }
        words = (order.count + 63) / 64
        var past = [UInt64](repeating: 0, count: words * order.count)
        var isParent = [Bool](repeating: false, count: order.count)
        for (place, index) in order.enumerated() {
            for parent in nodes[index].parents {
                guard let known = indexOf[parent] else { continue }
                let parentPlace = position[known]
                isParent[parentPlace] = true
                for word in 0..<words { past[place * words + word] |= past[parentPlace * words + word] }
                past[place * words + parentPlace / 64] |= 1 << UInt64(parentPlace % 64)
            }
        }
        self.past = past
        heads = order.indices.filter { !isParent[$0] }.sorted { nodes[order[$0]].id < nodes[order[$1]].id }
    }

    /// The shape of a line in which each event names just the one before, without looking at any of them.
    ///
    /// - Parameter isReversed: whether the input has the last event first.
    public init(lineOf count: Int, isReversed: Bool = false) {
        order = isReversed ? (0..<count).reversed() : Array(0..<count)
        waiting = []
        heads = count == 0 ? [] : [count - 1]
        words = 0
        past = []
    }

    /// The shape with one event more whose author had seen every event: it comes last, whatever its hash.
    ///
    /// Complexity: O(n / 64) words, against the whole shape's.
    /// - Precondition: nothing waits, and the event's parents are the heads.
    public init(_ shape: Ancestry, followedByIndex index: Int) {
        precondition(shape.waiting.isEmpty, "what waits could come before the new event")
        let place = shape.order.count
        order = shape.order + [index]
        waiting = []
        heads = [place]
        guard shape.words > 0 else {
            words = 0
            past = []
            return
        }
        words = (place + 64) / 64
        var past = shape.past
        if words > shape.words {
            past = []
            past.reserveCapacity(words * (place + 1))
            for row in 0..<place { past += shape.past[(row * shape.words)..<((row + 1) * shape.words)] + [0] }
        }
        for word in 0..<words { past.append(Self.bits(below: place - word * 64)) }
        self.past = past
    }

    /// A word with so many of its lowest bits set, at most all.
    private static func bits(below count: Int) -> UInt64 { count >= 64 ? .max : count <= 0 ? 0 : 1 << UInt64(count) - 1 }

    /// The nodes in their order where each names just the one before; nil where the history is of any other shape.
    private static func line(through nodes: [Node], _ indexOf: Index) -> [Int]? {
        var root: Int?
        var next = [Int](repeating: -1, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            switch node.parents.count {
            case 0:
                guard root == nil else { return nil }
                root = index
            case 1:
                guard let parent = indexOf[node.parents[0]], next[parent] < 0 else { return nil }
                next[parent] = index
            default: return nil
            }
        }
        var line: [Int] = []
        line.reserveCapacity(nodes.count)
        var place = root ?? -1
        while place >= 0 {
            line.append(place)
            place = next[place]
        }
        // An event given twice breaks the chain or leaves a node over.
        return line.count == nodes.count ? line : nil
    }

    /// Finds nodes by id: few by looking at each, many by hashing.
    private struct Index {
        private static let fewMax = 24
        private let nodes: [Node]
        private var places: [EventID: Int] = [:]

        init(_ nodes: [Node]) {
            self.nodes = nodes
            guard nodes.count > Self.fewMax else { return }
            places.reserveCapacity(nodes.count)
            for (index, node) in nodes.enumerated() where places[node.id] == nil { places[node.id] = index }
        }

        subscript(id: EventID) -> Int? {
            nodes.count > Self.fewMax ? places[id] : nodes.firstIndex { $0.id == id }
        }
    }

    /// Where a hash goes among the ready nodes, which stand in descending order of theirs.
    private static func place(of hash: EventHash, in ready: [Int], of nodes: [Node]) -> Int {
        var low = 0
        var high = ready.count
        while low < high {
            let middle = (low + high) / 2
            if nodes[ready[middle]].hash < hash { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Whether the event at one position was seen by the author of the event at another.
    public func precedes(_ earlier: Int, _ later: Int) -> Bool {
        earlier < later && (words == 0 || past[later * words + earlier / 64] & (1 << UInt64(earlier % 64)) != 0)
    }

    /// Whether two events were recorded apart: neither author had seen the other's.
    public func areConcurrent(_ one: Int, _ other: Int) -> Bool {
        one != other && !precedes(one, other) && !precedes(other, one)
    }

    /// Among some positions those that no other among them came after.
    public func latest(of positions: [Int]) -> [Int] {
        positions.count < 2 ? positions : positions.filter { candidate in !positions.contains { precedes(candidate, $0) } }
    }

    /// The positions that an event's author had seen, the event itself included, ascending.
    public func closure(of position: Int) -> [Int] {
        order.indices.filter { $0 == position || precedes($0, position) }
    }
}
