import Crypto
import Testing

@testable import Wire

/// The X25519 key that belongs to an Ed25519 key, derived at both ends.
struct AgreementTests {
    @Test func `what is derived from the public key is the public part of what is derived from the secret one`() throws {
        for _ in 0..<50 {
            let key = Curve25519.Signing.PrivateKey()
            let mine = try Agreement.privateKey(of: key).publicKey.rawRepresentation
            let theirs = Agreement.publicKey(of: Array(key.publicKey.rawRepresentation))?.rawRepresentation
            #expect(theirs == mine)
        }
    }

    @Test func `bytes that are no key give none`() {
        #expect(Agreement.publicKey(of: []) == nil)
        #expect(Agreement.publicKey(of: [UInt8](repeating: 1, count: 31)) == nil)
        // y = 1 is the neutral point: the map has no value there.
        #expect(Agreement.publicKey(of: [1] + [UInt8](repeating: 0, count: 31)) == nil)
    }

    @Test func `numbers wrap at the prime and inverses are inverses`() {
        let prime: [UInt8] = [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
        #expect(Field25519(prime) == .zero)
        #expect(Field25519.zero.minus(.one).plus(.one) == .zero)
        for byte in [2, 3, 9, 255] as [UInt8] {
            let number = Field25519([byte] + [UInt8](repeating: byte, count: 30) + [byte & 0x7f])
            #expect(number.times(number.inverse) == .one)
        }
        #expect(Field25519([UInt8](repeating: 0xff, count: 32)).bytes == [37] + [UInt8](repeating: 0, count: 31))
    }
}
