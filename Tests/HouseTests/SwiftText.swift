/// Swift text with the contents of comments, strings and raw names blanked out: what is left is code, line for line.
///
/// Not a parser: enough to find keywords and matching braces in code that compiles.
struct SwiftText {
    /// The code: every blanked byte is a space, every line break stands where it stood.
    private(set) var code: [UInt8]
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
        code = bytes
        while position < bytes.count { skip() }
    }

    /// The code by lines.
    var lines: [String] {
        code.split(separator: 0x0a, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: blanking

    private func follows(_ text: String, at place: Int) -> Bool { bytes[place...].starts(with: text.utf8) }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] != 0x0a { code[position] = 0x20 }
            position += 1
        }
    }

    /// Passes one byte of code, or all of a comment, a string or a raw name.
    private mutating func skip() {
        switch bytes[position] {
        case 0x2f where follows("//", at: position):
            while position < bytes.count, bytes[position] != 0x0a { blank() }
        case 0x2f where follows("/*", at: position): blankComment()
        case 0x60: blankName()
        case 0x22: blankString(hashes: 0)
        case 0x23:
            let hashes = bytes[position...].prefix { $0 == 0x23 }.count
            if position + hashes < bytes.count, bytes[position + hashes] == 0x22 {
                blank(hashes)
                blankString(hashes: hashes)
            } else {
                position += hashes
            }
        default: position += 1
        }
    }

    private mutating func blankComment() {
        var depth = 0
        repeat {
            if follows("/*", at: position) {
                depth += 1
                blank(2)
            } else if follows("*/", at: position) {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && position < bytes.count
    }

    private mutating func blankName() {
        position += 1
        while position < bytes.count, bytes[position] != 0x60, bytes[position] != 0x0a { blank() }
        position += 1
    }

    /// Blanks a string whose opening quote is at hand, what is interpolated in it included.
    private mutating func blankString(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        let quote = follows("\"\"\"", at: position) ? "\"\"\"" : "\""
        blank(quote.utf8.count)
        while position < bytes.count, !follows(quote + marks, at: position) {
            if follows("\\" + marks + "(", at: position) {
                blankInterpolation(opening: marks.utf8.count + 2)
            } else if follows("\\" + marks, at: position) {
                blank(marks.utf8.count + 2)
            } else {
                blank()
            }
        }
        blank(quote.utf8.count + hashes)
    }

    private mutating func blankInterpolation(opening: Int) {
        blank(opening)
        var depth = 1
        while depth > 0, position < bytes.count {
            let before = position
            if bytes[position] == 0x28 { depth += 1 }
            if bytes[position] == 0x29 { depth -= 1 }
            skip()
            for place in before..<position where bytes[place] != 0x0a { code[place] = 0x20 }
        }
    }
}
