import Replication

/// Draws from one seed. Each use has its own label, so that what is left out of a rehearsal moves nothing else.
struct Dice {
    private var generator: SplitMix64

    init(seed: UInt64, _ label: UInt64 = 0) {
        var mixer = SplitMix64(seed: seed &+ label &* 0x9e37_79b9_7f4a_7c15)
        generator = SplitMix64(seed: mixer.next() ^ seed)
    }

    mutating func bits() -> UInt64 { generator.next() }

    /// A number from 0 to below a bound.
    mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(max(bound, 1))) }

    /// A number of a range.
    mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(generator.next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// Whether something of a thousand happens.
    mutating func chance(perMille: Int) -> Bool { below(1000) < perMille }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}
