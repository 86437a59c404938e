import Problems
import Testing

@testable import SiteAgent

/// A hub's address is one of a single form, so that nothing of it can be read in two ways.
struct JoiningTests {
    @Test(arguments: [
        "", "hub", "ftp://hub:80", "http://", "https://user:pass@hub", "http://hub:0", "http://hub?x", "http://hub#x",
        "http://:80",
        "http://hub name",
    ])
    func `an address of another form is a configuration mistake`(_ text: String) {
        do throws(Problem) {
            let address = try Joining.address(text)
            Issue.record("\(address) was taken")
        } catch { #expect(error.code == .configuration && error.code.row.exit == 78) }
    }

    @Test func `final slashes are not part of an address`() throws {
        #expect(try Joining.address("http://127.0.0.1:8080//") == "http://127.0.0.1:8080")
    }
}
