import EventLog
import ImagingCase

/// Writes a payload as protobuf bytes: fields in ascending number, defaults left out, so equal values give equal bytes.
///
/// Source: protobuf encoding, proto3.
struct ProtoWriter: FieldVisitor {
    private var bytes: [UInt8] = []

    /// The bytes of a message.
    static func bytes(of message: some Payload) -> [UInt8] {
        var writer = ProtoWriter()
        var message = message
        message.fields(&writer)
        return writer.bytes
    }

    private mutating func tag(_ number: Int, _ wireType: UInt64) { varint(UInt64(number) << 3 | wireType) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func string(_ number: Int, _ value: String) {
        tag(number, 2)
        varint(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    private mutating func integer(_ number: Int, _ value: UInt64) {
        tag(number, 0)
        varint(value)
    }

    mutating func text(_ number: Int, _ value: inout String) {
        if !value.isEmpty { string(number, value) }
    }

    mutating func texts(_ number: Int, _ value: inout [String]) {
        for element in value { string(number, element) }
    }

    mutating func count(_ number: Int, _ value: inout Int) {
        precondition(value >= 0, "counts are not negative")
        if value != 0 { integer(number, UInt64(value)) }
    }

    mutating func real(_ number: Int, _ value: inout Double) {
        guard value.bitPattern != 0 else { return }
        tag(number, 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func flag(_ number: Int, _ value: inout Bool) {
        if value { integer(number, 1) }
    }

    mutating func choice<C: Choice>(_ number: Int, _ value: inout C) {
        if value != .unspecified { integer(number, UInt64(value.rawValue)) }
    }

    mutating func instant(_ number: Int, _ value: inout Instant?) {
        if let value, value.milliseconds != 0 { integer(number, UInt64(bitPattern: value.milliseconds)) }
    }

    mutating func event(_ number: Int, _ value: inout EventID?) {
        if let value { string(number, value.description) }
    }

    mutating func events(_ number: Int, _ value: inout [EventID]) {
        for element in value { string(number, element.description) }
    }

    mutating func message<P: Payload>(_ number: Int, _ value: inout P?) {
        if let value { embedded(number, value) }
    }

    mutating func messages<P: Payload>(_ number: Int, _ value: inout [P]) {
        for element in value { embedded(number, element) }
    }

    private mutating func embedded(_ number: Int, _ message: some Payload) {
        let inner = Self.bytes(of: message)
        tag(number, 2)
        varint(UInt64(inner.count))
        bytes.append(contentsOf: inner)
    }
}
