import Foundation
import Testing

/// Pages that say "shown by this test" are looked after: a test that was renamed or taken away leaves no claim behind.
struct PageTests {
    /// The names of tests in a page: of a table's row the last cell, where it is code with blanks in it.
    static func testNames(in page: String) -> [Substring] {
        page.split(separator: "\n").filter { $0.hasPrefix("| ") }.compactMap { row in
            guard let cell = row.split(separator: "|").last(where: { !$0.allSatisfy(\.isWhitespace) }) else { return nil }
            let text = cell.drop(while: \.isWhitespace)
            guard text.first == "`", let end = text.dropFirst().firstIndex(of: "`") else { return nil }
            let name = text[text.index(after: text.startIndex)..<end]
            return name.contains(" ") ? name : nil
        }
    }

    @Test func `a row's last cell names a test, and other cells do not`() {
        let page = "| `a b c` | `d e` |\n| x | `code` |\n| y | `f g`, and more |\n`h i`"
        #expect(Self.testNames(in: page) == ["d e", "f g"])
    }

    @Test func `every test that a page names is there`() throws {
        let tests = try House.handWritten(under: ["Tests"]).map(\.text).joined(separator: "\n")
        let pages = try House.files(under: ["Sources"], endings: [".md"])
        var named = 0
        for page in pages {
            for name in Self.testNames(in: page.text) {
                named += 1
                #expect(tests.contains("func `\(name)`"), "\(page.path): \(name)")
            }
        }
        #expect(named > 70, "\(named) in \(pages.count) pages")
    }
}
