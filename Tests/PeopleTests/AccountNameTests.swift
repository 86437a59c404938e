import People
import Testing

struct AccountNameTests {
    @Test(arguments: ["dr.ito", "tech-1", "a@b_c", String(repeating: "x", count: 64)])
    func `a name of plain characters is a name`(text: String) { #expect(AccountName(text)?.description == text) }

    @Test(arguments: ["", "Dr.Ito", "a b", "ä", "a\u{0}", "a/b", String(repeating: "x", count: 65)])
    func `anything else is none`(text: String) { #expect(AccountName(text) == nil) }
}
