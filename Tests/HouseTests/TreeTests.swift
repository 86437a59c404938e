import Testing

/// What lies where in the repository, and texts that must agree with each other.
struct TreeTests {
    private static let rooms: Set<String> = ["Package.swift", "Sources", "Tests", "Deploy", "README.md"]

    // MARK: the rules

    /// Names at the top that have no place there, and those that are missing. Dotfiles are free.
    static func topLevelViolations(_ names: [String]) -> [String] {
        // Written beside the description by every build and kept out by .gitignore: exact versions stand in Package.swift.
        let built: Set<String> = ["Package.resolved"]
        let strangers = names.filter { !$0.hasPrefix(".") && !rooms.contains($0) && !built.contains($0) }
        return strangers.map { "\($0) has no place at the top" } + rooms.subtracting(names).sorted().map { "\($0) is missing" }
    }

    /// The release that a changelog's head names.
    static func head(of changelog: String) -> Substring? {
        changelog.split(separator: "\n").first { $0.hasPrefix("## ") }?.dropFirst(3).split(separator: " ").first
    }

    /// The sections under the head, in order.
    static func sections(of changelog: String) -> [Substring] {
        let lines = changelog.split(separator: "\n").drop { !$0.hasPrefix("## ") }.dropFirst().prefix { !$0.hasPrefix("## ") }
        return lines.filter { $0.hasPrefix("### ") }.map { $0.dropFirst(4) }
    }

    /// The text of a string constant.
    static func constant(_ name: String, in source: String) -> Substring? {
        let line = source.split(separator: "\n").first { $0.contains("let \(name) = \"") }
        return line?.split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first
    }

    /// Dependencies of a description whose version is left open.
    static func openDependencies(_ description: String) -> [Substring] {
        description.split(separator: "\n").filter { $0.contains(".package(url:") && !$0.contains("exact: \"") }
    }

    // MARK: the house

    @Test func `every dependency has one exact version`() throws {
        #expect(Self.openDependencies(#".package(url: "https://x/y", from: "1.0.0"),"#).count == 1)
        let description = try House.text("Package.swift")
        #expect(description.split(separator: ".package(url:").count > 5)
        for line in Self.openDependencies(description) { Issue.record("\(line)") }
    }

    @Test func `the top holds the description, sources, tests, deployment and the first page to read`() throws {
        for violation in Self.topLevelViolations(try House.topLevel()) { Issue.record("\(violation)") }
    }

    @Test func `the changelog's head is the version that the program says`() throws {
        let changelog = try House.text("Deploy/CHANGELOG.md")
        let version = Self.constant("text", in: try House.text("Sources/Problems/Version.swift"))
        #expect(version != nil && Self.head(of: changelog) == version)
        #expect(Self.sections(of: changelog) == ["Safety", "Wire and storage format", "Breaking for operators", "New", "Fixed"])
    }

    @Test func `the licence is whole`() throws {
        let licence = try House.text("Deploy/LICENSE")
        #expect(licence.contains("Apache License") && licence.contains("END OF TERMS AND CONDITIONS"))
    }

    /// A kind without its published message could be recorded here and read nowhere else.
    @Test func `every kind of event has its message in the published bodies, and the other way round`() throws {
        let kinds = try House.files(under: ["Sources/ImagingCase"], endings: [".swift"]).flatMap { file in
            file.text.matches(of: #/static let \w+ = EventKind\("([^"]+)"\)/#).map { String($0.1) }
        }
        let messages = try House.files(under: ["Sources/WireSchema/Protos"], endings: [".proto"]).flatMap { file in
            file.text.matches(of: #/(?m)^// ([a-zA-Z]+\.[a-zA-Z]+): .*\nmessage /#).map { String($0.1) }
        }
        #expect(kinds.count > 40)
        #expect(kinds.sorted() == messages.sorted())
    }

    // MARK: the rules can fail

    @Test func `a stranger at the top and a missing room are found`() {
        let names = Self.rooms + [".ci", "Package.resolved"]
        #expect(Self.topLevelViolations(names).isEmpty)
        #expect(Self.topLevelViolations(names + ["Makefile"]) == ["Makefile has no place at the top"])
        #expect(Self.topLevelViolations(names.filter { $0 != "README.md" }) == ["README.md is missing"])
    }

    @Test func `a head, its sections and a constant are read as they stand`() {
        let changelog = "# Changes\n\n## 1.2.3 (2030-01-01)\n### Safety\n- a\n### New\n## 1.2.2\n### Fixed\n"
        #expect(Self.head(of: changelog) == "1.2.3")
        #expect(Self.sections(of: changelog) == ["Safety", "New"])
        #expect(Self.head(of: "# Changes\n") == nil)
        #expect(Self.constant("text", in: "a\n    public static let text = \"1.2.3\"\n") == "1.2.3")
        #expect(Self.constant("text", in: "public static let wire = 1\n") == nil)
    }
}
