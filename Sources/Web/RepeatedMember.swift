import FoundationEssentials

/// Finds a member that an object of a JSON text names twice: two readers would take two different values for it.
///
/// Source: RFC 8259 4, RFC 7493 2.3.
struct RepeatedMember {
    private let bytes: [UInt8]
    private var place = 0
    /// The names seen in each open object, outermost first; nil for a list.
    private var open: [Set<String>?] = []

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// The first name that comes again; nil where none does. The text is JSON: what is not is found by whoever reads it.
    static func find(in text: String) -> String? {
        var search = RepeatedMember(text)
        return search.find()
    }

    private mutating func find() -> String? {
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "{"): open.append([])
            case UInt8(ascii: "["): open.append(nil)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
            case UInt8(ascii: "\""):
                let text = string()
                if isName, let name = Self.read(text), let last = open.indices.last, open[last]?.insert(name).inserted == false {
                    return name
                }
            default: continue
            }
        }
        return nil
    }

    /// A string from behind its first quote, quotes left out; the place stands behind the last one then.
    private mutating func string() -> ArraySlice<UInt8> {
        let start = place
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") { place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1 }
        let end = min(place, bytes.count)
        place += 1
        return bytes[min(start, end)..<end]
    }

    /// Whether the string just read is followed by a colon, so that it names a member.
    private var isName: Bool {
        bytes.dropFirst(place).first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) } == UInt8(ascii: ":")
    }

    /// The text of a string: `\u0061` is an `a`.
    private static func read(_ raw: ArraySlice<UInt8>) -> String? {
        guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
        return try? JSONDecoder().decode(String.self, from: Data([0x22] + raw + [0x22]))  // what is no string names nothing
    }
}
