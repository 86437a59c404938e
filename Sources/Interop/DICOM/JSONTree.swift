/// Why a text is not the JSON of a data set.
public struct DataSetRefusal: Error, Hashable, Sendable {
    /// One sentence without any value of it.
    public let message: String

    init(_ message: String) { self.message = message }
}

/// Bounds of a data set that somebody sends.
///
/// Source: house rule (reliability.md 4.6).
enum DataSetLimits {
    /// How deep objects and lists may lie in each other.
    static let depthMax = 32
    /// The most values, members and names included.
    static let valuesMax = 10_000
    /// The most bytes of one text.
    static let textBytesMax = 64 * 1024
}

/// Any JSON value, as the data sets' reader takes it; numbers stay the text that they are.
///
/// Source: RFC 8259.
enum JSONTree: Equatable {
    case null
    case flag(Bool)
    case number(String)
    case text(String)
    case list([JSONTree])
    /// Members in their order; no name comes twice.
    case object([(name: String, value: JSONTree)])

    /// Reads a whole text.
    init(parsing bytes: [UInt8]) throws(DataSetRefusal) {
        var parser = JSONParser(bytes)
        self = try parser.value(depth: 0)
        guard parser.isAtEnd else { throw DataSetRefusal("Something follows the JSON value at byte \(parser.place).") }
    }

    static func == (left: JSONTree, right: JSONTree) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.flag(let one), .flag(let other)): one == other
        case (.number(let one), .number(let other)), (.text(let one), .text(let other)): one == other
        case (.list(let one), .list(let other)): one == other
        case (.object(let one), .object(let other)):
            one.elementsEqual(other) { $0.name == $1.name && $0.value == $1.value }
        default: false
        }
    }
}

/// Reads JSON byte by byte; every step takes a byte or stops.
private struct JSONParser {
    private let bytes: [UInt8]
    private(set) var place = 0
    private var values = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    var isAtEnd: Bool {
        mutating get {
            skipBlanks()
            return place == bytes.count
        }
    }

    private func refusal(_ what: String) -> DataSetRefusal { DataSetRefusal("\(what) at byte \(place).") }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { place += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard next == byte else { return false }
        place += 1
        return true
    }

    mutating func value(depth: Int) throws(DataSetRefusal) -> JSONTree {
        values += 1
        guard depth <= DataSetLimits.depthMax else {
            throw refusal("The JSON nests deeper than \(DataSetLimits.depthMax) levels")
        }
        guard values <= DataSetLimits.valuesMax else { throw refusal("The JSON has more than \(DataSetLimits.valuesMax) values") }
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try list(depth)
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func object(_ depth: Int) throws(DataSetRefusal) -> JSONTree {
        place += 1
        var members: [(name: String, value: JSONTree)] = []
        var names: Set<String> = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw refusal("A member's name was expected") }
            let name = try text()
            guard names.insert(name).inserted else { throw refusal("A member's name comes twice") }
            guard take(UInt8(ascii: ":")) else { throw refusal("A colon was expected") }
            members.append((name, try value(depth: depth + 1)))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw refusal("The end of an object was expected") }
        return .object(members)
    }

    private mutating func list(_ depth: Int) throws(DataSetRefusal) -> JSONTree {
        place += 1
        var found: [JSONTree] = []
        if take(UInt8(ascii: "]")) { return .list(found) }
        repeat { found.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw refusal("The end of a list was expected") }
        return .list(found)
    }

    private mutating func word(_ word: StaticString, _ meaning: JSONTree) throws(DataSetRefusal) -> JSONTree {
        let letters = Array(word.description.utf8)
        guard bytes[place...].starts(with: letters) else { throw refusal("A JSON value was expected") }
        place += letters.count
        return meaning
    }

    /// Source: RFC 8259 6.
    private mutating func number() throws(DataSetRefusal) -> String {
        let start = place
        if next == 0x2d { place += 1 }
        let first = next
        guard digits() > 0, first != 0x30 || place - start <= (bytes[start] == 0x2d ? 2 : 1) else {
            throw refusal("A JSON value was expected")
        }
        if next == 0x2e {
            place += 1
            guard digits() > 0 else { throw refusal("A digit was expected") }
        }
        if next == 0x65 || next == 0x45 {
            place += 1
            if next == 0x2b || next == 0x2d { place += 1 }
            guard digits() > 0 else { throw refusal("A digit was expected") }
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = place
        while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
        return place - start
    }

    /// Source: RFC 8259 7.
    private mutating func text() throws(DataSetRefusal) -> String {
        place += 1
        var units: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw refusal("A control character stands in a text") }
            guard units.count <= DataSetLimits.textBytesMax else { throw refusal("A text is too long") }
            place += 1
            if byte == UInt8(ascii: "\\") { units.append(contentsOf: try escape()) } else { units.append(byte) }
        }
        guard next != nil else { throw refusal("The end of a text was expected") }
        place += 1
        guard let text = String(validating: units, as: UTF8.self) else { throw refusal("A text is not UTF-8") }
        return text
    }

    private mutating func escape() throws(DataSetRefusal) -> [UInt8] {
        guard let mark = next else { throw refusal("The end of a text was expected") }
        place += 1
        switch mark {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [mark]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try character()
        default: throw refusal("There is no such escape")
        }
    }

    private mutating func character() throws(DataSetRefusal) -> [UInt8] {
        var code = UInt32(try unit())
        if (0xd800..<0xdc00).contains(code) {
            guard bytes[place...].starts(with: [0x5c, 0x75]) else { throw refusal("Half a character stands in a text") }
            place += 2
            let low = UInt32(try unit())
            guard (0xdc00..<0xe000).contains(low) else { throw refusal("Half a character stands in a text") }
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw refusal("Half a character stands in a text") }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func unit() throws(DataSetRefusal) -> UInt16 {
        guard place + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16),
            bytes[place] != 0x2b, bytes[place] != 0x2d
        else { throw refusal("Four hexadecimal digits were expected") }
        place += 4
        return unit
    }
}
