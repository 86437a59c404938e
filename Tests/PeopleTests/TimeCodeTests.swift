import EventLog
import Foundation
import Testing

@testable import People

struct TimeCodeTests {
    /// Source: RFC 6238, Appendix B, mode SHA-1; of its eight digits the last six, as RFC 4226 5.3 makes them.
    @Test(
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] as [(Int64, String)])
    func `the codes of the standard are made`(seconds: Int64, code: String) {
        let secret = TimeCodeSecret(bytes: Array("12345678901234567890".utf8))
        #expect(secret.code(at: TimeCodeSecret.step(at: Instant(milliseconds: seconds * 1000))) == code)
    }

    /// Source: RFC 4226, Appendix D.
    @Test func `the codes of the first ten steps are those of the standard`() {
        let secret = TimeCodeSecret(bytes: Array("12345678901234567890".utf8))
        #expect(
            (0..<10).map { secret.code(at: $0) } == [
                "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
            ])
    }

    /// Source: RFC 4648 10, without padding.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ])
    func `bytes are written as the standard writes them`(bytes: String, text: String) {
        #expect(Base32.text(of: Array(bytes.utf8)) == text)
    }

    @Test func `a code holds one step either way and no further`() {
        let secret = TimeCodeSecret.drawn()
        let now = Instant(milliseconds: 1_800_000_000_000)
        let here = TimeCodeSecret.step(at: now)
        for off in Int64(-3)...3 {
            // Two of a million codes may be alike by chance: such a one is not asked about.
            let near = (here - 1...here + 1).map { secret.code(at: $0) }
            guard abs(off) <= 1 || !near.contains(secret.code(at: here + off)) else { continue }
            #expect((secret.step(of: secret.code(at: here + off), at: now, after: nil) != nil) == (abs(off) <= 1), "\(off)")
        }
        for text in ["", "12345", "1234567", "abcdef", "۱۲۳۴۵۶"] { #expect(secret.step(of: text, at: now, after: nil) == nil) }
    }

    @Test func `an app is told all that it needs, and a description tells nothing`() throws {
        let secret = TimeCodeSecret(bytes: Array("12345678901234567890".utf8))
        #expect(
            try secret.address(of: name("dr.ito@x"), issuer: "Filmjacket northside")
                == "otpauth://totp/Filmjacket%20northside:dr.ito%40x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                + "&issuer=Filmjacket%20northside&algorithm=SHA1&digits=6&period=30")
        #expect("\(secret)" == "a secret for codes" && "\(RecoveryCode.drawn())" == "a recovery code")
        #expect(TimeCodeSecret.drawn() != TimeCodeSecret.drawn())
    }
}

struct SecondFactorTests {
    private let now = Instant(milliseconds: 1_800_000_000_000)
    private let secret = TimeCodeSecret.drawn()

    private func code(_ steps: Int64 = 0) -> String { secret.code(at: TimeCodeSecret.step(at: now) + steps) }

    /// A factor that keeps what counted.
    private final class Held {
        private(set) var factor: SecondFactor
        let recovery: [RecoveryCode]
        private let now: Instant

        init(_ begun: (factor: SecondFactor, recovery: [RecoveryCode]), _ now: Instant) {
            (factor, recovery) = begun
            self.now = now
        }

        func take(_ text: String) -> Bool { factor.take(text, now: now) }
    }

    private func begun() throws -> Held {
        Held(try #require(SecondFactor.begun(with: secret, firstCode: code(), now: now)), now)
    }

    @Test func `it begins with a code of its secret and with no other text`() throws {
        #expect(SecondFactor.begun(with: secret, firstCode: code() == "000000" ? "000001" : "000000", now: now) == nil)
        #expect(SecondFactor.begun(with: secret, firstCode: "", now: now) == nil)
        #expect(try begun().recovery.count == 10 && Set(begun().recovery.map(\.text)).count == 10)
    }

    @Test func `a code counts once, and none before one that counted`() throws {
        let factor = try begun()
        #expect(!factor.take(code()), "the first one counted already")
        #expect(!factor.take(code(-1)), "and what was before it is over")
        #expect(factor.take(code(1)))
        #expect(!factor.take(code(1)))
    }

    @Test func `a code is taken as people type it`() throws {
        let factor = try begun()
        let next = code(1)
        let typed = " \(next.prefix(3)) \(next.suffix(3)) "
        #expect(factor.take(typed))
    }

    @Test func `each recovery code does once, in either case, and is kept as a hash`() throws {
        let factor = try begun()
        let stored = String(decoding: try JSONEncoder().encode(factor.factor), as: UTF8.self)
        for code in factor.recovery {
            #expect(code.text.count == 19 && !stored.contains(code.text.replacingOccurrences(of: "-", with: "")))
            #expect(factor.take(code.text.lowercased()))
            #expect(!factor.take(code.text))
        }
        #expect(factor.factor.recovery.isEmpty)
        #expect(!factor.take("AAAA-AAAA-AAAA-AAAA") && !factor.take(String(repeating: "7", count: 5000)))
    }
}
