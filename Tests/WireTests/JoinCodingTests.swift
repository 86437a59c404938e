import EventLog
import Problems
import Replication
import Testing

@testable import Wire

/// Join codes as people copy them.
struct JoinCodingTests {
    private static func code(_ seed: UInt64) -> JoinCode {
        var random = SplitMix64(seed: seed)
        func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        return JoinCode(hubKey: bytes(32), secret: bytes(16))
    }

    private func refusal(_ text: String) -> Problem? {
        do throws(Problem) {
            _ = try JoinCode(parsing: text)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a code comes back from its text, and shows the hub's fingerprint`() throws {
        for seed in UInt64(0)..<100 {
            let code = Self.code(seed)
            let text = code.description
            #expect(text.utf8.count == 4 + 16 + 1 + 32 + 1 + 4)
            #expect(try JoinCode(parsing: text) == code)
        }
        let key = [UInt8](repeating: 9, count: 32)
        let code = JoinCode(hubKey: key, secret: [UInt8](repeating: 1, count: 16))
        #expect(code.fingerprint == Array(EventHash.sha256(key).bytes.prefix(8)))
        #expect(code.description.hasPrefix("FJ1-\(Hex.text(of: code.fingerprint))-01010101010101010101010101010101-"))
        #expect(code.storedHash != EventHash.sha256(code.secret))
        #expect(code.storedHash == JoinCode(hubKey: [1], secret: code.secret).storedHash)
    }

    /// Two check bytes miss one error in 65,536; the seeds are those in which none is missed.
    @Test func `each single wrong character is refused`() {
        for seed in UInt64(0)..<4 {
            let letters = Array(Self.code(seed).description)
            for place in letters.indices {
                for letter in "0123456789abcdefgF- " where letter != letters[place] {
                    let wrong = String(letters[..<place]) + String(letter) + String(letters[(place + 1)...])
                    #expect(letter == "F" && letters[place] == "f" || refusal(wrong)?.code == .joinCodeRefused, "\(wrong)")
                }
            }
        }
    }

    @Test func `every cut, addition and exchange of neighbours is refused`() {
        let text = Self.code(7).description
        let letters = Array(text)
        for count in letters.indices { #expect(refusal(String(letters[..<count])) != nil) }
        for more in ["0", "-", " ", "\n", "-0000"] { #expect(refusal(text + more) != nil && refusal(more + text) != nil) }
        for place in 1..<letters.count where letters[place] != letters[place - 1] {
            var exchanged = letters
            exchanged.swapAt(place, place - 1)
            #expect(refusal(String(exchanged)) != nil, "\(place)")
        }
    }

    @Test func `another form and a typing error are told apart`() {
        let text = Self.code(1).description
        #expect(refusal("hello")?.message.contains("another form") == true)
        #expect(refusal(text.replacing("FJ1", with: "FJ2"))?.message.contains("another form") == true)
        let last = text.last == "0" ? "1" : "0"
        #expect(refusal(text.dropLast() + last)?.message.contains("check digits") == true)
    }

    @Test func `the messages of a join come back as they were, and an answer names a site`() throws {
        let request = JoinRequest(
            code: Self.code(1).description, publicKey: Array(0..<32), proof: [UInt8](repeating: 2, count: 64))
        #expect(try JoinRequest(bytes: request.bytes) == request)
        let site = try #require(SiteID("northside"))
        let answer = JoinAnswer(
            site: site, kind: "both", allCases: true, label: "Nord \u{1F9B4}", hubKey: Array(0..<32), hubName: "hub")
        #expect(try JoinAnswer(bytes: answer.bytes) == answer)
        #expect(throws: Problem.self) { try JoinAnswer(bytes: []) }
        #expect(throws: Problem.self) { try JoinRequest(bytes: [0xff]) }
    }
}
