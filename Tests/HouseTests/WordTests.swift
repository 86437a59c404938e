import Testing

/// Words that have no place in what is shipped, and escapes that need their reason beside them.
struct WordTests {
    // Put together here, so that this file does not find itself.
    private static let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
    private static let promises = ["not imple" + "mented", "place" + "holder", "st" + "ub"]
    private static let machines = ["wo" + "rk", "ho" + "me", "ro" + "ot"].map { "/\($0)/" }
    private static let escapes = [
        "@unchecked" + " Sendable", "nonisolated(" + "unsafe)", "try" + "!", "as" + "!",
        // A bare closure in a mutex is wrapped once more by each look at it; one in a struct is not.
        "Mutex<" + "(@",
    ]
    private static let endings = [
        ".swift", ".sh", ".md", ".proto", ".css", ".js", ".html", ".mustache", ".service", ".yml", ".yaml", ".sql", ".toml", ".h",
        "test",
        "run", "control", "rules",
    ]

    // MARK: the rules

    /// Marks of unfinished work: the shouted ones as they are, the others in any case; an attribute of a page's form is none.
    static func unfinished(in file: SourceFile) -> [String] {
        file.lines.enumerated().flatMap { number, line in
            let shouted = marks.filter { isWord($0, in: String(line)) }
            let lower = line.lowercased()
            let promised = promises.filter { isWord($0, in: lower) || isWord($0 + "s", in: lower) }
            return (shouted + promised).map { "\(file.path):\(number + 1): says \($0)" }
        }
    }

    /// Whether a text has a word that stands by itself and is not the name of an attribute.
    private static func isWord(_ word: String, in line: String) -> Bool {
        func isLetter(_ character: Character?) -> Bool { character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false }
        return line.ranges(of: word).contains { range in
            let after = line[range.upperBound...].first
            return !isLetter(line[..<range.lowerBound].last) && !isLetter(after) && after != "="
        }
    }

    /// Paths that exist on one machine only.
    static func machinePaths(in file: SourceFile) -> [String] {
        file.lines.enumerated().flatMap { number, line in
            machines.filter { path in
                line.ranges(of: path).contains { range in
                    let before = line[..<range.lowerBound].last
                    return before.map { !($0.isLetter || $0.isNumber || "_.-~}".contains($0)) } ?? true
                }
            }.map { "\(file.path):\(number + 1): names \($0)" }
        }
    }

    /// Escapes from the compiler's checks without a sentence that says because, on the line or in the comment above it.
    static func withoutReason(in file: SourceFile) -> [String] {
        let lines = file.lines.map(String.init)
        return SwiftText(file.text).lines.enumerated().flatMap { number, code in
            escapes.filter { code.contains($0) }.compactMap { escape in
                var beside = [lines[number]]
                for line in lines[..<number].reversed() {
                    let start = line.drop { $0 == " " }
                    guard start.hasPrefix("//") || start.hasPrefix("@") else { break }
                    beside.append(line)
                }
                let hasReason = beside.contains { $0.lowercased().contains("because") }
                return hasReason ? nil : "\(file.path):\(number + 1): \(escape) without a reason"
            }
        }
    }

    // MARK: the house

    @Test func `nothing is left unfinished`() throws {
        let files = try House.files(under: ["Sources", "Tests", "Deploy"], endings: Self.endings)
        for violation in files.filter({ !$0.isGenerated }).flatMap(Self.unfinished) { Issue.record("\(violation)") }
    }

    @Test func `nothing names a place on somebody's machine`() throws {
        let files = try House.files(under: ["Sources", "Tests", "Deploy", ".github", ".ci"], endings: [""])
        let top = try House.topLevel().filter { ["Package.swift", "README.md", ".gitignore", ".swift-format"].contains($0) }
        for violation in try (files + top.map { SourceFile(path: $0, text: try House.text($0)) }).flatMap(Self.machinePaths) {
            Issue.record("\(violation)")
        }
    }

    @Test func `every escape from the compiler's checks has its reason beside it`() throws {
        for violation in try House.handWritten().flatMap(Self.withoutReason) { Issue.record("\(violation)") }
    }

    // MARK: the rules can fail

    private func file(_ text: String) -> SourceFile { SourceFile(path: "a.swift", text: text) }

    @Test func `each banned word is found, and words that contain it are not`() {
        for mark in Self.marks {
            #expect(Self.unfinished(in: file("ok\n// \(mark): later")) == ["a.swift:2: says \(mark)"])
            #expect(Self.unfinished(in: file("// \(mark)S \(mark.lowercased()) A\(mark)")).isEmpty)
        }
        for promise in Self.promises {
            #expect(Self.unfinished(in: file("fatalError(\"\(promise.uppercased())\")")).count == 1)
            #expect(Self.unfinished(in: file("// \(promise)born <input \(promise)=\"name\">")).isEmpty)
        }
    }

    @Test func `each machine's path is found, and longer names are not`() {
        for path in Self.machines {
            #expect(Self.machinePaths(in: file("cd \(path)tree")) == ["a.swift:1: names \(path)"])
            #expect(Self.machinePaths(in: file("\"\(path)tree\"")).count == 1)
            #expect(Self.machinePaths(in: file("GET /v1\(path)items \(path.dropLast())items/")).isEmpty)
        }
    }

    @Test func `each escape without a reason is found`() {
        for escape in Self.escapes {
            #expect(Self.withoutReason(in: file("let a = 1\n\(escape) b")).count == 1)
            #expect(Self.withoutReason(in: file("// Because b is immutable.\n@safe\n\(escape) b")).isEmpty)
            #expect(Self.withoutReason(in: file("\(escape) b  // because b is immutable")).isEmpty)
            #expect(Self.withoutReason(in: file("// Because c.\nlet c = 1\n\(escape) b")).count == 1)
            #expect(Self.withoutReason(in: file("// \(escape)\nlet text = \"\(escape)\"")).isEmpty)
        }
    }
}
