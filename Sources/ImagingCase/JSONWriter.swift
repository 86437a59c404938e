import EventLog

/// Writes JSON text byte by byte, members in the order in which they are written: equal values give equal bytes.
///
/// Source: RFC 8259.
public struct JSONWriter: Sendable {
    /// The text so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty text.
    public init() { bytes.reserveCapacity(4096) }

    /// An empty text without room, for the place of one that is lent.
    init(lent: Void) {}

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
        let comma = needsComma
        bytes.append(addingCapacity: name.utf8CodeUnitCount + 4) { text in
            if comma { text.append(0x2c) }
            text.append(0x22)
            name.withUTF8Buffer { text.append(copying: UnsafeRawBufferPointer($0)) }
            text.append(0x22)
            text.append(0x3a)
        }
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
        if let small = UInt64(exactly: value) {
            bytes.append(addingCapacity: Digits.countMax) { Digits.append(small, to: &$0) }
        } else {
            bytes.append(contentsOf: String(value).utf8)
        }
    }

    /// Writes a number; a value that JSON has no number for becomes null.
    public mutating func real(_ value: Double) {
        separate()
        bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
    }

    /// Writes a truth value.
    public mutating func flag(_ value: Bool) {
        separate()
        literal(value ? "true" : "false")
    }

    /// Writes null.
    public mutating func null() {
        separate()
        literal("null")
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

    private mutating func literal(_ word: StaticString) {
        bytes.append(addingCapacity: word.utf8CodeUnitCount) { text in
            word.withUTF8Buffer { text.append(copying: UnsafeRawBufferPointer($0)) }
        }
    }

    private mutating func separate() {
        if needsComma { bytes.append(0x2c) }
        needsComma = true
    }

    /// Writes a text value that needs no escapes and has at most some bytes, by the closure that appends it.
    mutating func quote(atMost count: Int, _ append: (inout OutputSpan<UInt8>) -> Void) {
        let comma = needsComma
        bytes.append(addingCapacity: count + 3) { text in
            if comma { text.append(0x2c) }
            text.append(0x22)
            append(&text)
            text.append(0x22)
        }
        needsComma = true
    }

    private mutating func quote(_ value: String) {
        var value = value
        value.withUTF8 { text in
            let place = Self.firstEscape(in: text, from: 0)
            if place == text.count {
                bytes.append(addingCapacity: text.count + 2) { out in
                    out.append(0x22)
                    out.append(copying: UnsafeRawBufferPointer(text))
                    out.append(0x22)
                }
            } else {
                bytes.append(0x22)
                quoteLong(text, firstEscape: place)
                bytes.append(0x22)
            }
        }
    }

    private mutating func quoteLong(_ text: UnsafeBufferPointer<UInt8>, firstEscape: Int) {
        var start = 0
        var place = firstEscape
        while place < text.count {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<place]))
            escape(text[place])
            start = place + 1
            place = Self.firstEscape(in: text, from: start)
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    /// The place of the first byte that must be escaped, or the count: eight bytes at a time, because nearly none is.
    private static func firstEscape(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let raw = UnsafeRawBufferPointer(text)
        var place = start
        while place + 8 <= text.count, !hasEscape(raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)) { place += 8 }
        while place < text.count, text[place] >= 0x20, text[place] != 0x22, text[place] != 0x5c { place += 1 }
        return place
    }

    /// Whether one of eight bytes is a control character, a quotation mark or a backslash: a byte's high bit is set by the
    /// subtraction exactly when it was smaller, and taken out again where it was set before.
    private static func hasEscape(_ eight: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = eight ^ (ones &* 0x22)
        let backslashes = eight ^ (ones &* 0x5c)
        let below = (eight &- ones &* 0x20) & ~eight
        let equal = ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
        return (below | equal) & (ones &* 0x80) != 0
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
