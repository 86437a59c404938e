import EventLog
import Foundation
import ImagingCase
import Problems
import Testing

@testable import People

/// The second factor at the place where people sign in.
struct ReceptionCodesTests {
    private static let password = "an ordinary sentence"

    private final class Site: Sendable {
        let folder: Folder
        let clock = HandClock()
        let reception: Reception

        init() async throws {
            folder = try Folder()
            reception = try Reception(folder: folder.path, cost: cheap, now: { [clock] in clock.now })
            try await reception.add(name("boss"), roles: [.siteAdmin], password: password)
            try await reception.add(name("dr.ito"), roles: [.radiologist, .lead], password: password)
        }

        /// The secret that an app read from an address.
        static func secret(in address: String) throws -> TimeCodeSecret {
            let items = try #require(URLComponents(string: address)?.queryItems)
            let text = try #require(items.first { $0.name == "secret" }?.value)
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
            let bits = try text.flatMap { letter in
                let value = try #require(alphabet.firstIndex(of: letter))
                return (0..<5).map { value >> (4 - $0) & 1 }
            }
            return TimeCodeSecret(
                bytes: (0..<bits.count / 8).map { place in bits[place * 8..<place * 8 + 8].reduce(0) { $0 << 1 | UInt8($1) } })
        }

        func code(_ secret: TimeCodeSecret, _ steps: Int64 = 0) -> String {
            secret.code(at: TimeCodeSecret.step(at: clock.now) + steps)
        }

        func withCodes(_ who: String) async throws -> (secret: TimeCodeSecret, recovery: [RecoveryCode]) {
            let secret = try Self.secret(in: reception.beginCodes(of: name(who), issuer: "x"))
            let codes = try reception.confirmCodes(of: name(who), code: code(secret), address: "a")
            clock.advance(seconds: 60)
            return (secret, codes)
        }

        func signIn(_ code: String?, _ password: String = password, _ role: Role? = .radiologist) async throws(Problem)
            -> SessionToken
        {
            try await reception.signIn("dr.ito", password: password, code: code, as: role, address: "a").token
        }

        func refusal(_ code: String?, _ password: String = password, _ role: Role? = .radiologist) async -> ProblemCode? {
            await problem { () throws(Problem) in _ = try await signIn(code, password, role) }?.code
        }
    }

    @Test func `a secret that was shown changes nothing until its first code is given`() async throws {
        let site = try await Site()
        let ito = try name("dr.ito")
        let secret = try Site.secret(in: site.reception.beginCodes(of: ito, issuer: "x"))
        #expect(await site.refusal(nil) == nil && site.reception.accounts[ito]?.hasCodes == false)
        let wrong = site.code(secret) == "000000" ? "000001" : "000000"
        #expect(
            refusal { () throws(Problem) in _ = try site.reception.confirmCodes(of: ito, code: wrong, address: "a") }
                == .secondFactor)
        #expect(await site.refusal(nil) == nil)
        let codes = try site.reception.confirmCodes(of: ito, code: site.code(secret), address: "a")
        #expect(codes.count == 10 && site.reception.accounts[ito]?.recoveryCodes == 10)
        #expect(await site.refusal(nil) == .secondFactor)
        #expect(
            refusal { () throws(Problem) in
                _ = try site.reception.confirmCodes(of: ito, code: site.code(secret, 1), address: "a")
            } == .notFound, "once")
    }

    @Test func `signing in needs password and code, and a wrong password is told nothing of codes`() async throws {
        let site = try await Site()
        let (secret, codes) = try await site.withCodes("dr.ito")
        #expect(await site.refusal(nil) == .secondFactor)
        #expect(await site.refusal(site.code(secret), "wrong") == .signIn)
        #expect(await site.refusal(nil, "wrong") == .signIn)
        #expect(await site.refusal(site.code(secret), Self.password, nil) == .badInput, "a role that is missing uses no code up")
        #expect(await site.refusal(site.code(secret)) == nil)
        #expect(await site.refusal(site.code(secret)) == .secondFactor, "a code counts once")
        #expect(await site.refusal(codes[0].text) == nil)
        #expect(await site.refusal(codes[0].text) == .secondFactor)
    }

    @Test func `a code that counted counts no more in another process either`() async throws {
        let site = try await Site()
        let (secret, codes) = try await site.withCodes("dr.ito")
        #expect(await site.refusal(site.code(secret)) == nil)
        #expect(await site.refusal(codes[3].text) == nil)
        let clock = site.clock
        let again = try Reception(folder: site.folder.path, cost: cheap, now: { clock.now })
        for code in [site.code(secret), codes[3].text] {
            let refused = await problem { () throws(Problem) in
                _ = try await again.signIn("dr.ito", password: Self.password, code: code, as: .radiologist, address: "a")
            }
            #expect(refused?.code == .secondFactor)
        }
        _ = try await again.signIn("dr.ito", password: Self.password, code: site.code(secret, 1), as: .radiologist, address: "a")
    }

    @Test func `guessing codes is delayed as guessing passwords is, and being asked for one costs nothing`() async throws {
        let site = try await Site()
        let (secret, _) = try await site.withCodes("dr.ito")
        for _ in 0..<20 { #expect(await site.refusal(nil) == .secondFactor) }
        let wrong = site.code(secret) == "000000" ? "000001" : "000000"
        for _ in 0..<5 { #expect(await site.refusal(wrong) == .secondFactor) }
        #expect(await site.refusal(site.code(secret)) == .tooManyRequests)
        #expect(await site.refusal(nil) == .tooManyRequests)
        site.clock.advance(minutes: 3)
        #expect(await site.refusal(site.code(secret)) == nil)
    }

    @Test func `a first code cannot be guessed without delay`() async throws {
        let site = try await Site()
        let ito = try name("dr.ito")
        let secret = try Site.secret(in: site.reception.beginCodes(of: ito, issuer: "x"))
        let wrong = site.code(secret) == "000000" ? "000001" : "000000"
        for _ in 0..<5 {
            _ = refusal { () throws(Problem) in _ = try site.reception.confirmCodes(of: ito, code: wrong, address: "a") }
        }
        #expect(
            refusal { () throws(Problem) in
                _ = try site.reception.confirmCodes(of: ito, code: site.code(secret), address: "a")
            } == .tooManyRequests)
    }

    @Test func `the password given again for signing needs a code too`() async throws {
        let site = try await Site()
        let (secret, _) = try await site.withCodes("dr.ito")
        let token = try await site.signIn(site.code(secret))
        site.clock.advance(minutes: 6)
        func confirm(_ code: String?) async -> ProblemCode? {
            await problem { () throws(Problem) in
                _ = try await site.reception.confirm(token, password: Self.password, code: code, address: "a")
            }?.code
        }
        #expect(await confirm(nil) == .secondFactor)
        #expect(try !site.reception.isConfirmed(site.reception.session(of: token)))
        #expect(await confirm(site.code(secret)) == nil)
        #expect(try site.reception.isConfirmed(site.reception.session(of: token)))
    }

    @Test func `new codes end other sessions, and so does taking them away`() async throws {
        let site = try await Site()
        let ito = try name("dr.ito")
        let (here, elsewhere) = (try await site.signIn(nil), try await site.signIn(nil))
        func isOver(_ token: SessionToken) -> Bool {
            refusal { () throws(Problem) in _ = try site.reception.session(of: token) } == .signIn
        }
        let secret = try Site.secret(in: site.reception.beginCodes(of: ito, issuer: "x"))
        _ = try site.reception.confirmCodes(of: ito, code: site.code(secret), keeping: here, address: "a")
        #expect(!isOver(here) && isOver(elsewhere))
        try site.reception.removeCodes(of: ito)
        #expect(isOver(here))
        #expect(await site.refusal(nil) == nil)
    }

    @Test func `the old authenticator is in force until the new one gave its first code`() async throws {
        let site = try await Site()
        let (old, _) = try await site.withCodes("dr.ito")
        let new = try Site.secret(in: site.reception.beginCodes(of: name("dr.ito"), issuer: "x"))
        #expect(await site.refusal(site.code(new)) == .secondFactor)
        #expect(await site.refusal(site.code(old)) == nil)
        _ = try site.reception.confirmCodes(of: name("dr.ito"), code: site.code(new), address: "a")
        site.clock.advance(seconds: 60)
        #expect(await site.refusal(site.code(old)) == .secondFactor)
        #expect(await site.refusal(site.code(new)) == nil)
    }

    @Test func `where a role needs codes nothing is signed without them, and everything else goes on`() async throws {
        let site = try await Site()
        try site.reception.askForCodes(in: [.lead, .radiologist])
        let token = try await site.signIn(nil)
        #expect(try !site.reception.isConfirmed(site.reception.session(of: token)))
        let refused = await problem { () throws(Problem) in
            _ = try await site.reception.confirm(token, password: Self.password, address: "a")
        }
        #expect(refused?.code == .confirmSignIn && refused?.remedy.contains("user totp dr.ito") == true)
        let boss = try await site.reception.signIn("boss", password: Self.password, as: nil, address: "a").session
        #expect(site.reception.isConfirmed(boss), "another role is asked for nothing")
        let (secret, _) = try await site.withCodes("dr.ito")
        let second = try await site.signIn(site.code(secret))
        #expect(try site.reception.isConfirmed(site.reception.session(of: second)))
        let clock = site.clock
        #expect(
            try Reception(folder: site.folder.path, cost: cheap, now: { clock.now }).policy.codesForSigning == [
                .radiologist, .lead,
            ])
    }

    @Test(arguments: ["", "{}", #"{"format":2,"codesForSigning":[]}"#, #"{"format":1,"codesForSigning":["king"]}"#])
    func `a policy that cannot be read lets nobody in`(text: String) throws {
        let folder = try Folder()
        try folder.put(text, as: SignInPolicy.fileName)
        #expect(
            refusal { () throws(Problem) in _ = try Reception(folder: folder.path, now: { HandClock().now }) } == .configuration)
    }

    @Test func `an account without a password has no codes beside it`() async throws {
        let site = try await Site()
        try await site.reception.add(name("dr.lund"), roles: [.radiologist], password: nil)
        #expect(
            refusal { () throws(Problem) in _ = try site.reception.beginCodes(of: try name("dr.lund"), issuer: "x") } == .badInput
        )
        #expect(
            refusal { () throws(Problem) in _ = try site.reception.beginCodes(of: try name("nobody"), issuer: "x") } == .notFound)
        try site.reception.askForCodes(in: [.radiologist])
        let (_, session) = try site.reception.admit(name("dr.lund"), as: nil)
        #expect(site.reception.isConfirmed(session), "whom a provider vouches for showed it there")
    }

    @Test func `the accounts' file holds no recovery code and no password`() async throws {
        let site = try await Site()
        let (_, codes) = try await site.withCodes("dr.ito")
        let text = String(decoding: try #require(site.folder.bytes(AccountBook.fileName)), as: UTF8.self)
        for code in codes {
            #expect(!text.contains(code.text) && !text.contains(code.text.replacingOccurrences(of: "-", with: "")))
        }
        #expect(!text.contains("ordinary"))
        #expect(try site.folder.mode(AccountBook.fileName) == 0o600)
    }
}
