import EventLog
import Problems

/// Packs values of one kind side by side: repeated varint fields in protobuf's packed form.
struct ColumnWriter {
    private(set) var bytes: [UInt8] = []

    init(reserving count: Int) { bytes.reserveCapacity(count) }

    mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(_ hash: EventHash) { hash.append(to: &bytes) }

    mutating func append(signed value: Int64) { append(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    /// Writes `value` as a length-delimited field.
    mutating func field(_ number: Int, _ value: [UInt8]) {
        append(UInt64(number) << 3 | 2)
        append(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func field(_ number: Int, text: String) {
        append(UInt64(number) << 3 | 2)
        append(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func field(_ number: Int, integer: UInt64) {
        append(UInt64(number) << 3)
        append(integer)
    }
}

/// Reads a packed column, or a whole message, with every length checked before it is used.
struct ColumnReader {
    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    static var empty: ColumnReader { ColumnReader(UnsafeRawBufferPointer(start: nil, count: 0)) }

    var isAtEnd: Bool { position >= bytes.count }
    var isEmpty: Bool { bytes.isEmpty }

    mutating func next() throws(Problem) -> UInt64 {
        // One byte is by far the commonest.
        if position < bytes.count, bytes[position] < 0x80 {
            position += 1
            return UInt64(bytes[position - 1])
        }
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { break }
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        throw Problem(.malformed, "A number in the segment breaks off or is too long.")
    }

    mutating func nextSigned() throws(Problem) -> Int64 {
        let raw = try next()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    mutating func take(_ count: UInt64) throws(Problem) -> UnsafeRawBufferPointer {
        guard count <= UInt64(bytes.count - position) else {
            throw Problem(.malformed, "A length in the segment reaches \(count) bytes, \(bytes.count - position) are left.")
        }
        let start = position
        position += Int(count)
        return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    }

    mutating func text(_ count: UInt64) throws(Problem) -> String {
        let part = try take(count)
        guard let text = String(validating: part, as: UTF8.self) else {
            throw Problem(.malformed, "A text in the segment is not UTF-8.")
        }
        return text
    }

    /// The next field of a message.
    mutating func field() throws(Problem) -> (number: Int, value: UInt64, bytes: UnsafeRawBufferPointer) {
        let tag = try next()
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else {
            throw Problem(.malformed, "A field number in the segment is out of range.")
        }
        switch tag & 7 {
        case 0: return (Int(tag >> 3), try next(), UnsafeRawBufferPointer(start: nil, count: 0))
        case 2: return (Int(tag >> 3), 0, try take(try next()))
        default: throw Problem(.malformed, "A field of the segment has wire type \(tag & 7), which segments do not use.")
        }
    }
}
