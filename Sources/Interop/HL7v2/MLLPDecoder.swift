/// What a look at the bytes of an MLLP connection gives.
public enum MLLPPiece: Hashable, Sendable {
    /// What stood between a start and an end block.
    case message([UInt8])
    /// So many bytes outside any block were passed over.
    case stray(Int)
    /// A block has more bytes than a message may have; nothing after it can be trusted.
    case tooLong
}

/// Parts the bytes of a connection into blocks: VT, a message, FS, CR. Total: every input gives pieces, none traps.
///
/// However the bytes are cut on their way, the same pieces come out, but for strays, which are counted as they come. A start block inside a
/// block stays in it, so that the lexer refuses the message: which of the two was meant, nobody knows. The CR after an end block may be
/// missing. Holds at most one message's bytes.
/// Source: HL7 v2 Transport Specification: MLLP, release 1, 2.1 to 2.3.
public struct MLLPDecoder: Sendable {
    private static let start: UInt8 = 0x0b
    private static let end: UInt8 = 0x1c
    private static let carriageReturn: UInt8 = 0x0d

    private let bytesMax: Int
    private var block: [UInt8]?
    private var isBroken = false
    private var endedBefore = false

    /// Bounds the messages.
    public init(limits: HL7Limits = HL7Limits()) { bytesMax = limits.messageBytesMax }

    /// Whether a block was begun and has no end yet.
    public var isInside: Bool { block != nil }

    /// Takes the next bytes. After `tooLong` nothing comes any more.
    public mutating func take(_ bytes: some Sequence<UInt8>) -> [MLLPPiece] {
        guard !isBroken else { return [] }
        var pieces: [MLLPPiece] = []
        var stray = 0
        for byte in bytes {
            let isAfterEnd = endedBefore
            endedBefore = false
            if block == nil {
                if byte == Self.start {
                    block = []
                } else if !(isAfterEnd && byte == Self.carriageReturn) {
                    stray += 1
                }
            } else if byte == Self.end {
                if stray > 0 { pieces.append(.stray(stray)) }
                stray = 0
                pieces.append(.message(block ?? []))
                block = nil
                endedBefore = true
            } else {
                block?.append(byte)
                guard (block?.count ?? 0) <= bytesMax else {
                    isBroken = true
                    block = nil
                    return pieces + [.tooLong]
                }
            }
        }
        return stray > 0 ? pieces + [.stray(stray)] : pieces
    }

    /// A message as a block.
    public static func block(_ message: String) -> [UInt8] { [start] + Array(message.utf8) + [end, carriageReturn] }
}
