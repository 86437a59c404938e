import Foundation
public import Problems

/// A password that may be set: long enough, not too long, none of the commonest. How it is composed is nobody's business.
///
/// Source: NIST SP 800-63B 5.1.1.2 (length over composition, Unicode normalised, commonest refused).
public struct Password: Sendable, CustomStringConvertible {
    /// Fewest characters.
    public static let lengthMin = 12
    /// Most characters.
    public static let lengthMax = 256

    /// The text in normal form C.
    let text: String

    /// Never the text: what is described ends in logs.
    public var description: String { "a password" }

    /// Reads a password that somebody chose.
    ///
    /// - Throws: `BAD_INPUT` for one that is too short or long, has control characters, or is one that everybody tries first.
    public init(_ given: String, of name: AccountName? = nil) throws(Problem) {
        let text = Self.normalised(given)
        guard (Self.lengthMin...Self.lengthMax).contains(text.count), text.utf8.count <= 4 * Self.lengthMax else {
            throw Problem(
                .badInput,
                "A password of \(Self.lengthMin) to \(Self.lengthMax) characters was expected, and \(text.count) came.",
                remedy: "Take a longer one: some words that only you put together.")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Problem(.badInput, "The password has control characters.", remedy: "Take one of one line.")
        }
        guard !CommonPasswords.contains(text), !Self.isMade(of: name, text) else {
            throw Problem(
                .badInput, "The password is one of those that are tried first.",
                remedy: "Take another: some words that only you put together.")
        }
        self.text = text
    }

    /// One form for texts that look alike, so that a password typed on another keyboard is the same.
    ///
    /// Source: Unicode UAX #15 (NFC).
    static func normalised(_ text: String) -> String { text.precomposedStringWithCanonicalMapping }

    /// Whether it is nothing but the name of whoever has it, or one character again and again.
    private static func isMade(of name: AccountName?, _ text: String) -> Bool {
        if Set(text).count < 3 { return true }
        guard let name else { return false }
        return text.lowercased().replacingOccurrences(of: name.description, with: "").count < 4
    }
}
