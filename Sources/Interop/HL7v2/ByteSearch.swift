extension ArraySlice<UInt8> {
    /// Whether a byte is outside ASCII; eight bytes at a time, because every line of every message is asked.
    var hasHighByte: Bool {
        withUnsafeBytes { buffer in
            var all: UInt64 = 0
            var index = 0
            while index + 8 <= buffer.count {
                all |= buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                index += 8
            }
            while index < buffer.count {
                all |= UInt64(buffer[index])
                index += 1
            }
            return all & 0x8080_8080_8080_8080 != 0
        }
    }

    /// The pieces between separators, empty ones included; one piece where there is no separator.
    func pieces(at separator: UInt8) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = startIndex
        while let mark = position(of: separator, from: start) {
            pieces.append(self[start..<mark])
            start = mark + 1
        }
        pieces.append(self[start..<endIndex])
        return pieces
    }

    /// The piece with a number from 1; empty where there are fewer.
    func piece(_ number: Int, at separator: UInt8) -> ArraySlice<UInt8> {
        var start = startIndex
        for _ in 1..<number {
            guard let mark = position(of: separator, from: start) else { return self[endIndex..<endIndex] }
            start = mark + 1
        }
        return self[start..<(position(of: separator, from: start) ?? endIndex)]
    }

    /// The index of the next such byte; eight bytes at a time, as long as none of the eight is the one.
    func position(of byte: UInt8, from start: Int) -> Int? {
        guard start < endIndex else { return nil }
        let pattern = 0x0101_0101_0101_0101 &* UInt64(byte)
        return withUnsafeBytes { buffer in
            var offset = start - startIndex
            while offset + 8 <= buffer.count {
                let word = buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ pattern
                // The high bit of a byte is set here where the byte is zero, that is where it is the one looked for.
                if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { break }
                offset += 8
            }
            while offset < buffer.count {
                if buffer[offset] == byte { return startIndex + offset }
                offset += 1
            }
            return nil
        }
    }
}
