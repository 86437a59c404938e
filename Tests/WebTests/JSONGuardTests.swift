import Problems
import Testing

@testable import Web

/// What a decoder would pass over in silence is refused at its place.
struct JSONGuardTests {
    private func refusal(_ json: String, textBytesMax: Int = .max) -> Problem? {
        do throws(Problem) { _ = try JSONGuard.names(in: Array(json.utf8), textBytesMax: textBytesMax) } catch { return error }
        return nil
    }

    @Test func `a text of as many bytes as are taken is taken, one more is refused at its place, wherever it stands`() {
        for (before, after) in [("[", "]"), (#"{"a":"#, "}"), ("[[{\"a\":[", "]}]]")] {
            #expect(refusal("\(before)\"\(String(repeating: "x", count: 16))\"\(after)", textBytesMax: 16) == nil)
            let problem = refusal("\(before)\"\(String(repeating: "x", count: 17))\"\(after)", textBytesMax: 16)
            #expect(problem?.code == .eventTooLarge && problem?.facts.first?.value == "\(before.utf8.count + 1)", "\(before)")
        }
        // What an escape is written with counts as it is written: it is what came.
        #expect(refusal(#"["\u0061\u0061\u0061"]"#, textBytesMax: 17)?.code == .eventTooLarge)
        #expect(refusal(#"{"aaaaaaaaaaaaaaaaa":1}"#, textBytesMax: 16)?.code == .eventTooLarge)
    }

    @Test func `what comes twice, nests too deep or does not end is refused, and anything else gives its names`() throws {
        #expect(refusal(#"{"a":1,"\u0061":2}"#)?.code == .duplicateKey)
        #expect(refusal(String(repeating: "[", count: 40))?.code == .malformed)
        for broken in ["", "{", "[1,]", #""a"#, "{}{}", #"{"a" 1}"#] { #expect(refusal(broken)?.code == .malformed, "\(broken)") }
        #expect(try JSONGuard.names(in: Array(#"{"b":{"c":[1]},"a":"x"}"#.utf8)) == ["b", "a"])
    }
}
