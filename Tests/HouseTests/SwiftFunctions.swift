/// A function of some Swift text: its name, where it begins and how many lines it has, braces included.
struct SwiftFunction: Equatable {
    let name: String
    let line: Int
    let lines: Int
}

/// Finds functions, initialisers, subscripts and computed properties with their bodies.
struct SwiftFunctions {
    private let code: [UInt8]
    private static let ends: Set<String> = [
        "func", "var", "let", "init", "deinit", "subscript", "case", "struct", "class", "enum", "actor", "protocol", "extension",
        "static", "public", "private", "package", "mutating", "associatedtype", "typealias", "import",
    ]

    static func all(in text: String) -> [SwiftFunction] {
        SwiftFunctions(code: SwiftText(text).code).all()
    }

    private func all() -> [SwiftFunction] {
        var found: [SwiftFunction] = []
        var position = 0
        var line = 1
        while position < code.count {
            let word = word(at: position)
            guard !word.isEmpty else {
                if code[position] == 0x0a { line += 1 }
                position += 1
                continue
            }
            if let end = body(of: word, at: position) {
                let name = name(after: position + word.utf8.count, keyword: word)
                found.append(SwiftFunction(name: name, line: line, lines: breaks(position, end) + 1))
            }
            position += word.utf8.count
        }
        return found
    }

    /// The place of the brace that closes a declaration's body; nil where the word declares nothing with a body.
    private func body(of word: String, at position: Int) -> Int? {
        guard position == 0 || code[position - 1] != 0x2e else { return nil }
        switch word {
        case "func", "init", "deinit", "subscript": return closing(from: opening(after: position + word.utf8.count))
        case "var":
            let rest = code[position...].prefix { $0 != 0x0a }
            guard !rest.contains(0x3d), let brace = rest.firstIndex(of: 0x7b) else { return nil }
            return closing(from: brace)
        default: return nil
        }
    }

    /// The opening brace of a body: outside all parentheses, before the next declaration.
    private func opening(after start: Int) -> Int? {
        var depth = 0
        var position = start
        while position < code.count {
            let word = word(at: position)
            if depth == 0, Self.ends.contains(word), position > start + 1 { return nil }
            switch code[position] {
            case 0x28, 0x5b: depth += 1
            case 0x29, 0x5d: depth -= 1
            case 0x7b where depth == 0: return position
            case 0x7d where depth == 0: return nil
            default: break
            }
            position += max(1, word.utf8.count)
        }
        return nil
    }

    private func closing(from opening: Int?) -> Int? {
        guard let opening else { return nil }
        var depth = 0
        for position in opening..<code.count {
            if code[position] == 0x7b { depth += 1 }
            if code[position] == 0x7d { depth -= 1 }
            if depth == 0 { return position }
        }
        return nil
    }

    private func name(after position: Int, keyword: String) -> String {
        guard keyword == "func" || keyword == "var" else { return keyword }
        let rest = code[position...].drop { $0 == 0x20 }
        return String(decoding: rest.prefix { $0 != 0x28 && $0 != 0x20 && $0 != 0x3a && $0 != 0x0a }, as: UTF8.self)
    }

    private func breaks(_ from: Int, _ to: Int) -> Int { code[from...to].count { $0 == 0x0a } }

    /// The whole word that begins at a place; empty where none begins.
    private func word(at position: Int) -> String {
        func isLetter(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x5f, 0x61...0x7a, 0x80...: true
            default: false
            }
        }
        guard isLetter(code[position]), position == 0 || !isLetter(code[position - 1]) else { return "" }
        return String(decoding: code[position...].prefix(while: isLetter), as: UTF8.self)
    }
}
