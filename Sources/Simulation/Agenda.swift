/// What will happen, in order of time and, at one time, of planning: a heap.
struct Agenda {
    private struct Step {
        let at: Int64
        let order: Int
        let action: () -> Void

        static func < (left: Step, right: Step) -> Bool { (left.at, left.order) < (right.at, right.order) }
    }

    private var heap: [Step] = []
    private var planned = 0

    var isEmpty: Bool { heap.isEmpty }

    /// When the next thing happens.
    var next: Int64? { heap.first?.at }

    mutating func plan(at moment: Int64, _ action: @escaping () -> Void) {
        planned += 1
        heap.append(Step(at: moment, order: planned, action: action))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func take() -> (at: Int64, action: () -> Void)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return (first.at, first.action) }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] { least = child }
            guard least != parent else { break }
            heap.swapAt(least, parent)
            parent = least
        }
        return (first.at, first.action)
    }

    mutating func clear() { heap = [] }
}
