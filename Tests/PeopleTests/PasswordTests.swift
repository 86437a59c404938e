import People
import Problems
import Testing

struct PasswordTests {
    @Test(arguments: [
        "", "short", "elevenchars", String(repeating: "ab-", count: 86), "aaaaaaaaaaaaaaaa", "abababababababab",
        "passwordpassword", "Password12345", "WELCOME1234!", "123456789012", "correcthorsebatterystaple", "tab\there is one",
    ])
    func `one that is short, endless or tried first is refused`(text: String) {
        #expect(refusal { () throws(Problem) in _ = try Password(text) } == .badInput)
    }

    @Test(arguments: ["twelve chars", "ein langer Satz", "зелёная лампа в коридоре", "no digits or signs needed", "🩻🩻🦴🩺🏥🚑🧬🔬🧪💉🩹🌡️"])
    func `any other of twelve characters is taken, whatever it is made of`(text: String) {
        #expect(refusal { () throws(Problem) in _ = try Password(text) } == nil)
    }

    @Test func `the own name with a little beside is none`() throws {
        let ito = try name("dr.ito.radiology")
        #expect(refusal { () throws(Problem) in _ = try Password("dr.ito.radiology12", of: ito) } == .badInput)
        #expect(refusal { () throws(Problem) in _ = try Password("dr.ito.radiology12") } == nil)
    }

    @Test func `it is never described`() throws {
        let password = try Password("a long secret text")
        #expect(!"\(password)".contains("secret"))
    }
}

struct PasswordVerifierTests {
    @Test func `it tells the password from every other text, and two of one password differ`() throws {
        let password = try Password("an ordinary sentence")
        let verifier = try PasswordVerifier(of: password, cost: cheap)
        #expect(try verifier.matches("an ordinary sentence"))
        for other in ["", "an ordinary sentencE", "an ordinary sentence ", "another"] { #expect(try !verifier.matches(other)) }
        #expect(try PasswordVerifier(of: password, cost: cheap) != verifier)
    }

    @Test func `composed and decomposed letters are one password`() throws {
        let composed = try PasswordVerifier(of: Password("caf\u{E9} am Fluss"), cost: cheap)
        #expect(try composed.matches("cafe\u{301} am Fluss"))
    }

    /// A damaged file must not take the memory of the machine.
    @Test(arguments: [(0, 8, 1), (15, 8, 1), (1 << 21, 8, 1), (1 << 20, 32, 1), (1 << 10, 0, 1), (1 << 10, 8, 17)])
    func `a cost beyond reason is refused`(cost: (Int, Int, Int)) throws {
        let password = try Password("an ordinary sentence")
        let cost = ScryptCost(rounds: cost.0, blockSize: cost.1, parallelism: cost.2)
        #expect(refusal { () throws(Problem) in _ = try PasswordVerifier(of: password, cost: cost) } == .configuration)
    }

    @Test func `a password of the standard costs a noticeable time`() throws {
        let password = try Password("an ordinary sentence")
        let verifier = try PasswordVerifier(of: password, cost: .standard)
        let clock = ContinuousClock()
        var times: [Duration] = []
        for _ in 0..<3 {
            let start = clock.now
            #expect(try verifier.matches("an ordinary sentence"))
            times.append(clock.now - start)
        }
        let median = times.sorted()[1]
        print("one hashing of the standard cost: \(median)")
        #expect(median > .milliseconds(20))
    }
}
