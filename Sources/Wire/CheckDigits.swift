import EventLog

/// The digits that two people read to each other, to see that the key which the hub was shown is the one that the site made.
///
/// Of the hub's fingerprint and the site's key, so that whoever stands between both shows other digits to one of them: sixteen, because
/// a key that gives the same ones would have to be found by trial.
public enum CheckDigits {
    /// The digits in four groups.
    ///
    /// - Parameters:
    ///   - hub: the fingerprint of the hub's key, as the join code has it.
    ///   - site: the site's public key.
    public static func text(hub: [UInt8], site: [UInt8]) -> String {
        let hash = EventHash.sha256(Array("filmjacket check digits\n".utf8) + hub + site).bytes
        let groups = (0..<4).map { group in
            let number = hash[(4 * group)..<(4 * group + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } % 10_000
            return String(repeating: "0", count: 4 - String(number).count) + String(number)
        }
        return groups.joined(separator: " ")
    }
}
