/// Copies by the piece: a byte at a time costs ten times as much where every state and every event is written as bytes.
extension OutputSpan<UInt8> {
    /// Appends bytes in one copy.
    ///
    /// - Precondition: There is room for them.
    @inlinable public mutating func append(copying bytes: UnsafeRawBufferPointer) {
        guard let from = bytes.baseAddress else { return }
        withUnsafeMutableBufferPointer { place, count in
            precondition(place.count - count >= bytes.count, "room was made for what is written")
            guard let base = place.baseAddress else { return }
            UnsafeMutableRawPointer(base + count).copyMemory(from: from, byteCount: bytes.count)
            count += bytes.count
        }
    }

    /// Appends a text's UTF-8.
    ///
    /// - Precondition: There is room for it.
    @inlinable public mutating func append(utf8 text: String) {
        var text = text
        text.withUTF8 { append(copying: UnsafeRawBufferPointer($0)) }
    }

    /// Appends a number's bytes, the most significant first.
    ///
    /// - Precondition: There is room for them.
    @inlinable public mutating func append(bigEndian value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { append(copying: $0) }
    }
}
