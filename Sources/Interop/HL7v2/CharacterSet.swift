/// A character set that a message may declare.
///
/// Source: HL7 v2.5.1 2.15.9.18 (MSH-18), table 0211.
public enum HL7CharacterSet: String, CaseIterable, Sendable {
    case ascii = "ASCII"
    case utf8 = "UNICODE UTF-8"
    case latin1 = "8859/1"
    case latin9 = "8859/15"

    /// The set of a declaration, spellings outside the table included; nil for a set that is not read.
    public init?(declared text: String) {
        switch text.uppercased() {
        case "ASCII", "US-ASCII": self = .ascii
        case "UNICODE UTF-8", "UTF-8", "UTF8", "UNICODE": self = .utf8
        case "8859/1", "ISO-8859-1", "ISO8859-1", "ISO_8859-1": self = .latin1
        case "8859/15", "ISO-8859-15", "ISO8859-15", "ISO_8859-15": self = .latin9
        default: return nil
        }
    }

    /// The bytes as UTF-8; nil where they do not fit the set. Control characters C1 (0x80 to 0x9f) are no text in any set, so a
    /// Windows-1252 text that calls itself 8859/1 is refused instead of being read wrongly.
    func transcoded(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.hasHighByte else { return bytes }
        switch self {
        case .ascii: return nil
        case .utf8: return String(validating: bytes, as: UTF8.self) == nil ? nil : bytes
        case .latin1, .latin9:
            var out: [UInt8] = []
            out.reserveCapacity(bytes.count + bytes.count / 8)
            for byte in bytes {
                guard byte >= 0x80 else {
                    out.append(byte)
                    continue
                }
                guard byte >= 0xa0 else { return nil }
                let scalar = self == .latin9 ? Self.latin9Scalar(byte) : Unicode.Scalar(byte)
                out.append(contentsOf: String(Character(scalar)).utf8)
            }
            return out[...]
        }
    }

    /// Source: ISO/IEC 8859-15, which differs from 8859-1 in eight places.
    private static func latin9Scalar(_ byte: UInt8) -> Unicode.Scalar {
        switch byte {
        case 0xa4: "\u{20ac}"
        case 0xa6: "\u{160}"
        case 0xa8: "\u{161}"
        case 0xb4: "\u{17d}"
        case 0xb8: "\u{17e}"
        case 0xbc: "\u{152}"
        case 0xbd: "\u{153}"
        case 0xbe: "\u{178}"
        default: Unicode.Scalar(byte)
        }
    }
}
