import Testing

@testable import Interop

/// JSON as strangers send it: read within bounds, or refused at a place (B79, B80).
struct OrthancJSONTests {
    private func read(_ text: String) throws -> OrthancJSON { try OrthancJSON(parsing: Array(text.utf8)) }

    @Test func `values are read as they are written`() throws {
        let json = try read(
            "{\n \"a\" : 1, \"b\" : [true, false, null, -2.5e1],\t\"c\" : \"x\\n\\u00e9\\ud83d\\ude00\\/\", \"d\":{}}\n")
        #expect(json["a"] == .integer(1) && json["b"] == .list([.flag(true), .flag(false), .null, .real(-25)]))
        #expect(json["c"]?.text == "x\né😀/" && json["d"] == .object([:]) && json["e"] == nil)
    }

    @Test(arguments: [
        "", "<html></html>", "{", "[1,]", "{\"a\":}", "NaN", "[Infinity]", "1 2", "\"a", "\"\\x\"", "\"\\u12\"", "tru",
    ])
    func `what is no JSON is refused`(text: String) {
        #expect(throws: OrthancJSON.Refusal.self) { try read(text) }
    }

    @Test func `depth, number of values and names that come twice are bounded`() throws {
        #expect(throws: OrthancJSON.Refusal.tooDeep(offset: 33)) {
            try read(String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000))
        }
        #expect(throws: Never.self) { try read(String(repeating: "[", count: 32) + String(repeating: "]", count: 32)) }
        #expect(throws: OrthancJSON.Refusal.duplicateName(offset: 7)) { try read(#"{"a":1,"a":2}"#) }
        #expect(throws: OrthancJSON.Refusal.tooManyValues) {
            try read("[" + String(repeating: "0,", count: OrthancJSON.valuesMax) + "0]")
        }
    }
}
