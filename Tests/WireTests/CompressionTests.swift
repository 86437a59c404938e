import Problems
import Replication
import Testing

@testable import Wire

/// What comes out of a compressed part is bounded before it is made.
struct CompressionTests {
    private let zstd = Zstd()

    private func compressed(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { zstd.compress($0) } }

    private func expand(_ bytes: [UInt8], to size: Int) -> Result<[UInt8], Problem> {
        bytes.withUnsafeBytes { buffer in
            do throws(Problem) { return .success(try zstd.expand(buffer, to: size)) } catch { return .failure(error) }
        }
    }

    private func code(_ bytes: [UInt8], to size: Int) -> ProblemCode? {
        if case .failure(let problem) = expand(bytes, to: size) { problem.code } else { nil }
    }

    /// One frame of one plain block, with a descriptor of a window.
    private func framed(window: UInt8, _ content: [UInt8]) -> [UInt8] {
        let header = UInt32(content.count) << 3 | 1
        return [0x28, 0xb5, 0x2f, 0xfd, 0x00, window, UInt8(header & 0xff), UInt8(header >> 8 & 0xff), 0] + content
    }

    @Test func `bytes of every size come back`() throws {
        for count in [0, 1, 63, 1_000, 70_000, 3 << 20] {
            var random = SplitMix64(seed: UInt64(count))
            let bytes = (0..<min(count, 5_000)).map { _ in UInt8(truncatingIfNeeded: random.next() >> 61) }
            let whole = Array(repeatElement(bytes, count: max(1, count / 5_000)).joined())
            let packed = compressed(whole)
            guard whole.count <= 64 * 1024 || whole.count / 100 <= packed.count else { continue }
            #expect(try expand(packed, to: whole.count).get() == whole)
        }
    }

    @Test func `a bomb is refused by its stated size, its ratio, or at its first byte too many`() {
        let bomb = compressed([UInt8](repeating: 0, count: 6 << 20))
        #expect(bomb.count < 1_000)
        #expect(code(bomb, to: 6 << 20) == .tooLarge)
        #expect(code(bomb, to: 1 << 30) == .tooLarge)
        #expect(code(bomb, to: .max) == .tooLarge)
        #expect(code(bomb, to: 64 * 1024) == .badCompression)
        #expect(code(bomb, to: 0) == .badCompression)
        #expect(code(compressed([UInt8](repeating: 0, count: 9 << 20)), to: 9 << 20) == .tooLarge)
    }

    @Test func `a size stated too small or too large is refused`() {
        let packed = compressed(Array("a segment, more or less".utf8))
        for size in 0..<60 { #expect(code(packed, to: size) == (size == 23 ? nil : .badCompression), "\(size)") }
    }

    @Test func `exactly one frame is taken`() {
        let packed = compressed([UInt8](repeating: 7, count: 500))
        #expect(code(packed, to: 500) == nil)
        #expect(code(packed + [0], to: 500) == .badCompression)
        #expect(code(packed + packed, to: 1_000) == .badCompression)
        for count in packed.indices { #expect(code(Array(packed[..<count]), to: 500) == .badCompression) }
        // A frame that decoders skip carries what nobody sees.
        #expect(code([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4], to: 0) == .badCompression)
    }

    /// Source: RFC 8878 3.1.1.1.2: exponent in the upper five bits, 2^(10 + exponent) bytes.
    @Test func `a frame with a window above 8 MiB is refused, whatever it holds`() {
        let content = Array("abc".utf8)
        for exponent in UInt8(0)...31 {
            let isGood = exponent <= 13
            #expect((code(framed(window: exponent << 3, content), to: 3) == nil) == isGood, "2^\(10 + exponent)")
        }
        #expect(code(framed(window: 13 << 3 | 1, content), to: 3) == .badCompression)
        #expect(code(framed(window: 21 << 3, content), to: 3) == .badCompression)
    }
}
