import Foundation
import Testing

/// Pages that say "shown by this test" are looked after: a test that was renamed or taken away leaves no claim behind.
struct PageTests {
    /// The names of tests in a page: the last cells, where they are code, of tables whose last column is headed "tried by" or "shown by".
    static func testNames(in page: String) -> [Substring] { listing(in: page).names }

    /// The same, with the rows of such tables that name none: a claim that nobody tries.
    static func listing(in page: String) -> (names: [Substring], nameless: [Substring]) {
        var names: [Substring] = []
        var nameless: [Substring] = []
        var isListing = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|"), let last = line.split(separator: "|").last(where: { !$0.allSatisfy(\.isWhitespace) })
            else {
                isListing = false
                continue
            }
            let cell = last.drop(while: \.isWhitespace)
            let isHead = cell.hasPrefix("tried by") || cell.hasPrefix("shown by")
            if isHead { isListing = true }
            guard isListing, !isHead, !cell.hasPrefix("---") else { continue }
            guard cell.first == "`", let end = cell.dropFirst().firstIndex(of: "`") else {
                nameless.append(line)
                continue
            }
            names.append(cell[cell.index(after: cell.startIndex)..<end])
        }
        return (names, nameless)
    }

    @Test func `a row of a listing names a test, and other rows do not`() {
        let page =
            "| x | shown by |\n| --- | --- |\n| `a b` | `d e` |\n| y | `f g`, and more |\n\n| x | `h i` |\n| z | `j k` |\n`l m`"
        #expect(Self.testNames(in: page) == ["d e", "f g"])
        #expect(Self.listing(in: page).nameless.isEmpty)
        #expect(
            Self.listing(in: "| x | tried by |\n| --- | --- |\n| y | nobody yet |\n| z | `a b` |").nameless == [
                "| y | nobody yet |"
            ])
    }

    @Test func `every test that a page names is there`() throws {
        let tests = try House.handWritten(under: ["Tests"]).map(\.text).joined(separator: "\n")
        let pages = try House.files(under: ["Sources"], endings: [".md"])
        var named = 0
        for page in pages {
            let listing = Self.listing(in: page.text)
            for row in listing.nameless { Issue.record("\(page.path) names no test: \(row)") }
            for name in listing.names {
                named += 1
                #expect(tests.contains("func `\(name)`"), "\(page.path): \(name)")
            }
        }
        #expect(named > 70, "\(named) in \(pages.count) pages")
    }
}
