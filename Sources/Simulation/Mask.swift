/// What is left out of a seed's script: what shrinking found to be of no account for a failure.
public struct Mask: Equatable, Sendable {
    /// Fault classes that do not happen.
    public var without: Set<FaultClass>
    /// Entries of the script that are left out, by their place.
    public var dropped: Set<Int>

    /// Leaves out nothing unless told.
    public init(without: Set<FaultClass> = [], dropped: Set<Int> = []) {
        self.without = without
        self.dropped = dropped
    }

    /// Parses what `withoutText` and `droppedText` write; nil for anything else.
    public init?(without: String, dropped: String) {
        self.init()
        for word in without.split(separator: ",") {
            guard let fault = FaultClass(rawValue: String(word)) else { return nil }
            self.without.insert(fault)
        }
        for word in dropped.split(separator: ",") {
            let ends = word.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last, last < 1 << 20
            else {
                return nil
            }
            self.dropped.formUnion(first...last)
        }
    }

    /// `F1,F5`.
    public var withoutText: String { without.sorted().map(\.rawValue).joined(separator: ",") }

    /// `0-4,9,11-20`.
    public var droppedText: String {
        var ranges: [ClosedRange<Int>] = []
        for place in dropped.sorted() {
            if let last = ranges.last, last.upperBound + 1 == place {
                ranges[ranges.count - 1] = last.lowerBound...place
            } else {
                ranges.append(place...place)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }
}
