import Testing

/// Files and functions stay small enough to be read at one sitting.
struct SizeTests {
    /// The longest hand-written file, in lines.
    static let fileLinesMax = 500
    /// The longest function, in lines.
    static let functionLinesMax = 70
    /// The longest median of the sources' files, in lines.
    static let fileLinesMedianMax = 150

    static func violations(in file: SourceFile) -> [String] {
        var found: [String] = []
        let count = file.lines.count
        if count > fileLinesMax { found.append("\(file.path): \(count) lines") }
        for function in SwiftFunctions.all(in: file.text) where function.lines > functionLinesMax {
            found.append("\(file.path):\(function.line): \(function.name) has \(function.lines) lines")
        }
        return found
    }

    static func median(of files: [SourceFile]) -> Int {
        let sizes = files.map(\.lines.count).sorted()
        return sizes.isEmpty ? 0 : sizes[sizes.count / 2]
    }

    @Test func `no file has more than 500 lines and no function more than 70`() throws {
        for violation in try House.handWritten().flatMap(Self.violations) { Issue.record("\(violation)") }
    }

    @Test func `the median of the sources stays near 120 lines`() throws {
        let files = try House.handWritten(under: ["Sources"])
        let functions = files.flatMap { SwiftFunctions.all(in: $0.text) }.map(\.lines).sorted()
        let tenth = functions[functions.count * 9 / 10]
        print("sources: \(files.count) files, \(files.map(\.lines.count).reduce(0, +)) lines, median \(Self.median(of: files));")
        print("functions: \(functions.count), nine tenths have at most \(tenth) lines, the longest \(functions.last ?? 0)")
        #expect(Self.median(of: files) <= Self.fileLinesMedianMax)
        #expect(functions.count > 300 && tenth <= 30)
    }

    @Test func `a file or function that is too long is found`() {
        let body = String(repeating: "    work()\n", count: 69)
        let short = SourceFile(path: "a.swift", text: "func f() {\n" + body.dropFirst(11) + "}\n")
        let long = SourceFile(path: "a.swift", text: "\nfunc f() {\n" + body + "}\n")
        #expect(Self.violations(in: short).isEmpty)
        #expect(Self.violations(in: long) == ["a.swift:2: f has 71 lines"])
        let lines = { SourceFile(path: "a.swift", text: String(repeating: "\n", count: $0)) }
        #expect(Self.violations(in: lines(500)).isEmpty)
        #expect(Self.violations(in: lines(501)) == ["a.swift: 501 lines"])
        #expect(Self.median(of: [lines(1), lines(9), lines(3)]) == 3)
    }
}
