import EventLog
import Problems
import Testing

@testable import People

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

    @Test(arguments: [
        "123123123123", "abcabcabcabca", "testtesttest", "P@ssw0rd1234", "pa$$w0rd2024", "adm1nistrator", "Adm1n!Adm1n!",
        "1234567890123",
        "987654321098", "abcdefghijklm", "qwertyuiop123", "asdfghjklasd", "1q2w3e4r5t6y", "zaq12wsxcde3", "qwertzuiopü1",
        "zyxwvutsrqpo",
        "Sommer2026!!", "WillkommenKlinik", "radiology-2026", "adminpassword", "hospital hospital",
        "motdepasse123", "!QAZ2wsx3EDC4rfv",
    ])
    func `what is tried first is refused, however it is spelt or made longer`(text: String) {
        #expect(refusal { () throws(Problem) in _ = try Password(text) } == .badInput)
    }

    @Test(arguments: [
        "a password of mine", "the summer of my first bicycle", "winter coats for nine otters", "admin is not my name",
        "483920175836",
        "qwerty is a row of keys", "mnbpqrtzkwlh", "abcd moved to Lisbon", "hospital food tastes of Tuesday",
    ])
    func `what only has such a word or row in it is taken`(text: String) {
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

    /// What it costs whoever guesses is memory and rounds, not the time that it takes on some machine.
    ///
    /// Source: OWASP Password Storage (scrypt: N = 2^17, r = 8, p = 1).
    @Test func `a password of the standard costs 128 MiB of memory, gone through once`() throws {
        let cost = ScryptCost.standard
        #expect(cost.rounds * cost.blockSize * 128 == 128 << 20 && cost.rounds == 1 << 17 && cost.parallelism == 1)
        let verifier = try PasswordVerifier(of: Password("an ordinary sentence"), cost: .standard)
        #expect(try verifier.cost == .standard && verifier.matches("an ordinary sentence"))
    }

    /// Source: RFC 7914 12, the third vector; of its 64 bytes the first 32.
    @Test func `what is kept is scrypt`() throws {
        let hash = try PasswordVerifier.hash(
            Array("pleaseletmein".utf8), salt: Array("SodiumChloride".utf8),
            cost: ScryptCost(rounds: 16384, blockSize: 8, parallelism: 1))
        #expect(Hex.text(of: hash) == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")
    }

    @Test func `no text matches what stands for a name that nobody has, and it costs as much`() throws {
        let nothing = PasswordVerifier.matchingNothing(cheap)
        #expect(nothing.cost == cheap)
        for text in ["", "\0", "an ordinary sentence"] { #expect(try !nothing.matches(text)) }
    }
}
