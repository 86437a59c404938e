import EventLog
import ImagingCase

/// Reads a payload from protobuf bytes by showing it the field at hand, over and over, until the bytes end.
///
/// A field that was taken makes way for the next at once, so that fields in ascending order are all read in one round.
/// Lengths are checked before anything is allocated; text must be UTF-8; unknown fields are passed over. A body that breaks a
/// rule gives nil as a whole: half a fact is worse than one that this version cannot read.
/// Source: protobuf encoding, proto3.
struct ProtoReader: FieldVisitor {
    /// How deep messages may lie in one another.
    static let depthMax = 16
    private let bytes: UnsafeRawBufferPointer
    private let depth: Int
    private var position: Int
    /// The number of the field at hand; 0 at the end of the bytes.
    private var number = 0
    private var wireType = 0
    private var integer: UInt64 = 0
    private var start = 0
    private var end = 0
    private var isBroken = false

    private init(_ bytes: UnsafeRawBufferPointer, from position: Int, depth: Int) {
        self.bytes = bytes
        self.position = position
        self.depth = depth
    }

    /// Reads a message; nil where the bytes are not one.
    static func read<P: Payload>(_ type: P.Type, _ bytes: UnsafeRawBufferPointer) -> P? {
        read(bytes, into: P(), depth: 0)
    }

    private static func read<P: Payload>(_ bytes: UnsafeRawBufferPointer, into earlier: P, depth: Int) -> P? {
        guard depth < depthMax else { return nil }
        var reader = ProtoReader(bytes, from: 0, depth: depth)
        var message = earlier
        reader.advance()
        while reader.number != 0 && !reader.isBroken {
            let end = reader.position
            message.fields(&reader)
            // What no visit took is a field that this version does not know.
            if reader.position == end { reader.advance() }
        }
        return reader.isBroken ? nil : message
    }

    /// Lays the next field at hand.
    private mutating func advance() {
        guard position < bytes.count else {
            number = 0
            return
        }
        if !next() { isBroken = true }
    }

    private mutating func next() -> Bool {
        guard let tag = varint(), tag >> 3 > 0, tag >> 3 < 1 << 29 else { return false }
        number = Int(tag >> 3)
        wireType = Int(tag & 7)
        switch wireType {
        case 0:
            guard let value = varint() else { return false }
            integer = value
        case 1: return fixed(8)
        case 5: return fixed(4)
        case 2:
            guard let length = varint(), length <= UInt64(bytes.count - position) else { return false }
            start = position
            position += Int(length)
            end = position
        default: return false
        }
        return true
    }

    private mutating func fixed(_ width: Int) -> Bool {
        guard bytes.count - position >= width else { return false }
        integer =
            width == 8
            ? UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            : UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        position += width
        return true
    }

    private mutating func varint() -> UInt64? {
        // Nearly all tags and lengths are of one byte.
        if position < bytes.count, bytes[position] < 0x80 {
            position += 1
            return UInt64(bytes[position - 1])
        }
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
            guard shift <= 63 else { return nil }
        }
        return nil
    }

    private mutating func expects(_ wanted: Int, _ type: Int) -> Bool {
        guard number == wanted, !isBroken else { return false }
        if wireType != type { isBroken = true }
        return wireType == type
    }

    private mutating func string() -> String {
        let text = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        // Nearly all text is ASCII, which needs no validation by code point.
        if Self.isASCII(text) {
            return String(unsafeUninitializedCapacity: text.count) { place in
                _ = place.initialize(from: text)
                return text.count
            }
        }
        guard let text = String(validating: text, as: UTF8.self) else {
            isBroken = true
            return ""
        }
        return text
    }

    private static func isASCII(_ text: UnsafeRawBufferPointer) -> Bool {
        var place = 0
        var all: UInt64 = 0
        while place + 8 <= text.count {
            all |= text.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            place += 8
        }
        if place > 0 {
            // The last eight bytes, of which some were looked at already.
            if place < text.count { all |= text.loadUnaligned(fromByteOffset: text.count - 8, as: UInt64.self) }
            return all & 0x8080_8080_8080_8080 == 0
        }
        while place < text.count {
            all |= UInt64(text[place])
            place += 1
        }
        return all & 0x8080_8080_8080_8080 == 0
    }

    mutating func text(_ number: Int, _ value: inout String) {
        guard expects(number, 2) else { return }
        value = string()
        advance()
    }

    mutating func texts(_ number: Int, _ value: inout [String]) {
        while expects(number, 2) {
            value.append(string())
            advance()
        }
    }

    mutating func count(_ number: Int, _ value: inout Int) {
        guard expects(number, 0) else { return }
        guard integer <= UInt64(Int.max) else {
            isBroken = true
            return
        }
        value = Int(integer)
        advance()
    }

    mutating func real(_ number: Int, _ value: inout Double) {
        guard expects(number, 1) else { return }
        value = Double(bitPattern: integer)
        advance()
    }

    mutating func flag(_ number: Int, _ value: inout Bool) {
        guard expects(number, 0) else { return }
        value = integer != 0
        advance()
    }

    mutating func choice<C: Choice>(_ number: Int, _ value: inout C) {
        guard expects(number, 0) else { return }
        guard let known = UInt8(exactly: integer).flatMap(C.init(rawValue:)) else {
            isBroken = true
            return
        }
        value = known
        advance()
    }

    mutating func instant(_ number: Int, _ value: inout Instant?) {
        guard expects(number, 0) else { return }
        // Written out or left out, a nought means "not said".
        value = integer == 0 ? nil : Instant(milliseconds: Int64(bitPattern: integer))
        advance()
    }

    mutating func event(_ number: Int, _ value: inout EventID?) {
        guard expects(number, 2) else { return }
        value = reference()
        advance()
    }

    mutating func events(_ number: Int, _ value: inout [EventID]) {
        while expects(number, 2), let id = reference() {
            value.append(id)
            advance()
        }
    }

    private mutating func reference() -> EventID? {
        let id = EventID(utf8: UnsafeRawBufferPointer(rebasing: bytes[start..<end]).assumingMemoryBound(to: UInt8.self).span)
        if id == nil { isBroken = true }
        return id
    }

    mutating func message<P: Payload>(_ number: Int, _ value: inout P?) {
        guard expects(number, 2) else { return }
        // A message in several pieces is one message: every other reader of protobuf merges them.
        value = embedded(into: value ?? P())
        advance()
    }

    mutating func messages<P: Payload>(_ number: Int, _ value: inout [P]) {
        while expects(number, 2), let message = embedded(into: P()) {
            value.append(message)
            advance()
        }
    }

    private mutating func embedded<P: Payload>(into earlier: P) -> P? {
        let message = Self.read(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), into: earlier, depth: depth + 1)
        if message == nil { isBroken = true }
        return message
    }
}
