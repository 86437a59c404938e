/// Rows of texts as lines with aligned columns.
enum TextTable {
    /// One line a row; every column but a row's last is padded to the widest of it, and columns stand two blanks apart. Line breaks in a
    /// cell become blanks, so that a row stays a line; other control characters are left out, so that a text moves no cursor.
    static func aligned(_ rows: [[String]], indent: String = "") -> String {
        let cells = rows.map { $0.map(plain) }
        var widths: [Int] = []
        for row in cells {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return cells.map { row in
            var line = indent
            for (column, cell) in row.enumerated() where widths[column] > 0 {
                line += cell + String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    /// A text on one line, opened where it was sealed: what is cut off cannot be opened any more.
    static func plain(_ text: String) -> String {
        var result = ""
        for scalar in FieldKeys.current.shown(in: text).unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0a, 0x0d: if !result.hasSuffix(" ") { result.append(" ") }
            case 0x00..<0x20, 0x7f..<0xa0, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: continue
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// At most a number of characters of a text on one line.
    static func cut(_ text: String, to width: Int) -> String {
        let line = plain(text)
        return line.count <= width ? line : line.prefix(width - 1) + "…"
    }
}
