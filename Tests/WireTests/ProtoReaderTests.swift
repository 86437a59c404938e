import EventLog
import ImagingCase
import Replication
import Testing

@testable import Wire

/// Bytes that no honest writer makes: refused as a whole, without a crash and without an allocation that they ask for.
struct ProtoReaderTests {
    /// A message that may lie in itself, which none of the published ones can.
    private struct Nest: Payload {
        var inner: [Nest] = []
        mutating func fields(_ visitor: inout some FieldVisitor) { visitor.messages(1, &inner) }
    }

    private func comment(_ bytes: [UInt8]) -> CommentAdded? {
        bytes.withUnsafeBytes { ProtoReader.read(CommentAdded.self, $0) }
    }

    /// A field of bytes with its length.
    private func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        var rest = content.count
        while rest >= 0x80 {
            length.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return [number << 3 | 2] + length + [UInt8(rest)] + content
    }

    @Test func `the smallest body reads`() {
        #expect(comment([0x0a, 0x02, 0x6f, 0x6b]) == CommentAdded(text: "ok"))
        #expect(comment([]) == CommentAdded())
    }

    @Test(arguments: [0, 1, 15, 16, 17, 1_000])
    func `messages lie in one another sixteen deep and no deeper`(depth: Int) {
        let bytes = (0..<depth).reduce([]) { inner, _ in field(1, inner) }
        let nest = bytes.withUnsafeBytes { ProtoReader.read(Nest.self, $0) }
        #expect((nest != nil) == (depth < ProtoReader.depthMax))
    }

    @Test func `a field that is passed over may be as deep as it likes`() {
        let bytes = (0..<1_000).reduce([]) { inner, _ in field(9, inner) }
        #expect(comment(bytes) == CommentAdded())
    }

    @Test(arguments: [
        [UInt8](arrayLiteral: 0x80, 0x80, 0x80, 0x80, 0x08),  // 2^31
        [0xff, 0xff, 0xff, 0xff, 0x07],  // 2^31 - 1
        [0x80, 0x80, 0x80, 0x80, 0x10],  // 2^32
        [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],  // 2^63
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],  // 2^64 - 1
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],  // beyond 64 bits
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],  // eleven bytes
        [0x03], [0x80], [],
    ])
    func `a length beyond the bytes at hand is refused, known field or not`(length: [UInt8]) {
        for tag: UInt8 in [0x0a, 0x4a] { #expect(comment([tag] + length + [0x6f, 0x6b]) == nil || length.isEmpty) }
        #expect(comment([0x0a] + length) == nil)
    }

    @Test(arguments: [
        [UInt8](arrayLiteral: 0xff), [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0x80, 0x62],
    ])
    func `text that is not UTF-8 is refused`(text: [UInt8]) {
        #expect(comment(field(1, text)) == nil)
    }

    @Test(arguments: [
        [UInt8](arrayLiteral: 0x02, 0x00),  // field 0
        [0x00], [0x80],
        [0x82, 0x80, 0x80, 0x80, 0x10, 0x00],  // field 2^29
        [0x0b], [0x0c], [0x4b, 0x4c],  // groups
        [0x0e], [0x0f],  // no such wire type
        [0x08, 0x01], [0x0d, 1, 2, 3, 4], [0x09, 1, 2, 3, 4, 5, 6, 7, 8],  // text as a number
        [0x4d, 1, 2, 3], [0x49, 1, 2, 3, 4, 5, 6, 7],  // a fixed field cut short
        [0x48, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
    ])
    func `a tag, group, wire type or number that breaks the encoding is refused`(bytes: [UInt8]) {
        #expect(comment(bytes) == nil)
        #expect(comment(field(1, [0x6f]) + bytes) == nil)
    }

    @Test func `fields read the same in any order, apart from their like and beside unknown ones`() {
        let (name, first, second) = (field(1, [0x61]), field(2, field(1, [0x62])), field(2, field(1, [0x63])))
        let unknown = field(14, [0xff])
        let wanted = MRIScreened(
            result: .clear, items: [ScreeningItem(kind: "b"), ScreeningItem(kind: "c")], note: "a")
        let note: [UInt8] = [3 << 3 | 2] + name.dropFirst()
        for parts in permutations(of: [[0x08, 0x01], first, second, note, unknown])
        where parts.firstIndex(of: first)! < parts.firstIndex(of: second)! {
            let bytes = parts.flatMap { $0 }
            #expect(bytes.withUnsafeBytes { ProtoReader.read(MRIScreened.self, $0) } == wanted)
        }
        #expect(comment(name + field(1, [0x64])) == CommentAdded(text: "d"))
    }

    @Test func `the highest field number is passed over`() {
        #expect(comment([0xfa, 0xff, 0xff, 0xff, 0x0f, 0x00]) == CommentAdded())
    }

    @Test func `a word beyond the vocabulary is refused, in whatever width`() {
        for number: [UInt8] in [[0x05], [0xff, 0x01], [0x81, 0x02], [0x81, 0x80, 0x80, 0x80, 0x10]] {
            let read = ([0x08] + number).withUnsafeBytes { ProtoReader.read(ReadingPriorityChanged.self, $0) }
            #expect(read == nil)
        }
    }

    @Test(arguments: UInt64(0)..<200)
    func `random bytes never crash`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            for kind in [EventKind.orderPlaced, .procedureStepCompleted, .doseRecorded, .reportCorrected] {
                let event = PayloadCoding.event(of: kind, schema: 1, payload: bytes)
                #expect(event == .unknown(kind) || event.kind == kind, "seed \(seed)")
            }
        }
    }
}

/// Every order of some elements.
private func permutations<Element>(of elements: [Element]) -> [[Element]] {
    guard let first = elements.first else { return [[]] }
    return permutations(of: Array(elements.dropFirst())).flatMap { rest in
        (0...rest.count).map { place in Array(rest[..<place]) + [first] + Array(rest[place...]) }
    }
}
