import Testing

@testable import Interop

/// The bytes of a connection as blocks, however they are cut on their way.
struct MLLPDecoderTests {
    private func pieces(_ chunks: [[UInt8]], limits: HL7Limits = HL7Limits()) -> [MLLPPiece] {
        var decoder = MLLPDecoder(limits: limits)
        return chunks.flatMap { decoder.take($0) }
    }

    /// The same with neighbouring strays counted as one, since they are told as they come.
    private func joined(_ pieces: [MLLPPiece]) -> [MLLPPiece] {
        pieces.reduce(into: []) { out, piece in
            if case .stray(let more) = piece, case .stray(let before)? = out.last {
                out[out.count - 1] = .stray(before + more)
            } else {
                out.append(piece)
            }
        }
    }

    @Test func `messages come out as they went in, wherever the bytes were cut`() {
        let bytes = MLLPDecoder.block("MSH|one\r") + MLLPDecoder.block("MSH|two\r") + [0x0b, 0x1c, 0x0d]
        let whole: [MLLPPiece] = [.message(Array("MSH|one\r".utf8)), .message(Array("MSH|two\r".utf8)), .message([])]
        #expect(pieces([bytes]) == whole && pieces(bytes.map { [$0] }) == whole)
        for cut in 1..<bytes.count { #expect(pieces([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "\(cut)") }
    }

    @Test func `what stands outside a block is passed over and counted (B57)`() {
        let bytes = Array("GET / HTTP/1.1\r\n".utf8) + MLLPDecoder.block("MSH|") + [0x0d, 0x0a] + MLLPDecoder.block("MSH|2")
        #expect(
            joined(pieces([bytes])) == [
                .stray(16), .message(Array("MSH|".utf8)), .stray(2), .message(Array("MSH|2".utf8)),
            ])
        #expect(joined(pieces(bytes.map { [$0] })) == joined(pieces([bytes])))
    }

    @Test func `the carriage return after an end block may be missing`() {
        let bytes: [UInt8] = [0x0b, 0x41, 0x1c, 0x0b, 0x42, 0x1c, 0x0d]
        #expect(pieces([bytes]) == [.message([0x41]), .message([0x42])])
    }

    @Test func `a block that never ends stops the connection at its bound (B58)`() {
        var limits = HL7Limits()
        limits.messageBytesMax = 100
        let long = [0x0b] + [UInt8](repeating: 0x41, count: 101) + [0x1c, 0x0d]
        #expect(pieces([long, MLLPDecoder.block("MSH|")], limits: limits) == [.tooLong])
        let most = [0x0b] + [UInt8](repeating: 0x41, count: 100) + [0x1c, 0x0d]
        #expect(pieces([most], limits: limits) == [.message([UInt8](repeating: 0x41, count: 100))])
    }

    @Test func `a start block inside a block stays in it, and the lexer refuses the message (B59)`() throws {
        let found = pieces([[0x0b] + Array("MSH|^~\\&|A|B|C|D|20260101||ADT^A08|1|P|2.5\rPID|".utf8) + [0x0b, 0x1c, 0x0d]])
        guard case .message(let bytes)? = found.first else {
            Issue.record("no message: \(found)")
            return
        }
        let reading = try #require(HL7Lexer().read(bytes).first)
        let problem = #expect(throws: HL7Problem.self) { try reading.outcome.get() }
        #expect(problem?.code == .internalError && problem?.acknowledgment == .reject)
    }

    @Test func `whatever comes, every byte is in a message, a mark or counted`() {
        var state: UInt64 = 7
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        for _ in 0..<500 {
            // Marks are drawn often, so that they meet in every order.
            let bytes = (0..<(next() % 60)).map { _ in
                [0x0b, 0x1c, 0x0d, 0x41, UInt8(truncatingIfNeeded: next())][Int(next() % 5)]
            }
            let found = joined(pieces([bytes]))
            let held = found.reduce(0) { sum, piece in
                switch piece {
                case .message(let message): sum + message.count + 2
                case .stray(let count): sum + count
                case .tooLong: sum
                }
            }
            #expect(held <= bytes.count)
            #expect(found == joined(pieces(bytes.map { [$0] })), "\(bytes)")
        }
    }
}
