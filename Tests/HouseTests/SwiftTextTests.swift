import Testing

/// The other tests of this folder stand on these two readers of Swift.
struct SwiftTextTests {
    private func code(_ text: String) -> String { String(decoding: SwiftText(text).code, as: UTF8.self) }

    @Test func `comments are no code, those in comments neither`() {
        #expect(code("a // b\nc") == "a     \nc")
        #expect(code("a /* b /* c */ d */ e") == "a                   e")
        #expect(code("a /* b\nc */ d") == "a     \n     d")
    }

    @Test func `strings are no code, whatever is in them`() {
        #expect(code(#"a("{ \" } // \(b("c)")) d", e)"#).filter { $0 != " " } == "a(,e)")
        #expect(code("a(#\"\\(x) \" {\"#, b)").filter { $0 != " " } == "a(,b)")
        let long = code("a = \"\"\"\n  \" { \\(f(\"\")) \"\"\n  \"\"\" + b")
        #expect(long.split(separator: "\n").map { $0.filter { $0 != " " } } == ["a=", "", "+b"])
        #expect(code(##"a(#" \#(c) "#)"##).filter { $0 != " " } == "a()")
    }

    @Test func `a test's name is no code`() {
        #expect(code("func `it's } \" here`() {}").filter { $0 != " " } == "func``(){}")
    }

    @Test func `functions are measured from their first word to their last brace`() {
        let text = """
            protocol P {
                func required(_ a: Int) -> Int
                var kept: Int { get }
            }
            struct S {
                init(
                    _ a: () -> Void = { }
                ) {
                    self.init()
                }
                func long() throws(E)
                    -> [Int]
                {
                    if true { }
                    // }
                }
                var computed: Int {
                    1
                }
                var stored = [1].map { $0 }
            }
            """
        let found = SwiftFunctions.all(in: text)
        #expect(
            found == [
                SwiftFunction(name: "kept", line: 3, lines: 1), SwiftFunction(name: "init", line: 6, lines: 5),
                SwiftFunction(name: "long", line: 11, lines: 6), SwiftFunction(name: "computed", line: 17, lines: 3),
            ])
    }
}
