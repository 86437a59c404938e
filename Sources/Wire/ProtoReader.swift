import EventLog
import ImagingCase

/// Reads a payload from protobuf bytes by showing it the one field at hand, over and over, until the bytes end.
///
/// Lengths are checked before anything is allocated; text must be UTF-8; unknown fields are passed over. A body that breaks a
/// rule gives nil as a whole: half a fact is worse than one that this version cannot read.
/// Source: protobuf encoding, proto3.
struct ProtoReader: FieldVisitor {
    /// How deep messages may lie in one another.
    static let depthMax = 16
    private let bytes: UnsafeRawBufferPointer
    private let depth: Int
    private var position: Int
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
        while reader.position < bytes.count {
            guard reader.next() else { return nil }
            message.fields(&reader)
            if reader.isBroken { return nil }
        }
        return message
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
        guard number == wanted else { return false }
        if wireType != type { isBroken = true }
        return wireType == type
    }

    private mutating func string() -> String {
        guard let text = String(validating: bytes[start..<end], as: UTF8.self) else {
            isBroken = true
            return ""
        }
        return text
    }

    mutating func text(_ number: Int, _ value: inout String) {
        if expects(number, 2) { value = string() }
    }

    mutating func texts(_ number: Int, _ value: inout [String]) {
        if expects(number, 2) { value.append(string()) }
    }

    mutating func count(_ number: Int, _ value: inout Int) {
        guard expects(number, 0) else { return }
        guard integer <= UInt64(Int.max) else {
            isBroken = true
            return
        }
        value = Int(integer)
    }

    mutating func real(_ number: Int, _ value: inout Double) {
        if expects(number, 1) { value = Double(bitPattern: integer) }
    }

    mutating func flag(_ number: Int, _ value: inout Bool) {
        if expects(number, 0) { value = integer != 0 }
    }

    mutating func choice<C: Choice>(_ number: Int, _ value: inout C) {
        guard expects(number, 0) else { return }
        guard let known = UInt8(exactly: integer).flatMap(C.init(rawValue:)) else {
            isBroken = true
            return
        }
        value = known
    }

    mutating func instant(_ number: Int, _ value: inout Instant?) {
        // Written out or left out, a nought means "not said".
        if expects(number, 0) { value = integer == 0 ? nil : Instant(milliseconds: Int64(bitPattern: integer)) }
    }

    mutating func event(_ number: Int, _ value: inout EventID?) {
        guard expects(number, 2) else { return }
        value = reference()
    }

    mutating func events(_ number: Int, _ value: inout [EventID]) {
        guard expects(number, 2), let id = reference() else { return }
        value.append(id)
    }

    private mutating func reference() -> EventID? {
        let id = EventID(string())
        if id == nil { isBroken = true }
        return id
    }

    mutating func message<P: Payload>(_ number: Int, _ value: inout P?) {
        guard expects(number, 2) else { return }
        // A message in several pieces is one message: every other reader of protobuf merges them.
        value = embedded(into: value ?? P())
    }

    mutating func messages<P: Payload>(_ number: Int, _ value: inout [P]) {
        guard expects(number, 2), let message = embedded(into: P()) else { return }
        value.append(message)
    }

    private mutating func embedded<P: Payload>(into earlier: P) -> P? {
        let message = Self.read(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), into: earlier, depth: depth + 1)
        if message == nil { isBroken = true }
        return message
    }
}
