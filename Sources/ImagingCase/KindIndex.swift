public import EventLog

/// The place of each kind in a catalogue, by a hash of its text that is weak and quick: the catalogue is fixed, so that nobody
/// can choose names that collide.
public struct KindIndex: Sendable {
    private static let slotCount = 512
    private let kinds: [EventKind]
    /// For each slot a place in the catalogue, or -1.
    private var slots = [Int](repeating: -1, count: slotCount)

    /// Indexes a catalogue of fewer than 512 kinds.
    public init(_ kinds: [EventKind]) {
        self.kinds = kinds
        for (place, kind) in kinds.enumerated() {
            var slot = Self.slot(of: kind)
            while slots[slot] >= 0 { slot = (slot + 1) % Self.slotCount }
            slots[slot] = place
        }
    }

    /// A kind's place; nil for one that is not in the catalogue.
    public subscript(kind: EventKind) -> Int? {
        var slot = Self.slot(of: kind)
        while slots[slot] >= 0 {
            // The catalogue's names are ASCII, so that an equal text has the same bytes.
            if kinds[slots[slot]].text == kind.text { return slots[slot] }
            slot = (slot + 1) % Self.slotCount
        }
        return nil
    }

    /// From the first and last eight bytes and the length, which tell nearly all kinds apart.
    private static func slot(of kind: EventKind) -> Int {
        var text = kind.text
        let hash = text.withUTF8 { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            guard raw.count >= 8 else { return bytes.reduce(0) { $0 &* 31 &+ UInt64($1) } }
            let first = raw.loadUnaligned(as: UInt64.self)
            let last = raw.loadUnaligned(fromByteOffset: raw.count - 8, as: UInt64.self)
            return (first &+ last &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(raw.count)) &* 0xD6E8_FEB8_6659_FD93
        }
        return Int(hash >> 55)
    }
}
