import EventLog

/// The place of each kind in a catalogue, by a hash of its text that is weak and quick: the catalogue is fixed, so that nobody
/// can choose names that collide.
struct KindIndex {
    private static let slotCount = 512
    private let kinds: [EventKind]
    /// For each slot a place in the catalogue, or -1.
    private var slots = [Int](repeating: -1, count: slotCount)

    /// Indexes a catalogue of fewer than 512 kinds.
    init(_ kinds: [EventKind]) {
        self.kinds = kinds
        for (place, kind) in kinds.enumerated() {
            var slot = Self.slot(of: kind)
            while slots[slot] >= 0 { slot = (slot + 1) % Self.slotCount }
            slots[slot] = place
        }
    }

    /// A kind's place; nil for one that is not in the catalogue.
    subscript(kind: EventKind) -> Int? {
        var slot = Self.slot(of: kind)
        while slots[slot] >= 0 {
            // The catalogue's names are ASCII, so that an equal text has the same bytes.
            if kinds[slots[slot]].text == kind.text { return slots[slot] }
            slot = (slot + 1) % Self.slotCount
        }
        return nil
    }

    private static func slot(of kind: EventKind) -> Int {
        var text = kind.text
        let hash = text.withUTF8 { bytes in
            var hash: UInt32 = 0
            for byte in bytes { hash = hash &* 31 &+ UInt32(byte) }
            return hash
        }
        return Int((hash ^ hash >> 8) % UInt32(slotCount))
    }
}
