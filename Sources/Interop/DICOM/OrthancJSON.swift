/// A JSON value as an archive sent it, read with bounds: what an archive says is judged field by field, and a broken one is refused whole.
///
/// Source: RFC 8259; RFC 7493 2.3 for names that come twice.
public indirect enum OrthancJSON: Hashable, Sendable {
    case null
    case flag(Bool)
    case integer(Int64)
    case real(Double)
    case text(String)
    case list([OrthancJSON])
    case object([String: OrthancJSON])

    /// How deep objects and lists may lie in each other.
    public static let depthMax = 32
    /// The most values of one answer: sixteen mebibytes of the shortest would be eight times as many.
    public static let valuesMax = 1 << 20

    /// Why a text is not read.
    public enum Refusal: Error, Hashable, Sendable {
        /// It is no JSON from some byte on.
        case malformed(offset: Int)
        /// It nests deeper than ``OrthancJSON/depthMax``.
        case tooDeep(offset: Int)
        /// It has more values than ``OrthancJSON/valuesMax``.
        case tooManyValues
        /// A member's name comes twice in one object.
        case duplicateName(offset: Int)

        /// One sentence without anything of the text.
        public var message: String {
            switch self {
            case .malformed(let offset): "JSON was expected, and byte \(offset) is none."
            case .tooDeep(let offset): "The JSON nests deeper than \(OrthancJSON.depthMax) levels at byte \(offset)."
            case .tooManyValues: "The JSON has more than \(OrthancJSON.valuesMax) values."
            case .duplicateName(let offset): "A member of the JSON comes twice at byte \(offset)."
            }
        }
    }

    /// Reads a whole text.
    ///
    /// - Throws: ``Refusal``.
    public init(parsing bytes: [UInt8]) throws(Refusal) {
        var reader = OrthancJSONReader(bytes: bytes)
        self = try reader.whole()
    }

    /// The member of an object; nil where there is none or this is no object.
    public subscript(_ name: String) -> OrthancJSON? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The text; nil for what is none.
    public var text: String? { if case .text(let value) = self { value } else { nil } }

    /// The whole number; nil for what is none, a number in quotation marks included.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// Whether it holds; nil for what is no flag.
    public var flag: Bool? { if case .flag(let value) = self { value } else { nil } }

    /// The items; nil for what is no list.
    public var list: [OrthancJSON]? { if case .list(let values) = self { values } else { nil } }
}

/// Reads one JSON text from its bytes.
struct OrthancJSONReader {
    private let bytes: [UInt8]
    private var place = 0
    private var values = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func whole() throws(OrthancJSON.Refusal) -> OrthancJSON {
        let value = try value(depth: 0)
        skipBlanks()
        guard place == bytes.count else { throw .malformed(offset: place) }
        return value
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipBlanks() {
        while place < bytes.count, bytes[place] == 0x20 || (0x09...0x0d).contains(bytes[place]) { place += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard next == byte else { return false }
        place += 1
        return true
    }

    private mutating func value(depth: Int) throws(OrthancJSON.Refusal) -> OrthancJSON {
        guard depth <= OrthancJSON.depthMax else { throw .tooDeep(offset: place) }
        values += 1
        guard values <= OrthancJSON.valuesMax else { throw .tooManyValues }
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        default: return try word()
        }
    }

    private mutating func object(depth: Int) throws(OrthancJSON.Refusal) -> OrthancJSON {
        place += 1
        var members: [String: OrthancJSON] = [:]
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipBlanks()
            let start = place
            guard next == UInt8(ascii: "\"") else { throw .malformed(offset: place) }
            let name = try string()
            guard take(UInt8(ascii: ":")) else { throw .malformed(offset: place) }
            guard members.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
                throw .duplicateName(offset: start)
            }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw .malformed(offset: place) }
        return .object(members)
    }

    private mutating func list(depth: Int) throws(OrthancJSON.Refusal) -> OrthancJSON {
        place += 1
        var items: [OrthancJSON] = []
        if take(UInt8(ascii: "]")) { return .list(items) }
        repeat { items.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw .malformed(offset: place) }
        return .list(items)
    }

    /// `true`, `false`, `null` or a number; nothing else is a word of JSON, NaN and Infinity included.
    private mutating func word() throws(OrthancJSON.Refusal) -> OrthancJSON {
        let start = place
        while let byte = next, byte > 0x20, !",:]}[{\"".utf8.contains(byte), place - start < 64 { place += 1 }
        let word = String(decoding: bytes[start..<place], as: UTF8.self)
        switch word {
        case "true": return .flag(true)
        case "false": return .flag(false)
        case "null": return .null
        default: break
        }
        let isNumeric = !word.isEmpty && word.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
        if isNumeric, let value = Int64(word) { return .integer(value) }
        guard isNumeric, let value = Double(word), value.isFinite else { throw .malformed(offset: start) }
        return .real(value)
    }

    private mutating func string() throws(OrthancJSON.Refusal) -> String {
        place += 1
        let start = place
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { place += 1 }
        guard let byte = next else { throw .malformed(offset: place) }
        if byte == UInt8(ascii: "\"") {
            defer { place += 1 }
            return String(decoding: bytes[start..<place], as: UTF8.self)
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws(OrthancJSON.Refusal) -> String {
        var text: [UInt8] = Array(bytes[start..<place])
        var units: [UInt16] = []
        while let byte = next {
            place += 1
            if byte == UInt8(ascii: "\\") {
                units.append(try escape())
                continue
            }
            if !units.isEmpty {
                // Halves of one character may come as two escapes.
                text += Array(String(decoding: units, as: UTF16.self).utf8)
                units = []
            }
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            text.append(byte)
        }
        throw .malformed(offset: place)
    }

    private mutating func escape() throws(OrthancJSON.Refusal) -> UInt16 {
        guard let byte = next else { throw .malformed(offset: place) }
        place += 1
        switch byte {
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0c
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(byte)
        case UInt8(ascii: "u"):
            guard place + 4 <= bytes.count,
                let unit = UInt16(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
            else { throw .malformed(offset: place) }
            place += 4
            return unit
        default: throw .malformed(offset: place - 1)
        }
    }
}
