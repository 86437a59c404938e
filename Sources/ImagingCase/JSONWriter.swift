/// Writes JSON text byte by byte, members in the order in which they are written: equal values give equal bytes.
///
/// Source: RFC 8259.
public struct JSONWriter: Sendable {
    /// The text so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty text.
    public init() { bytes.reserveCapacity(512) }

    /// Opens an object.
    public mutating func beginObject() { open(0x7b) }
    /// Closes an object.
    public mutating func endObject() { close(0x7d) }
    /// Opens an array.
    public mutating func beginArray() { open(0x5b) }
    /// Closes an array.
    public mutating func endArray() { close(0x5d) }

    /// Writes a member's name.
    public mutating func key(_ name: StaticString) {
        if needsComma { bytes.append(0x2c) }
        bytes.append(0x22)
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(0x22)
        bytes.append(0x3a)
        needsComma = false
    }

    /// Writes a member's name that is not known in advance.
    public mutating func key(_ name: String) {
        if needsComma { bytes.append(0x2c) }
        quote(name)
        bytes.append(0x3a)
        needsComma = false
    }

    /// Writes a text value.
    public mutating func string(_ value: String) {
        separate()
        quote(value)
    }

    /// Writes an integer value.
    public mutating func integer(_ value: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes a number; a value that JSON has no number for becomes null.
    public mutating func real(_ value: Double) {
        separate()
        bytes.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
    }

    /// Writes a truth value.
    public mutating func flag(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes null.
    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes text that is JSON already.
    public mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// Writes a text member.
    public mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    /// Writes a text member unless it is empty.
    public mutating func memberIfSaid(_ name: StaticString, _ value: String) {
        if !value.isEmpty { member(name, value) }
    }

    /// Writes an integer member.
    public mutating func member(_ name: StaticString, _ value: some BinaryInteger) {
        key(name)
        integer(value)
    }

    /// Writes a truth member.
    public mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        flag(value)
    }

    /// Writes an array of texts.
    public mutating func member(_ name: StaticString, texts: some Sequence<String>) {
        key(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }

    /// The text as a string.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(0x2c) }
        needsComma = true
    }

    private mutating func quote(_ value: String) {
        bytes.append(0x22)
        var value = value
        value.withUTF8 { text in
            var start = 0
            for (place, byte) in text.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5c {
                bytes.append(contentsOf: text[start..<place])
                escape(byte)
                start = place + 1
            }
            bytes.append(contentsOf: text[start...])
        }
        bytes.append(0x22)
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(0x5c)
        switch byte {
        case 0x22, 0x5c: bytes.append(byte)
        case 0x0a: bytes.append(0x6e)
        case 0x0d: bytes.append(0x72)
        case 0x09: bytes.append(0x74)
        default:
            let digits: StaticString = "0123456789abcdef"
            bytes.append(contentsOf: [0x75, 0x30, 0x30])
            digits.withUTF8Buffer { bytes.append(contentsOf: [$0[Int(byte >> 4)], $0[Int(byte & 15)]]) }
        }
    }
}
