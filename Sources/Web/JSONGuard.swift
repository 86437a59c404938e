import Problems

/// Looks through a JSON text for what a decoder passes over in silence: a name twice in one object, and nesting without end.
///
/// Two readers of one text may take different ones of two members with the same name, which has let people walk around rights; so such
/// a text has no meaning here. Numbers and words are left to the decoder.
/// Source: RFC 8259 4; RFC 7493 2.3.
struct JSONGuard {
    /// How deep objects and lists may lie in each other.
    static let depthMax = 32
    /// The most bytes of one text of an event's body: a report is not longer.
    static let textBytesMax = 128 << 10
    /// The longest part of a name that a problem repeats.
    private static let shownMax = 64

    private let bytes: ArraySlice<UInt8>
    private let textBytesMax: Int
    private var place: Int
    /// The names of the outermost object, in order.
    private var outermost: [String] = []

    /// The names of a text's outermost object.
    ///
    /// - Parameter textBytesMax: the most bytes that one text may have.
    /// - Throws: `DUPLICATE_KEY` with the path of the member, `MALFORMED` with the place where it is no JSON or too deep, `EVENT_TOO_LARGE` with
    ///   the place of a text that is too long.
    static func names(in bytes: [UInt8], textBytesMax: Int = .max) throws(Problem) -> [String] {
        var text = JSONGuard(bytes: bytes[...], textBytesMax: textBytesMax)
        try text.value(path: "", depth: 0)
        text.skipBlanks()
        guard text.place == bytes.count else { throw text.malformed("Something follows the JSON value") }
        return text.outermost
    }

    private init(bytes: ArraySlice<UInt8>, textBytesMax: Int) {
        self.bytes = bytes
        self.textBytesMax = textBytesMax
        place = bytes.startIndex
    }

    private var next: UInt8? { place < bytes.endIndex ? bytes[place] : nil }

    private func malformed(_ what: String) -> Problem {
        Problem(.malformed, "\(what) at byte \(place).", facts: [.init("offset", "\(place)")])
    }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { place += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard next == byte else { return false }
        place += 1
        return true
    }

    private mutating func value(path: String, depth: Int) throws(Problem) {
        guard depth <= Self.depthMax else { throw malformed("The body nests deeper than \(Self.depthMax) levels") }
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): try object(path: path, depth: depth)
        case UInt8(ascii: "["): try list(path: path, depth: depth)
        case UInt8(ascii: "\""): _ = try text()
        default: try word()
        }
    }

    private mutating func object(path: String, depth: Int) throws(Problem) {
        place += 1
        var seen: Set<String> = []
        if take(UInt8(ascii: "}")) { return }
        repeat {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw malformed("A member's name was expected") }
            let name = try text()
            let whole = path.isEmpty ? name : "\(path).\(name)"
            guard seen.insert(name).inserted else {
                let shown = String(whole.prefix(Self.shownMax))
                throw Problem(.duplicateKey, "The member '\(shown)' comes twice.", facts: [.init("field", shown)])
            }
            if depth == 0 { outermost.append(name) }
            guard take(UInt8(ascii: ":")) else { throw malformed("A colon was expected") }
            try value(path: whole, depth: depth + 1)
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw malformed("The end of an object was expected") }
    }

    private mutating func list(path: String, depth: Int) throws(Problem) {
        place += 1
        if take(UInt8(ascii: "]")) { return }
        var index = 0
        repeat {
            try value(path: "\(path)[\(index)]", depth: depth + 1)
            index += 1
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw malformed("The end of a list was expected") }
    }

    private mutating func word() throws(Problem) {
        let start = place
        while let byte = next, byte > 0x20, !",:]}[{\"".utf8.contains(byte) { place += 1 }
        guard place > start else { throw malformed("A value was expected") }
    }

    /// A string's meaning: two spellings of one name are one name.
    private mutating func text() throws(Problem) -> String {
        place += 1
        let begins = place
        var units: [UInt16] = []
        var run = place
        var parts = ""
        func flushed(_ units: [UInt16]) -> String { String(decoding: units, as: UTF16.self) }
        while let byte = next {
            guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                place += 1
                continue
            }
            if run < place {
                parts += flushed(units) + String(decoding: bytes[run..<place], as: UTF8.self)
                units = []
            }
            place += 1
            guard byte == UInt8(ascii: "\\") else {
                guard place - 1 - begins <= textBytesMax else {
                    throw Problem(
                        .eventTooLarge, "A text of at most \(textBytesMax) bytes was expected at byte \(begins).",
                        facts: [.init("offset", "\(begins)")])
                }
                return parts + flushed(units)
            }
            units.append(try escape())
            run = place
        }
        throw malformed("The end of a string was expected")
    }

    private mutating func escape() throws(Problem) -> UInt16 {
        guard let byte = next else { throw malformed("An escape was expected") }
        place += 1
        switch byte {
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0c
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(byte)
        case UInt8(ascii: "u"):
            guard place + 4 <= bytes.endIndex,
                let unit = UInt16(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
            else { throw malformed("Four hexadecimal digits were expected") }
            place += 4
            return unit
        default: throw malformed("An escape that JSON knows was expected")
        }
    }
}
