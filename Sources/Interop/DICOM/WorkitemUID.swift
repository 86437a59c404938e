public import EventLog

/// The identifier of a workitem: of which case it is, and which of the readings that followed each other.
///
/// It is derived, not drawn, so that the hub and every site name the same workitem without asking each other, and it is found again
/// without an index: the first 80 bits of the case stand in it. The rest is a fingerprint of the event that ended the workitem before.
///
/// Source: DICOM PS3.5 B.2 (2.25 and a UUID as a number); RFC 9562 5.8 (UUID version 8, of 122 own bits).
public struct WorkitemUID: Hashable, Sendable, CustomStringConvertible {
    /// 48 bits of the case, the version, 12 more, the variant, 20 more, 42 of the fingerprint.
    private let bits: UInt128

    private static let root = "2.25."
    private static let fingerprintBits = 42
    private static let marks = UInt128(8) << 76 | UInt128(2) << 62
    private static let markMask = UInt128(15) << 76 | UInt128(3) << 62

    /// Names the workitem of a case that followed an event; nil for the first.
    public init(_ stream: StreamID, after anchor: EventID?) {
        let text = "filmjacket workitem\n\(stream)\n\(anchor?.description ?? "")"
        let print = EventHash.sha256(Array(text.utf8)).words.0 >> (64 - Self.fingerprintBits)
        let first = UInt128(stream.high >> 16) << 80
        let second = UInt128(stream.high >> 4 & 0xfff) << 64
        let third = UInt128((stream.high & 0xf) << 16 | stream.low >> 48) << Self.fingerprintBits
        bits = first | second | third | UInt128(print) | Self.marks
    }

    /// Reads one; nil for any UID that this class did not make.
    public init?(_ text: some StringProtocol) {
        guard text.hasPrefix(Self.root) else { return nil }
        let digits = text.dropFirst(Self.root.count)
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), digits.utf8.first != 0x30,
            let bits = UInt128(digits), bits & Self.markMask == Self.marks
        else { return nil }
        self.bits = bits
    }

    /// The UID as text, at most 44 characters.
    public var description: String { Self.root + String(bits) }

    /// How the text of the case begins: enough of it to find one case only.
    public var caseBeginning: String {
        let third = UInt64(truncatingIfNeeded: bits >> Self.fingerprintBits) & 0xf_ffff
        let high =
            UInt64(truncatingIfNeeded: bits >> 80) << 16 | UInt64(truncatingIfNeeded: bits >> 64) << 4 & 0xfff0 | third >> 16
        let whole = StreamID(kind: .imagingCase, high: high, low: (third & 0xffff) << 48).description
        return String(whole.prefix(2 + 16))
    }
}
