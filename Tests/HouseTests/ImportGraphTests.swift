import Testing

/// The import table against every `import` line, against `Package.swift`, and against its own laws.
struct ImportGraphTests {
    /// One imported module and the line that does it.
    struct Import: Equatable {
        let module: String
        let line: Int
    }

    // MARK: the rules

    /// The modules that a text imports, however they are qualified.
    static func imports(in text: String) -> [Import] {
        SwiftText(text).lines.enumerated().flatMap { number, line in
            line.split(separator: ";").compactMap { statement in
                var words = statement.split(separator: " ").map(String.init)
                while let first = words.first, first.hasPrefix("@") || levels.contains(first) { words.removeFirst() }
                guard words.first == "import", words.count > 1 else { return nil }
                words.removeFirst()
                if words.count > 1, kinds.contains(words[0]) { words.removeFirst() }
                return words[0].split(separator: ".").first.map { Import(module: String($0), line: number + 1) }
            }
        }
    }

    private static let levels: Set<String> = ["public", "package", "internal", "fileprivate", "private"]
    private static let kinds: Set<String> = ["func", "struct", "class", "enum", "protocol", "typealias", "let", "var"]

    /// Imports of a source file that the table does not permit.
    static func violations(in file: SourceFile) -> [String] {
        guard let room = ImportTable.rooms.first(where: { $0.name == file.target }) else {
            return ["\(file.path): \(file.target) is not in the table"]
        }
        let system = ImportTable.isPure(room.name) ? [] : ImportTable.system
        return imports(in: file.text).compactMap { found in
            if room.permits(found.module) || system.contains(found.module) { return nil }
            return "\(file.path):\(found.line): \(room.name) may not import \(found.module)"
        }
    }

    /// Imports of a test file beyond its subject, what its subject may import, and what the table adds.
    static func testViolations(in file: SourceFile) -> [String] {
        let extra = ImportTable.tests.first { $0.name == file.target }
        let subject = String(file.target.dropLast(file.target.hasSuffix("Tests") ? 5 : 0))
        let room = ImportTable.rooms.first { $0.name == subject }
        guard extra != nil || room != nil else { return ["\(file.path): \(file.target) tests no room of the table"] }
        return imports(in: file.text).compactMap { found in
            let isPermitted =
                found.module == "Testing" || found.module == subject || ImportTable.system.contains(found.module)
                || room?.permits(found.module) == true || extra?.permits(found.module) == true
            return isPermitted ? nil : "\(file.path):\(found.line): \(file.target) may not import \(found.module)"
        }
    }

    /// Dependencies in the package's description, by target.
    static func dependencies(in manifest: String) -> [String: [String]] {
        var found: [String: [String]] = [:]
        let opening = #/\.(?:target|executableTarget|testTarget|systemLibrary)\(\s*name:\s*"([^"]+)"/#
        let matches = manifest.matches(of: opening)
        for (index, match) in matches.enumerated() {
            let end = index + 1 < matches.count ? matches[index + 1].range.lowerBound : manifest.endIndex
            let rest = manifest[match.range.upperBound..<end]
            let list = rest.firstMatch(of: #/dependencies: \[([^\]]*)\]/#)?.1 ?? ""
            found[String(match.1)] = list.matches(of: #/"([^"]+)"/#).map { String($0.1) }
        }
        return found
    }

    // MARK: the house

    @Test func `every source file imports what its room may`() throws {
        let files = try House.files(under: ["Sources"], endings: [".swift"])
        #expect(files.count > 50)
        for violation in files.flatMap(Self.violations) { Issue.record("\(violation)") }
    }

    @Test func `every test imports its subject and what its subject may`() throws {
        for violation in try House.files(under: ["Tests"], endings: [".swift"]).flatMap(Self.testViolations) {
            Issue.record("\(violation)")
        }
    }

    @Test func `the package describes the rooms of the table, with no wider doors`() throws {
        let described = Self.dependencies(in: try House.text("Package.swift"))
        let rooms = ImportTable.rooms.map(\.name)
        let beside = Set(ImportTable.tests.map(\.name))
        let sources = described.keys.filter { !$0.hasSuffix("Tests") && !beside.contains($0) }
        #expect(sources.sorted() == rooms.sorted())
        for room in ImportTable.rooms {
            for dependency in described[room.name] ?? [] where !room.permits(dependency) {
                Issue.record("Package.swift: \(room.name) may not depend on \(dependency)")
            }
        }
    }

    @Test func `every folder of sources and tests is a target`() throws {
        let described = Set(Self.dependencies(in: try House.text("Package.swift")).keys)
        for file in try House.files(under: ["Sources", "Tests"], endings: [".swift"]) where !described.contains(file.target) {
            Issue.record("\(file.path) belongs to no target")
        }
    }

    // MARK: the table's own laws

    @Test func `imports go to lower rows only`() {
        for (level, floor) in ImportTable.floors.enumerated() {
            for room in floor.rooms {
                for name in room.imports {
                    guard let other = ImportTable.level(of: name) else { continue }
                    #expect(other < level, "\(room.name) imports \(name), which is not below it")
                }
            }
        }
    }

    @Test func `nothing below the purity line sees a clock, a file, a thread or a log`() {
        for room in ImportTable.pure.flatMap(\.rooms) where room.name != ImportTable.generated {
            for name in room.imports where ImportTable.outside.contains(where: { ImportTable.matches($0, name) }) {
                Issue.record("\(room.name) imports \(name)")
            }
            for module in ImportTable.system {
                let file = SourceFile(path: "Sources/\(room.name)/Clock.swift", text: "import \(module)\n")
                #expect(Self.violations(in: file).count == 1)
            }
        }
    }

    @Test func `moving events and understanding them never meet`() {
        for (one, other) in [("Replication", "ImagingCase"), ("ImagingCase", "Replication")] {
            let file = SourceFile(path: "Sources/\(one)/Bridge.swift", text: "import EventLog\npublic import \(other)\n")
            #expect(Self.violations(in: file) == ["Sources/\(one)/Bridge.swift:2: \(one) may not import \(other)"])
        }
    }

    // MARK: the rules can fail

    @Test func `imports are found however they are written`() {
        let text = """
            import A
            public import B
            @testable import C
            @preconcurrency public import struct D.Part
            #if canImport(E)
                import E
            #endif
            import func F.call; import G
            // import H
            let text = "\\n import I"
            let important = 1
            """
        #expect(Self.imports(in: text).map(\.module) == ["A", "B", "C", "D", "E", "F", "G"])
        #expect(Self.imports(in: text).map(\.line) == [1, 2, 3, 4, 6, 8, 8])
    }

    @Test func `a room, a test or a door that the table does not have is found`() {
        #expect(Self.violations(in: SourceFile(path: "Sources/Attic/A.swift", text: "")).count == 1)
        #expect(Self.violations(in: SourceFile(path: "Sources/Hub/A.swift", text: "import SiteAgent")).count == 1)
        #expect(Self.violations(in: SourceFile(path: "Sources/Web/A.swift", text: "import NIOCore\nimport Glibc")).isEmpty)
        #expect(Self.testViolations(in: SourceFile(path: "Tests/AtticTests/A.swift", text: "")).count == 1)
        #expect(Self.testViolations(in: SourceFile(path: "Tests/EventLogTests/A.swift", text: "import Wire")).count == 1)
        #expect(
            Self.testViolations(in: SourceFile(path: "Tests/WireTests/A.swift", text: "import Testing\nimport Crypto")).isEmpty)
        let manifest = ".target(\n  name: \"A\",\n dependencies: [\"B\", crypto,\n \"C\"]), .testTarget(name: \"D\"),"
        #expect(Self.dependencies(in: manifest) == ["A": ["B", "C"], "D": []])
    }
}
